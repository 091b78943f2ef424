"""How many requests a client may send, counted in windows that slide."""

from __future__ import annotations

import math
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from ddgen.errors import TooManyRequests


class Limits:
    """Counts the requests of each client, and the wrong keys of each address; in this process alone."""

    def __init__(self, rate: str, failed_rate: str) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._rate = parse(rate)
        self._failed_rate = parse(failed_rate)

    def count(self, client: str) -> dict[str, str]:
        """Count a request; the headers that tell what is left. Raises TooManyRequests."""
        taken = self._limiter.hit(self._rate, "request", client)
        stats = self._limiter.get_window_stats(self._rate, "request", client)
        wait = max(1, math.ceil(stats.reset_time - time.time()))
        if not taken:
            raise TooManyRequests("too many requests", retry_after=wait)
        return {
            "RateLimit-Policy": f'"client";q={self._rate.amount};w={self._rate.get_expiry()}',
            "RateLimit": f'"client";r={stats.remaining};t={wait}',
        }

    def failed(self, address: str) -> None:
        """Count a wrong key."""
        self._limiter.hit(self._failed_rate, "key", address)

    def failed_too_often(self, address: str) -> bool:
        """Whether an address has sent too many wrong keys."""
        return not self._limiter.test(self._failed_rate, "key", address)
