"""The catalogue of an SQLite database: tables, declared types, keys, references and comments."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ddgen.model.relation import DeclaredField, DeclaredReference, Relation
from ddgen.model.types import DataType
from ddgen.sources.sql_comments import TABLE, sql_comments

_SMALLEST_ROW = 4
"""Bytes: an estimate of more rows than fit into the file is none."""

_DATA_TYPES = (
    (re.compile(r"BOOL", re.IGNORECASE), DataType.BOOLEAN),
    (re.compile(r"DATETIME|TIMESTAMP", re.IGNORECASE), DataType.TIMESTAMP),
    (re.compile(r"DATE$", re.IGNORECASE), DataType.DATE),
    (re.compile(r"TIME\b", re.IGNORECASE), DataType.TIME),
    (re.compile(r"DECIMAL|NUMERIC|MONEY", re.IGNORECASE), DataType.DECIMAL),
    (re.compile(r"UUID|GUID|UNIQUEIDENTIFIER", re.IGNORECASE), DataType.UUID),
    (re.compile(r"(MULTI)?(POINT|LINESTRING|POLYGON|CURVE|SURFACE)|GEOM", re.IGNORECASE), DataType.GEOMETRY),
)
"""Declared types that say more than the values: SQLite has no class for them and stores texts or numbers."""


@dataclass(frozen=True, slots=True)
class Table:
    """An entry of the catalogue."""

    name: str
    kind: str
    sql: str
    rowid: bool


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def tables(connection: sqlite3.Connection) -> list[Table]:
    """Tables and views in the order they were made, without SQLite's own and those behind virtual tables."""
    rows = connection.execute(
        "SELECT s.name, s.type, coalesce(s.sql, ''), l.type = 'table' AND NOT l.wr FROM sqlite_schema AS s"
        " JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = s.name"
        " WHERE s.type IN ('table', 'view') AND l.type <> 'shadow' AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " ORDER BY s.rowid"
    )
    return [Table(name, kind, sql, bool(rowid)) for name, kind, sql, rowid in rows]


def describe(relation: Relation, connection: sqlite3.Connection, table: Table, others: Sequence[Table]) -> None:
    """Fill in what the catalogue says about a table.

    Raises sqlite3.DatabaseError where it is damaged, or a view or virtual table cannot be resolved.
    """
    notes = sql_comments(table.sql)
    columns = _columns(connection, table.name)
    relation.comment = notes.get(TABLE)
    relation.primary_key = _primary_key(connection, table.name)
    relation.declared = [
        _declared(name, kind, required or _is_rowid(relation.primary_key, name, kind), notes.get(name))
        for name, kind, required in columns
    ]
    relation.unique_keys = _unique_keys(connection, table.name)
    relation.references = _references(connection, table.name, others)
    relation.reading["kind"] = table.kind
    if table.rowid:
        relation.row_estimate = _row_estimate(connection, table.name)


def _columns(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, bool]]:
    rows = connection.execute('SELECT name, type, "notnull" FROM pragma_table_xinfo(?) WHERE hidden <> 1', (table,))
    return [(name, kind or "", bool(required)) for name, kind, required in rows]


def _declared(name: str, kind: str, required: bool, note: str | None) -> DeclaredField:
    bare = kind.partition("(")[0].strip()
    word = next((word.value for pattern, word in _DATA_TYPES if pattern.search(bare)), None)
    if word == DataType.DECIMAL.value and re.search(r"\(\s*\d+\s*(,\s*0+\s*)?\)", kind):
        word = None
    return DeclaredField((name,), kind or None, not required, note, word)


def _is_rowid(primary_key: tuple[str, ...], name: str, kind: str) -> bool:
    """Whether a column is the row's own number, which is never null though not declared so."""
    return primary_key == (name,) and kind.upper() == "INTEGER"


def _primary_key(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    rows = connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk", (table,))
    return tuple(name for (name,) in rows)


def _unique_keys(connection: sqlite3.Connection, table: str) -> list[tuple[str, ...]]:
    """Unique indexes over whole columns; partial ones and those of expressions say nothing about the table."""
    indexes = connection.execute(
        "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND NOT partial AND origin <> 'pk' ORDER BY seq DESC",
        (table,),
    ).fetchall()
    keys = [
        tuple(column for (column,) in connection.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", index))
        for index in indexes
    ]
    return [key for key in keys if None not in key]


def _references(connection: sqlite3.Connection, table: str, others: Sequence[Table]) -> list[DeclaredReference]:
    rows = connection.execute(
        'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq', (table,)
    ).fetchall()
    real = {other.name.casefold(): other.name for other in others}
    result = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        parts = list(group)
        target = real.get(parts[0][1].casefold(), parts[0][1])
        named = tuple(part[3] for part in parts)
        referenced = _primary_key(connection, target) if None in named else _as_declared(connection, target, named)
        result.append(DeclaredReference(tuple(part[2] for part in parts), target, referenced))
    return result


def _as_declared(connection: sqlite3.Connection, table: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Column names in the letter case of the table they belong to: SQL does not tell cases apart, we do."""
    real = {name.casefold(): name for name, _, _ in _columns(connection, table)}
    return tuple(real.get(name.casefold(), name) for name in names)


def _row_estimate(connection: sqlite3.Connection, table: str) -> int | None:
    """The span of row numbers, which costs two look-ups where a count costs a scan."""
    query = f"SELECT min(rowid), max(rowid) FROM {quote(table)}"  # noqa: S608 - the name is quoted by quote()
    try:
        first = connection.execute(query.replace(", max(rowid)", "")).fetchone()[0]
        last = connection.execute(query.replace("min(rowid), ", "")).fetchone()[0]
    except sqlite3.OperationalError:
        return None
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    rows = last - first + 1 if isinstance(first, int) and isinstance(last, int) else 0
    return rows if rows * _SMALLEST_ROW <= pages * size else None
