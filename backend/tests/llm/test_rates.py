from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from virtual_clock import VirtualClock

from ddgen.llm.messages import Limits
from ddgen.llm.rates import Bucket, Rates

LIMITS = Limits()


def rates(clock: VirtualClock, rpm: float = 60.0, tpm: float = 0.0) -> Rates:
    return Rates(replace(LIMITS, requests_per_minute=rpm, tokens_per_minute=tpm), clock)


async def admitted(rates: Rates, clock: VirtualClock, tokens: list[int]) -> list[float]:
    """When each of the requests, all asked for at once, was let through: seconds from now."""
    start = clock.now
    moments = [0.0] * len(tokens)

    async def one(place: int) -> None:
        await rates.admit(tokens[place])
        moments[place] = clock.now - start

    async def everyone() -> None:
        await asyncio.gather(*(one(place) for place in range(len(tokens))))

    await clock.run(everyone())
    return moments


def most_in_a_window(moments: list[float], amounts: list[int] | None = None, seconds: float = 60.0) -> int:
    """The largest sum of what went within any half-open window."""
    weights = amounts or [1] * len(moments)
    pairs = list(zip(moments, weights, strict=True))
    return max(sum(weight for moment, weight in pairs if start <= moment < start + seconds - 1e-6) for start in moments)


async def test_sixty_a_minute_are_evenly_spaced_after_a_small_burst() -> None:
    clock = VirtualClock()
    moments = await admitted(rates(clock), clock, [1] * 100)
    assert moments[:10] == [0.0] * 10
    gaps = [later - sooner for sooner, later in pairwise(moments[9:])]
    assert gaps == pytest.approx([1.0] * 90)
    assert most_in_a_window(moments) <= 70


async def test_the_permitted_rate_is_used() -> None:
    clock = VirtualClock()
    moments = await admitted(rates(clock), clock, [1] * 600)
    assert 599 / (moments[-1] / 60) >= 0.9 * 60
    assert most_in_a_window(moments[60:]) <= 60


@pytest.mark.parametrize("rpm", [0.5, 1.0, 3.0])
async def test_low_rates_let_one_go_at_a_time(rpm: float) -> None:
    clock = VirtualClock()
    assert await admitted(rates(clock, rpm), clock, [1] * 3) == pytest.approx([0, 60 / rpm, 120 / rpm])


async def test_zero_is_no_limit() -> None:
    clock = VirtualClock()
    assert await admitted(rates(clock, 0), clock, [10**9] * 200) == [0.0] * 200


async def test_tokens_are_limited_jointly() -> None:
    clock = VirtualClock()
    moments = await admitted(rates(clock, 60, 6000), clock, [500] * 20)
    assert moments[:3] == pytest.approx([0, 0, 5])
    assert moments[-1] == pytest.approx(18 * 5)


async def test_more_than_the_bucket_waits_for_a_full_one_and_is_paid_for() -> None:
    clock = VirtualClock()
    moments = await admitted(rates(clock, 0, 6000), clock, [1, 5000, 1])
    assert moments == pytest.approx([0, 0.01, 0.01 + 40.01], abs=1e-6)


async def test_the_heavy_one_that_came_first_goes_first() -> None:
    clock = VirtualClock()
    moments = await admitted(rates(clock, 0, 6000), clock, [1000, 900] + [10] * 50)
    assert moments == sorted(moments)
    assert moments[1] == pytest.approx(9)


async def test_what_was_estimated_too_high_comes_back_to_those_who_wait() -> None:
    clock = VirtualClock()
    queue = rates(clock, 0, 6000)
    ticket = await queue.admit(1000)
    waiter = asyncio.ensure_future(queue.admit(1000))
    await clock.advance(2)
    ticket.settle(200)
    await clock.settle()
    ticket.settle(0)
    assert waiter.done()
    assert queue.expected_wait(1000) == pytest.approx(10)


async def test_what_was_estimated_too_low_is_charged() -> None:
    clock = VirtualClock()
    queue = rates(clock, 0, 6000)
    ticket = await queue.admit(10)
    ticket.settle(6010)
    assert queue.expected_wait(990) == pytest.approx(60)


async def test_what_was_not_sent_costs_nothing() -> None:
    clock = VirtualClock()
    queue = rates(clock, 1, 6000)
    (await queue.admit(1000)).release()
    assert queue.expected_wait(1000) == 0


async def test_a_waiter_that_goes_leaves_no_hole() -> None:
    clock = VirtualClock()
    queue = rates(clock, 6)
    await queue.admit(0)
    waiters = [asyncio.ensure_future(queue.admit(0)) for _ in range(4)]
    await clock.advance(5)
    waiters[0].cancel()
    waiters[2].cancel()
    await clock.advance(5)
    assert [waiter.done() and not waiter.cancelled() for waiter in waiters] == [False, True, False, False]
    await clock.advance(10)
    assert waiters[3].done()
    assert (queue.waiting, clock.sleeping) == (0, 0)


async def test_the_first_in_the_queue_leaves_no_sleeper_behind() -> None:
    clock = VirtualClock()
    queue = rates(clock, 6)
    await queue.admit(0)
    waiter = asyncio.ensure_future(queue.admit(0))
    await clock.advance(1)
    waiter.cancel()
    await clock.settle()
    assert (queue.waiting, clock.sleeping) == (0, 0)


async def test_nobody_passes_the_gate() -> None:
    clock = VirtualClock()
    queue = rates(clock, 0)
    waiting = asyncio.ensure_future(admitted(queue, clock, []))
    await waiting
    queue.pause_until(clock.now + 2)
    queue.pause_until(clock.now + 1)
    assert queue.paused_for == 2
    assert min(await admitted(queue, clock, [1] * 10)) == 2


async def test_the_gate_holds_those_who_wait_already() -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    start = clock.now
    moments: list[float] = []

    async def one() -> None:
        await queue.admit(1)
        moments.append(clock.now - start)

    tasks = [asyncio.ensure_future(one()) for _ in range(20)]
    await clock.advance(3.5)
    queue.pause_until(clock.now + 20)
    await clock.advance(60)
    assert len([moment for moment in moments if moment <= 3.5]) == 13
    assert min(moment for moment in moments if moment > 3.5) == pytest.approx(23.5)
    assert all(task.done() for task in tasks)


async def test_after_the_gate_it_begins_slowly_stays_careful_and_becomes_whole_again() -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    queue.pause_until(clock.now + 2)
    moments = await admitted(queue, clock, [1] * 650)
    gaps = [later - sooner for sooner, later in pairwise(moments)]
    assert moments[0] == 2
    assert gaps[0] == pytest.approx(2)
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[100] == pytest.approx(1 / 0.95)
    assert gaps[-1] == pytest.approx(1)


async def test_after_a_refusal_tokens_are_not_used_to_the_end_either() -> None:
    clock = VirtualClock()
    queue = rates(clock, 0, 6000)
    queue.pause_until(clock.now)
    ticket = await queue.admit(1000)
    assert queue.expected_wait(1000) == pytest.approx(10 / 0.95)
    ticket.settle(500)
    assert queue.expected_wait(1000) == pytest.approx(5 / 0.95)


def told(what: str, limit: object, rest: object) -> dict[str, str]:
    return {f"x-ratelimit-limit-{what}": str(limit), f"X-RateLimit-Remaining-{what.title()}": str(rest)}


async def test_a_lower_limit_of_the_server_is_followed_and_given_up() -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    queue.learn(told("requests", 30, 0))
    moments = await admitted(queue, clock, [1] * 5)
    assert moments == pytest.approx([2, 4, 6, 8, 10])
    queue.learn(told("requests", 60, 50))
    clock.now += 100
    assert (await admitted(queue, clock, [1] * 12))[-1] == pytest.approx(2)


async def test_little_that_remains_ends_a_burst() -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    queue.learn(told("requests", 60, 3))
    assert await admitted(queue, clock, [1] * 5) == pytest.approx([0, 0, 0, 1, 2])


async def test_room_on_the_servers_word_ends_even_spacing_but_not_the_rate() -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    queue.learn(told("requests", 500, 499))
    moments = await admitted(queue, clock, [1] * 100)
    assert moments[59] == 0
    assert moments[60] > 50
    assert moments[-1] == pytest.approx(60)
    assert most_in_a_window(moments) <= 70


async def test_a_refusal_ends_the_trust_in_room() -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    queue.learn(told("requests", 500, 499))
    queue.pause_until(clock.now + 1)
    queue.learn(told("requests", 500, 499))
    moments = await admitted(queue, clock, [1] * 10)
    assert len(set(moments)) == 10


async def test_the_gate_ends_room_that_was_told_before() -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    queue.learn(told("requests", 500, 499))
    queue.pause_until(clock.now + 1)
    assert len(set(await admitted(queue, clock, [1] * 10))) == 10


async def test_room_is_not_used_up_by_what_was_never_sent() -> None:
    clock = VirtualClock()
    queue = rates(clock, 6)
    queue.learn(told("requests", 500, 499))
    tickets = [await queue.admit(0) for _ in range(6)]
    tickets[0].release()
    assert (await admitted(queue, clock, [0, 0])) == pytest.approx([0, 60])


async def test_unlimited_tokens_become_what_the_server_allows() -> None:
    clock = VirtualClock()
    queue = rates(clock, 0)
    queue.learn(told("tokens", 6000, 1000))
    assert await admitted(queue, clock, [1000, 500, 500]) == pytest.approx([0, 5, 10])


@pytest.mark.parametrize("limit", ["-1", "0", "", "nan", "inf", "many"])
async def test_limits_that_say_nothing_are_ignored(limit: str) -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    queue.learn(told("requests", limit, 0) | told("tokens", limit, 0))
    assert await admitted(queue, clock, [10**6] * 11) == pytest.approx([0] * 10 + [1])


async def test_a_rest_that_says_nothing_is_ignored() -> None:
    clock = VirtualClock()
    queue = rates(clock, 60)
    queue.learn(told("requests", 60, -1))
    assert (await admitted(queue, clock, [1] * 10))[-1] == 0


@given(rpm=st.sampled_from([0, 1, 7, 60, 500]), tpm=st.sampled_from([0, 100, 6000]), data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_expected_wait_is_the_wait(rpm: float, tpm: float, data: st.DataObject) -> None:
    tokens = data.draw(st.lists(st.integers(0, 300), min_size=1, max_size=25))

    async def scene() -> tuple[float, float]:
        clock = VirtualClock()
        queue = rates(clock, rpm, tpm)
        waiting = [asyncio.ensure_future(queue.admit(amount)) for amount in tokens[:-1]]
        await clock.settle()
        expected = queue.expected_wait(tokens[-1])
        took = await admitted(queue, clock, tokens[-1:])
        await asyncio.gather(*waiting)
        return expected, took[0]

    expected, took = asyncio.run(scene())
    assert expected == pytest.approx(took, abs=1e-6)


@given(
    rpm=st.sampled_from([0, 1, 10, 60, 600]),
    tpm=st.sampled_from([0, 60, 3000]),
    asks=st.lists(
        st.tuples(st.floats(0, 30), st.integers(0, 200), st.one_of(st.none(), st.floats(0, 60))), max_size=40
    ),
)
@settings(max_examples=80, deadline=None)
def test_the_rates_hold_whoever_comes_and_goes(rpm: int, tpm: int, asks: list[tuple[float, int, float | None]]) -> None:
    """Requests that come at any time, some of which give up: windows hold, order holds, nothing is left behind."""
    went: list[tuple[float, int, int]] = []

    async def one(clock: VirtualClock, queue: Rates, place: int, tokens: int) -> None:
        await queue.admit(tokens)
        went.append((clock.now, place, tokens))

    async def scene() -> None:
        clock = VirtualClock()
        queue = rates(clock, rpm, tpm)
        tasks = []
        for place, (pause, tokens, patience) in enumerate(asks):
            await clock.advance(pause)
            tasks.append(asyncio.ensure_future(one(clock, queue, place, tokens)))
            if patience is not None:
                asyncio.get_running_loop().create_task(give_up(clock, tasks[-1], patience))
        await clock.advance(100_000)
        assert all(task.done() for task in tasks)
        assert (queue.waiting, clock.sleeping, queue.expected_wait(1)) == (0, 0, 0)

    asyncio.run(scene())
    moments = [moment for moment, _, _ in went]
    assert [place for _, place, _ in went] == sorted(place for _, place, _ in went)
    if went and rpm:
        assert most_in_a_window(moments) <= rpm + max(1, min(10, rpm / 6))
    if went and tpm:
        tokens = [amount for _, _, amount in went]
        assert most_in_a_window(moments, tokens) <= tpm + tpm / 6 + max(tokens)


async def give_up(clock: VirtualClock, task: asyncio.Future[None], patience: float) -> None:
    await clock.sleep(patience)
    task.cancel()


def test_a_bucket_never_gives_more_than_it_holds() -> None:
    bucket = Bucket(60, 10)
    bucket.take(10, 0.0)
    bucket.give_back(500)
    bucket.take(10, 100.0)
    assert bucket.ready_at(1) == pytest.approx(101)
