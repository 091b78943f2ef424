from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ddgen.llm.messages import Limits
from ddgen.llm.retry import RetryBudget, wait_before

LIMITS = Limits()


def rng(seed: int = 1) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a test needs it the same each time


@given(st.integers(0, 10_000), st.integers(0, 2**32))
def test_waits_stay_between_the_least_and_the_most(attempt: int, seed: int) -> None:
    assert 4.0 <= wait_before(attempt, None, LIMITS, rng(seed)) <= 30.0


@given(
    st.integers(0, 10_000),
    st.floats(0.001, 1e6),
    st.integers(0, 2**32),
    st.floats(0, 100),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_a_hint_is_a_minimum(
    attempt: int, hint: float, seed: int, least: float, most: float, multiplier: float
) -> None:
    limits = replace(LIMITS, retry_min_wait=least, retry_max_wait=most, retry_multiplier=multiplier)
    wait = wait_before(attempt, hint, limits, rng(seed))
    assert max(hint, least) <= wait <= max(hint, least) + max(most, least)


def test_callers_spread_out() -> None:
    source = rng()
    for attempt, width in ((2, 2.0), (3, 4.0), (4, 8.0)):
        waits = sorted(wait_before(attempt, None, LIMITS, source) for _ in range(200))
        assert len(set(waits)) == 200
        assert 0.9 * width < waits[-1] - waits[0] <= width


def test_callers_spread_out_after_a_hint_too() -> None:
    source = rng()
    waits = [wait_before(2, 20.0, LIMITS, source) for _ in range(200)]
    assert max(waits) - min(waits) > 1.8
    assert min(waits) >= 20.0


def test_later_waits_are_longer_on_average() -> None:
    source = rng()
    means = [sum(wait_before(attempt, None, LIMITS, source) for _ in range(500)) / 500 for attempt in (2, 3, 4, 5)]
    assert means == sorted(means)
    assert means[-1] > 2 * means[0]


def test_a_least_wait_above_the_most_holds() -> None:
    limits = replace(LIMITS, retry_min_wait=50.0, retry_max_wait=10.0)
    assert wait_before(2, None, limits, rng()) == 50.0


def test_without_a_least_wait_and_spread_there_is_no_wait() -> None:
    limits = replace(LIMITS, retry_min_wait=0.0, retry_multiplier=0.0)
    assert wait_before(2, None, limits, rng()) == 0.0


def retries(calls: int, fails: float, seed: int = 1) -> int:
    """Retries of so many calls of at most three attempts, each of which fails with this chance."""
    budget, source, count = RetryBudget(), rng(seed), 0
    for _ in range(calls):
        budget.deposit()
        for _ in range(2):
            if source.random() >= fails or not budget.take():
                break
            count += 1
    return count


def test_a_server_that_fails_always_sees_a_tenth_more() -> None:
    assert retries(1000, 1.0) == 110


def test_a_server_that_fails_at_times_loses_no_retry() -> None:
    assert retries(1000, 0.08) == pytest.approx(1000 * (0.08 + 0.08**2), rel=0.35)


def test_a_fresh_budget_bears_ten_retries() -> None:
    budget = RetryBudget()
    assert [budget.take() for _ in range(11)] == [True] * 10 + [False]


class BudgetMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.budget = RetryBudget()
        self.first = self.taken = 0

    @rule(times=st.integers(1, 500))
    def first_attempts(self, times: int) -> None:
        for _ in range(times):
            self.budget.deposit()
        self.first += times

    @rule(times=st.integers(1, 60))
    def take(self, times: int) -> None:
        for _ in range(times):
            had = self.budget.left
            assert self.budget.take() is (had >= 1)
            self.taken += had >= 1

    @invariant()
    def never_more_than_earned(self) -> None:
        assert self.taken <= 10 + self.first / 10
        assert 0 <= self.budget.left <= 100


TestBudgetMachine = BudgetMachine.TestCase
