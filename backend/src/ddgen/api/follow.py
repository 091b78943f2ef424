"""Following a run: its events as they come, until it ends, the client goes, or the server ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi.concurrency import run_in_threadpool

from ddgen.api.context import Context
from ddgen.store.runs import ENDED, RunEvent

_PAUSE = 0.25
"""Seconds between two looks into the store."""


async def follow(context: Context, run_id: str, after: int) -> AsyncIterator[RunEvent]:
    """The events of a run after a number, as they come."""
    over = False
    while True:
        run = await run_in_threadpool(context.store.runs.get, run_id)
        events = await run_in_threadpool(context.store.runs.events, run_id, after=after)
        for event in events:
            after = event.seq
            yield event
        if over and not events:
            return
        over = run.state in ENDED  # its last event may come a moment later: one more look
        with suppress(TimeoutError):
            await asyncio.wait_for(context.closing.wait(), _PAUSE)
        if context.closing.is_set():
            return
