"""Tables of a document, made from what is declared and what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import ddgen
from ddgen.assemble import table_of
from ddgen.model.dictionary import Table
from ddgen.model.path import parse
from ddgen.model.profile import Profile
from ddgen.model.relation import Batch, DeclaredField, Relation
from ddgen.profiling.profiler import FieldFacts, TableFacts


class Declared(Relation):
    """Nothing but declarations."""

    def batches(self) -> Iterator[Batch]:
        return iter(())


def assembled(*declared: DeclaredField, comment: str | None = None, **types: str) -> Table:
    relation = Declared("t", "t.db", "sqlite")
    relation.declared, relation.comment, relation.size = list(declared), comment, 17
    facts = TableFacts(rows=3, maps={"m": True})
    facts.fields = [
        FieldFacts(parse(path), data_type, {data_type: 3}, {"string": 2, "integer": 1}, Profile(total=3))
        for path, data_type in types.items()
    ]
    return table_of(relation, facts, rows=10, complete=False)


def test_facts_and_declarations_come_together() -> None:
    made = assembled(DeclaredField(("a",), "VARCHAR(10)", nullable=False), a="string", b="integer")
    assert (made.row_count, made.rows_profiled, made.size_bytes, made.complete) == (10, 3, 17, False)
    assert (made.uri, made.format, made.maps) == ("t.db", "sqlite", {"m": True})
    one, other = made.fields
    assert (one.path, one.position, one.physical_type, one.nullable) == ("a", 1, "VARCHAR(10)", False)
    assert (other.path, other.position, other.physical_type, other.nullable) == ("b", 2, "string | integer", None)


@pytest.mark.parametrize(
    ("found", "declared", "shown"),
    [
        ("unknown", "date", "date"),
        ("integer", "boolean", "boolean"),
        ("float", "decimal", "decimal"),
        ("string", "interval", "interval"),
        ("string", "boolean", "string"),
        ("integer | string", "integer", "integer | string"),
        ("date", "timestamp", "timestamp"),
        ("integer", None, "integer"),
    ],
)
def test_a_declared_type_holds_where_values_cannot_contradict_it(found: str, declared: str | None, shown: str) -> None:
    made = assembled(DeclaredField(("a",), "X", data_type=declared), a=found)
    assert made.fields[0].data_type == shown


def test_comments_are_what_the_source_says_of_itself() -> None:
    made = assembled(
        DeclaredField(("a",), comment=" The key "),
        DeclaredField(("b",), comment=" "),
        comment="Orders",
        a="integer",
        b="integer",
    )
    made.settle()
    assert (made.comment, made.description) == ("Orders", "Orders")
    assert (made.fields[0].comment, made.fields[0].description) == ("The key", "The key")
    assert made.fields[1].claims == []


def test_ids_differ_by_name_and_stay_the_same() -> None:
    one, other = assembled(a="string"), assembled(a="integer")
    assert one.id == other.id
    assert one.id.startswith("t_")


def test_a_field_is_called_by_its_last_name() -> None:
    made = assembled(**{"items[].sku": "string", "tags[]": "string"})
    assert [field.name for field in made.fields] == ["sku", "tags"]


def test_places_name_the_file_only_where_a_table_has_several(tmp_path: Path) -> None:
    for day in (1, 2):
        rows = "".join(f"0{day}{i},{i}\n" for i in range(3))
        (tmp_path / f"day_{day}.csv").write_text(f"code,n\n{rows}", encoding="utf-8")
    [joined] = ddgen.build(tmp_path).tables
    [alone] = ddgen.build(tmp_path / "day_1.csv").tables
    found = joined.fields[0].profile.oddities[0].first
    assert {place.source for place in found} == {str(tmp_path / "day_1.csv"), str(tmp_path / "day_2.csv")}
    assert str(found[0]) == f"record 1 of {tmp_path / 'day_1.csv'}"
    assert str(alone.fields[0].profile.oddities[0].first[0]) == "record 1"
