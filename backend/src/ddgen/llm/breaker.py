"""A circuit breaker: a server that failed several times in a row is left alone, then asked by exactly one probe.

Outcomes are counted per generation, which begins anew at each transition: what was sent before the breaker opened
has no say about what is true after it. A lease that ends in any way at all gives the probe back.
"""

from __future__ import annotations

import logging
from enum import Enum
from types import TracebackType
from typing import Self

from ddgen.llm.clock import Clock
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.messages import Limits
from ddgen.llm.notices import BREAKER

log = logging.getLogger(__name__)

PROBE_GRACE = 5.0
"""Seconds beyond the request timeout after which a probe that said nothing is taken for lost."""


class State(str, Enum):
    """Closed lets everything through, open nothing, half-open one probe."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Lease:
    """Leave to make one attempt. Say how it ended, once; left as a context without a word, it is given back."""

    def __init__(self, breaker: Breaker, generation: int, *, probe: bool) -> None:
        self._breaker = breaker
        self.generation = generation
        self.probe = probe
        self.done = False

    def still_valid(self) -> bool:
        """Whether the attempt may still be sent; to be asked last before sending, as waiting takes time."""
        return not self.done and self._breaker.confirms(self)

    def success(self) -> None:
        """The server answered."""
        self._end(failed=False)

    def failure(self) -> None:
        """The server failed: network, timeout, 5xx."""
        self._end(failed=True)

    def release(self) -> None:
        """Nothing was learned about the server: cancelled, or not sent."""
        self._end(failed=None)

    def record(self, failure: Failure | None) -> None:
        """Say how the attempt ended by its failure.

        A refusal (4xx) or unusable answer has no vote, but as the end of a probe it shows that the server lives.
        """
        if failure is None:
            self.success()
        elif failure.votes:
            self.failure()
        elif self.probe and failure.status is not None:
            self.success()
        else:
            self.release()

    def _end(self, *, failed: bool | None) -> None:
        if not self.done:
            self.done = True
            self._breaker.settle(self, failed=failed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Breaker:
    """Of one server and model. Opens after `breaker_failures` in a row, for `breaker_seconds`, every time anew."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._row = 0
        self._generation = 0
        self._opened_at: float | None = None
        self._probe: Lease | None = None
        self._probe_ends = 0.0
        self.opened_count = 0

    @property
    def state(self) -> State:
        """As it is now: open becomes half-open by time alone."""
        if self._opened_at is None:
            return State.CLOSED
        return State.OPEN if self._left() > 0 else State.HALF_OPEN

    @property
    def retry_after(self) -> float:
        """Seconds until the next attempt could be admitted; 0 when one could now."""
        if self._opened_at is None:
            return 0.0
        probing = self._probe_ends - self._clock.monotonic() if self._probe is not None else 0.0
        return max(0.0, self._left(), probing)

    def admit(self) -> Lease:
        """Return leave for one attempt; raise CallFailed (BREAKER_OPEN, with `retry_after`) where there is none."""
        if self._opened_at is None:
            return Lease(self, self._generation, probe=False)
        if (wait := self.retry_after) > 0:
            raise CallFailed(Failure(Cause.BREAKER_OPEN, "the server failed several times in a row", retry_after=wait))
        self._probe = Lease(self, self._generation, probe=True)
        self._extend_probe()
        return self._probe

    def confirms(self, lease: Lease) -> bool:
        """Whether a lease still stands; a probe's time begins anew."""
        if lease.probe:
            if lease is not self._probe:
                return False
            self._extend_probe()
            return True
        return self._opened_at is None and lease.generation == self._generation

    def settle(self, lease: Lease, *, failed: bool | None) -> None:
        """Take a lease back; `failed` is None where it has no vote."""
        if lease.probe:
            if lease is self._probe:
                self._probe = None
                self._probed(failed=failed)
        elif failed is not None and self._opened_at is None and lease.generation == self._generation:
            self._row = self._row + 1 if failed else 0
            if self._row >= self._limits.breaker_failures:
                self._open()

    def _probed(self, *, failed: bool | None) -> None:
        if failed:
            self._open()
        elif failed is False:
            self._close()

    def _open(self) -> None:
        self._opened_at = self._clock.monotonic()
        self._generation += 1
        self.opened_count += 1
        seconds = self._limits.breaker_seconds
        log.warning("%s: the model server failed, and is left alone for %g s", BREAKER, seconds)

    def _close(self) -> None:
        self._opened_at = None
        self._row = 0
        self._generation += 1
        log.info("Circuit breaker closed: the model server answers again")

    def _left(self) -> float:
        """Seconds until a probe may go."""
        opened = self._clock.monotonic() if self._opened_at is None else self._opened_at
        return opened + self._limits.breaker_seconds - self._clock.monotonic()

    def _extend_probe(self) -> None:
        self._probe_ends = self._clock.monotonic() + self._limits.request_timeout + PROBE_GRACE
