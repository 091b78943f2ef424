"""Documents: null, missing and parent-absent told apart at every depth, and nothing lost on the way."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.relation import Tagged, TreeBatch
from ddgen.profiling import feed_tree
from ddgen.profiling.profiler import Profiler, TableFacts

from .feeding import facts_of, field, paths, profiler_of, trees, values

KEYS = st.sampled_from(["a", "b", "c", "", "x.y"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=3), st.sampled_from(["2024-01-31", ""])
)
DOCUMENTS = st.lists(
    st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
    ),
    max_size=15,
)
NO_MAPS = dict.fromkeys(("$", "a", "b", "c"), False)


def states(facts: TableFacts, path: str) -> tuple[int, int, int, int, int]:
    profile = field(facts, path).profile
    return profile.total, profile.values, profile.null, profile.missing, profile.parent_absent


def leaves(value: Any) -> Counter[str]:
    """How many scalars, arrays and objects there are, at any depth."""
    found = Counter({"array" if isinstance(value, list) else "object" if isinstance(value, dict) else "scalar": 1})
    for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        found += leaves(inner)
    return found


@given(DOCUMENTS)
def test_the_states_of_every_field_add_up(documents: list[Any]) -> None:
    facts = facts_of(trees(documents))
    assert facts.rows == len(documents)
    for found in facts.fields:
        profile = found.profile
        parts = (
            profile.values,
            profile.null,
            profile.missing,
            profile.parent_absent,
            sum(profile.null_tokens.values()),
        )
        assert min(parts) >= 0
        assert sum(parts) == profile.total
        assert sum(found.types.values()) == profile.values


@given(DOCUMENTS)
def test_every_scalar_array_and_object_is_counted_once(documents: list[Any]) -> None:
    expected: Counter[str] = Counter()
    for document in documents:
        expected += leaves(document)
    profiler = profiler_of(trees(documents))
    facts = profiler.finish()
    root = profiler.root
    nodes = list(root.walk())
    assert sum(node.objects for node in nodes) == expected["object"]
    assert sum(node.arrays for node in nodes) == expected["array"]
    assert sum(node.values + node.nulls for node in nodes) == expected["scalar"]
    assert facts.rows == root.present


@given(DOCUMENTS, st.integers(1, 5))
def test_batches_of_any_size_give_the_same_facts(documents: list[Any], size: int) -> None:
    assert repr(facts_of(trees(documents, size))) == repr(facts_of(trees(documents)))


def test_null_missing_and_parent_absent_are_told_apart() -> None:
    facts = facts_of(trees([{"u": {"n": "x"}}, {"u": {"n": None}}, {"u": {}}, {"u": None}, {}, {"u": 5}]))
    assert states(facts, "u") == (6, 4, 1, 1, 0)
    assert states(facts, "u.n") == (6, 1, 1, 1, 3)


def test_elements_are_counted_by_element_and_by_record() -> None:
    facts = facts_of(trees([{"t": ["x", None, "y"]}, {"t": []}, {"t": None}, {}, {"t": ["x"]}]))
    assert states(facts, "t") == (5, 3, 1, 1, 0)
    assert states(facts, "t[]") == (4, 3, 1, 0, 0)
    assert field(facts, "t[]").profile.records == 2
    elements = field(facts, "t").profile.elements
    assert elements is not None
    assert (elements.min, elements.max) == (0, 3)
    assert elements.mean == pytest.approx(4 / 3)


def test_arrays_of_objects_with_missing_keys() -> None:
    facts = facts_of(trees([{"i": [{"s": 1, "p": 2}, {"s": None}, {}]}, {"i": [None, {"s": 1}, 7]}, {}]))
    assert states(facts, "i[]") == (6, 5, 1, 0, 0)
    assert states(facts, "i[].s") == (6, 2, 1, 1, 2)
    assert states(facts, "i[].p") == (6, 1, 0, 3, 2)
    assert field(facts, "i[].s").profile.records == 2
    assert field(facts, "i[]").data_type == "object | integer"


def test_arrays_of_arrays() -> None:
    facts = facts_of(trees([{"m": [[1, 2], [], [None]]}, {"m": [None, [3]]}]))
    assert states(facts, "m[]") == (5, 4, 1, 0, 0)
    assert states(facts, "m[][]") == (4, 3, 1, 0, 0)
    assert field(facts, "m").data_type == "array[array[integer]]"


def test_records_that_are_no_objects() -> None:
    facts = facts_of(trees([1, "x", None, [2], {"a": 1}]))
    assert states(facts, "$") == (5, 4, 1, 0, 0)
    assert states(facts, "a") == (5, 1, 0, 0, 4)
    assert field(facts, "$").data_type == "array[integer] | integer | object | string"


def test_an_array_and_a_map_at_one_place_are_both_told() -> None:
    facts = facts_of(trees([{"x": [{"1": 1, "2": 2, "3": 3}]}, {"x": {"1": 1, "2": 2, "3": 3}}]))
    assert field(facts, "x").data_type == "array[map[integer]] | map[integer]"


def test_values_beyond_json() -> None:
    things = [b"\x00\x01", Decimal("1.50"), date(2024, 1, 31), Tagged("objectid", "56e1"), 10**30]
    found = values(things)
    assert found.types == {"binary": 1, "decimal": 1, "date": 1, "string": 1, "integer": 1}
    assert found.physical_types == {"binary": 1, "date": 1, "decimal": 1, "integer": 1, "objectid": 1}


@pytest.mark.parametrize("nan", [float("nan"), Decimal("NaN")])
def test_nan_is_one_value_however_often_it_is_made(nan: float | Decimal) -> None:
    things = [type(nan)(str(nan)) for _ in range(5)] + [type(nan)(1)]
    found = values(things)
    assert found.profile.distinct is not None
    assert (found.profile.distinct.count, found.profile.max) == (2, 1)
    assert [(odd.kind, odd.count) for odd in found.profile.oddities] == [("nan", 5)]


def test_duplicates_of_a_key_are_an_oddity_of_its_path() -> None:
    profiler = Profiler()
    profiler.feed(TreeBatch([{"a": {"b": 1}}, {"a": {"b": 2}}], "a.json", 10, duplicates=[(("a", "b"), 11)]))
    (odd,) = field(profiler.finish(), "a.b").profile.oddities
    assert (odd.kind, odd.count, odd.first[0].record) == ("duplicate_key", 1, 12)


def test_an_object_of_very_many_keys_is_a_map_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_tree, "MOST_PATHS", 20)
    huge = {f"key {number}": {"n": number} for number in range(50)}
    facts = facts_of(trees([{"m": {"a": {"n": -1}}}, {"m": huge}, {"m": {"b": {"n": -2}}}]))
    assert paths(facts) == ["m", "m{}", "m{}.n"]
    profile = field(facts, "m{}.n").profile
    assert (profile.total, profile.values, profile.min, profile.max) == (52, 52, -2, 49)
    assert states(facts, "m") == (3, 3, 0, 0, 0)


def test_keys_of_any_form_stay_apart() -> None:
    facts = facts_of(trees([{"a.b": 1, "a": {"b": 2}, "": 3, "x[]": 4, "`": 5, "a`b": 6}]))
    assert paths(facts) == ["`a.b`", "a", "a.b", "``", "`x[]`", "````", "`a``b`"]


@pytest.mark.parametrize("levels", [64, 400])
def test_many_levels(levels: int) -> None:
    nested: Any = {"end": 1}
    for _ in range(levels):
        nested = [nested] if _ % 2 else {"x": nested}
    facts = facts_of(trees([nested, nested]))
    assert len(facts.fields) >= levels
    assert facts.fields[-1].profile.total == 2


def test_sources_follow_each_other() -> None:
    profiler = Profiler()
    for source in ("a.json", "b.json"):
        for batch in trees([{"x": [1, 2]}], source=source):
            profiler.feed(batch)
    profile = field(profiler.finish(), "x[]").profile
    assert (profile.total, profile.records) == (4, 2)
