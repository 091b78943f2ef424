"""A workbook that came home, row by row: whatever was sorted, moved, hidden, deleted or added in it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ddgen.errors import DocumentError
from ddgen.exporters import editable, text
from ddgen.exporters.editable import digest
from ddgen.exporters.excel_form import (
    COLUMNS,
    FIELD,
    FORM,
    ID,
    MARK,
    OPEN,
    PLACE,
    SHEET,
    STAMP,
    TABLE,
    base_of,
    locked,
)
from ddgen.exporters.spreadsheet import fitting
from ddgen.model.dictionary import Dictionary
from ddgen.review.items import Part, parts
from ddgen.review.returned import Cell, Change, Returned, Row
from ddgen.review.sheet_cells import address, columns_of, text_of
from ddgen.sources import workbook
from ddgen.sources.workbook import Sheet

_QUESTIONS = "Questions"
_TITLE = {column.key: column.title for column in COLUMNS}


def read(path: Path, dictionary: Dictionary) -> Returned:
    """What a workbook says. The dictionary is asked for names only, where the workbook does not tell its rows.

    Raises UsageError, InputError, and DocumentError where it is no workbook of ours.
    """
    sheets = workbook.read(path, (SHEET, _QUESTIONS), (MARK, FORM))
    returned = Returned(str(path))
    base = _base(sheets, returned)
    found = [(sheet, *known) for sheet in sheets if (known := columns_of(sheet)) is not None]
    if not found:
        hint = "Name a workbook that ddgen has written as .xlsx, with its sheet Review"
        raise DocumentError("there is no sheet Review in it to take edits from", where=str(path), hint=hint)
    reader = _Reader(returned, base, _Places(base, dictionary))
    for sheet, top, columns in found:
        reader.take(sheet, top, columns)
    reader.finish({key for _, _, columns in found for key in columns.values()})
    for sheet in sheets:
        returned.ignored += _answers(sheet)
    return returned


def _base(sheets: Sequence[Sheet], returned: Returned) -> dict[str, dict[str, str]]:
    """By row and column what the workbook said at first; nothing where that is gone or damaged."""
    lines = [row for sheet in sheets if sheet.rows and sheet.rows[0][:1] == [FORM] for row in sheet.rows[1:]]
    try:
        base = base_of((str(row[0]), str(row[1]), int(row[2]), str(row[3])) for row in lines)
        returned.stamp = json.loads(base.pop(FORM)[STAMP])
    except (ValueError, IndexError, KeyError) as error:
        why = "is damaged" if lines and not isinstance(error, KeyError) else "is gone"
        returned.warnings.append(
            f"the hidden sheet with what the workbook said at first {why}: every text that is not in the dictionary "
            "counts as yours, and emptied cells are not taken"
        )
        return {}
    return base


class _Places:
    """Which table or field a row is of."""

    def __init__(self, base: Mapping[str, Mapping[str, str]], dictionary: Dictionary) -> None:
        self._known: dict[str, tuple[str, str | None]] = {part.id: _named(part) for part in parts(dictionary)}
        for row, cells in base.items():
            if PLACE in cells:
                table, path = json.loads(cells[PLACE])
                self._known[row] = table, path
        self._ids = {_as_shown(*place): row for row, place in self._known.items()}

    def find(self, row: str, table: str, path: str) -> tuple[str, str | None]:
        """The row's id, "" where it is none of ours, and what is wrong with it."""
        said = (table.strip(), path.strip())
        if row in self._known:
            meant = _as_shown(*self._known[row])
            if said in {("", ""), meant}:
                return row, None
            return row, f"its row is not together any more: it names {'.'.join(said)}, and is of {'.'.join(meant)}"
        if row:
            return self._ids.get(said, ""), None
        return self._ids.get(said, ""), None

    def named(self, row: str) -> tuple[str, str | None]:
        """The table and path of a row."""
        return self._known[row]


def _named(part: Part) -> tuple[str, str | None]:
    return part.table.name, None if part.field is None else part.field.path


def _as_shown(table: str, path: str | None) -> tuple[str, str]:
    return text.name(table).strip(), "" if path is None else text.name(path).strip()


@dataclass(frozen=True, slots=True)
class _Found:
    """One row as it stands in a sheet."""

    sheet: Sheet
    number: int
    columns: Mapping[int, str]


class _Reader:
    """Puts the rows of all sheets together."""

    def __init__(self, returned: Returned, base: dict[str, dict[str, str]], places: _Places) -> None:
        self._returned, self._base, self._places = returned, base, places
        self._rows: dict[str, list[_Found]] = defaultdict(list)

    def take(self, sheet: Sheet, top: int, columns: Mapping[int, str]) -> None:
        """Read a sheet below its headings."""
        at = {key: column for column, key in columns.items()}
        for number in range(top + 1, len(sheet.rows)):
            cells = sheet.rows[number]
            if not any(cell not in ("", None) for cell in cells):
                continue
            id_, table, path = (_plain(cells, at.get(key)) for key in (ID, TABLE, FIELD))
            row, wrong = self._places.find(id_, table, path)
            found = _Found(sheet, number, columns)
            if row and wrong is None:
                self._rows[row].append(found)
            else:
                place = ".".join(filter(None, (table, path))) or "a row without a name"
                self._refuse(found, place, row, wrong or "there is no such table or field: rows cannot be added")
        self._extra(sheet, top, columns)

    def _refuse(self, found: _Found, place: str, row: str, reason: str) -> None:
        """Tell of every cell of a row that says something new, and cannot be taken."""
        base = self._base.get(row, {})
        for column, key in found.columns.items():
            said, _, _ = text_of(found.sheet, found.number, column)
            if key in OPEN and digest(said) != digest(base.get(key, "")):
                self._ignore(found, column, place, key, said, reason)

    def _ignore(self, found: _Found, column: int, place: str, key: str, said: str, reason: str) -> None:
        where = address(found.sheet, found.number, column)
        self._returned.ignored.append(Change(place, key, where, "ignored", said, reason=reason))

    def _extra(self, sheet: Sheet, top: int, columns: Mapping[int, str]) -> None:
        """Tell of columns that are none of ours."""
        counts = Counter(
            column
            for row in sheet.rows[top + 1 :]
            for column, cell in enumerate(row)
            if column not in columns and cell not in ("", None)
        )
        for column, count in sorted(counts.items()):
            title = _plain(sheet.rows[top], column) or "without a title"
            self._returned.ignored.append(
                Change(
                    f"column {title}",
                    "",
                    address(sheet, top, column),
                    "ignored",
                    text.count(count, "cell"),
                    reason="it is none of our columns",
                )
            )

    def finish(self, present: set[str]) -> None:
        """Make rows of what was found, and tell what is missing."""
        missing = [_TITLE[key] for key in OPEN if key not in present]
        if missing:
            self._returned.warnings.append(f"nothing is taken from columns that are gone: {', '.join(missing)}")
        gone = sum(1 for row in self._base if row not in self._rows)
        if gone:
            self._returned.warnings.append(
                f"{text.count(gone, 'row')} of the workbook are gone: nothing changes for them"
            )
        for row, found in self._rows.items():
            table, path = self._places.named(row)
            self._returned.rows.append(Row(row, table, path, dict(self._cells(row, found))))

    def _cells(self, row: str, found: Sequence[_Found]) -> Iterator[tuple[str, Cell]]:
        table, path = self._places.named(row)
        place = table if path is None else f"{table}.{path}"
        keys = editable.OF_TABLES if path is None else editable.OF_FIELDS
        for key in OPEN:
            at = [(one, column) for one in found for column, known in one.columns.items() if known == key]
            cells = [(one, column, *text_of(one.sheet, one.number, column)) for one, column in at]
            if not cells:
                continue
            reason = _trouble(cells, known=key in keys)
            base = self._base.get(row, {}).get(key, "")
            one, column, said, remark, unreadable = cells[0]
            if locked(base):
                same = digest(said) == digest(fitting(editable.shown(base)))
                reason = None if same else "the text is longer than a cell: edit it with ddgen review"
                said = base if same else said
            if reason is None and unreadable is None:
                was = base if self._base else None
                where = address(one.sheet, one.number, column)
                yield key, Cell(said, where, None if was is None else digest(was), was, remark)
                continue
            for one, column, said, _, unreadable in cells:
                if digest(said) != digest(base) or unreadable is not None:
                    self._ignore(one, column, place, key, said, unreadable or reason or "")


def _trouble(cells: Sequence[tuple[_Found, int, str, str | None, str | None]], *, known: bool) -> str | None:
    """Why the cells of a column, one a row that names the same, cannot be taken."""
    if not known:
        return "tables have no such value" if any(said for _, _, said, _, _ in cells) else None
    if len({digest(said) for _, _, said, _, _ in cells}) > 1:
        places = ", ".join(address(one.sheet, one.number, column) for one, column, *_ in cells)
        return f"several rows are of the same field and say different things ({places}): keep one of them"
    return None


def _plain(cells: Sequence[Any], column: int | None) -> str:
    value = cells[column] if column is not None and column < len(cells) else ""
    return value if isinstance(value, str) else "" if value is None else str(value)


def _answers(sheet: Sheet) -> Iterable[Change]:
    """What people have written beside questions, which no command takes yet."""
    if not sheet.name.startswith(_QUESTIONS) or not sheet.rows:
        return
    titles = [str(cell) for cell in sheet.rows[0]]
    if "Question" not in titles or "Answer" not in titles:
        return
    asked, answered = titles.index("Question"), titles.index("Answer")
    for number, row in enumerate(sheet.rows[1:], 1):
        said = _plain(row, answered).strip()
        if said:
            place = f"question {_plain(row, asked)}"
            reason = "answers are not taken from workbooks: write labels of codes into the JSON form"
            yield Change(place, "answer", address(sheet, number, answered), "ignored", said, reason=reason)
