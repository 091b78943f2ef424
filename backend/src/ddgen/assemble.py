"""Makes the table of a document from what a source declares and what profiling measured."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.model.path import format_path, leaf_name, parse
from ddgen.model.relation import DeclaredField, Relation
from ddgen.profiling.profiler import FieldFacts, TableFacts


def table_of(relation: Relation, facts: TableFacts, *, rows: int, complete: bool) -> Table:
    """The table, without keys, references and texts, which later steps add.

    `rows` are all records read; the facts may be of a sample of them.
    """
    declared = {field.path: field for field in relation.declared}
    table = Table(
        id=_id(relation.name, relation.record_path),
        name=relation.name,
        uri=relation.uri,
        format=relation.format,
        record_path=relation.record_path,
        row_count=rows,
        rows_profiled=facts.rows,
        size_bytes=relation.size,
        reading=relation.reading,
        maps=facts.maps,
        complete=complete,
        claims=_comments(relation.comment),
    )
    table.fields = [
        _field(found, declared.get(found.path), number) for number, found in enumerate(facts.fields, start=1)
    ]
    if relation.reading.get("files", 1) == 1:
        _leave_source_out(table)
    return table


def _leave_source_out(table: Table) -> None:
    """Of a table that is one file every place is in that file."""
    for odd in (odd for field in table.fields for odd in field.profile.oddities):
        odd.first = [place.model_copy(update={"source": None}) for place in odd.first]


def _field(found: FieldFacts, declared: DeclaredField | None, position: int) -> Field:
    physical = declared.physical_type if declared is not None else None
    return Field(
        path=format_path(found.path),
        name=leaf_name(found.path),
        position=position,
        data_type=_data_type(found, declared),
        types=found.types,
        physical_type=physical or " | ".join(found.physical_types) or None,
        nullable=declared.nullable if declared is not None else None,
        profile=found.profile,
        claims=_comments(declared.comment if declared is not None else None),
    )


def _data_type(found: FieldFacts, declared: DeclaredField | None) -> str:
    """What the values are; where there are none, or the declaration knows better, what is declared."""
    if declared is None or declared.data_type is None:
        return found.data_type
    if found.data_type == "unknown" or (declared.data_type in _DECLARED_WINS.get(found.data_type, frozenset())):
        return declared.data_type
    return found.data_type


_DECLARED_WINS = {
    "integer": frozenset({"boolean", "decimal", "float", "timestamp", "date"}),
    "float": frozenset({"decimal", "timestamp"}),
    "string": frozenset({"geometry", "interval", "uuid", "binary", "decimal", "integer", "time", "timestamp"}),
    "binary": frozenset({"geometry", "uuid"}),
    "date": frozenset({"timestamp"}),
    "timestamp": frozenset({"date"}),
}
"""Measured types that cannot contradict a declared one: the values alone do not show it."""


def _comments(comment: str | None) -> list[Claim]:
    """A source's comment is what it says of itself: its text is shown before any that is made up."""
    if not comment or not comment.strip():
        return []
    return [
        Claim(kind=kind, value=comment.strip(), origin=Origin.SOURCE, evidence=["comment in the source"])
        for kind in (Kind.COMMENT, Kind.DESCRIPTION)
    ]


def _id(name: str, record_path: str | None) -> str:
    """The id of a table not seen before; later runs keep it, whatever the table is then called."""
    return "t_" + hashlib.sha256(f"{name}\0{record_path or ''}".encode()).hexdigest()[:12]


def decided_maps(name: str, before: Table | None, asked: Mapping[str, bool]) -> dict[str, bool]:
    """What is decided about the maps of the table of that name: by a request (`path`, `table:path`), else before."""
    decided = dict(before.maps) if before is not None else {}
    for place, is_map in asked.items():
        if _is_path(place):
            decided[place] = is_map
        elif place.startswith(f"{name}:"):
            decided[place.removeprefix(f"{name}:")] = is_map
    return decided


def _is_path(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
