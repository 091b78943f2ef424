"""Single-flight: equal questions that are asked at the same time make one request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Flight:
    task: asyncio.Task[Any]
    waiters: int = 0


class Flights:
    """Who asks while the same key is in flight waits for that answer; `joined` counts them.

    The work belongs to no caller: any of them may be cancelled, and only when the last one is, the work is cancelled
    too. An error reaches those who waited for it, and nobody after them: nothing is kept once the work has ended.
    """

    def __init__(self) -> None:
        self.joined = 0
        self._flights: dict[Hashable, _Flight] = {}

    def __len__(self) -> int:
        """How many keys are in flight."""
        return len(self._flights)

    def flying(self, key: Hashable) -> bool:
        """Whether a caller in the running loop would join a flight now, and make no request of its own."""
        flight = self._flights.get(key)
        return flight is not None and flight.task.get_loop() is asyncio.get_running_loop()

    async def run(self, key: Hashable, factory: Callable[[], Awaitable[T]]) -> T:
        """The value for `key`: of the flight under way, else of `factory`, called once for all who ask meanwhile."""
        if self.flying(key):
            self.joined += 1
        else:
            self._start(key, factory)
        flight = self._flights[key]
        flight.waiters += 1
        try:
            value: T = await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if not flight.waiters and not flight.task.done():
                await self._abandon(key, flight)
        return value

    def _start(self, key: Hashable, factory: Callable[[], Awaitable[T]]) -> None:
        async def work() -> T:
            return await factory()

        flight = _Flight(asyncio.get_running_loop().create_task(work()))
        self._flights[key] = flight
        flight.task.add_done_callback(lambda task: self._landed(key, flight, task))

    def _landed(self, key: Hashable, flight: _Flight, task: asyncio.Task[Any]) -> None:
        self._forget(key, flight)
        if not task.cancelled():
            task.exception()

    def _forget(self, key: Hashable, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    async def _abandon(self, key: Hashable, flight: _Flight) -> None:
        """Nobody waits any more: whoever asks from now on starts afresh, and the work has ended on return."""
        self._forget(key, flight)
        flight.task.cancel()
        await asyncio.wait({flight.task})
