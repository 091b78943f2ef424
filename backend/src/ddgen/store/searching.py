"""Full text over the head: ranked by where the words stand, misspelt ones understood, with facets and excerpts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from ddgen.model.dictionary import Field, Table
from ddgen.store import reading, schema, search_index, search_words
from ddgen.store.act import Desk
from ddgen.store.among import among
from ddgen.store.excerpts import Excerpt, excerpts
from ddgen.store.pages import decode, encode
from ddgen.store.records import FieldRow, TableRow
from ddgen.store.search_index import Want
from ddgen.store.search_texts import mark, whole

CANDIDATES = 1_000
"""How many of what fits are ranked and counted; more are only said to be there."""

MOST_OF_FACET = 50

_F, _T, _D = schema.fields.c, schema.tables.c, schema.dictionaries.c
_LIGHT_FIELDS = select(
    _F.n, func.length(_F.path), _F.dictionary_n, _F.table_n, _F.data_type, _F.semantic_type, _F.pii_category
).where(_F.gone.is_(False))
_LIGHT_TABLES = select(_T.n, func.length(_T.name), _T.dictionary_n, _T.n).where(_T.gone.is_(False))
"""What ranks and facets need, without the rest of the rows: behind number and length, what is counted."""

_OF_TABLES = ("dictionary", "table")
_OF_FIELDS = (*_OF_TABLES, "data_type", "semantic_type", "pii_category")

_MOST_WORDS = 8
_MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search keeps to; what is None does not matter."""

    dictionary_id: str | None = None
    table_id: str | None = None
    data_type: str | None = None
    semantic_type: str | None = None
    pii_category: str | None = None
    kind: Literal["field", "table"] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A field or table that was found, and the texts in which the words stand."""

    kind: Literal["field", "table"]
    row: FieldRow | TableRow
    excerpts: list[Excerpt]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the best first.

    `facets` counts by `dictionary`, `table`, `data_type`, `semantic_type`, `pii_category` and `kind`, the most first,
    at most 50 of each; where `complete` is false, of the first thousand only. `meant` has the words that misspelt ones
    were taken for.
    """

    items: list[Hit]
    next_cursor: str | None
    facets: dict[str, list[tuple[str, int]]]
    complete: bool
    meant: dict[str, list[str]]


_Candidate = tuple[tuple[int, int, int], Sequence[Any]]
"""Something that fits: its rank - how well, how long its name is, its number in the index - and what is counted."""


class Search(Desk):
    """Searches the head of all dictionaries, or of some."""

    def search(self, query: str, scope: Scope | None = None, *, cursor: str | None = None, limit: int = 20) -> Found:
        """What holds all words of the query, in names, descriptions, types, tags or values that may be shown.

        Raises NotFound where the scope names what is not there, UsageError for a cursor that is none.
        """
        words = list(dict.fromkeys(search_words.tokens(query)))[:_MOST_WORDS]
        after = None if cursor is None else tuple(decode(cursor, 3))
        with self._read() as connection:
            marks = _marks(connection, scope or Scope())
            numbers, meant, complete = _candidates(connection, marks, words)
            found = sorted(_rows(connection, numbers), key=itemgetter(0))
            rest = found if after is None else [one for one in found if one[0] > after]
            page = rest[: max(1, min(limit, _MOST_ITEMS))]
            sought = [*words, *(word for said in meant.values() for word in said)]
            items = _hits(connection, page, sought)
            facets = _facets(connection, found)
        more = encode(page[-1][0]) if len(rest) > len(page) else None
        return Found(items, more, facets, complete, meant)


def _marks(connection: Connection, scope: Scope) -> list[str]:
    marks = [] if scope.kind is None else [f"k{scope.kind}"]
    if scope.dictionary_id is not None:
        marks.append(mark("d", reading.dictionary(connection, scope.dictionary_id).n))
    if scope.table_id is not None:
        marks.append(mark("t", reading.part_row(connection, schema.tables, scope.table_id).n))
    for kind, value in (("y", scope.data_type), ("s", scope.semantic_type), ("p", scope.pii_category)):
        if value is not None:
            marks.append(mark(kind, value))
    return marks


def _candidates(
    connection: Connection, marks: Sequence[str], words: Sequence[str]
) -> tuple[dict[int, int], dict[str, list[str]], bool]:
    """What fits, by number with how well (0 is best); what misspelt words were taken for; whether that is all."""
    if not words:
        return {}, {}, True
    ways = [
        [Want((whole(words),), column="names")],
        [Want((word,), column="names") for word in words],
        [Want((word,), beginning=True, column="names") for word in words],
        [Want((word,), beginning=True) for word in words],
    ]
    found = _ranked(connection, marks, ways, 0)
    meant: dict[str, list[str]] = {}
    if not found:
        meant = {word: said for word in words if (said := _meant(connection, word))}
        wants = [Want(tuple(meant[word])) if word in meant else Want((word,), beginning=True) for word in words]
        in_names = [Want(want.words, want.beginning, "names") for want in wants]
        found = _ranked(connection, marks, [in_names, wants], len(ways)) if meant else {}
    return found, meant, len(found) < CANDIDATES


def _ranked(connection: Connection, marks: Sequence[str], ways: Sequence[Sequence[Want]], first: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for rank, wants in enumerate(ways, start=first):
        if len(found) < CANDIDATES:
            for number in search_index.find(connection, marks, wants, CANDIDATES):
                found.setdefault(number, rank)
    return dict(list(found.items())[:CANDIDATES])


def _meant(connection: Connection, word: str) -> list[str]:
    if search_words.begins(connection, word):
        return []
    return search_words.meant(connection, word) or search_words.holding(connection, word)


def _rows(connection: Connection, numbers: dict[int, int]) -> list[_Candidate]:
    """The rows of what was found, without what has gone since."""
    found: list[_Candidate] = []
    for shift, column, query in ((0, _F.n, _LIGHT_FIELDS), (1, _T.n, _LIGHT_TABLES)):
        wanted = [number // 2 for number in numbers if number % 2 == shift]
        rows = connection.execute(query.where(among(connection, column, wanted))).all() if wanted else []
        for row in rows:
            number = 2 * row[0] + shift
            found.append(((numbers[number], row[1], number), row[2:]))
    return found


def _facets(connection: Connection, found: Sequence[_Candidate]) -> dict[str, list[tuple[str, int]]]:
    counts: dict[str, Counter[Any]] = {name: Counter() for name in ("kind", *_OF_FIELDS)}
    for kind, names in (("field", _OF_FIELDS), ("table", _OF_TABLES)):
        rows = [counted for rank, counted in found if rank[2] % 2 == (kind == "table")]
        for name, column in zip(names, zip(*rows, strict=True), strict=bool(rows)):
            counts[name].update(value for value in column if value is not None)
        if rows:
            counts["kind"][kind] = len(rows)
    most = {
        name: sorted(count.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_OF_FACET]
        for name, count in counts.items()
    }
    for name, columns in (("dictionary", _D), ("table", _T)):
        query = select(columns.n, columns.id).where(among(connection, columns.n, (n for n, _ in most[name])))
        ids = {row[0]: row[1] for row in connection.execute(query).all()}
        most[name] = [(ids[n], count) for n, count in most[name]]
    return most


def _hits(connection: Connection, page: Sequence[_Candidate], sought: Sequence[str]) -> list[Hit]:
    """What is shown of the page, with excerpts."""
    parts: dict[int, tuple[FieldRow | TableRow, Field | Table]] = {}
    for shift, table, query in ((0, schema.fields, reading.FIELDS), (1, schema.tables, reading.TABLES)):
        wanted = [rank[2] // 2 for rank, _ in page if rank[2] % 2 == shift]
        rows = connection.execute(query.where(table.c.n.in_(wanted))).all() if wanted else []
        for row, content in zip(rows, reading.heads(connection, table, rows), strict=True):
            shown = reading.made(TableRow, row) if shift else reading.made(FieldRow, row)
            parts[2 * row.n + shift] = (shown, content)
    hits = []
    for (_, _, number), _ in page:
        shown, content = parts[number]
        hits.append(Hit("table" if number % 2 else "field", shown, excerpts(content, sought)))
    return hits
