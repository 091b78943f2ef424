from __future__ import annotations

import asyncio

import pytest

from ddgen.llm.bell import Bell, Rung


async def test_ringing_interrupts_all_who_listen() -> None:
    bell = Bell()

    async def wait() -> str:
        try:
            async with bell.listening():
                await asyncio.sleep(60)
        except Rung:
            return "rung"
        return "slept"

    tasks = [asyncio.create_task(wait()) for _ in range(5)]
    await asyncio.sleep(0)
    bell.ring()
    assert await asyncio.wait_for(asyncio.gather(*tasks), 5) == ["rung"] * 5


async def test_time_interrupts_too() -> None:
    with pytest.raises(Rung):
        async with Bell().listening(0.01):
            await asyncio.sleep(60)


async def test_who_does_not_listen_hears_nothing() -> None:
    bell = Bell()
    async with bell.listening():
        pass
    bell.ring()
    await asyncio.sleep(0)


async def test_a_cancellation_stays_one() -> None:
    bell = Bell()

    async def wait() -> None:
        async with bell.listening():
            await asyncio.sleep(60)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
