"""The head by pages and by id: dictionaries, tables, fields, and the texts that wait for a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, bindparam, func, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.sql import ColumnElement

from ddgen.errors import NotFound, UsageError
from ddgen.model.claim import Kind, winner
from ddgen.model.dictionary import Field, Table
from ddgen.store import bodies, schema
from ddgen.store.ids import moment
from ddgen.store.pages import page
from ddgen.store.records import (
    Coverage,
    DictionaryRow,
    FieldDetail,
    FieldRow,
    Page,
    TableDetail,
    TableRow,
    TextStatus,
    VersionRow,
)
from ddgen.store.shown import unpack_claims

R = TypeVar("R")
P = TypeVar("P", Field, Table)

_TIMES = frozenset({"generated_at", "created_at", "updated_at", "at"})
_D, _T, _F, _V = schema.dictionaries.c, schema.tables.c, schema.fields.c, schema.versions.c
TABLES = select(schema.tables, _D.id.label("dictionary_id")).join(schema.dictionaries, _D.n == _T.dictionary_n)
FIELDS = (
    select(schema.fields, _D.id.label("dictionary_id"), _T.id.label("table_id"), _T.name.label("table"))
    .join(schema.tables, _T.n == _F.table_n)
    .join(schema.dictionaries, _D.n == _F.dictionary_n)
)
_SHOWN = frozenset(one.name for one in fields(FieldRow))
_FIELD_ROWS = FIELDS.with_only_columns(
    *(column for column in FIELDS.selected_columns if column.name in _SHOWN), maintain_column_froms=True
)
_ID: ColumnElement[str] = bindparam("id")
_BY_ID = select(schema.dictionaries).where(_D.id == _ID)
_HELD = _BY_ID.with_for_update()
_PARTS = {"fields": FIELDS.where(_F.id == _ID), "tables": TABLES.where(_T.id == _ID)}
_OF_PART = {
    name: select(schema.dictionaries).where(_D.n == select(part.dictionary_n).where(part.id == _ID).scalar_subquery())
    for name, part in (("fields", _F), ("tables", _T))
}
_HELD_OF_PART = {name: query.with_for_update() for name, query in _OF_PART.items()}
"""Questions that are asked at every request are made once: that takes longer than asking them."""


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """Which fields are asked for; what is None does not matter.

    `name` is the exact name, `like` a part of name or path, `pii_min` the least sensitivity.
    """

    dictionary_id: str | None = None
    table_id: str | None = None
    name: str | None = None
    like: str | None = None
    data_type: str | None = None
    semantic_type: str | None = None
    pii_category: str | None = None
    pii_min: int | None = None
    status: TextStatus | None = None
    owner: str | None = None
    removed: bool | None = None


def made(kind: type[R], row: Any) -> R:
    """A record from a row that has its columns."""
    pick, times = _picker(kind, tuple(row._fields))  # type: ignore[arg-type]  # classes can be hashed
    values = list(pick(row))
    for place in times:
        values[place] = moment(values[place])
    return kind(*values)


@cache
def _picker(kind: type[R], names: tuple[str, ...]) -> tuple[itemgetter[Any], list[int]]:
    """What takes the members of a record, in their order, out of a row of these columns; which of them are times."""
    members = [one.name for one in fields(kind)]  # type: ignore[arg-type]  # records are dataclasses
    return itemgetter(*map(names.index, members)), [place for place, name in enumerate(members) if name in _TIMES]


def dictionary(connection: Connection, identity: str, *, lock: bool = False) -> Row[Any]:
    """The row of a dictionary by id. Raises NotFound."""
    row = connection.execute(_HELD if lock else _BY_ID, {"id": identity}).one_or_none()
    if row is None:
        raise NotFound("there is no such dictionary", where=identity, hint="ddgen store list names them")
    return row


def dictionary_of(connection: Connection, table: Any, identity: str, *, lock: bool = False) -> Row[Any] | None:
    """The row of the dictionary that a field or table is in, or None where there is none of that id."""
    query = (_HELD_OF_PART if lock else _OF_PART)[table.name]
    return connection.execute(query, {"id": identity}).one_or_none()


def named(connection: Connection, name: str, *, lock: bool = False) -> Row[Any] | None:
    """The row of a dictionary by name, if there is one."""
    query = select(schema.dictionaries).where(_D.name == name)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def dictionaries(
    connection: Connection, *, like: str | None, sort: str, cursor: str | None, limit: int
) -> Page[DictionaryRow]:
    """Dictionaries by `name`, or by `-updated_at`: the newest first."""
    query = select(schema.dictionaries)
    if like:
        query = query.where(contains(_D.name, like) | contains(_D.title, like))
    keys, descending = _order(sort, {"name": [_D.name, _D.n], "updated_at": [_D.updated_at, _D.n]})
    return page(
        connection, query, keys, lambda row: made(DictionaryRow, row), cursor=cursor, limit=limit, descending=descending
    )


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether a column holds a text, in whatever case."""
    return column.icontains(text, autoescape=True)


def _order(sort: str, known: Mapping[str, list[ColumnElement[Any]]]) -> tuple[list[ColumnElement[Any]], bool]:
    keys = known.get(sort.removeprefix("-"))
    if keys is None:
        raise UsageError(f"nothing sorts by {sort}", where="sort", hint=f"Known: {', '.join(known)}, each also with -")
    return keys, sort.startswith("-")


def tables(
    connection: Connection, dictionary_id: str, *, removed: bool | None, cursor: str | None, limit: int
) -> Page[TableRow]:
    """The tables of a dictionary in its order."""
    n = dictionary(connection, dictionary_id).n
    query = TABLES.where(_T.dictionary_n == n, _T.gone.is_(False))
    if removed is not None:
        query = query.where(_T.removed.is_(removed))
    make: Callable[[Row[Any]], TableRow] = lambda row: made(TableRow, row)  # noqa: E731 - named for its type
    return page(connection, query, [_T.ordinal, _T.n], make, cursor=cursor, limit=limit)


def fields_page(
    connection: Connection, wanted: FieldFilter, *, sort: str, cursor: str | None, limit: int
) -> Page[FieldRow]:
    """Fields in the order of their tables (`position`), or by `name`."""
    query = filtered(connection, wanted)
    keys, descending = _order(
        sort, {"position": [_F.dictionary_n, _F.table_n, _F.ordinal, _F.n], "name": [_F.dictionary_n, _F.name, _F.n]}
    )
    make: Callable[[Row[Any]], FieldRow] = lambda row: made(FieldRow, row)  # noqa: E731 - named for its type
    return page(connection, query, keys, make, cursor=cursor, limit=limit, descending=descending)


def filtered(connection: Connection, wanted: FieldFilter) -> Select[Any]:
    """The fields that pass a filter. Raises NotFound where its dictionary or table is not there."""
    conditions: list[ColumnElement[bool]] = [_F.gone.is_(False)]
    if wanted.table_id is not None:
        table = part_row(connection, schema.tables, wanted.table_id)
        conditions += [_F.dictionary_n == table.dictionary_n, _F.table_n == table.n]
    if wanted.dictionary_id is not None:
        conditions.append(_F.dictionary_n == dictionary(connection, wanted.dictionary_id).n)
    for name in ("name", "data_type", "semantic_type", "pii_category", "status", "owner", "removed"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(_F[name] == value)
    if wanted.pii_min is not None:
        conditions.append(_F.pii_sensitivity >= wanted.pii_min)
    if wanted.like:
        conditions.append(contains(_F.path, wanted.like) | contains(_F.business_name, wanted.like))
    return _FIELD_ROWS.where(*conditions)


def part_row(connection: Connection, table: Any, identity: str, *, lock: bool = False) -> Row[Any]:
    """The row of a field or table by id, with the names of what holds it. Raises NotFound."""
    query = _PARTS[table.name]
    row = connection.execute(query.with_for_update(of=table) if lock else query, {"id": identity}).one_or_none()
    if row is None:
        kind = "field" if table is schema.fields else "table"
        raise NotFound(f"there is no such {kind}", where=identity)
    return row


def field(connection: Connection, identity: str) -> FieldDetail:
    """A field with its facts and claims. Raises NotFound."""
    row = part_row(connection, schema.fields, identity)
    return _field_detail(connection, row, head_field(connection, row))


def detail_of(connection: Connection, row: Row[Any], content: Field | Table) -> FieldDetail | TableDetail:
    """A field or table whose row and content are at hand."""
    if isinstance(content, Field):
        return _field_detail(connection, row, content)
    return TableDetail(made(TableRow, row), content)


def _field_detail(connection: Connection, row: Row[Any], content: Field) -> FieldDetail:
    _mark_keys(connection, [(row.table_n, content)])
    return FieldDetail(made(FieldRow, row), content)


def _mark_keys(connection: Connection, found: Sequence[tuple[int, Field]]) -> None:
    """Mark the fields of primary keys that people have changed: that is said of the table."""
    query = select(_T.n, _T.claims).where(_T.n.in_({table_n for table_n, _ in found}), _T.claims.is_not(None))
    for row in connection.execute(query):
        won = winner(unpack_claims(row.claims), Kind.PRIMARY_KEY)
        key = won.value if won is not None else ()
        for table_n, one in found:
            if table_n == row.n:
                one.is_primary_key = one.path in key


def table(connection: Connection, identity: str) -> TableDetail:
    """A table with its claims. Raises NotFound."""
    row = part_row(connection, schema.tables, identity)
    return TableDetail(made(TableRow, row), head_table(connection, row))


def field_by_path(connection: Connection, dictionary_id: str, table_name: str, path: str) -> str:
    """The id of a field. Raises NotFound."""
    n = dictionary(connection, dictionary_id).n
    query = FIELDS.where(_F.dictionary_n == n, _T.name == table_name, _F.path == path, _F.gone.is_(False))
    row = connection.execute(query.order_by(_F.n).limit(1)).one_or_none()
    if row is None:
        raise NotFound("there is no such field", where=f"{table_name}.{path}")
    return str(row.id)


def head_field(connection: Connection, row: Row[Any]) -> Field:
    """A field as it is now."""
    return _now(Field, row, bodies.load(connection, [row.body_n]))


def head_table(connection: Connection, row: Row[Any]) -> Table:
    """A table as it is now, without its fields."""
    return _now(Table, row, bodies.load(connection, [row.body_n]))


def heads(connection: Connection, table: SqlTable, rows: Sequence[Row[Any]]) -> Sequence[Field | Table]:
    """The fields or tables of rows as they are now, in few questions."""
    held = bodies.load(connection, [row.body_n for row in rows])
    if table is schema.fields:
        return [_now(Field, row, held) for row in rows]
    return [_now(Table, row, held) for row in rows]


def _now(kind: type[P], row: Row[Any], held: Mapping[int, bytes]) -> P:
    found = kind.model_validate_json(held[row.body_n])
    if row.claims is not None:
        found.claims = unpack_claims(row.claims)
        found.settle()
    return found


def details(connection: Connection, rows: list[FieldRow]) -> list[FieldDetail]:
    """All of these fields with their facts and claims, in few questions."""
    by_id: dict[str, Row[Any]] = {}
    for some in bodies.chunks([row.id for row in rows]):
        query = select(_F.id, _F.table_n, _F.body_n, _F.claims).where(_F.id.in_(some))
        by_id |= {row.id: row for row in connection.execute(query)}
    held = bodies.load(connection, [row.body_n for row in by_id.values()])
    found = [FieldDetail(row, _now(Field, by_id[row.id], held)) for row in rows]
    _mark_keys(connection, [(by_id[one.row.id].table_n, one.field) for one in found])
    return found


def versions(connection: Connection, dictionary_id: str, *, cursor: str | None, limit: int) -> Page[VersionRow]:
    """The versions of a dictionary, the newest first."""
    n = dictionary(connection, dictionary_id).n
    query = select(schema.versions).where(_V.dictionary_n == n)
    return page(connection, query, [_V.number], version_row, cursor=cursor, limit=limit, descending=True)


def version(connection: Connection, dictionary_id: str, number: int) -> VersionRow:
    """One version of a dictionary. Raises NotFound."""
    n = dictionary(connection, dictionary_id).n
    query = select(schema.versions).where(_V.dictionary_n == n, _V.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"there is no version {number}", where=dictionary_id)
    return version_row(row)


def version_row(row: Row[Any]) -> VersionRow:
    """The record of a version."""
    return VersionRow(row.number, row.content_hash, row.author, moment(row.at), row.cause, json.loads(row.summary))


def waiting(connection: Connection, of: str, dictionary_id: str | None, status: TextStatus) -> Select[Any]:
    """The fields or tables whose texts have a status."""
    query, table = (FIELDS, schema.fields) if of == "fields" else (TABLES, schema.tables)
    query = query.where(table.c.status == status, table.c.gone.is_(False), table.c.removed.is_(False))
    if dictionary_id is None:
        return query
    return query.where(table.c.dictionary_n == dictionary(connection, dictionary_id).n)


def coverage(connection: Connection, dictionary_id: str) -> Coverage:
    """How far a dictionary is. Raises NotFound."""
    n = dictionary(connection, dictionary_id).n
    wanted = {
        "fields": func.count(),
        "described": func.count().filter(_F.description_status != "missing"),
        "approved": func.count().filter(_F.status == "approved"),
        "suggested": func.count().filter(_F.status == "suggested"),
        "personal": func.count().filter(_F.pii_category.is_not(None)),
    }
    query = select(*(count.label(name) for name, count in wanted.items()))
    query = query.where(_F.dictionary_n == n, _F.gone.is_(False), _F.removed.is_(False))
    return made(Coverage, connection.execute(query).one())
