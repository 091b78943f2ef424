"""The accumulator: exact while values are few, sketches beyond, and the same however it is fed."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddgen.profiling import accumulator as module
from ddgen.profiling.accumulator import Accumulator, Rows
from ddgen.profiling.measure import LongText
from ddgen.profiling.sketches import RELATIVE_ERROR

from .feeding import rows
from .texts import TEXTS

FLOATS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -0.0, 1.0, 5e-5, 1e9, 0.1])
INTEGERS = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
KINDS = {"text": (TEXTS, pa.large_string()), "int": (INTEGERS, pa.int64()), "float": (FLOATS, pa.float64())}
BATCHES = st.sampled_from(list(KINDS)).flatmap(
    lambda group: st.tuples(
        st.just(group), st.lists(st.lists(KINDS[group][0], min_size=1, max_size=8), min_size=1, max_size=6)
    )
)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_VALUES", 6)


def facts(held: Accumulator) -> dict[str, Any]:
    stats = held.settled_stats()
    return {
        "values": held.values,
        "groups": held.group_counts,
        "exact": held.exact and {group: counts for group, counts in held.exact.items() if counts},
        "distinct": held.distinct(),
        "unique": bool(held.unique()),
        "registers": None if held.hll is None else held.hll.registers.tolist(),
        "heavy": {group: dict(heavy.top(1_000)) for group, heavy in held.heavy.items()},
        "sample": held.sample.ordered(),
        "kinds": {kind: count for kind, count in stats.kinds.items() if count},
        "lengths": stats.lengths,
        "ends": (stats.texts, stats.numbers.min, stats.numbers.max, stats.moments),
        "oddities": {kind: odd.count for kind, odd in stats.oddities.items()},
    }


def accumulated(group: str, batches: list[list[Any]], *, arrays: bool, start: int = 0) -> Accumulator:
    held, first = Accumulator(), start
    for batch in batches:
        if arrays:
            held.add_array(group, pa.array(batch, KINDS[group][1]), rows(len(batch), first))
        else:
            counter: Counter[Any] = Counter(batch)
            held._count(group, batch, rows(len(batch), first))  # noqa: SLF001 - the path of values no array holds
            place = module._first_places(batch, list(counter), rows(len(batch), first))  # noqa: SLF001 - as above
            if held.exact is None or not held._add_exactly(group, counter, place):  # noqa: SLF001 - as above
                held._add_to_sketches(group, counter, place)  # noqa: SLF001 - as above
        first += len(batch)
    return held


@given(BATCHES)
def test_arrays_and_lists_give_the_same_facts(fed: tuple[str, list[list[Any]]]) -> None:
    group, batches = fed
    assert facts(accumulated(group, batches, arrays=True)) == facts(accumulated(group, batches, arrays=False))


@pytest.mark.usefixtures("few")
@settings(suppress_health_check=[])
@given(fed=BATCHES)
def test_so_they_do_beyond_the_exact_values(fed: tuple[str, list[list[Any]]]) -> None:
    group, batches = fed
    assert facts(accumulated(group, batches, arrays=True)) == facts(accumulated(group, batches, arrays=False))


@given(BATCHES)
def test_one_batch_or_many(fed: tuple[str, list[list[Any]]]) -> None:
    group, batches = fed
    together = [[value for batch in batches for value in batch]]
    assert facts(accumulated(group, batches, arrays=True)) == facts(accumulated(group, together, arrays=True))


@pytest.mark.usefixtures("few")
@given(BATCHES)
def test_one_batch_or_many_beyond_the_exact_values(fed: tuple[str, list[list[Any]]]) -> None:
    group, batches = fed
    together = [[value for batch in batches for value in batch]]
    one, other = (accumulated(group, parts, arrays=True) for parts in (batches, together))
    assert facts(one) == facts(other)


@pytest.mark.usefixtures("few")
@given(BATCHES, st.integers(0, 6))
def test_merged_parts_are_the_whole(fed: tuple[str, list[list[Any]]], cut: int) -> None:
    group, batches = fed
    start = sum(map(len, batches[:cut]))
    one = accumulated(group, batches[:cut], arrays=True)
    one.merge(accumulated(group, batches[cut:], arrays=True, start=start))
    assert facts(one) == facts(accumulated(group, batches, arrays=True))


def test_minus_zero_is_zero() -> None:
    held = accumulated("float", [[0.0, -0.0, 1.0]], arrays=True)
    assert held.counted() == [(0.0, 2), (1.0, 1)]


def test_exactly_4096_values_are_exact_and_one_more_is_not() -> None:
    held = Accumulator()
    held.add("int", list(range(4_096)) * 2, rows(8_192))
    assert held.distinct() == (4_096, True)
    assert held.unique() is False
    held.add("int", [0, 4_096], rows(2, 8_192))
    assert held.exact is None
    assert held.distinct()[0] == pytest.approx(4_097, rel=3 * RELATIVE_ERROR)
    assert held.values == 8_194


def test_different_hashes_prove_uniqueness() -> None:
    held = Accumulator()
    for start in range(0, 20_000, 5_000):
        held.add("int", list(range(start, start + 5_000)), rows(5_000, start))
    assert (held.exact, held.unique()) == (None, True)
    held.add("int", [7], rows(1, 20_000))
    assert held.unique() is None
    held.add("int", [8, 8], rows(2, 20_001))
    assert held.unique() is False


def test_equal_numbers_of_two_types_are_one_value() -> None:
    held = Accumulator()
    for group, values in (("int", [5, 6]), ("float", [5.0, 0.5]), ("bool", [True]), ("str", ["5"])):
        held.add(group, values, rows(len(values)))
    held.add("decimal", [Decimal("5.00")], rows(1))
    assert sorted(map(str, held.counted())) == sorted(map(str, [(5, 3), (6, 1), (0.5, 1), (True, 1), ("5", 1)]))
    assert held.unique() is False


@pytest.mark.parametrize("spilt", [False, True])
def test_long_texts_are_told_apart_by_their_hash(spilt: bool) -> None:
    held = Accumulator()
    texts = ["a" * 5_000 + tail for tail in ("x", "y", "x")] + ["", "short"]
    if spilt:
        held.spill()
    held.add("str", texts, rows(len(texts)))
    assert held.distinct()[0] == 4
    assert held.settled_stats().lengths == {5_001: 3, 0: 1, 5: 1}
    assert {type(value) for value in held.sample.ordered()} == {str, LongText}


@pytest.mark.parametrize("group", ["str", "text"])
def test_lone_surrogates_are_values(group: str) -> None:
    held = Accumulator()
    for start in (0, 5_000, 10_000):
        values = [f"v{number}" for number in range(start, start + 5_000)]
        held.add(group, ["\ud800", "x\udfff"] * 500 + values, rows(6_000, start))
        held.add(group, values, rows(5_000, start))
    assert held.values == 33_000
    assert held.settled_stats().kinds["string"] == 33_000
    assert {value for value, _ in held.heavy[group].top(2)} == {"\ud800", "x\udfff"}


def test_huge_integers_stay_whole_among_sketches() -> None:
    held = Accumulator()
    held.add("int", [10**30] * 9_000 + list(range(5_000)), rows(14_000))
    held.add("int", list(range(9_000)), rows(9_000, 14_000))
    assert held.heavy["int"].top(1)[0][0] == 10**30
    assert held.settled_stats().numbers.max == 10**30


def test_values_given_up_for_memory_are_sketched() -> None:
    held = Accumulator()
    held.add("str", ["a", "b", "a"], rows(3))
    assert held.bytes_held > 0
    held.spill()
    held.add("str", ["a"], rows(1, 3))
    assert (held.bytes_held, held.values, held.distinct()) == (0, 4, (2, False))
    assert held.heavy["str"].top(2) == [("a", 3), ("b", 1)]


def test_first_places_are_those_of_records() -> None:
    held = Accumulator()
    held.add("text", ["x", " x", "5", " y"], rows(4, 100))
    held.add("text", [" x", " z"], rows(2, 104))
    assert held.settled_stats().oddities["padding"].first == [("a.csv", place) for place in (101, 103, 105)]


def test_nothing_added_changes_nothing() -> None:
    held = Accumulator()
    held.add("int", [], Rows("a", np.zeros(0, np.int64), np.zeros(0, np.uint64)))
    assert (held.values, held.groups(), held.distinct(), held.unique()) == (0, set(), (0, True), True)
