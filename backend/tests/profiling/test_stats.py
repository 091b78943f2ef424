"""Statistics: what different values with their counts add up to, and merging."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.relation import Tagged
from ddgen.profiling.stats import FIRST_PLACES, OddityCount, Range, Stats, add_scalars, add_texts
from ddgen.profiling.text_kinds import kind_of

from .texts import TEXTS

COUNTED = st.dictionaries(TEXTS, st.integers(1, 9), min_size=1, max_size=15)


def of_texts(counts: dict[str, int], *, typed: bool = True) -> Stats:
    stats = Stats()
    numbers = np.array(list(counts.values()), np.int64)
    add_texts(stats, pa.array(list(counts), pa.large_string()), numbers, None, typed=typed)
    return stats


def of_scalars(*values: Any) -> Stats:
    stats = Stats()
    add_scalars(stats, values, np.ones(len(values), np.int64), lambda index: ("a", index))
    return stats


def facts(stats: Stats) -> dict[str, Any]:
    """What must be equal however values are fed."""
    odd = {kind: (oddity.count, oddity.example) for kind, oddity in stats.oddities.items()}
    numbers = (stats.numbers.count, stats.numbers.min, stats.numbers.max)
    names = ("kinds", "words", "orders", "lengths", "moments", "texts", "scale", "read_moments", "zoned", "numeric")
    found = {name: getattr(stats, name) for name in names} | {"oddities": odd, "numbers": numbers}
    found["kinds"] = {kind: count for kind, count in stats.kinds.items() if count}
    found["orders"] = {kind: count for kind, count in stats.orders.items() if count}
    found["read_moments"] = {kind: count for kind, count in stats.read_moments.items() if count}
    return found


@given(COUNTED)
def test_kinds_are_those_of_each_text(counts: dict[str, int]) -> None:
    expected: Counter[str] = Counter()
    for text, count in counts.items():
        expected[kind_of(text).kind] += count
    stats = of_texts(counts)
    assert {kind: count for kind, count in stats.kinds.items() if count} == expected
    assert stats.lengths.total() == sum(counts.values())
    assert (stats.texts.min, stats.texts.max) == (min(counts), max(counts))


@given(COUNTED, st.booleans())
def test_many_texts_together_are_as_each_alone(counts: dict[str, int], typed: bool) -> None:
    """Sixty more texts make the batch large enough to be sorted together."""
    many = {f"word {number}": 1 for number in range(60)} | counts
    together, apart = of_texts(many, typed=typed), Stats()
    for text, count in many.items():
        apart.merge(of_texts({text: count}, typed=typed))
    assert facts(together) == facts(apart)
    assert together.numbers.mean == pytest.approx(apart.numbers.mean, rel=1e-9)


@given(COUNTED)
def test_strings_of_typed_formats_are_no_numbers_nor_tokens(counts: dict[str, int]) -> None:
    kinds = {kind for kind, count in of_texts(counts, typed=False).kinds.items() if count}
    assert kinds <= {"string", "blank", "date", "time", "timestamp", "uuid"}


@given(st.lists(st.integers(-(10**25), 10**25), min_size=1, max_size=30, unique=True))
def test_integers_of_any_size(numbers: list[int]) -> None:
    stats = of_scalars(*numbers)
    beyond = [number for number in numbers if not -(2**63) <= number < 2**63]
    assert (stats.numbers.min, stats.numbers.max, stats.numbers.count) == (min(numbers), max(numbers), len(numbers))
    assert (stats.oddities["beyond_64_bit"].count if beyond else 0) == len(beyond)


def test_numbers_beyond_a_float_are_counted_apart() -> None:
    stats = of_scalars(1, 10**400)
    assert stats.kinds["integer"] == 2
    assert stats.oddities["beyond_float"].count == 1
    assert (stats.numbers.count, stats.numbers.max) == (1, 1)


def test_what_is_not_finite_is_an_oddity_and_no_number() -> None:
    stats = of_scalars(1.5, float("nan"), float("inf"))
    stats.merge(of_scalars(Decimal("2.50"), Decimal("NaN"), Decimal("-Infinity")))
    assert (stats.kinds["float"], stats.kinds["decimal"]) == (3, 3)
    assert {kind: odd.count for kind, odd in stats.oddities.items()} == {"nan": 2, "infinity": 2}
    assert (stats.numbers.count, stats.numbers.max, stats.scale) == (2, Decimal("2.50"), 2)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((True, False), "boolean"),
        ((date(2024, 1, 31),), "date"),
        ((datetime(2024, 1, 31, tzinfo=UTC),), "timestamp"),
        ((time(9, 5),), "time"),
        ((timedelta(days=2),), "interval"),
        ((b"\x00",), "binary"),
        ((Tagged("objectid", "5"),), "tagged:objectid"),
    ],
)
def test_kinds_of_other_scalars(values: tuple[Any, ...], kind: str) -> None:
    assert of_scalars(*values).kinds == {kind: len(values)}


def test_intervals_are_compared_as_lengths_of_time() -> None:
    stats = of_scalars(timedelta(days=10))
    stats.merge(of_scalars(timedelta(days=2), timedelta(hours=-1)))
    assert stats.moments["interval"] == Range(-3_600_000_000, 864_000_000_000)


def test_a_value_without_facts_is_refused() -> None:
    with pytest.raises(TypeError, match="no facts are defined for complex"):
        of_scalars(1j)


def test_the_first_places_are_kept() -> None:
    odd = OddityCount()
    for index in range(30):
        odd.add(2, f"example {9 - index % 10}", index, lambda at: ("a", at))
    assert (odd.count, odd.example) == (60, "example 0")
    assert odd.first == [("a", index) for index in range(FIRST_PLACES)]


def test_merged_places_are_the_first_of_both() -> None:
    one, other = Stats(), Stats()
    for stats, places in ((one, range(1, 20, 2)), (other, range(0, 20, 2))):
        for place in places:
            stats.oddity("padding", 1, " x", place, lambda at: ("a", at))
    one.merge(other)
    assert one.oddities["padding"].first == [("a", index) for index in range(FIRST_PLACES)]


def test_words_are_kept_as_written_however_many_there_are() -> None:
    stats = of_texts({f"N/A{' ' * number}": 1 for number in range(60)} | {"n/a": 5, "NULL": 2})
    assert stats.words == {"N/A": 60, "n/a": 5, "NULL": 2}


@given(st.lists(st.integers(0, 5_000_000), min_size=1, max_size=30))
def test_lengths_are_bounded_and_their_ends_exact(lengths: list[int]) -> None:
    stats = Stats()
    stats.add_lengths(np.arange(9_000, dtype=np.int64), np.ones(9_000, np.int64))
    for length in lengths:
        stats.add_lengths(np.array([length]), np.array([1]))
    assert stats.lengths.total() == 9_000 + len(lengths)
    assert len(stats.lengths) <= 2 * 4_096 + 1
    assert (min(stats.lengths), max(stats.lengths)) == (0, max(8_999, *lengths))
