"""How many requests a client may send, counted in windows that slide.

Two counts are kept of each client, of this window and of the one before; the part of the older one that a window ending
now still covers is taken to have come evenly. This costs microseconds; libraries that were tried keep memory small with
a thread for each request, which took more time than answering.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TTLCache

from ddgen.errors import TooManyRequests, UsageError

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_SAID = re.compile(r"([1-9][0-9]{0,9})/(second|minute|hour|day)")
_MOST_CLIENTS = 100_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in a window of so many seconds."""

    amount: int
    window: int

    @classmethod
    def parse(cls, said: str) -> Rate:
        """A rate such as 100/second or 12000/minute. Raises UsageError for anything else."""
        found = _SAID.fullmatch(said)
        if found is None:
            raise UsageError(f"this is no rate: {said}", where="rate", hint="As in 100/second or 12000/minute")
        return cls(int(found[1]), _SECONDS[found[2]])


@dataclass(slots=True)
class _Count:
    window: int
    """The number of the window since the epoch of the clock."""

    now: int = 0
    before: int = 0

    def at(self, window: int) -> _Count:
        """The same in a later window."""
        if window == self.window:
            return self
        return _Count(window, before=self.now if window == self.window + 1 else 0)


class Counter:
    """Counts by client, for many threads; those that are long away are forgotten. Times are in seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: TTLCache[str, _Count] = TTLCache(_MOST_CLIENTS, 2 * rate.window, clock)

    def hit(self, client: str) -> tuple[int, float]:
        """Count one: how many are left, or -1 where it was one too many and is not counted; when to come back."""
        with self._lock:
            count, part = self._now(client)
            left = self._left(count, part)
            if left < 1:
                return -1, self._wait(count, part)
            count.now += 1
            self._counts[client] = count
            return left - 1, self.rate.window * (1 - part)

    def full(self, client: str) -> bool:
        """Whether one more would be too many."""
        with self._lock:
            return self._left(*self._now(client)) < 1

    def _now(self, client: str) -> tuple[_Count, float]:
        """The counts of a client, and how much of the window is over."""
        window, part = divmod(self._clock() / self.rate.window, 1)
        known = self._counts.get(client)
        return (_Count(int(window)) if known is None else known.at(int(window))), part

    def _left(self, count: _Count, part: float) -> int:
        return math.floor(self.rate.amount - count.now - count.before * (1 - part))

    def _wait(self, count: _Count, part: float) -> float:
        """Seconds until one more is not too many: in this window, or in the next, when this is the one before."""
        room = self.rate.amount - 1
        if count.now <= room:
            return self.rate.window * (1 - (room - count.now) / count.before - part)
        return self.rate.window * (2 - room / count.now - part)


class Limits:
    """Counts the requests of each client, and the wrong keys of each address; in this process alone."""

    def __init__(self, rate: str, failed_rate: str) -> None:
        self._requests = Counter(Rate.parse(rate))
        self._failed = Counter(Rate.parse(failed_rate))
        self._policy = f'"client";q={self._requests.rate.amount};w={self._requests.rate.window}'

    def count(self, client: str) -> dict[str, str]:
        """Count a request; the headers that tell what is left. Raises TooManyRequests."""
        left, seconds = self._requests.hit(client)
        wait = max(1, math.ceil(seconds))
        if left < 0:
            raise TooManyRequests("too many requests", retry_after=wait)
        return {"RateLimit-Policy": self._policy, "RateLimit": f'"client";r={left};t={wait}'}

    def failed(self, address: str) -> None:
        """Count a wrong key."""
        self._failed.hit(address)

    def failed_too_often(self, address: str) -> bool:
        """Whether an address has sent too many wrong keys."""
        return self._failed.full(address)
