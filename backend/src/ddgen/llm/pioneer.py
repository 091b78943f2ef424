"""Lets one prompt go before all others, so that a refused key or parameter costs one request and not ten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ddgen.llm.failure import CallFailed, Cause

INCONCLUSIVE = frozenset({Cause.UNSUPPORTED, Cause.WARMING})
"""After these, what to send or when is known no better than before: again only one goes."""


class Pioneer:
    """The first to come goes ahead; the others wait until it has its answer.

    Once the key is proven they wait no longer than a short head start: a refusal comes at once, an answer takes long.
    """

    def __init__(self) -> None:
        self.key_proven = False
        self._settled = False
        self._ahead: asyncio.Event | None = None

    @asynccontextmanager
    async def ahead(self, head_start: float) -> AsyncIterator[None]:
        """Go first, or wait for the one who did; once one has been answered there is no wait for anybody."""
        while self._ahead is not None and not self._settled:
            if await self._passed(self._ahead, head_start):
                break
        if self._settled or self._ahead is not None:
            yield
            return
        self._ahead = asyncio.Event()
        try:
            yield
            self._settled = True
        except CallFailed as failed:
            self._settled = failed.failure.cause not in INCONCLUSIVE
            raise
        finally:
            self._ahead.set()
            self._ahead = None

    async def _passed(self, ahead: asyncio.Event, head_start: float) -> bool:
        """Wait for the one ahead; True when the head start is over before it is back."""
        if not self.key_proven:
            await ahead.wait()
            return False
        waiting = asyncio.ensure_future(ahead.wait())
        try:
            await asyncio.wait({waiting}, timeout=head_start)
            return not waiting.done()
        finally:
            waiting.cancel()
