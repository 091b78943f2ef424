"""The profiler: the same facts however the input is cut or merged, within bounds of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ddgen.model.path import parse
from ddgen.model.relation import Batch
from ddgen.profiling import accumulator
from ddgen.profiling import profiler as module
from ddgen.profiling.profiler import Profiler

from .feeding import arrows, comparable, facts_of, field, paths, profiler_of, texts, trees
from .texts import TEXTS

Cut = Callable[[Sequence[Any], int, int], Iterator[Batch]]
FORMS: dict[str, Cut] = {
    "text": lambda things, size, first: texts({"x": [str(thing) for thing in things]}, size, first),
    "tree": lambda things, size, first: trees([{"x": thing, "l": [thing, None]} for thing in things], size, first),
    "arrow": lambda things, size, first: arrows(
        pa.table({"x": things, "l": [[thing] for thing in things]}), size, first
    ),
}
APPROXIMATE = ("top_values", "unique", "oddities")
"""What may differ by how the input is cut once values are too many; see docs/facts.md."""

THINGS = st.one_of(
    st.lists(st.integers(-20, 20), min_size=1, max_size=60),
    st.lists(st.floats(allow_nan=False), min_size=1, max_size=60),
    st.lists(TEXTS | st.sampled_from(["a", "N/A", "5", "01/02/2024"]), min_size=1, max_size=60),
)


def fed(form: str, things: Sequence[Any], size: int, first: int = 0) -> Profiler:
    return profiler_of(FORMS[form](things, size, first))


@pytest.mark.parametrize("form", FORMS)
@given(things=THINGS, size=st.integers(1, 60))
@settings(max_examples=40)
def test_batches_of_any_size_give_the_same_facts(form: str, things: list[Any], size: int) -> None:
    one, other = fed(form, things, size).finish(), fed(form, things, len(things)).finish()
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize("form", FORMS)
@given(things=THINGS, size=st.integers(1, 60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_they_do_beyond_the_exact_values(
    form: str, things: list[Any], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(accumulator, "EXACT_VALUES", 5)
        one, other = fed(form, things, size).finish(), fed(form, things, len(things)).finish()
    assert comparable(one, *APPROXIMATE) == comparable(other, *APPROXIMATE)


@pytest.mark.parametrize("form", FORMS)
@given(things=THINGS, cut=st.integers(0, 60), exact=st.sampled_from([5, 4_096]), backwards=st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merged_parts_are_the_whole(
    form: str, things: list[Any], cut: int, exact: int, backwards: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = min(cut, len(things) - 1)
    with monkeypatch.context() as patch:
        patch.setattr(accumulator, "EXACT_VALUES", exact)
        parts = [fed(form, things[cut:], 7, cut), fed(form, things[:cut] or things[:0], 7)]
        one, other = parts if backwards else reversed(parts)
        one.merge(other)
        merged, whole = one.finish(), fed(form, things, 7).finish()
    left_out = APPROXIMATE if exact == 5 else ()
    assert merged.rows == whole.rows
    assert sorted(comparable(merged, *left_out), key=str) == sorted(comparable(whole, *left_out), key=str)


def test_many_values_merge_to_the_same_sketches() -> None:
    things = [f"value {number * 7_919 % 9_001}" for number in range(12_000)]
    whole, part = fed("text", things, 1_000), fed("text", things[:5_000], 1_000)
    part.merge(fed("text", things[5_000:], 700, 5_000))
    accumulators = [found.root.children["x"].accumulator for found in (whole, part)]
    registers = [held.hll.registers.tolist() for held in accumulators if held is not None and held.hll is not None]
    assert len(registers) == 2
    assert registers[0] == registers[1]
    assert comparable(whole.finish(), *APPROXIMATE) == comparable(part.finish(), *APPROXIMATE)


def test_declared_fields_come_first_and_exist_without_values() -> None:
    profiler = Profiler()
    profiler.declare([parse("b"), parse("items[].sku"), parse("m{}")])
    for batch in trees([{"a": 1, "items": [{"n": 1}]}]):
        profiler.feed(batch)
    found = profiler.finish()
    assert paths(found) == ["b", "items", "items[]", "items[].sku", "items[].n", "m", "m{}", "a"]
    assert field(found, "items[].sku").data_type == "unknown"


def test_the_largest_values_are_given_up_when_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VALUES_BUDGET", 20_000)
    things = {f"f{number}": [f"{number} {row % (10 + number)}" for row in range(60)] for number in range(20)}
    found = facts_of(texts(things, 20))
    exact = [part.profile.distinct.exact for part in found.fields if part.profile.distinct is not None]
    assert 0 < sum(exact) < 20
    assert exact == sorted(exact, reverse=True)
    given_up = found.fields[-1].profile
    assert "the memory for them was needed elsewhere" in given_up.notes[0]
    assert (given_up.values, given_up.min) == (60, "19 0")
    assert given_up.distinct is not None
    assert given_up.distinct.count == pytest.approx(29, abs=1)


def test_many_fields_share_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLES_BUDGET", 2_000)
    monkeypatch.setattr(module, "_LEAST_SAMPLE", 50)
    documents = [{f"f{number}": row for number in range(20)} for row in range(400)]
    found = facts_of(trees(documents, 100))
    assert {part.profile.sample_size for part in found.fields} == {100}
    assert comparable(found) == comparable(facts_of(trees(documents)))


def test_more_paths_than_are_kept_become_maps_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PATHS", 100)
    documents = [{"id": row, "m": {f"name {row} {number}": number for number in range(8)}} for row in range(40)]
    found = facts_of(trees(documents, 10), {"m": False})
    assert paths(found) == ["id", "m", "m{}"]
    profile = field(found, "m{}").profile
    assert (profile.values, profile.min, profile.max) == (320, 0, 7)


def test_more_columns_than_paths_stay_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PATHS", 50)
    found = facts_of(texts({f"f{number}": ["1", "2"] for number in range(80)}))
    assert len(found.fields) == 80
    assert {part.data_type for part in found.fields} == {"integer"}


def test_types_name_what_is_inside() -> None:
    found = facts_of(trees([{"x": [{"1": [1], "2": [2], "3": [None]}], "y": [], "z": [1, "a"]}]))
    assert field(found, "x").data_type == "array[map[array[integer]]]"
    assert field(found, "y").data_type == "array[unknown]"
    assert field(found, "z").data_type == "array[integer | string]"


def test_nothing_fed_gives_no_fields() -> None:
    found = Profiler().finish()
    assert (found.rows, found.fields, found.maps) == (0, [], {})
