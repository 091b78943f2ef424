"""Caps hold with many requests in flight, whatever their answers cost."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.llm.budget import HELD, Budget, Reservation
from ddgen.llm.clock import SystemClock
from ddgen.llm.failure import CallFailed, Cause


class Watch(SystemClock):
    now = 50.0

    def monotonic(self) -> float:
        return self.now


def refused(budget: Budget, cost: float | None = 0.0) -> str:
    with pytest.raises(CallFailed) as raised:
        budget.reserve(cost)
    assert raised.value.failure.cause is Cause.BUDGET
    assert raised.value.attempts == 0
    return raised.value.failure.detail


def test_what_is_reserved_is_held_and_what_is_settled_is_spent() -> None:
    budget = Budget(max_cost=1.0)
    reservation = budget.reserve(0.4)
    assert (budget.reserved, budget.spent, reservation.cost) == (0.4, 0, 0.4)
    reservation.settle(0.1)
    assert (budget.reserved, budget.spent) == (0, 0.1)
    assert budget.remaining_cost() == 0.9


def test_the_cap_is_reached_exactly_and_not_passed() -> None:
    budget = Budget(max_cost=0.3)
    for _ in range(3):
        budget.reserve(0.1).settle(0.1)
    assert budget.spent == 0.3
    assert "$0.3" in refused(budget, 0.000001)


def test_what_is_in_flight_counts() -> None:
    budget = Budget(max_cost=1.0)
    held = [budget.reserve(0.1) for _ in range(10)]
    refused(budget, 0.1)
    held[0].settle(0.02)
    refused(budget, 0.1)
    held[1].settle(0.02)
    budget.reserve(0.1)


def test_an_answer_that_never_came_is_spent() -> None:
    budget = Budget(max_cost=1.0)
    budget.reserve(0.6).unknown()
    assert (budget.spent, budget.unknown, budget.reserved, budget.requests) == (0.6, 0.6, 0, 1)
    refused(budget, 0.6)


def test_what_was_never_sent_is_given_back() -> None:
    budget = Budget(max_cost=1.0, max_requests=1)
    budget.reserve(0.6).release()
    assert (budget.spent, budget.reserved, budget.requests) == (0, 0, 0)
    budget.reserve(0.6)


def test_only_the_first_end_of_a_reservation_counts() -> None:
    budget = Budget(max_cost=1.0)
    reservation = budget.reserve(0.5)
    reservation.settle(0.2)
    reservation.unknown()
    reservation.release()
    reservation.settle(0.5)
    assert (budget.spent, budget.reserved, budget.requests) == (0.2, 0, 1)


def test_requests_are_capped_alone() -> None:
    budget = Budget(max_requests=2)
    budget.reserve()
    budget.reserve().settle(5.0)
    assert "2 requests" in refused(budget)
    assert budget.spent == 5.0


def test_no_requests_at_all() -> None:
    refused(Budget(max_requests=0))
    refused(Budget(max_cost=0.0), 0.01)


def test_free_requests_pass_a_cap_of_nothing() -> None:
    Budget(max_cost=0.0).reserve(0.0)


def test_time_is_capped_from_the_beginning() -> None:
    clock = Watch()
    budget = Budget(max_seconds=10, clock=clock)
    clock.now += 1_000.0
    assert budget.remaining_seconds() == 10, "measuring data takes none of it"
    budget.start()
    clock.now += 9.9
    budget.start()
    budget.reserve()
    assert budget.remaining_seconds() == pytest.approx(0.1)
    clock.now += 0.1
    assert "10 s" in refused(budget)
    assert budget.remaining_seconds() == 0


def test_an_unknown_price_passes_no_cost_cap() -> None:
    assert "price is not known" in refused(Budget(max_cost=100.0), None)
    Budget(max_requests=1).reserve(None)


def test_without_caps_everything_passes() -> None:
    budget = Budget()
    assert budget.remaining_cost() == budget.remaining_seconds() == float("inf")
    budget.reserve(1e6).settle(1e6)


@pytest.mark.parametrize("cost", [-0.1, float("nan"), float("inf")])
def test_a_cost_is_a_number(cost: float) -> None:
    budget = Budget()
    with pytest.raises(ValueError, match="cost"):
        budget.reserve(cost)
    assert budget.requests == 0


async def test_ten_callers_never_exceed_the_cap() -> None:
    budget, dice, done, stopped = Budget(max_cost=0.30), Random(1), 0, 0  # noqa: S311 - a fixed course of events
    most = 0.0

    async def caller() -> None:
        nonlocal done, stopped, most
        for _ in range(100):
            try:
                reservation = budget.reserve(0.01)
            except CallFailed:
                stopped += 1
                return
            await asyncio.sleep(dice.random() / 1000)
            most = max(most, budget.spent + budget.reserved)
            if dice.random() < 0.5:
                reservation.settle(dice.random() / 100)
            else:
                reservation.unknown()
            done += 1

    await asyncio.gather(*(caller() for _ in range(10)))
    assert stopped == 10
    assert done >= 30
    assert most <= 0.30
    assert 0.29 < budget.spent <= 0.30


def test_threads_never_exceed_the_cap() -> None:
    budget, lock, won = Budget(max_requests=500, max_cost=1.0), threading.Lock(), []

    def work(_: int) -> None:
        for _ in range(200):
            try:
                reservation = budget.reserve(0.001)
            except CallFailed:
                return
            reservation.settle(0.001)
            with lock:
                won.append(1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(won) == budget.requests == 500
    assert budget.spent == 0.5


@given(
    st.integers(0, 1000),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), st.integers(0, 300), st.integers(0, 9)), max_size=40),
)
def test_spent_and_reserved_stay_below_the_cap(cap: int, steps: list[tuple[int, int, int, int]]) -> None:
    budget = Budget(max_cost=cap / 1000)
    held: list[tuple[Reservation, int]] = []
    for cost, ending, actual, which in steps:
        try:
            held.append((budget.reserve(cost / 1000), cost))
        except CallFailed:
            assert budget.spent + budget.reserved + cost / 1000 > cap / 1000 - 1e-9
        if ending and held:
            reservation, worst = held.pop(which % len(held))
            match ending:
                case 1:
                    reservation.settle(min(actual, worst) / 1000)
                case 2:
                    reservation.unknown()
                case _:
                    reservation.release()
        assert budget.spent + budget.reserved <= cap / 1000 + 1e-9
    assert budget.reserved == pytest.approx(sum(cost for _, cost in held) / 1000)


def test_a_refusal_says_whether_it_may_end() -> None:
    budget = Budget(max_cost=1.0)
    first = budget.reserve(0.8)
    with pytest.raises(CallFailed) as caught:
        budget.reserve(0.5)
    assert caught.value.failure.code == HELD
    first.settle(0.8)
    with pytest.raises(CallFailed) as caught:
        budget.reserve(0.5)
    assert caught.value.failure.code is None
