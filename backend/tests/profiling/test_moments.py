"""Moments against exact fractions."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.profiling.moments import Moments, Number

NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6).map(float),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.integers(-5, 5).map(lambda step: 1e9 + step),
)
BATCHES = st.lists(st.lists(st.tuples(NUMBERS, st.integers(1, 50)), min_size=1, max_size=20), min_size=1, max_size=5)


def moments_of(batch: list[tuple[float, int]]) -> Moments:
    values, counts = (np.array(part) for part in zip(*batch, strict=True))
    made = Moments()
    made.add(values.astype(np.float64), counts.astype(np.int64), values.min().item(), values.max().item())
    return made


@given(BATCHES)
def test_merged_moments_are_those_of_all_values(batches: list[list[tuple[float, int]]]) -> None:
    whole = Moments()
    for batch in batches:
        whole.merge(moments_of(batch))
    values = [Fraction(value) for batch in batches for value, count in batch for _ in range(count)]
    largest = float(max(map(abs, values)))
    assert whole.count == len(values)
    assert (whole.min, whole.max) == (float(min(values)), float(max(values)))
    assert whole.mean == pytest.approx(float(sum(values) / len(values)), rel=1e-9, abs=1e-12 * largest)
    if whole.count > 1:
        expected = math.sqrt(statistics.variance(values))
        assert whole.stddev == pytest.approx(expected, rel=1e-9, abs=1e-9 * largest)


def test_few_values_have_no_deviation() -> None:
    assert Moments().stddev is None
    assert moments_of([(5.0, 1)]).stddev is None
    assert moments_of([(5.0, 2)]).stddev == 0.0


def test_sizes_near_the_largest_float_do_not_overflow() -> None:
    found = moments_of([(1.5e308, 3), (1.7e308, 1)])
    assert found.mean == pytest.approx(1.55e308)
    assert found.stddev is None


@pytest.mark.parametrize("extremes", [(-(10**40), 10**40), (Decimal("0.10"), Decimal("9.9")), (0.1, 1e300)])
def test_states_keep_extremes_of_any_size(extremes: tuple[Number, Number]) -> None:
    made = Moments()
    made.add(np.array([0.5, 2.0]), np.array([1, 4]), *extremes)
    again = Moments.from_state(made.to_state())
    assert again.to_state() == made.to_state()
    assert (again.min, again.max) == extremes


def test_an_empty_state_survives() -> None:
    again = Moments.from_state(Moments().to_state())
    assert (again.count, again.min, again.max) == (0, None, None)


def test_the_mean_of_the_largest_numbers_of_both_signs_is_finite() -> None:
    moments = Moments()
    for value in (1.7e308, -1.5e308):
        moments.add(np.array([value]), np.array([1]), value, value)
    assert moments.mean == pytest.approx(1e307)
