"""A clock that jumps: whenever nobody can go on, it is the next moment that somebody waits for."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualClock:
    """Seconds pass only while `run` or `advance` let them. Follows `ddgen.llm.clock.Clock`."""

    def __init__(self, start: float = 1000.0, unix: float = 1_800_000_000.0) -> None:
        self.now = start
        self._offset = unix - start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def monotonic(self) -> float:
        """Seconds from the start given."""
        return self.now

    def time(self) -> float:
        """Unix time in seconds."""
        return self.now + self._offset

    async def sleep(self, seconds: float) -> None:
        """Return when so many virtual seconds have passed."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, future))
        await future

    @property
    def sleeping(self) -> int:
        """How many wait for time to pass."""
        return sum(not future.done() for _, _, future in self._sleepers)

    async def settle(self) -> None:
        """Let everybody go on who can, without any time passing."""
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # noqa: SLF001 - no public way to ask
        await asyncio.sleep(0)
        while ready:  # noqa: ASYNC110 - the loop itself is what is waited for
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Let so many seconds pass, each sleeper waking at its own moment."""
        end = self.now + seconds
        await self.settle()
        while self._next_due() <= end:
            await self._step()
        self.now = end
        await self.settle()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the coroutine returns; time jumps whenever everybody waits."""
        task = asyncio.ensure_future(work)
        await self.settle()
        while not task.done():
            if self._next_due() == float("inf"):
                task.cancel()
                await asyncio.wait({task})
                raise RuntimeError("everybody waits, and nobody for time to pass")
            await self._step()
        return task.result()

    def _next_due(self) -> float:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else float("inf")

    async def _step(self) -> None:
        due, _, future = heapq.heappop(self._sleepers)
        self.now = max(self.now, due)
        if not future.done():
            future.set_result(None)
        await self.settle()
