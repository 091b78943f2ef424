"""A second look at the data answers exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.errors import DdgenError, InputError
from ddgen.model.dictionary import Field, Table
from ddgen.model.question import Containment, End, Uniqueness
from ddgen.model.relation import Batch, Relation
from ddgen.model.values import Values
from ddgen.profiling import counting
from ddgen.profiling.probe import DataProbe

from .feeding import arrows, texts, trees


class Held(Relation):
    """Batches that are there, until it fails."""

    def __init__(self, name: str, batches: Sequence[Batch], fails: bool = False) -> None:
        super().__init__(name, name, "held")
        self._batches = batches
        self._fails = fails
        self.reads = 0

    def batches(self) -> Iterator[Batch]:
        self.reads += 1
        yield from self._batches
        if self._fails:
            raise InputError("gone", where=self.name)


def table(name: str, **types: str) -> Table:
    fields = [
        Field(path=path, name=path, position=at, data_type=kind) for at, (path, kind) in enumerate(types.items(), 1)
    ]
    return Table(id=name, name=name, uri=name, format="held", fields=fields)


def probe(
    *pairs: tuple[Relation, Table],
    values: dict[str, dict[str, Values]] | None = None,
    told: list[DdgenError] | None = None,
    reread: bool = True,
) -> DataProbe:
    heard = told if told is not None else []
    return DataProbe(pairs, values or {}, reread=reread, told=lambda error, _relation: heard.append(error))


def look(batches: Iterator[Batch], *paths: str) -> list[Uniqueness | None]:
    with probe((Held("t", list(batches)), table("t"))) as asked:
        return asked.uniqueness([End("t", (path,)) for path in paths])


DIFFERENT = [f"id {number}" for number in range(5_000)]
FORMS: list[Callable[[list[str]], Iterator[Batch]]] = [
    lambda values: texts({"a": values, "b": ["x"] * len(values)}, 700),
    lambda values: trees([{"a": value, "b": "x"} for value in values], 700),
    lambda values: arrows(pa.table({"a": values, "b": ["x"] * len(values)}), 700),
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_looked_at(form: Callable[[list[str]], Iterator[Batch]]) -> None:
    assert look(form(DIFFERENT), "a", "b") == [
        Uniqueness(unique=True),
        Uniqueness(unique=False, repeated=1, examples=["x"]),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_two_equal_values_far_apart_are_found(form: Callable[[list[str]], Iterator[Batch]]) -> None:
    found = look(form([*DIFFERENT, "id 17", "id 17", "id 4"]), "a")
    assert found == [Uniqueness(unique=False, repeated=2, examples=["id 17", "id 4"])]


@pytest.mark.parametrize("form", FORMS)
def test_examples_are_the_most_frequent_then_the_first_by_their_letters(
    form: Callable[[list[str]], Iterator[Batch]],
) -> None:
    values = [f"id {number}" for number in range(90, 9, -1)] * 2 + ["id 50"]
    found = look(form(values), "a")
    assert found == [Uniqueness(False, 81, ["id 50", "id 10", "id 11", "id 12", "id 13"])]


def test_fields_in_objects_are_looked_at() -> None:
    records = [{"u": {"id": number}} for number in (1, 2, 3, 3)]
    for batches in (trees(records), arrows(pa.Table.from_pylist(records))):
        assert look(batches, "u.id") == [Uniqueness(unique=False, repeated=1, examples=["3"])]


def test_fields_of_one_name_are_told_apart() -> None:
    same = pa.Table.from_arrays([pa.array([1, 2]), pa.array([5, 5])], names=["a", "a"])
    found = look(arrows(same), "a", "`a#2`")
    assert [answer.unique for answer in found if answer is not None] == [True, False]


def test_fields_together() -> None:
    records = [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": 1, "b": None}, {"a": 1, "b": None}]
    with probe((Held("t", list(trees(records))), table("t"))) as asked:
        assert asked.uniqueness([End("t", ("a", "b"))]) == [Uniqueness(unique=True)]
    with probe((Held("t", list(trees([*records, {"a": 2, "b": 1}]))), table("t"))) as asked:
        expected = Uniqueness(unique=False, repeated=1, examples=["2, 1"])
        assert asked.uniqueness([End("t", ("a", "b"))]) == [expected]


def contained(one: Sequence[Any], other: Sequence[Any], **types: str) -> Containment | None:
    here = Held("a", list(trees([{"x": value} for value in one])))
    there = Held("b", list(trees([{"x": value} for value in other])))
    with probe((here, table("a", **types)), (there, table("b", **types))) as asked:
        return asked.containment([(End("a", ("x",)), End("b", ("x",)))])[0]


def test_values_that_are_not_found_are_counted() -> None:
    found = contained([1, 1, 2, 7, 7, 7, None], [1, 2, 3, 3])
    assert found == Containment(
        values=3, found=2, rows=6, orphans=3, target_values=3, most=3, target_most=2, examples=["7"]
    )


def test_numbers_are_found_as_texts() -> None:
    found = contained(["5", "6"], [5, 6.0])
    assert found is not None
    assert found.found == 2


def test_a_tables_is_read_once_for_many_questions() -> None:
    here = Held("a", list(trees([{"x": 1, "y": [1, 2]}, {"x": 2, "y": [3]}])))
    with probe((here, table("a"))) as asked:
        pair = End("a", ("x",)), End("a", ("y[]",))
        found = asked.containment([pair, pair[::-1], (End("a", ("x",)), End("a", ("x",)))])
        assert [answer.found for answer in found if answer is not None] == [2, 2, 2]
        asked.uniqueness([End("a", ("x",))])
    assert here.reads == 1


@given(st.lists(st.integers(0, 6), min_size=1), st.lists(st.integers(0, 6), min_size=1))
def test_large_and_small_fields_get_the_same_answers(one: list[int], other: list[int]) -> None:
    expected = contained(one, other)
    held = pytest.MonkeyPatch()
    with held.context() as patched:
        patched.setattr("ddgen.profiling.probe._MOST_COUNTED_HERE", 0)
        assert contained(one, other) == expected
    assert expected is not None
    assert expected.orphans == sum(value not in other for value in one)


def test_what_is_all_at_hand_is_not_read() -> None:
    here = Held("a", [], fails=True)
    values = {"a": {"x": Values([(1, 2), (2, 1)], complete=True), "y": Values([(1, 1)], complete=True)}}
    with probe((here, table("a")), values=values) as asked:
        assert asked.uniqueness([End("a", ("x",))]) == [Uniqueness(unique=False, repeated=1, examples=["1"])]
        (found,) = asked.containment([(End("a", ("x",)), End("a", ("y",)))])
    assert found is not None
    assert (found.exact, found.orphans, here.reads) == (True, 1, 0)


def test_without_another_look_values_at_hand_are_compared() -> None:
    here, there = Held("a", []), Held("b", [])
    values = {
        "a": {"x": Values([(1, 2), (9, 1)]), "z": Values([(1, 1)])},
        "b": {"x": Values([(1, 1), (2, 1)], complete=True)},
    }
    with probe((here, table("a")), (there, table("b")), values=values, reread=False) as asked:
        known, unknown = asked.containment([(End("a", ("x",)), End("b", ("x",))), (End("b", ("x",)), End("a", ("x",)))])
        assert asked.uniqueness([End("a", ("x",))]) == [None]
    assert known is not None
    assert (known.exact, known.found, unknown) == (False, 1, None)


def test_values_of_a_sample_are_not_all() -> None:
    sampled = table("a")
    sampled.row_count, sampled.rows_profiled = 100, 10
    values = {"a": {"x": Values([(1, 1)], complete=True)}}
    with probe((Held("a", []), sampled), values=values, reread=False) as asked:
        assert asked.uniqueness([End("a", ("x",))]) == [None]


def test_a_source_that_is_gone_is_told_once() -> None:
    told: list[DdgenError] = []
    here = Held("a", list(trees([{"x": 1, "y": 1}])), fails=True)
    with probe((here, table("a")), told=told) as asked:
        assert asked.uniqueness([End("a", ("x",))]) == [None]
        assert asked.uniqueness([End("a", ("y",))]) == [None]
    assert [error.message for error in told] == ["gone"]


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(counting.Counting, "_rows", full)
    told: list[DdgenError] = []
    with probe((Held("a", list(trees([{"x": 1}]))), table("a")), told=told) as asked:
        assert asked.uniqueness([End("a", ("x",)), End("a", ("y",))]) == [None, None]
    assert [error.hint for error in told] == ["Set TMPDIR to a folder with more room"]
