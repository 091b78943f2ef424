"""Profiles: what a document says of a field's values."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.relation import Tagged
from ddgen.profiling.measure import shortened
from ddgen.profiling.sketches import RELATIVE_ERROR
from ddgen.profiling.summarise import ALL_LISTED, SAMPLES, TOP_VALUES, lengths_of, plain, shown

from .feeding import column, values

NUMBERS = st.lists(st.integers(-50, 50) | st.integers(-(10**9), 10**9), min_size=1, max_size=80)


@given(NUMBERS)
def test_facts_of_numbers(numbers: list[int]) -> None:
    profile = column(list(map(str, numbers))).profile
    assert (profile.min, profile.max) == (min(numbers), max(numbers))
    assert profile.mean == pytest.approx(statistics.mean(numbers), rel=1e-11, abs=1e-6)
    if len(numbers) > 1:
        assert profile.stddev == pytest.approx(statistics.stdev(numbers), rel=1e-9, abs=1e-6)
    assert profile.histogram is not None
    assert sum(profile.histogram.counts) == len(numbers)
    assert profile.distinct is not None
    assert (profile.distinct.count, profile.distinct.exact) == (len(set(numbers)), True)
    assert profile.unique == (len(set(numbers)) == len(numbers))


@given(NUMBERS)
def test_quantiles_are_the_smallest_values_that_reach_their_share(numbers: list[int]) -> None:
    quantiles = values(numbers).profile.quantiles
    assert quantiles is not None
    assert (quantiles.exact, quantiles.rank_error) == (True, 0.0)
    for name, share in (("p1", 0.01), ("p25", 0.25), ("p50", 0.5), ("p99", 0.99)):
        found = getattr(quantiles, name)
        assert found in numbers
        assert sum(number <= found for number in numbers) >= share * len(numbers)
        assert sum(number < found for number in numbers) < max(share * len(numbers), 1)


@given(st.lists(st.sampled_from(["a", "b", "c"]) | st.text(min_size=1, max_size=3), min_size=1, max_size=99))
def test_values_with_their_counts(texts: list[str]) -> None:
    profile = values(texts).profile
    counts = Counter(texts)
    assert profile.all_values_listed == (len(counts) <= ALL_LISTED)
    listed = [item.count for item in profile.top_values]
    assert listed == sorted(listed, reverse=True)
    if profile.all_values_listed:
        assert sum(listed) == len(texts)
    else:
        assert len(listed) <= TOP_VALUES
        assert min(listed, default=2) > 1
    assert sum(shape.count for shape in profile.shapes) <= len(texts)
    assert profile.lengths is None or profile.lengths.max == max(map(len, texts))


def test_beyond_4096_values_facts_say_that_they_are_estimates() -> None:
    profile = column([str(number % 5_000) for number in range(20_000)]).profile
    assert profile.distinct is not None
    assert not profile.distinct.exact
    assert profile.distinct.error == round(RELATIVE_ERROR, 5)
    assert profile.distinct.count == pytest.approx(5_000, rel=3 * RELATIVE_ERROR)
    assert profile.quantiles is not None
    assert not profile.quantiles.exact
    assert profile.quantiles.rank_error == pytest.approx(0.0098)
    assert profile.quantiles.p50 == pytest.approx(2_500, abs=5_000 * 2 * 0.0098)
    assert profile.histogram is not None
    assert (profile.histogram.exact, sum(profile.histogram.counts)) == (False, profile.sample_size)
    assert (profile.min, profile.max, profile.unique) == (0, 4_999, False)
    assert (profile.mean, len(profile.samples)) == (2_499.5, SAMPLES)


def test_frequent_values_are_found_among_many() -> None:
    texts = [("often" if number % 3 else f"value {number}") for number in range(30_000)]
    (first, *_) = values(texts).profile.top_values
    assert first.value == "often"
    assert first.count - first.error <= 20_000 <= first.count


def test_a_field_of_many_different_values_is_unique() -> None:
    profile = values(list(range(20_000))).profile
    assert profile.unique is True
    assert profile.distinct is not None
    assert (profile.distinct.count, profile.distinct.exact) == (20_000, True)
    assert profile.top_values == []


def test_dates() -> None:
    profile = column(["2024-01-31", "2024-02-29", "2023-12-01"]).profile
    assert (profile.min, profile.max) == ("2023-12-01", "2024-02-29")
    assert profile.quantiles is not None
    assert profile.quantiles.p50 == "2024-01-31"
    assert profile.histogram is not None
    assert (profile.histogram.of, sum(profile.histogram.counts)) == ("date", 3)
    assert profile.lengths is None


def test_timestamps_have_a_zone_where_all_have() -> None:
    assert column(["2024-01-31T09:05:00+02:00"]).profile.min == "2024-01-31T07:05:00Z"
    assert column(["2024-01-31T09:05:00Z", "2024-01-31T08:00:00"]).profile.min == "2024-01-31T08:00:00"


def test_times_of_day() -> None:
    profile = column(["09:05", "23:59:59"]).profile
    assert (profile.min, profile.max, profile.histogram) == ("09:05:00", "23:59:59", None)


@pytest.mark.parametrize(
    ("things", "low", "high"),
    [
        ([Decimal("1.50"), Decimal("10.25")], 1.5, 10.25),
        ([Decimal("0.12345678901234567890"), Decimal(1)], "0.1234567890123456789", 1),
        ([10**30, 5], 5, 10**30),
        ([1e300, float("inf"), float("nan")], 1e300, 1e300),
        ([timedelta(days=10), timedelta(days=2)], "2 days, 0:00:00", "10 days, 0:00:00"),
        (["b", "a", ""], "", "b"),
        ([date(2024, 1, 31)], "2024-01-31", "2024-01-31"),
        ([True, False], None, None),
    ],
)
def test_extremes(things: list[Any], low: Any, high: Any) -> None:
    profile = values(things).profile
    assert (profile.min, profile.max) == (low, high)


def test_empty_texts_and_the_scale() -> None:
    assert values(["", "", "x"]).profile.empty == 2
    assert column(["1.5", "2.125", "3"]).profile.scale == 3
    assert column(["1", "2"]).profile.scale is None


def test_a_text_of_20_megabytes() -> None:
    profile = values(["x" * 20_000_000, "y"]).profile
    assert profile.lengths is not None
    assert profile.lengths.max == 20_000_000
    assert max(len(str(item.value)) for item in profile.top_values) < 300
    assert profile.distinct is not None
    assert profile.distinct.count == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (5, 5),
        (5.0, 5),
        (0.1, 0.1),
        (float("nan"), "nan"),
        (Decimal("1E+3"), 1000),
        (Decimal("Infinity"), "Infinity"),
        ("x" * 130, "x" * 120 + "…"),
        ("a\ud800", "a\ufffd"),
        (datetime(2024, 1, 31, 9, 5), "2024-01-31T09:05:00"),  # noqa: DTZ001 - as data have them
        (time(9, 5), "09:05:00"),
        (b"text", "text"),
        (b"\x00\xff", "0x00ff"),
        (b"x" * 70, "x" * 60 + "…"),
        (Tagged("objectid", "56e1"), "56e1"),
        (timedelta(days=1), "1 day, 0:00:00"),
    ],
)
def test_values_as_documents_show_them(value: Any, expected: Any) -> None:
    assert shown(value) == expected
    assert type(shown(value)) is type(expected)


def test_long_texts_are_shown_with_their_length() -> None:
    assert str(shown(shortened("x" * 5_000))).endswith("… (5,000 characters)")


def test_decimals_beyond_a_float_are_texts() -> None:
    assert plain(Decimal("0.1")) == 0.1
    assert plain(Decimal("123456789012345678901.5")) == "123456789012345678901.5"
    assert plain(Decimal(123456789012345678901)) == 123456789012345678901


def test_lengths_with_a_histogram() -> None:
    found = lengths_of(Counter({1: 5, 3: 1}))
    assert (found.min, found.max) == (1, 3)
    assert found.mean == pytest.approx(8 / 6)
    assert found.histogram is not None
    assert found.histogram.counts == [5, 0, 1]
    assert lengths_of(Counter({7: 2})).histogram is None
