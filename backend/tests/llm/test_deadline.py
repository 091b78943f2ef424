from __future__ import annotations

from virtual_clock import VirtualClock

from ddgen.llm.deadline import Deadline


async def test_it_counts_from_the_first_start() -> None:
    clock = VirtualClock()
    deadline = Deadline(clock, 150)
    await clock.advance(1000)
    assert (deadline.remaining(), deadline.started, deadline.expired) == (150, False, False)
    deadline.start()
    await clock.advance(100)
    deadline.start()
    assert (deadline.remaining(), deadline.started, deadline.expired) == (50, True, False)


async def test_it_ends_exactly() -> None:
    clock = VirtualClock()
    deadline = Deadline(clock, 1.5)
    deadline.start()
    seen = []
    for step in (1.25, 0.25, 5):
        await clock.advance(step)
        seen.append((deadline.remaining(), deadline.expired))
    assert seen == [(0.25, False), (0, True), (0, True)]
