from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from virtual_clock import VirtualClock

from ddgen.llm.concurrency import Concurrency, Slot

TIMEOUT = 60.0


class Server:
    """`slots` requests are served at a time for `service` seconds each; the rest queue, also when nobody waits."""

    def __init__(self, clock: VirtualClock, slots: int, service: float) -> None:
        self.clock = clock
        self.service = service
        self.free = asyncio.Semaphore(slots)
        self.asked = self.timeouts = self.busiest = self.busy = 0

    async def ask(self, times: float = 1) -> float | None:
        """Seconds until the answer, or None where the client gave up; some prompts are so many times as long."""
        self.asked += 1
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        begin = self.clock.now
        work = asyncio.ensure_future(self.work(times))
        timer = asyncio.ensure_future(self.clock.sleep(TIMEOUT))
        await asyncio.wait({work, timer}, return_when=asyncio.FIRST_COMPLETED)
        timer.cancel()
        self.busy -= 1
        self.timeouts += not work.done()
        return self.clock.now - begin if work.done() else None

    async def work(self, times: float) -> None:
        async with self.free:
            await self.clock.sleep(times * self.service)


async def all_of(works: list[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*works)


async def prompt(concurrency: Concurrency, server: Server, times: float = 1) -> None:
    for _ in range(20):
        async with concurrency.slot() as slot:
            seconds = await server.ask(times)
            if seconds is not None:
                slot.succeeded(seconds, int(100 * times))
                return
            slot.overloaded(0.5)


async def makespan(concurrency: Concurrency, server: Server, prompts: int) -> float:
    start = server.clock.now
    await server.clock.run(all_of([prompt(concurrency, server) for _ in range(prompts)]))
    return server.clock.now - start


async def test_a_server_with_four_slots_of_25_seconds_answers_40_of_40_without_a_timeout() -> None:
    clock = VirtualClock()
    server = Server(clock, 4, 25)
    concurrency = Concurrency(10, 4, clock, timeout=TIMEOUT)
    took = await makespan(concurrency, server, 40)
    assert (server.asked, server.timeouts) == (40, 0)
    assert took == pytest.approx(250)
    assert concurrency.limit in {4, 5}


async def test_told_slots_are_where_it_starts() -> None:
    clock = VirtualClock()
    server = Server(clock, 10, 2)
    concurrency = Concurrency(10, 4, clock, timeout=TIMEOUT)
    concurrency.ceiling = 10
    assert await makespan(concurrency, server, 100) == pytest.approx(20)


async def test_a_server_that_tells_nothing_is_used_fully_soon() -> None:
    clock = VirtualClock()
    server = Server(clock, 10, 2)
    concurrency = Concurrency(10, 4, clock, timeout=TIMEOUT)
    assert await makespan(concurrency, server, 100) <= 22
    assert (concurrency.limit, server.busiest) == (10, 10)


@pytest.mark.parametrize(("service", "second_wave"), [(2.5, 9), (4, 8)])
async def test_quick_first_answers_lead_at_once_to_what_would_be_in_time(service: float, second_wave: int) -> None:
    clock = VirtualClock()
    server = Server(clock, 50, service)
    concurrency = Concurrency(10, 4, clock, timeout=TIMEOUT)
    works = [asyncio.ensure_future(prompt(concurrency, server)) for _ in range(13)]
    await clock.advance(1.5 * service)
    assert server.asked == 4 + second_wave
    await clock.run(all_of([asyncio.wait_for(work, None) for work in works]))


@pytest.mark.parametrize("slots", [2, 3, 4, 5, 6, 8])
@pytest.mark.parametrize("service", [0.5, 1, 2, 2.5])
async def test_prompts_that_grow_after_the_first_answers_end_in_time(slots: int, service: float) -> None:
    """As they do: from 4 fields to 25, though never to more than half the timeout."""
    clock = VirtualClock()
    server = Server(clock, slots, service)
    concurrency = Concurrency(10, 4, clock, timeout=TIMEOUT)

    longer = min(6.25, TIMEOUT / 2 / service)
    await clock.run(all_of([prompt(concurrency, server, 1 if number < 4 else longer) for number in range(60)]))
    assert server.timeouts == 0
    assert concurrency.limit <= max(5, 2 * slots)


@pytest.mark.parametrize(("slots", "start"), [(1, 4), (2, 4), (4, 10), (8, 10)])
async def test_too_high_a_start_is_found_out(slots: int, start: int) -> None:
    clock = VirtualClock()
    server = Server(clock, slots, 25)
    concurrency = Concurrency(10, start, clock, timeout=TIMEOUT)
    took = await makespan(concurrency, server, 40)
    assert took <= 1.35 * 25 * 40 / slots
    assert server.timeouts <= 12
    assert concurrency.limit <= max(2, slots * 2)


async def test_a_queue_inside_the_server_stops_growth() -> None:
    clock = VirtualClock()
    server = Server(clock, 4, 5)
    concurrency = Concurrency(50, 4, clock, timeout=TIMEOUT)
    await makespan(concurrency, server, 200)
    assert server.busiest <= 16
    assert concurrency.limit <= 8


async def test_the_ceiling_holds_and_the_start_is_within_it() -> None:
    clock = VirtualClock()
    assert Concurrency(3, 10, clock).limit == 3
    assert Concurrency(0, 0, clock).limit == 1
    server = Server(clock, 100, 1)
    await makespan(Concurrency(3, 3, clock, timeout=TIMEOUT), server, 50)
    assert server.busiest == 3


def test_told_slots_never_exceed_what_was_configured() -> None:
    concurrency = Concurrency(10, 4, VirtualClock())
    concurrency.ceiling = 64
    assert (concurrency.ceiling, concurrency.limit) == (10, 10)
    concurrency.ceiling = 0
    assert (concurrency.ceiling, concurrency.limit) == (1, 1)


async def test_told_slots_raise_no_limit_that_was_cut() -> None:
    concurrency = Concurrency(10, 10, VirtualClock())
    async with concurrency.slot() as slot:
        slot.overloaded(0.5)
    concurrency.ceiling = 8
    assert (concurrency.ceiling, concurrency.limit) == (8, 5)


async def hold(concurrency: Concurrency, count: int) -> list[tuple[Slot, Any]]:
    """So many slots, each with the context that gives it back."""
    held = []
    for _ in range(count):
        context = concurrency.slot()
        held.append((await context.__aenter__(), context))
    return held


async def give_back(held: list[tuple[Slot, Any]]) -> None:
    for _, context in held:
        await context.__aexit__(None, None, None)


async def test_one_cut_per_service_time() -> None:
    clock = VirtualClock()
    concurrency = Concurrency(10, 10, clock)
    first = await hold(concurrency, 10)
    clock.now += 20
    for slot, _ in first:
        slot.overloaded(0.5)
    assert concurrency.limit == 5
    await give_back(first)
    second = await hold(concurrency, 5)
    clock.now += 20
    for slot, _ in second:
        slot.overloaded(0.5)
    assert concurrency.limit == 2
    await give_back(second)


async def test_the_floor_is_one() -> None:
    clock = VirtualClock()
    concurrency = Concurrency(10, 2, clock)
    for _ in range(10):
        clock.now += 1
        async with concurrency.slot() as slot:
            slot.overloaded(0.1)
    assert concurrency.limit == 1


async def test_a_cut_of_one_changes_nothing() -> None:
    concurrency = Concurrency(10, 10, VirtualClock())
    async with concurrency.slot() as slot:
        slot.overloaded(1.0)
    assert concurrency.limit == 10


async def fail_mildly(concurrency: Concurrency, clock: VirtualClock, pattern: str) -> None:
    for letter in pattern:
        clock.now += 1
        async with concurrency.slot() as slot:
            if letter == "x":
                slot.overloaded(0.8)
            else:
                slot.succeeded(1, 100)


async def test_a_lone_500_among_answers_cuts_nothing() -> None:
    clock = VirtualClock()
    concurrency = Concurrency(10, 10, clock)
    await fail_mildly(concurrency, clock, "....x.........x......x....")
    assert concurrency.limit == 10


async def test_500s_in_numbers_cut() -> None:
    clock = VirtualClock()
    concurrency = Concurrency(10, 10, clock)
    await fail_mildly(concurrency, clock, "..x..x..x")
    assert concurrency.limit == 8


async def test_the_way_back_from_a_mild_cut_is_shorter_than_from_a_severe_one() -> None:
    needed = {}
    for cut in (0.8, 0.5):
        clock = VirtualClock()
        concurrency = Concurrency(10, 10, clock)
        await fail_mildly(concurrency, clock, "xx")
        async with concurrency.slot() as slot:
            slot.overloaded(cut)
        low, needed[cut] = concurrency.limit, 0
        while concurrency.limit < low + 2 and needed[cut] < 100:
            held = await hold(concurrency, concurrency.limit)
            clock.now += 1
            held[0][0].succeeded(1, 100)
            await give_back(held)
            needed[cut] += 1
    assert needed[0.8] == 2
    assert needed[0.5] > 10


async def test_an_idle_server_tells_nothing_about_a_higher_limit() -> None:
    clock = VirtualClock()
    concurrency = Concurrency(10, 4, clock, timeout=TIMEOUT)
    for _ in range(50):
        clock.now += 1
        async with concurrency.slot() as slot:
            slot.succeeded(1, 100)
    assert concurrency.limit == 4


async def test_answers_near_the_timeout_cut_to_what_fits() -> None:
    clock = VirtualClock()
    concurrency = Concurrency(10, 8, clock, timeout=TIMEOUT)
    held = await hold(concurrency, 8)
    for seconds, (slot, _) in zip((7, 55, 55), held[:1] + held[6:], strict=True):
        clock.now += 1
        slot.succeeded(seconds, 100)
    await give_back(held)
    assert concurrency.limit == 6
    held = await hold(concurrency, 2)
    clock.now += 55
    held[0][0].succeeded(55, 100)
    assert concurrency.limit == 1
    await give_back(held)


async def test_a_slot_granted_to_one_who_just_left_goes_to_the_next() -> None:
    concurrency = Concurrency(1, 1, VirtualClock())
    held = await hold(concurrency, 1)
    waiters = [asyncio.ensure_future(hold(concurrency, 1)) for _ in range(2)]
    await asyncio.sleep(0)
    await give_back(held)
    waiters[0].cancel()
    assert await asyncio.wait_for(waiters[1], 5)
    assert concurrency.in_flight == 1


async def test_an_outcome_is_said_once() -> None:
    clock = VirtualClock()
    concurrency = Concurrency(10, 10, clock)
    async with concurrency.slot() as slot:
        slot.succeeded(1, 10)
        slot.overloaded(0.5)
    assert concurrency.limit == 10


async def test_waiters_are_served_in_order() -> None:
    concurrency = Concurrency(1, 1, VirtualClock())
    order: list[int] = []

    async def one(place: int) -> None:
        async with concurrency.slot():
            order.append(place)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(place) for place in range(20)))
    assert order == list(range(20))
    assert concurrency.in_flight == 0


async def test_nobody_overtakes_who_waits() -> None:
    concurrency = Concurrency(1, 1, VirtualClock())
    order: list[str] = []

    async def one(name: str) -> None:
        async with concurrency.slot():
            order.append(name)

    held = await hold(concurrency, 1)
    first = asyncio.ensure_future(one("first"))
    await asyncio.sleep(0)
    await give_back(held)
    await asyncio.gather(first, one("second"))
    assert order == ["first", "second"]


@pytest.mark.parametrize("seconds", [0.0, 1e-9, inf])
async def test_odd_durations_do_no_harm(seconds: float) -> None:
    concurrency = Concurrency(10, 4, VirtualClock(), timeout=TIMEOUT)
    for _ in range(20):
        async with concurrency.slot() as slot:
            slot.succeeded(seconds, 0)
    assert 1 <= concurrency.limit <= 10


class Crowd:
    """Callers that come, hold a slot, leave and give up in any order."""

    def __init__(self, ceiling: int) -> None:
        self.clock = VirtualClock()
        self.concurrency = Concurrency(ceiling, ceiling, self.clock)
        self.configured = ceiling
        self.inside: list[Slot] = []
        self.callers: list[tuple[asyncio.Task[None], asyncio.Event]] = []

    async def one(self, door: asyncio.Event) -> None:
        async with self.concurrency.slot() as slot:
            self.inside.append(slot)
            try:
                await door.wait()
            finally:
                self.inside.remove(slot)

    def enter(self, _: int) -> None:
        door = asyncio.Event()
        self.callers.append((asyncio.create_task(self.one(door)), door))

    def leave(self, which: int) -> None:
        for _, door in self.callers[which : which + 1]:
            door.set()

    def cancel(self, which: int) -> None:
        for task, _ in self.callers[which : which + 1]:
            task.cancel()

    def overload(self, which: int) -> None:
        for slot in self.inside[which : which + 1]:
            slot.overloaded(0.5)

    def praise(self, which: int) -> None:
        for slot in self.inside[which : which + 1]:
            slot.succeeded(1, 1)

    def tell(self, which: int) -> None:
        self.concurrency.ceiling = which

    def look(self) -> None:
        concurrency = self.concurrency
        assert 0 <= len(self.inside) <= concurrency.in_flight <= self.configured
        assert 1 <= concurrency.limit <= concurrency.ceiling <= self.configured

    async def everyone_leaves(self) -> None:
        await self.clock.settle()
        assert self.concurrency.waiting == 0 or self.concurrency.in_flight >= self.concurrency.limit
        for _, door in self.callers:
            door.set()
        await asyncio.gather(*(task for task, _ in self.callers), return_exceptions=True)
        assert (self.concurrency.in_flight, self.concurrency.waiting, self.inside) == (0, 0, [])


ACTIONS = st.sampled_from(
    ["enter", "enter", "leave", "cancel", "cancel", "overload", "praise", "tell", "turn", "step", "step"]
)


@given(st.integers(1, 6), st.lists(st.tuples(ACTIONS, st.integers(0, 12)), max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_interleaving_of_cancels_releases_everything(ceiling: int, steps: list[tuple[str, int]]) -> None:
    async def scene() -> None:
        crowd = Crowd(ceiling)
        for action, which in steps:
            crowd.clock.now += 1
            if action == "turn":
                await crowd.clock.settle()
            elif action == "step":
                await asyncio.sleep(0)
            else:
                getattr(crowd, action)(which)
            crowd.look()
        await crowd.everyone_leaves()

    asyncio.run(scene())
