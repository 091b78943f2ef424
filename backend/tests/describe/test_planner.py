"""How many fields go into a prompt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.describe.planner import MOST, Planner, even


def test_it_starts_small_where_the_speed_is_unknown() -> None:
    assert Planner(local=False, time_limit=60).size(400, 84) == 12
    assert Planner(local=True, time_limit=60).size(400, 84) == 4


@pytest.mark.parametrize(("speed", "fields"), [(8, 3), (25, 9), (80, 25), (1, 1)])
def test_a_measured_speed_decides(speed: int, fields: int) -> None:
    planner = Planner(local=True, time_limit=60)
    planner.answered(10, 780, 780 / speed)
    assert planner.size(400, 84) == fields


def test_a_short_context_decides() -> None:
    planner = Planner(local=False, time_limit=60, context_tokens=2048)
    assert planner.size(400, 84) == int((2048 - 400 - 256) / (84 + 1.3 * 78))
    assert Planner(local=False, time_limit=60, context_tokens=512).size(400, 84) == 1


def test_a_low_rate_of_tokens_decides() -> None:
    assert Planner(local=False, time_limit=60, tokens_per_minute=5000).size(400, 84) == int((1250 - 400) / (84 + 78))


def test_a_person_may_decide() -> None:
    planner = Planner(local=False, time_limit=60, fixed=40)
    assert planner.size(400, 84) == 40
    planner.answered(1, 100, 60)
    assert planner.size(400, 84) == 40, "speed does not overrule a person"
    assert Planner(local=False, time_limit=60, fixed=40, context_tokens=2048).size(400, 84) == 7, "a context does"


def test_what_was_too_large_is_not_tried_again() -> None:
    planner = Planner(local=False, time_limit=60)
    planner.answered(12, 936, 1)
    planner.too_large(12)
    assert planner.size(400, 84) == 6
    planner.too_large(20)
    planner.answered(6, 468, 1)
    assert planner.size(400, 84) == 6
    planner.too_large(1)
    assert planner.size(400, 84) == 1


def test_a_bad_moment_is_forgotten() -> None:
    planner = Planner(local=False, time_limit=60)
    planner.answered(12, 936, 1)
    planner.too_slow(12)
    assert planner.size(400, 84) == 6
    for _ in range(30):
        planner.answered(planner.size(400, 84), 936, 1)
    assert planner.size(400, 84) == MOST


def test_lengths_of_answers_are_learned() -> None:
    planner = Planner(local=False, time_limit=60, context_tokens=4096)
    before = planner.size(400, 84)
    for _ in range(20):
        planner.answered(10, 4000, 1)
    assert planner.output_per_field == pytest.approx(400, rel=0.01)
    assert planner.size(400, 84) < before


def test_senseless_measurements_are_ignored() -> None:
    planner = Planner(local=False, time_limit=60)
    planner.answered(0, 10, 1)
    planner.answered(5, 0, 1)
    planner.answered(5, 10, 0)
    assert planner.size(400, 84) == 12


def test_shares_are_even() -> None:
    assert [even(100, 12), even(13, 12), even(12, 12), even(25, 12), even(1, 12)] == [12, 7, 12, 9, 1]
    assert even(5, 0) == 1


@given(
    context=st.none() | st.integers(1, 100_000),
    rate=st.floats(0, 1e6),
    prompt=st.integers(0, 5000),
    per_field=st.integers(1, 500),
    answers=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5000), st.floats(0, 100)), max_size=5),
)
def test_it_is_always_possible(
    context: int | None, rate: float, prompt: int, per_field: int, answers: list[tuple[int, int, float]]
) -> None:
    planner = Planner(local=True, time_limit=60, context_tokens=context, tokens_per_minute=rate)
    for answer in answers:
        planner.answered(*answer)
    assert 1 <= planner.size(prompt, per_field) <= MOST
