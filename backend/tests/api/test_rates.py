from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddgen.api.rates import Counter, Limits, Rate
from ddgen.errors import TooManyRequests, UsageError


def test_each_client_has_its_own_count() -> None:
    limits = Limits("2/minute", "1/minute")
    limits.count("a")
    assert limits.count("a")["RateLimit"].startswith('"client";r=0;t=')
    with pytest.raises(TooManyRequests) as told:
        limits.count("a")
    assert told.value.retry_after >= 1
    assert limits.count("b")["RateLimit"].startswith('"client";r=1;')


def test_wrong_keys_are_counted_apart() -> None:
    limits = Limits("100/minute", "1/minute")
    assert not limits.failed_too_often("here")
    limits.failed("here")
    assert limits.failed_too_often("here")
    assert not limits.failed_too_often("there")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000 * 60.0

    def __call__(self) -> float:
        return self.now


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 20), st.lists(st.floats(0, 90, allow_nan=False), min_size=1, max_size=80))
def test_never_more_than_twice_the_rate_in_any_window_and_waiting_as_told_helps(
    amount: int, pauses: list[float]
) -> None:
    clock = Clock()
    counter = Counter(Rate(amount, 60), clock)
    taken: list[float] = []
    for pause in pauses:
        clock.now += pause
        left, wait = counter.hit("a")
        assert counter.full("a") == (left <= 0)
        if left < 0:
            assert 0 < wait <= 120
            clock.now += wait + 1e-3
            left, _ = counter.hit("a")
            assert left >= 0
        taken.append(clock.now)
    for end in taken:
        assert sum(end - 60 < at <= end for at in taken) <= 2 * amount


def test_an_even_stream_at_the_rate_is_let_through_and_one_at_twice_the_rate_is_halved() -> None:
    for factor, share in ((1, 1.0), (2, 0.5)):
        clock = Clock()
        counter = Counter(Rate(60, 60), clock)
        through = 0
        for _ in range(60 * 20 * factor):
            clock.now += 1 / factor
            through += counter.hit("a")[0] >= 0
        assert through / (1200 * factor) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("said", ["", "many", "0/second", "-1/second", "10 per minute", "5/fortnight", "1.5/second"])
def test_what_is_no_rate_is_told(said: str) -> None:
    with pytest.raises(UsageError, match="this is no rate"):
        Rate.parse(said)
