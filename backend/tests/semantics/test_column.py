"""A field as the search for its meaning sees it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Profile, ValueCount
from ddgen.model.values import Values
from ddgen.semantics.column import columns, names_of
from ddgen.semantics.detect import detect
from ddgen.types.table import load


def table(*fields: Field) -> Table:
    return Table(id="t", name="t", uri="memory", format="csv", fields=list(fields))


def test_texts_come_from_the_values_at_hand() -> None:
    field = Field(path="a", name="a", position=1, data_type="integer | string")
    values = Values([(1, 3), (True, 1), (" x ", 2), ("", 1), (None, 1)])
    (column,) = columns(table(field), {"a": values})
    assert column.texts == ("1", "true", "x")
    assert column.data_types == {"integer", "string"}


def test_without_values_at_hand_those_of_the_profile_are_taken() -> None:
    profile = Profile(top_values=[ValueCount(value="DE", count=3)])
    (column,) = columns(table(Field(path="a", name="a", position=1, data_type="string", profile=profile)), {})
    assert column.texts == ("DE",)


def test_a_long_text_is_cut() -> None:
    field = Field(path="a", name="a", position=1, data_type="string")
    (column,) = columns(table(field), {"a": Values([("x" * 10_000_000, 1)])})
    assert len(column.texts[0]) <= 2000


def test_elements_of_a_list_have_the_lists_name() -> None:
    (column,) = columns(table(Field(path="emails[]", name="[]", position=1, data_type="string")), {})
    assert column.names[0] == "emails"


@pytest.mark.parametrize("name", ["c1", "column_12", "field3", "V7", "x", "_3", "42", "Unnamed"])
def test_a_number_is_no_name(name: str) -> None:
    assert names_of(name) == ()


@pytest.mark.parametrize(
    ("name", "other"), [("country_id", True), ("is_email", True), ("email_count", True), ("email", False)]
)
def test_a_name_can_speak_of_something_other_than_the_thing(name: str, *, other: bool) -> None:
    (column,) = columns(table(Field(path=name, name=name, position=1, data_type="string")), {})
    assert column.other_thing is other


def test_a_cell_of_100_mb_stalls_nothing(tmp_path: Path) -> None:
    own = tmp_path / "acme.yaml"
    text = "- {id: a.b, title: X, group: g, values: {regex: '(a+)+b'}, decide: {need: values, chance: 0.1}}"
    own.write_text(text, encoding="utf-8")
    field = Field(path="note", name="note", position=1, data_type="string")
    huge = "a@" * 50_000_000
    held = Values([(huge, 1), ("a" * 100_000_000, 1), ("short", 1)], complete=True)
    start = time.perf_counter()
    ((column, _),) = detect(table(field), {"note": held}, load([own]))
    assert time.perf_counter() - start < 5
    assert max(map(len, column.texts)) == 2000


def test_what_a_map_holds_for_each_key_is_not_named_for_the_key() -> None:
    (column,) = columns(table(Field(path="events_by_day{}", name="{}", position=1, data_type="integer")), {})
    assert column.names[0] == "events"
