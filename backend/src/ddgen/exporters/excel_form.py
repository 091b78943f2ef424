"""The form in which a workbook is to come home: its sheet for people, and the hidden one with what it said at first.

Base sheets have lines of four texts: a row's id, a column, the number of a piece, and the piece. Pieces are JSON, so
that none looks like a formula, a number or a date, and short enough for a cell. The first line is the stamp.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ddgen.exporters import editable, text
from ddgen.exporters.spreadsheet import fitting
from ddgen.model.dictionary import Dictionary, Field, Table

FORM = "ddgen-return/1"
SHEET, BASE = "Review", "ddgen base"
MARK = "ddgen:"
"""What the names of columns start with in the hidden row above the headings, so that these may be renamed."""

ID, TABLE, FIELD = "id", "table", "field"
STAMP, PLACE = "stamp", "place"
_PIECE = 5_000
"""Characters of a piece: with six for each at most, as JSON writes some, it fits into a cell."""

_NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet for people; `text` ones may be wide."""

    key: str
    title: str
    width: int
    open: bool = False


COLUMNS = (
    Column(TABLE, "Table", 18),
    Column(FIELD, "Field", 28),
    Column("data_type", "Data type", 14),
    Column("facts", "What the data show", 40),
    Column("business_name", "Business name", 26, open=True),
    Column("description", "Description", 60, open=True),
    Column("pii", "Personal data", 18, open=True),
    Column("semantic_type", "Semantic type", 18, open=True),
    Column("status", "Status", 12, open=True),
    Column("owner", "Owner", 20, open=True),
    Column("note", "Comment", 36, open=True),
    Column(ID, "Row", 18),
)
OPEN = tuple(column.key for column in COLUMNS if column.open)
TITLES = {column.title.casefold(): column.key for column in COLUMNS}


def row_id(table: Table, field: Field | None) -> str:
    """The id of a row: the same as long as the table's id and the field's path are."""
    said = json.dumps([table.id or table.name, None if field is None else field.path])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def locked(content: str) -> bool:
    """Whether a text is longer than a cell, so that it cannot be edited in one."""
    shown = editable.shown(content)
    return fitting(shown) != shown


def stamp(dictionary: Dictionary) -> dict[str, Any]:
    """What the workbook was made of."""
    return {
        "form": FORM,
        "name": dictionary.name,
        "version": dictionary.version,
        "content_hash": dictionary.content_hash,
        "made": text.instant(dictionary.generated_at),
    }


def base_lines(dictionary: Dictionary) -> Iterator[tuple[str, str, int, str]]:
    """The lines of the base: the stamp, then of each row its place and what stands in its cells."""
    yield from _pieces(FORM, STAMP, stamp(dictionary))
    for table in dictionary.tables:
        for field in (None, *table.fields):
            row = row_id(table, field)
            yield from _pieces(row, PLACE, [table.name, None if field is None else field.path])
            for key, said in editable.cells(table if field is None else field).items():
                if said and key in OPEN:
                    yield from _pieces(row, key, said)


def _pieces(row: str, key: str, content: Any) -> Iterator[tuple[str, str, int, str]]:
    if not isinstance(content, str):
        content = json.dumps(content)
    for number, start in enumerate(range(0, len(content), _PIECE)):
        yield row, key, number, _safe(content[start : start + _PIECE])


def _safe(piece: str) -> str:
    """The piece as JSON without what a workbook cannot hold or has a meaning of its own for."""
    said = json.dumps(piece, ensure_ascii=False).replace("_x", "_\\u0078")
    return _NONCHARACTERS.sub(lambda found: f"\\u{ord(found[0]):04x}", said)


def base_of(lines: Iterable[tuple[str, str, int, str]]) -> dict[str, dict[str, str]]:
    """By row and column the texts in the lines of a base, in whatever order these come. Raises ValueError."""
    pieces: dict[tuple[str, str], dict[int, str]] = {}
    for row, key, number, piece in lines:
        pieces.setdefault((row, key), {})[number] = str(json.loads(piece))
    found: dict[str, dict[str, str]] = {}
    for (row, key), parts in pieces.items():
        if sorted(parts) != list(range(len(parts))):
            raise ValueError(f"pieces of {row} {key} are missing")
        found.setdefault(row, {})[key] = "".join(parts[number] for number in range(len(parts)))
    return found
