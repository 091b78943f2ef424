"""The time that all attempts of one call have together."""

from __future__ import annotations

from ddgen.llm.clock import Clock


class Deadline:
    """Counts from the first admission to the wire: waiting for a rate limit before it costs nothing."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._end: float | None = None

    def start(self) -> None:
        """Begin to count; later calls change nothing."""
        if self._end is None:
            self._end = self._clock.monotonic() + self._seconds

    @property
    def started(self) -> bool:
        """Whether it counts."""
        return self._end is not None

    def remaining(self) -> float:
        """Seconds that are left, never below zero; all of them before the start."""
        left = self._seconds if self._end is None else self._end - self._clock.monotonic()
        return max(0.0, left)

    @property
    def expired(self) -> bool:
        """Whether nothing is left."""
        return self.remaining() <= 0
