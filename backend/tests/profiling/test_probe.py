"""A second look at the data decides whether a field is unique."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest

from ddgen.model.path import Path, parse
from ddgen.model.relation import Batch, Relation
from ddgen.profiling.probe import Uniqueness, uniqueness

from .feeding import arrows, texts, trees


class Held(Relation):
    """Batches that are there."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        super().__init__("t", "t", "held")
        self._batches = batches

    def batches(self) -> Iterator[Batch]:
        return iter(self._batches)


def look(batches: Iterator[Batch], *paths: str) -> dict[Path, Uniqueness]:
    return uniqueness(Held(list(batches)), [parse(path) for path in paths])


DIFFERENT = [f"id {number}" for number in range(5_000)]
FORMS: list[Any] = [
    lambda values: texts({"a": values, "b": ["x"] * len(values)}, 700),
    lambda values: trees([{"a": value, "b": "x"} for value in values], 700),
    lambda values: arrows(pa.table({"a": values, "b": ["x"] * len(values)}), 700),
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_looked_at(form: Any) -> None:
    found = look(form(DIFFERENT), "a", "b")
    assert found[("a",)] == Uniqueness(unique=True)
    assert found[("b",)] == Uniqueness(unique=False, repeated=1, examples=["x"])


@pytest.mark.parametrize("form", FORMS)
def test_two_equal_values_far_apart_are_found(form: Any) -> None:
    found = look(form([*DIFFERENT, "id 17", "id 17", "id 4"]), "a")
    assert found[("a",)] == Uniqueness(unique=False, repeated=2, examples=["id 17", "id 4"])


def test_fields_in_objects_are_looked_at() -> None:
    records = [{"u": {"id": number}} for number in (1, 2, 3, 3)]
    for batches in (trees(records), arrows(pa.Table.from_pylist(records))):
        assert look(batches, "u.id")[("u", "id")] == Uniqueness(unique=False, repeated=1, examples=["3"])


def test_fields_of_one_name_are_told_apart() -> None:
    table = pa.Table.from_arrays([pa.array([1, 2]), pa.array([5, 5])], names=["a", "a"])
    found = look(arrows(table), "a", "`a#2`")
    assert [answer.unique for answer in found.values()] == [True, False]


def test_numbers_and_texts_of_one_form_differ() -> None:
    assert look(trees([{"a": 5}, {"a": "5"}]), "a")[("a",)].unique
    assert not look(trees([{"a": 5}, {"a": 5.0}]), "a")[("a",)].unique
