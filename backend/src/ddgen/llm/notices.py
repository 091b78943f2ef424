"""What a log should say of a server that does not answer as it should: once a while, however often it happens."""

from __future__ import annotations

import logging
from collections import Counter
from math import inf

from ddgen.llm.clock import Clock

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two notices of a kind; the second one tells how many there were meanwhile."""

TIMEOUT = "OpenAI API timeout"
RATE_LIMIT = "OpenAI rate limit hit"
BREAKER = "Circuit breaker opened"
"""As the documentation says that they are called, whichever server it is."""


class Notices:
    """Of one server. What is said never holds keys, prompts or answers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}
        self._silent: Counter[str] = Counter()

    def say(self, what: str, detail: str) -> None:
        """Write a warning, unless there was one of the kind just now."""
        now = self._clock.monotonic()
        if now - self._last.get(what, -inf) < EVERY:
            self._silent[what] += 1
            return
        more = f" ({self._silent[what]} more since the last notice)" if self._silent[what] else ""
        self._last[what], self._silent[what] = now, 0
        log.warning("%s: %s%s", what, detail, more)
