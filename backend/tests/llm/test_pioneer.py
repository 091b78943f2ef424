from __future__ import annotations

import asyncio

import pytest

from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.pioneer import Pioneer


class Trip:
    """Ten who set out at once; `sizes` is how many were on their way after each step."""

    def __init__(self, pioneer: Pioneer, causes: list[Cause | None], seconds: float = 0.05) -> None:
        self.pioneer = pioneer
        self.causes = causes
        self.seconds = seconds
        self.started: list[float] = []

    async def one(self, head_start: float) -> None:
        async with self.pioneer.ahead(head_start):
            self.started.append(asyncio.get_running_loop().time())
            cause = self.causes.pop(0) if self.causes else None
            await asyncio.sleep(self.seconds)
            if cause is not None:
                raise CallFailed(Failure(cause))

    async def run(self, head_start: float = 1.0) -> list[float]:
        begin = asyncio.get_running_loop().time()
        await asyncio.gather(*(self.one(head_start) for _ in range(10)), return_exceptions=True)
        return [at - begin for at in self.started]


async def test_one_goes_and_the_others_wait_for_it() -> None:
    first, *others = await Trip(Pioneer(), []).run()
    assert first < 0.03
    assert 0.04 < min(others) <= max(others) < 0.09


async def test_with_a_proven_key_they_wait_for_a_head_start_only() -> None:
    pioneer = Pioneer()
    pioneer.key_proven = True
    _, *others = await Trip(pioneer, [], seconds=0.5).run(head_start=0.05)
    assert 0.04 < min(others) <= max(others) < 0.3


@pytest.mark.parametrize("cause", [Cause.UNSUPPORTED, Cause.WARMING])
async def test_after_an_inconclusive_end_again_one_goes(cause: Cause) -> None:
    starts = await Trip(Pioneer(), [cause]).run()
    assert starts[1] > 0.04
    assert starts[2] > starts[1] + 0.03


async def test_another_failure_lets_all_go() -> None:
    starts = await Trip(Pioneer(), [Cause.NETWORK]).run()
    assert max(starts[1:]) < 0.09


async def test_one_that_is_cancelled_gives_its_place_away() -> None:
    pioneer = Pioneer()
    trip = Trip(pioneer, [], seconds=5)
    first = asyncio.create_task(trip.one(1.0))
    await asyncio.sleep(0.01)
    trip.seconds = 0.01
    rest = asyncio.create_task(trip.run())
    await asyncio.sleep(0.01)
    first.cancel()
    assert len(await rest) == 11
