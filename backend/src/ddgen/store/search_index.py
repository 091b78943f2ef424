"""The index itself: FTS5 in SQLite, a tsvector in PostgreSQL; both are given words, so that both find the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from ddgen.store.bodies import chunks
from ddgen.store.search_texts import Entry

_TEXTS = ("names", "kinds", "texts", "shown")
_COLUMNS = ("scope", *_TEXTS)
_PUT_WORDS = text(
    f"INSERT INTO search (rowid, {', '.join(_COLUMNS)}) VALUES (:n, {', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608 - names of our own columns
)
_PUT_VECTOR = text("INSERT INTO search (n, found) VALUES (:n, CAST(:found AS tsvector))")
_MATCH = text("SELECT rowid FROM search WHERE search MATCH :query LIMIT :limit")
_FITS = text("SELECT n FROM search WHERE found @@ CAST(:query AS tsquery) LIMIT :limit")
_BY_INDEX = text("SET LOCAL enable_seqscan = off")
"""Without fresh statistics every row would be looked at for a beginning that few words have, or none."""

_NAMES = "n:"
"""What words of names begin with where there are no columns; no word that is searched for holds a colon."""


@dataclass(frozen=True, slots=True)
class Want:
    """One word of a query: any of these, whole or as a beginning, in names or anywhere."""

    words: tuple[str, ...]
    beginning: bool = False
    column: Literal["names"] | None = None


def put(connection: Connection, entries: Sequence[Entry]) -> None:
    """Index these anew."""
    remove(connection, [entry.number for entry in entries])
    if not entries:
        return
    if connection.dialect.name == "sqlite":
        rows = [{"n": entry.number, **{name: " ".join(getattr(entry, name)) for name in _COLUMNS}} for entry in entries]
        connection.execute(_PUT_WORDS, rows)
        return
    connection.execute(_PUT_VECTOR, [{"n": entry.number, "found": _vector(entry)} for entry in entries])


def remove(connection: Connection, entries: Sequence[int]) -> None:
    """Take these out of the index."""
    key = "rowid" if connection.dialect.name == "sqlite" else "n"
    for some in chunks(entries):
        numbers = ", ".join(str(int(number)) for number in some)
        connection.execute(text(f"DELETE FROM search WHERE {key} IN ({numbers})"))  # noqa: S608 - numbers only


def forget(connection: Connection, dictionary_n: int) -> None:
    """Take a whole dictionary out of the index."""
    key = "rowid" if connection.dialect.name == "sqlite" else "n"
    for query in (
        "SELECT 2 * n FROM fields WHERE dictionary_n = :d",
        "SELECT 2 * n + 1 FROM tables WHERE dictionary_n = :d",
    ):
        connection.execute(text(f"DELETE FROM search WHERE {key} IN ({query})"), {"d": dictionary_n})  # noqa: S608 - our own words


def find(connection: Connection, scope: Sequence[str], wants: Sequence[Want], limit: int) -> list[int]:
    """The numbers of what fits all of it, so many at most."""
    if connection.dialect.name == "sqlite":
        query = " AND ".join([*(f"scope : {mark}" for mark in scope), *map(_fts5, wants)])
        statement = _MATCH
    else:
        query = " & ".join([*(f"'~{mark}'" for mark in scope), *map(_tsquery, wants)])
        statement = _FITS
        if any(want.beginning for want in wants):
            connection.execute(_BY_INDEX)
    return list(connection.execute(statement, {"query": query, "limit": limit}).scalars())


def _fts5(want: Want) -> str:
    """Words are letters and digits, so that nothing needs to be kept from being syntax but AND, OR, NOT and NEAR."""
    columns = want.column or " ".join(_TEXTS)
    star = "*" if want.beginning else ""
    words = " OR ".join(f'"{word}"{star}' for word in want.words)
    return f"{{{columns}}} : ({words})"


def _tsquery(want: Want) -> str:
    mark = _NAMES if want.column == "names" else ""
    star = ":*" if want.beginning else ""
    return "(" + " | ".join(f"'{mark}{word}'{star}" for word in want.words) + ")"


def _vector(entry: Entry) -> str:
    """The literal of a tsvector. Words of names stand in it twice, once marked as such.

    Weights would tell the same, but are not in the index: every row that fits would have to be looked at.
    """
    words = dict.fromkeys(word for column in _TEXTS for word in getattr(entry, column))
    marked = [*(f"~{mark}" for mark in entry.scope), *words, *(f"{_NAMES}{word}" for word in entry.names)]
    return " ".join(f"'{word}'" for word in marked)
