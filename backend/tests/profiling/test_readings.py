"""Reading many texts at once agrees with reading each alone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.profiling.readings import micros_of, numbers_of
from ddgen.profiling.text_kinds import kind_of

from .feeding import column
from .texts import TEXTS

FEW_OR_MANY = st.sampled_from([[], [f"word {number}" for number in range(60)], ["\ud800"] * 60])


@given(st.lists(TEXTS | st.just("") | st.none() | st.just(5), max_size=20), FEW_OR_MANY, st.booleans())
def test_each_text_has_the_reading_that_it_has_alone(
    texts: list[str | int | None], more: list[str], month_first: bool
) -> None:
    values = [*texts, *more]
    numbers, micros = numbers_of(values), micros_of(values, month_first=month_first)
    for value, number, instant in zip(values, numbers, micros, strict=True):
        alone = kind_of(value) if isinstance(value, str) and value else kind_of("x")
        finite = alone.number if alone.number is not None and math.isfinite(alone.number) else None
        assert number == finite
        expected = alone.moment and (alone.moment.other if month_first else alone.moment.micros)
        assert instant == expected


@pytest.mark.parametrize("count", [3, 100])
def test_infinity_is_no_quantile(count: int) -> None:
    profile = column([*map(str, range(count)), "inf", "-Infinity"]).profile
    assert profile.quantiles is not None
    assert (profile.quantiles.p1, profile.quantiles.p99, profile.max) == (0, count - 1 - (count > 50), count - 1)
    assert [(odd.kind, odd.count) for odd in profile.oddities] == [("infinity", 2)]
