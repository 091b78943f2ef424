"""Whether a store is whole: what the database says of itself, and what has to hold between its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, text

from ddgen.errors import StoreError
from ddgen.store import bodies, reading, schema
from ddgen.store.manifest import Manifest
from ddgen.store.search_texts import field_number
from ddgen.store.shown import field_columns, table_columns

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: where, and what."""

    where: str
    message: str


def check(connection: Connection) -> Iterator[Finding]:
    """Everything that does not hold, as it is found; nothing where the store is whole."""
    if connection.dialect.name == "sqlite":
        yield from _database(connection)
    for row in connection.execute(select(schema.dictionaries).order_by(schema.dictionaries.c.n)).all():
        yield from _bodies(connection, row)
        yield from _versions(connection, row)
        yield from _heads(connection, row, schema.tables)
        yield from _heads(connection, row, schema.fields)
        yield from _counts(connection, row)


def _database(connection: Connection) -> Iterator[Finding]:
    for said in connection.exec_driver_sql("PRAGMA integrity_check(100)").scalars():
        if said != "ok":
            yield Finding("database", str(said))
    for table, number, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding("database", f"row {number} of {table} refers to nothing in {parent}")


def _bodies(connection: Connection, row: Row[Any]) -> Iterator[Finding]:
    """Each body says what its hash promises."""
    table, last = schema.bodies.c, 0
    while True:
        query = select(table.n, table.hash, table.data).where(table.dictionary_n == row.n, table.n > last)
        found = connection.execute(query.order_by(table.n).limit(_AT_ONCE)).all()
        if not found:
            return
        for body in found:
            try:
                fits = bodies.hash_of(bodies.unpack(body.data)) == bytes(body.hash)
            except StoreError:
                fits = False
            if not fits:
                yield Finding(row.name, f"body {body.n} is damaged")
        last = found[-1].n


def _versions(connection: Connection, row: Row[Any]) -> Iterator[Finding]:
    """Each version has all its bodies, and the last one is the dictionary's."""
    table = schema.bodies.c
    there = set(connection.execute(select(table.n).where(table.dictionary_n == row.n)).scalars())
    versions = schema.versions.c
    query = select(schema.versions).where(versions.dictionary_n == row.n).order_by(versions.number)
    last = None
    for version in connection.execute(query).all():
        missing = set(Manifest.unpack(version.manifest).bodies()) - there
        if missing:
            yield Finding(row.name, f"version {version.number} lacks {len(missing)} bodies")
        last = version
    if last is None or (last.number, last.content_hash) != (row.version, row.content_hash):
        yield Finding(row.name, "its last version is not the one that it names")


def _heads(connection: Connection, row: Row[Any], table: Any) -> Iterator[Finding]:
    """What pages show of a field or table is what its claims say."""
    last = 0
    while True:
        query = select(table).where(table.c.dictionary_n == row.n, table.c.gone.is_(False), table.c.n > last)
        found = connection.execute(query.order_by(table.c.n).limit(_AT_ONCE)).all()
        if not found:
            return
        try:
            parts = reading.heads(connection, table, found)
        except StoreError as error:
            yield Finding(row.name, f"{table.name} {found[0].n} to {found[-1].n}: {error.message}")
            parts = []
        for one, part in zip(found, parts, strict=False):
            columns = field_columns(part) if table is schema.fields else table_columns(part)  # type: ignore[arg-type]  # of that table
            wrong = [name for name, value in columns.items() if getattr(one, name) != value]
            if wrong:
                yield Finding(f"{row.name}: {one.name}", f"what is shown is not what is claimed: {', '.join(wrong)}")
        if table is schema.fields:
            yield from _indexed(connection, row, [one.n for one in found])
        last = found[-1].n


def _indexed(connection: Connection, row: Row[Any], fields: list[int]) -> Iterator[Finding]:
    key = "rowid" if connection.dialect.name == "sqlite" else "n"
    numbers = ", ".join(str(field_number(n)) for n in fields)
    query = text(f"SELECT count(*) FROM search WHERE {key} IN ({numbers})")  # noqa: S608 - numbers only
    found = connection.execute(query).scalar_one()
    if found != len(fields):
        yield Finding(row.name, f"{len(fields) - found} fields cannot be searched for; ddgen store check --reindex")


def _counts(connection: Connection, row: Row[Any]) -> Iterator[Finding]:
    for name, table in (("tables", schema.tables), ("fields", schema.fields)):
        query = select(table.c.n).where(table.c.dictionary_n == row.n, table.c.gone.is_(False))
        count = len(connection.execute(query).all())
        if count != getattr(row, name):
            yield Finding(row.name, f"it names {getattr(row, name)} {name} and has {count}")
