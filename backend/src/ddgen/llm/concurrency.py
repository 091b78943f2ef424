"""How many requests a server is given at once: learned from how it bears them, never above a ceiling.

Additive increase, multiplicative decrease (Chiu and Jain, 1989). When the first answers show that the server bears
the start side by side, and are quick, the limit leaps to what is safe all the same. From there it doubles per service
time, as long as the seconds per token stay near the best seen; then it grows by one. Requests that queue inside the
server tell of it by their time: growth stops, and what was gained is given back. Rate limits and timeouts cut at
once, down to one; other failures when they are many.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from typing import NamedTuple

from ddgen.llm.clock import Clock

WINDOW = 64
"""Answers that are remembered."""

NEAR = 1.2
"""Up to so many times the best seconds per token, a server is not yet full."""

FAR = 1.4
"""From so many times on, requests queue inside it."""

OUTLIER = 3.0
"""A single answer counts for no more than so many times the best."""

EASE = 0.8
"""What is kept of the limit at most when they do; less where they take so many times as long."""

SEVERE = 0.5
"""Cuts to this share or less are for rate limits and timeouts, and need no second opinion."""

LATEST = 10
NOT_ALONE = 3
"""Milder cuts are made when so many of the latest requests failed: any server fails now and then."""

PATIENCE = 0.8
"""The share of the request timeout that answers may be expected to take: slots * service time must stay below."""

LEAP = 2.5
"""So many times the start is as far as the first answers lead at once..."""

GROWTH = 6.25
"""...if later ones may take so many times as long: once the speed is known prompts grow, from 4 fields to 25."""


class _Told(NamedTuple):
    """What an answer tells: seconds per token, and per request that was in flight, seconds, and when it was sent."""

    pace: float
    share: float
    seconds: float
    granted: float


class Slot:
    """Leave to have one request in flight. Say how it went, once; saying nothing changes nothing."""

    def __init__(self, concurrency: Concurrency, granted: float, level: int) -> None:
        self._concurrency = concurrency
        self.granted = granted
        self.level = level
        """Requests in flight when it was granted, this one among them."""

        self._told = False

    def succeeded(self, seconds: float, tokens: int) -> None:
        """An answer of so many tokens came after so many seconds."""
        if not self._told:
            self._told = True
            self._concurrency.praise(self, seconds, tokens)

    def overloaded(self, cut: float) -> None:
        """The server could not bear it: keep this share of the limit (1 changes nothing)."""
        if not self._told:
            self._told = True
            self._concurrency.blame(self, cut)


class Concurrency:
    """Of one server. `timeout` is a request's, in seconds: growth stops where answers would come near it."""

    def __init__(self, ceiling: int, start: int, clock: Clock, *, timeout: float = inf) -> None:
        self._clock = clock
        self._timeout = timeout
        self._configured = max(1, ceiling)
        self._ceiling = self._configured
        self._start = self._within(start)
        self._limit = float(self._start)
        self._doubling_to = inf
        self._unproven = 0
        """Answers to wait for after a leap, until those tell that would have queued."""

        self._last_cut = -inf
        self._answers: deque[_Told] = deque(maxlen=WINDOW)
        self._failed: deque[bool] = deque(maxlen=LATEST)
        self._waiters: deque[asyncio.Future[None]] = deque()
        self.in_flight = 0

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return int(self._limit)

    @property
    def waiting(self) -> int:
        """Callers that wait for a slot."""
        return sum(not waiter.done() for waiter in self._waiters)

    @property
    def ceiling(self) -> int:
        """Requests that may ever be in flight. Setting it says how many slots the server has: the limit starts there.

        It never rises above what was configured, and raises no limit that was cut already.
        """
        return self._ceiling

    @ceiling.setter
    def ceiling(self, slots: int) -> None:
        self._ceiling = min(self._configured, max(1, slots))
        untouched = self._last_cut == -inf
        self._start = self._ceiling if untouched else self._within(self._start)
        self._limit = float(self._ceiling) if untouched else min(self._limit, float(self._ceiling))
        self._wake()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[Slot]:
        """Wait for a slot, first come first served, and hold it."""
        await self._enter()
        try:
            yield Slot(self, self._clock.monotonic(), self.in_flight)
        finally:
            self.in_flight -= 1
            self._wake()

    async def _enter(self) -> None:
        if self.in_flight < self.limit:
            self.in_flight += 1
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.in_flight -= 1
            self._wake()
            raise

    def _wake(self) -> None:
        while self._waiters and (self._waiters[0].done() or self.in_flight < self.limit):
            waiter = self._waiters.popleft()
            if not waiter.done():
                self.in_flight += 1
                waiter.set_result(None)

    def praise(self, slot: Slot, seconds: float, tokens: int) -> None:
        """Learn from an answer."""
        self._failed.append(False)
        self._answers.append(_Told(seconds / max(1, tokens), seconds / slot.level, seconds, slot.granted))
        if slot.granted < self._last_cut:
            return
        strain = self._strain()
        if strain > FAR:
            self._ease(seconds, slot.level, strain)
        elif strain > NEAR:
            self._doubling_to = 0.0
        elif self._unproven > 0:
            self._unproven -= 1
        elif self.in_flight >= self.limit - 1 and self._fitting() >= self.limit + 1:
            self._grow()

    def blame(self, slot: Slot, cut: float) -> None:
        """Learn from an overload: at most one cut per service time, as what was in flight says nothing new.

        Mild ones need company, and their way back is short: they may have been no overload at all.
        """
        self._failed.append(True)
        mild = cut > SEVERE
        if cut < 1 and slot.granted >= self._last_cut and (not mild or sum(self._failed) >= NOT_ALONE):
            before = self._limit
            self._cut_to(max(1.0, self._limit * cut))
            self._doubling_to = before if mild else 0.0

    def _grow(self) -> None:
        step = 1 if self._limit < self._doubling_to else 1 / self._limit
        leap = min(self._leap(), self._ceiling)
        if leap > self._limit + step:
            self._unproven = int(leap) - self._start
        self._limit = min(float(self._ceiling), max(self._limit + step, leap))
        self._wake()

    def _leap(self) -> float:
        """What would be in time, in groups of as many as are known to be served side by side; 0 while none are."""
        if self._last_cut > -inf or self._doubling_to < inf or len(self._answers) < self._start:
            return 0.0
        slowest = max(told.seconds for told in self._answers)
        groups = self._timeout * PATIENCE // (GROWTH * slowest) if slowest > 0 else inf
        return self._start * min(groups, LEAP)

    def _ease(self, seconds: float, level: int, strain: float) -> None:
        """Give back what queues; below the start only where answers come near the timeout."""
        late = seconds > self._timeout * PATIENCE
        fitting = self._timeout * PATIENCE * level / seconds if late else inf
        floor = 1.0 if late else float(self._start)
        if self._limit > floor:
            self._cut_to(max(floor, min(self._limit * EASE, max(self._limit / strain, self._start), fitting)))

    def _cut_to(self, limit: float) -> None:
        self._limit = limit
        self._doubling_to = 0.0
        self._last_cut = self._clock.monotonic()

    def _strain(self) -> float:
        """Seconds per token of the latest answers over the best tenth of those remembered; 1 while there are few.

        The mean, as of five prompts in four slots only one waits. What was asked before the last cut tells of a queue
        that the cut was for.
        """
        paces = [told.pace for told in self._answers]
        best = sorted(paces)[len(paces) // 10]
        since = [told.pace for told in self._answers if told.granted >= self._last_cut]
        latest = [min(pace, OUTLIER * best) for pace in since[-max(3, self.limit) :]]
        return sum(latest) / len(latest) / best if latest and best > 0 else 1.0

    def _fitting(self) -> float:
        """In flight, as many as the slowest of the latest answers leave time for, if each takes its share of it."""
        slowest = max(told.share for told in list(self._answers)[-max(3, self.limit) :])
        return self._timeout * PATIENCE / slowest if slowest > 0 else inf

    def _within(self, start: int) -> int:
        return min(self._ceiling, max(1, start))
