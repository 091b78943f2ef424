"""What a run may spend: reserved before a request goes out, settled after its answer, never exceeded in between."""

from __future__ import annotations

import math
import threading

from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.failure import CallFailed, Cause, Failure

PICO = 10**12
"""Money is counted in whole picodollars: sums are exact, and a cap of 0.30 holds three times 0.10."""

HELD = "held"
"""Code of a refusal that may end: what is in flight may turn out to cost less than is held for it."""


def _pico(dollars: float) -> int:
    if not math.isfinite(dollars) or dollars < 0:
        raise ValueError(f"not a cost: {dollars}")
    return round(dollars * PICO)


class Budget:
    """Caps on cost (US dollars), requests and seconds; None is no cap. Thread-safe.

    The time runs from `start`, or the first reservation. Several requests in flight hold their worst cost, so that
    spent plus reserved never passes the cap, whatever their answers turn out to cost.
    """

    def __init__(
        self,
        max_cost: float | None = None,
        max_requests: int | None = None,
        max_seconds: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.max_cost = max_cost
        self.max_requests = max_requests
        self.max_seconds = max_seconds
        self._clock = clock or SystemClock()
        self._started: float | None = None
        self._lock = threading.Lock()
        self._cap = None if max_cost is None else _pico(max_cost)
        self._spent = 0
        self._unknown = 0
        self._reserved = 0
        self._requests = 0

    @property
    def spent(self) -> float:
        """US dollars that are gone, those of requests with unknown outcome included."""
        return self._spent / PICO

    @property
    def unknown(self) -> float:
        """The part of `spent` that was reserved for requests whose answer never came; they may have cost less."""
        return self._unknown / PICO

    @property
    def reserved(self) -> float:
        """US dollars held for requests in flight."""
        return self._reserved / PICO

    @property
    def requests(self) -> int:
        """Requests sent or about to be."""
        return self._requests

    def start(self) -> None:
        """Begin to count the seconds; later calls change nothing."""
        with self._lock:
            self._started = self._clock.monotonic() if self._started is None else self._started

    def time_over(self) -> Failure:
        """What is told of everything that is not done when the seconds are over."""
        return Failure(Cause.BUDGET, f"the time limit of {self.max_seconds or 0:g} s is over")

    def remaining_cost(self) -> float:
        """US dollars that may still be reserved; infinite without a cap."""
        return math.inf if self._cap is None else max(0, self._cap - self._spent - self._reserved) / PICO

    def remaining_seconds(self) -> float:
        """Seconds until the run's time is over; infinite without a cap."""
        if self.max_seconds is None:
            return math.inf
        if self._started is None:
            return self.max_seconds
        return max(0.0, self._started + self.max_seconds - self._clock.monotonic())

    def reserve(self, cost: float | None = 0.0) -> Reservation:
        """Hold the worst cost of one request; None means that its price is not known, which no cost cap lets pass.

        Raises CallFailed (BUDGET) where a cap would be exceeded; nothing is held then. Its code is `HELD` where that is
        only because of what is held for others.
        """
        worst = _pico(cost or 0.0)
        self.start()
        with self._lock:
            refusal = self._refusal(cost, worst, self._reserved)
            if refusal is None:
                self._reserved += worst
                self._requests += 1
                return Reservation(self, worst)
            code = HELD if self._refusal(cost, worst, 0) is None else None
        raise CallFailed(Failure(Cause.BUDGET, refusal, code=code))

    def _refusal(self, cost: float | None, worst: int, reserved: int) -> str | None:
        if self.remaining_seconds() <= 0:
            return self.time_over().detail
        if self.max_requests is not None and self._requests >= self.max_requests:
            return f"the limit of {self.max_requests} requests is reached"
        if self._cap is None:
            return None
        if cost is None:
            return f"a cost limit of ${self.max_cost:g} is set, and this model's price is not known"
        if self._spent + reserved + worst > self._cap:
            return f"the cost limit of ${self.max_cost:g} is reached"
        return None

    def _end(self, held: int, spent: int, *, unknown: bool = False, sent: bool = True) -> None:
        with self._lock:
            self._reserved -= held
            self._spent += spent
            self._unknown += spent if unknown else 0
            self._requests -= 0 if sent else 1


class Reservation:
    """What one request may cost at worst. The first of `settle`, `unknown` and `release` counts, later ones do not."""

    def __init__(self, budget: Budget, held: int) -> None:
        self._budget = budget
        self._held = held
        self._lock = threading.Lock()
        self._open = True

    @property
    def cost(self) -> float:
        """US dollars held."""
        return self._held / PICO

    def _close(self) -> bool:
        with self._lock:
            was, self._open = self._open, False
        return was

    def settle(self, cost: float) -> None:
        """The answer came, and this is what it cost."""
        spent = _pico(cost)
        if self._close():
            self._budget._end(self._held, spent)  # noqa: SLF001 - a reservation is a part of its budget

    def unknown(self) -> None:
        """Sent, and no answer came: the server may bill it all the same, so all that was held is spent."""
        if self._close():
            self._budget._end(self._held, self._held, unknown=True)  # noqa: SLF001 - a part of its budget

    def release(self) -> None:
        """Never sent: nothing is spent, and it was no request."""
        if self._close():
            self._budget._end(self._held, 0, sent=False)  # noqa: SLF001 - a part of its budget
