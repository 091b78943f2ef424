"""Puts a dictionary in as a new version: rows that stayed as they were are neither written nor kept once more."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from ddgen.errors import DocumentError
from ddgen.model.dictionary import Dictionary
from ddgen.store import bodies, numbers, schema, search
from ddgen.store.act import Act
from ddgen.store.bodies import Packed
from ddgen.store.head import Cut, Rows
from ddgen.store.ids import stamp
from ddgen.store.manifest import Manifest
from ddgen.store.records import Put
from ddgen.store.shown import field_columns, kept, table_columns

_TABLES, _FIELDS = frozenset({"tables"}), frozenset({"fields"})


@dataclass(frozen=True, slots=True)
class Prepared:
    """The bodies of a document's tables and fields, which take time to pack: others need not wait for that."""

    tables: list[Packed]
    fields: list[Packed]

    @classmethod
    def of(cls, document: Dictionary) -> Prepared:
        """Those of this document as it is now."""
        return cls(
            [bodies.body_of(table, without=_FIELDS) for table in document.tables],
            [bodies.body_of(field) for table in document.tables for field in table.fields],
        )


def put(act: Act, document: Dictionary, row: Row[Any] | None, *, cause: str, prepared: Prepared | None = None) -> Put:
    """Cut a version of the document, which gets its number, and make it the head of that row's dictionary."""
    row = row or _made(act, document)
    document.version = max(document.version, row.version + 1)
    cut = Cut(act, row.n, document.version, row.revision + 1, cause)
    manifest = _kept(cut, document, prepared or Prepared.of(document))
    tables, fields = _compare(cut, document, manifest)
    for rows in (tables, fields):
        rows.write()
    search.update(act.connection, row.n, tables, fields)
    gone = sum(line["action"] == "gone" for line in fields.history)
    summary = {"added": len(fields.new), "changed": len(fields.history) - gone, "gone": gone}
    _write(cut, document, manifest, summary)
    act.note(f"dictionary.{cause}", document.name, dictionary_id=row.id, version=document.version, **summary)
    return Put(row.id, document.version, cut.revision, cut=True)


def _made(act: Act, document: Dictionary) -> Row[Any]:
    """The row of a new dictionary."""
    table = schema.dictionaries
    [n] = numbers.take(act.connection, table, 1)
    row = {"n": n, "id": act.new_id(), "name": document.name, "title": None, "content_hash": "", "edited": False}
    counts = dict.fromkeys(("revision", "version", "tables", "fields"), 0)
    times = {"generated_at": stamp(document.generated_at), "created_at": act.stamp, "updated_at": act.stamp}
    act.connection.execute(insert(table), row | counts | times)
    return act.connection.execute(select(table).where(table.c.n == n)).one()


def _kept(cut: Cut, document: Dictionary, prepared: Prepared) -> Manifest:
    """The manifest of a document whose bodies are kept."""
    packed = [bodies.body_of(document, without=_TABLES), *prepared.tables, *prepared.fields]
    found = iter(bodies.keep(cut.act.connection, cut.dictionary_n, packed))
    head = next(found)
    tables = [next(found) for _ in document.tables]
    fields = [[next(found) for _ in table.fields] for table in document.tables]
    return Manifest(head, list(zip(tables, fields, strict=True)))


def _compare(cut: Cut, document: Dictionary, manifest: Manifest) -> tuple[Rows, Rows]:
    """What the version does to the rows of tables and of fields."""
    tables = Rows.of(cut, schema.tables, len(document.tables))
    fields = Rows.of(cut, schema.fields, sum(len(table.fields) for table in document.tables))
    known = {row.key: row for row in tables.known()}
    inside: dict[tuple[int, str], Row[Any]] = {(row.table_n, row.path): row for row in fields.known()}
    parts = zip(document.tables, manifest.tables, _keys(document), strict=True)
    for ordinal, (table, (body, field_bodies), key) in enumerate(parts):
        columns = {"key": key, "ordinal": ordinal, "fields": len(table.fields), "body_n": body}
        table_n = tables.put(known.pop(key, None), table, columns | table_columns(table))
        for place, (field, field_body) in enumerate(zip(table.fields, field_bodies, strict=True)):
            columns = field_columns(field) | {"table_n": table_n, "ordinal": place, "body_n": field_body}
            fields.put(inside.pop((table_n, kept(field.path)), None), field, columns)
    for rows, left in ((tables, known.values()), (fields, inside.values())):
        for row in left:
            rows.leave(row)
    return tables, fields


def _keys(document: Dictionary) -> list[str]:
    """What tells the tables of a dictionary apart: their ids, with a number where one is there again."""
    seen: Counter[str] = Counter()
    keys = []
    for table in document.tables:
        key = kept(table.id)
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return keys


def check(document: Dictionary) -> None:
    """Raise DocumentError where two fields of a table have one path: they could not be told apart."""
    for table in document.tables:
        counts = Counter(kept(field.path) for field in table.fields)
        twice = [path for path, count in counts.items() if count > 1]
        if twice:
            raise DocumentError(f"there is more than one field {twice[0]}", where=table.name, hint="Remove all but one")


def _write(cut: Cut, document: Dictionary, manifest: Manifest, summary: dict[str, int]) -> None:
    """Write the row of the version, and what the dictionary's row says of its head."""
    act, shape = cut.act, {"tables": len(document.tables), "fields": sum(len(t.fields) for t in document.tables)}
    version = {
        "dictionary_n": cut.dictionary_n,
        "number": cut.version,
        "content_hash": document.content_hash,
        "author": act.actor,
        "at": act.stamp,
        "cause": cut.cause,
        "summary": json.dumps(shape | summary),
        "manifest": manifest.pack(),
    }
    act.connection.execute(insert(schema.versions), version)
    table = schema.dictionaries
    head = {
        "revision": cut.revision,
        "version": cut.version,
        "body_n": manifest.head,
        "content_hash": document.content_hash,
        "edited": False,
        **shape,
        "generated_at": stamp(document.generated_at),
        "updated_at": act.stamp,
    }
    act.connection.execute(update(table).where(table.c.n == cut.dictionary_n).values(head))
