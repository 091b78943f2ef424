"""Values as texts that can be compared across sources."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from ddgen.model.path import parse
from ddgen.model.relation import Batch, Tagged
from ddgen.profiling.keyed import Column, key_text, texts_of

from .feeding import arrows, texts, trees

PLAIN, NUMBER, FOLDED = Column(("x",)), Column(("x",), number=True), Column(("x",), folded=True)
ID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (42, PLAIN, "42"),
        (42.0, PLAIN, "42"),
        (Decimal("42.00"), PLAIN, "42"),
        ("42.0", NUMBER, "42"),
        (" 1,042 ", NUMBER, "1042"),
        ("042", PLAIN, "042"),
        ("n/k", NUMBER, "n/k"),
        (ID.upper(), FOLDED, ID),
        (UUID(ID), FOLDED, ID),
        (Tagged("objectid", "56e1"), PLAIN, "56e1"),
        ("NA", Column(("x",), absent=frozenset({"NA"})), None),
        ("", PLAIN, None),
        (None, PLAIN, None),
        ({"a": 1}, PLAIN, None),
    ],
)
def test_texts(value: object, column: Column, text: str | None) -> None:
    assert key_text(value, column) == text


def read(batches: Iterator[Batch], column: Column) -> list[Any]:
    return [text for batch in batches for text in texts_of(batch, column).to_pylist()]


@pytest.mark.parametrize("column", [PLAIN, NUMBER, FOLDED])
def test_every_form_gives_the_same_texts(column: Column) -> None:
    values = ["1", "20", None, "3"]
    forms = [
        texts({"x": ["1", "20", "", "3"]}),
        trees([{"x": value} for value in values]),
        arrows(pa.table({"x": values})),
        arrows(pa.table({"x": pa.array([1, 20, None, 3])})),
    ]
    assert [read(form, column) for form in forms] == [values] * 4


def test_numbers_in_texts_are_read_one_by_one() -> None:
    assert read(texts({"x": ["1.0", "2"]}), NUMBER) == ["1", "2"]


@pytest.mark.parametrize("path", ["items[].sku", "by_day{}.sku"])
def test_nested_values(path: str) -> None:
    column = Column(parse(path))
    inner = [{"sku": "a"}, {"sku": None}, {"sku": "b"}]
    record = {"items": inner, "by_day": {str(at): one for at, one in enumerate(inner)}}
    assert read(trees([record, {}]), column) == ["a", "b"]
    schema = pa.struct([("sku", pa.string())])
    typed = pa.table({"items": pa.array([inner], pa.list_(schema)), "by_day": pa.array([inner[:1]], pa.list_(schema))})
    assert not column.flat
    if path.startswith("items"):
        assert read(arrows(typed), column) == ["a", "b"]


def test_maps_in_arrow() -> None:
    table = pa.table({"m": pa.array([[("k", 1), ("l", 2)]], pa.map_(pa.string(), pa.int64()))})
    assert read(arrows(table), Column(parse("m{}"))) == ["1", "2"]


def test_a_column_that_is_not_there() -> None:
    for batches in (texts({"y": ["1"]}), trees([{"y": 1}]), arrows(pa.table({"y": [1]}))):
        assert read(batches, PLAIN) == [None]
