"""The index itself: FTS5 in SQLite, a tsvector in PostgreSQL; both are given words, so that both find the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from ddgen.store.bodies import chunks
from ddgen.store.search_texts import Entry

_WEIGHTS = {"names": "A", "kinds": "B", "texts": "C", "shown": "D"}
_COLUMNS = ("scope", *_WEIGHTS)


@dataclass(frozen=True, slots=True)
class Want:
    """One word of a query: any of these, whole or as a beginning, in one column or in any."""

    words: tuple[str, ...]
    beginning: bool = False
    column: str | None = None


def put(connection: Connection, entries: Sequence[Entry]) -> None:
    """Index these anew."""
    remove(connection, [entry.number for entry in entries])
    if not entries:
        return
    if connection.dialect.name == "sqlite":
        rows = [{"n": entry.number, **{name: " ".join(getattr(entry, name)) for name in _COLUMNS}} for entry in entries]
        names = ", ".join(_COLUMNS)
        places = ", ".join(f":{name}" for name in _COLUMNS)
        connection.execute(text(f"INSERT INTO search (rowid, {names}) VALUES (:n, {places})"), rows)  # noqa: S608 - names of our own columns
        return
    statement = text("INSERT INTO search (n, found) VALUES (:n, CAST(:found AS tsvector))")
    connection.execute(statement, [{"n": entry.number, "found": _vector(entry)} for entry in entries])


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
        statement = text("SELECT rowid FROM search WHERE search MATCH :query LIMIT :limit")
    else:
        query = " & ".join([*(f"'~{mark}'" for mark in scope), *map(_tsquery, wants)])
        statement = text("SELECT n FROM search WHERE found @@ CAST(:query AS tsquery) LIMIT :limit")
    return list(connection.execute(statement, {"query": query, "limit": limit}).scalars())


def _fts5(want: Want) -> str:
    """Words are letters and digits, so that nothing needs to be kept from being syntax but AND, OR, NOT and NEAR."""
    columns = want.column or "names kinds texts shown"
    star = "*" if want.beginning else ""
    words = " OR ".join(f'"{word}"{star}' for word in want.words)
    return f"{{{columns}}} : ({words})"


def _tsquery(want: Want) -> str:
    weights = _WEIGHTS[want.column] if want.column else "ABCD"
    star = "*" if want.beginning else ""
    return "(" + " | ".join(f"'{word}':{star}{weights}" for word in want.words) + ")"


def _vector(entry: Entry) -> str:
    """The literal of a tsvector; where a word stands in several columns, it has the weight of each."""
    marks: dict[str, list[str]] = {}
    for place, (name, weight) in enumerate(_WEIGHTS.items(), start=1):
        for word in getattr(entry, name):
            marks.setdefault(word, []).append(f"{place}{weight}")
    words = [f"'{word}':{','.join(where)}" for word, where in marks.items()]
    return " ".join([*(f"'~{mark}'" for mark in entry.scope), *words])
