"""Keeps the index as the head is, within the transaction in which the head changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text
from sqlalchemy import Table as SqlTable

from ddgen.model.dictionary import Field, Table
from ddgen.store import reading, schema, search_index
from ddgen.store.head import Rows
from ddgen.store.search_index import forget
from ddgen.store.search_texts import Entry, field_entry, field_number, table_entry, table_number
from ddgen.store.search_words import learn

__all__ = ["forget", "put", "rebuild", "update", "update_part"]

_AT_ONCE = 500


def update(connection: Connection, dictionary_n: int, tables: Rows, fields: Rows) -> None:
    """Index what a version has made new, changed or removed."""
    inside = {row["n"]: row["table_n"] for row in fields.new} | {row["which"]: row["table_n"] for row in fields.altered}
    entries = [table_entry(part, n, dictionary_n) for n, part in tables.touched if isinstance(part, Table)]
    entries += [field_entry(part, n, inside[n], dictionary_n) for n, part in fields.touched if isinstance(part, Field)]
    gone = [table_number(n) for n in tables.gone] + [field_number(n) for n in fields.gone]
    search_index.remove(connection, gone)
    put(connection, entries)


def update_part(connection: Connection, row: Row[Any], content: Field | Table) -> None:
    """Index one field or table anew."""
    if isinstance(content, Field):
        put(connection, [field_entry(content, row.n, row.table_n, row.dictionary_n)])
    else:
        put(connection, [table_entry(content, row.n, row.dictionary_n)])


def put(connection: Connection, entries: Sequence[Entry]) -> None:
    """Index these, and learn their words."""
    search_index.put(connection, entries)
    learn(connection, (word for entry in entries for word in entry.words()))


def rebuild(connection: Connection) -> int:
    """Make the index anew from the head; how many fields and tables there are."""
    connection.execute(text("DELETE FROM search"))
    for table in (schema.word_slips, schema.words):
        connection.execute(delete(table))
    return _all_of(connection, schema.tables) + _all_of(connection, schema.fields)


def _all_of(connection: Connection, table: SqlTable) -> int:
    last = count = 0
    while True:
        query = select(table).where(table.c.gone.is_(False), table.c.n > last)
        rows = connection.execute(query.order_by(table.c.n).limit(_AT_ONCE)).all()
        if not rows:
            return count
        entries = []
        for row, part in zip(rows, reading.heads(connection, table, rows), strict=True):
            if isinstance(part, Field):
                entries.append(field_entry(part, row.n, row.table_n, row.dictionary_n))
            else:
                entries.append(table_entry(part, row.n, row.dictionary_n))
        put(connection, entries)
        last, count = rows[-1].n, count + len(rows)
