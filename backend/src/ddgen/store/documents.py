"""Dictionaries as documents: versions exactly as they were put in, and the head with what people have said since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from ddgen.errors import NotFound
from ddgen.model.content import content_hash
from ddgen.model.dictionary import Dictionary
from ddgen.model.questions import open_questions
from ddgen.store import bodies, schema
from ddgen.store.manifest import Manifest
from ddgen.store.shown import unpack_claims


def of_version(connection: Connection, dictionary: Row[Any], number: int) -> Dictionary:
    """A version, as it was put in. Raises NotFound."""
    columns = schema.versions.c
    query = select(columns.manifest).where(columns.dictionary_n == dictionary.n, columns.number == number)
    data = connection.execute(query).scalar()
    if data is None:
        hint = f"ddgen store show {dictionary.name} lists the versions"
        raise NotFound(f"there is no version {number}", where=dictionary.name, hint=hint)
    manifest = Manifest.unpack(data)
    return _assembled(manifest, bodies.load(connection, manifest.bodies()))


def of_head(connection: Connection, dictionary: Row[Any]) -> Dictionary:
    """The dictionary as it is now, with its content hash."""
    tables, fields = _rows(connection, dictionary.n)
    manifest = Manifest(
        dictionary.body_n,
        [(table.body_n, [field.body_n for field in fields.get(table.n, ())]) for table in tables],
    )
    document = _assembled(manifest, bodies.load(connection, manifest.bodies()))
    if dictionary.edited:
        document.name = dictionary.name
        for row, table in zip(tables, document.tables, strict=True):
            for field_row, field in zip(fields.get(row.n, ()), table.fields, strict=True):
                if field_row.claims is not None:
                    field.claims = unpack_claims(field_row.claims)
                    field.settle()
            if row.claims is not None:
                table.claims = unpack_claims(row.claims)
                table.settle()
        document.questions = open_questions(document.tables)
        document.content_hash = content_hash(document)
    return document


def _rows(connection: Connection, dictionary_n: int) -> tuple[Sequence[Any], dict[int, list[Any]]]:
    tables, fields = schema.tables.c, schema.fields.c
    query = select(tables.n, tables.body_n, tables.claims).where(
        tables.dictionary_n == dictionary_n, tables.gone.is_(False)
    )
    found = connection.execute(query.order_by(tables.ordinal, tables.n)).all()
    inside: dict[int, list[Any]] = {}
    of_fields = select(fields.table_n, fields.body_n, fields.claims).where(
        fields.dictionary_n == dictionary_n, fields.gone.is_(False)
    )
    for row in connection.execute(of_fields.order_by(fields.table_n, fields.ordinal, fields.n)):
        inside.setdefault(row.table_n, []).append(row)
    return found, inside


def _assembled(manifest: Manifest, held: dict[int, bytes]) -> Dictionary:
    """One JSON text of all bodies, read at once: that is much faster than to read them one by one."""
    tables = (
        _with(held[body], b"fields", b",".join(held[field] for field in fields)) for body, fields in manifest.tables
    )
    return Dictionary.model_validate_json(_with(held[manifest.head], b"tables", b",".join(tables)))


def _with(body: bytes, name: bytes, items: bytes) -> bytes:
    return b'%b,"%b":[%b]}' % (body[:-1], name, items)
