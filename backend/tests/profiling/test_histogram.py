"""Histograms: every value is in one bin, and the bins are what their edges say."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.profile import Histogram
from ddgen.profiling.dates import EPOCH, MICROSECONDS_A_DAY
from ddgen.profiling.histogram import MOST_BINS, histogram

NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.integers(10**15, 10**15 + 300),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.floats(-1e299, 1e299, allow_nan=False),
    st.sampled_from([0.1, 0.1 + 2**-50, 0.30000000000000004]),
)
COUNTED = st.lists(st.tuples(NUMBERS, st.integers(1, 20)), min_size=1, max_size=60)
DAYS = st.lists(
    st.tuples(st.integers(-700_000, 2_900_000) | st.integers(19_000, 19_060), st.integers(1, 9)), min_size=1
)
INSTANTS = st.lists(
    st.tuples(st.integers(-6 * 10**16, 2 * 10**17) | st.integers(17 * 10**14, 17 * 10**14 + 10**7), st.integers(1, 9)),
    min_size=1,
)
Of = Literal["number", "day", "instant", "length"]


def drawn(of: Of, pairs: list[tuple[Any, int]]) -> Histogram:
    values, counts = zip(*sorted(pairs), strict=True)
    found = histogram(of, values, counts, low=values[0], high=values[-1], exact=True)
    assert found is not None
    return found


def check(found: Histogram, edges: list[Any], pairs: list[tuple[Any, int]]) -> None:
    """Counting each value between the edges gives the counts."""
    assert 1 <= len(found.counts) <= MOST_BINS
    assert len(edges) == len(found.counts) + 1
    if len(found.counts) == 1:
        assert found.counts == [sum(count for _, count in pairs)]
        return
    assert all(low < high for low, high in pairwise(edges))
    expected = [0] * len(found.counts)
    for value, count in pairs:
        expected[min(bisect_right(edges, value) - 1, len(expected) - 1)] += count
    assert found.counts == expected


@given(COUNTED)
def test_numbers_stand_in_the_bins_that_the_edges_say(pairs: list[tuple[float, int]]) -> None:
    found = drawn("number", pairs)
    check(found, [float(edge) for edge in found.edges], [(float(value), count) for value, count in pairs])


@given(DAYS)
def test_days_do(pairs: list[tuple[int, int]]) -> None:
    found = drawn("day", pairs)
    check(found, [(date.fromisoformat(str(edge)) - EPOCH.date()).days for edge in found.edges], pairs)


@given(INSTANTS)
def test_instants_do_to_the_microsecond_or_second(pairs: list[tuple[int, int]]) -> None:
    instants = [(float(value), count) for value, count in pairs]
    found = drawn("instant", instants)
    moments = [datetime.fromisoformat(str(edge)) - EPOCH for edge in found.edges]
    edges = [float((moment.days * 86_400 + moment.seconds) * 10**6 + moment.microseconds) for moment in moments]
    check(found, edges, instants)


def test_few_whole_numbers_get_a_bin_each() -> None:
    found = drawn("number", [(1, 5), (3, 2), (4, 1)])
    assert (found.edges, found.counts) == ([1, 2, 3, 4, 5], [5, 0, 2, 1])


def test_one_value_has_one_bin() -> None:
    found = drawn("number", [(2.5, 7)])
    assert (found.edges, found.counts) == ([2.5, 2.5], [7])


@pytest.mark.parametrize(("total", "bins"), [(5, 10), (400, 20), (10_000, 50)])
def test_more_values_make_more_bins(total: int, bins: int) -> None:
    assert len(drawn("number", [(0.5, 1), (99.5, total - 1)]).counts) == bins


def test_dates_have_whole_days_as_edges() -> None:
    found = drawn("day", [(0, 1), (60, 1), (100, 1)])
    assert found.of == "date"
    assert (found.edges[0], found.edges[-1]) == ("1970-01-01", "1970-04-11")


def test_instants_far_apart_have_whole_seconds_as_edges() -> None:
    found = drawn("instant", [(0, 1), (3 * MICROSECONDS_A_DAY, 1)])
    assert all(len(str(edge)) == len("1970-01-01T00:00:00") for edge in found.edges)


@pytest.mark.parametrize(("low", "high"), [(float("-inf"), 1.0), (-1.7e308, 1.7e308)])
def test_what_cannot_be_drawn_is_not(low: float, high: float) -> None:
    assert histogram("number", [1.0], [1], low=low, high=high, exact=True) is None
    assert histogram("number", [], [], low=0, high=1, exact=True) is None
