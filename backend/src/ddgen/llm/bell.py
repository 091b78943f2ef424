"""Wakes everybody who waits for a turn, so that queued calls learn at once what one of them found out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Rung(Exception):
    """The wait was interrupted: look again at what you waited for."""


class Bell:
    """`ring` interrupts everybody who is inside `listening`."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Timeout] = set()

    def ring(self) -> None:
        """Interrupt all that listen now."""
        now = asyncio.get_running_loop().time()
        for listener in self._listeners:
            listener.reschedule(now)

    @asynccontextmanager
    async def listening(self, seconds: float | None = None) -> AsyncIterator[None]:
        """Raise Rung when the bell rings meanwhile, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds) as listener:
                self._listeners.add(listener)
                try:
                    yield
                finally:
                    self._listeners.discard(listener)
        except TimeoutError:
            raise Rung from None
