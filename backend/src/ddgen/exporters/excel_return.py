"""The sheets of a workbook that comes home: one that people edit, and hidden ones with what it said at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ddgen.exporters import editable, text
from ddgen.exporters.excel_book import HEADER, LINE, NOTICE_FILL, Book, Look, Page, altered, look
from ddgen.exporters.excel_form import BASE, COLUMNS, FIELD, FORM, ID, MARK, TABLE, base_lines, locked, row_id
from ddgen.exporters.excel_grid import SHEET_ROWS
from ddgen.model.dictionary import Dictionary, Field, Table

_ANSWERS = "D"
"""The column of answers in the sheet of questions."""

KEYS, HEADINGS, FIRST = 0, 1, 2
"""Rows of the sheet: names of columns for machines, titles for people, the first one to edit."""

_PROTECTION = {
    "autofilter": True,
    "sort": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
_CLOSED = look(text_wrap=True, bottom=1, bottom_color=LINE, align="left", indent=1)
_OPEN = altered(_CLOSED, locked=False, num_format="@", bg_color=NOTICE_FILL)
_BOLD = altered(_CLOSED, bold=True)
_TITLE = look(bold=True, font_color="#FFFFFF", bg_color=HEADER, text_wrap=True, valign="vcenter", indent=1)
_VERDICTS = (
    "none",
    *(f"{category}:2" for category in ("contact", "identity", "location", "online", "freetext")),
    *(f"{category}:3" for category in ("financial", "government_id", "health", "special", "credential")),
)


def write_review(pages: Iterator[Page], dictionary: Dictionary) -> None:
    """The sheet that people edit: a row for each table and each field, and what they may write in yellow."""
    left = _rows(dictionary)
    rows = list(islice(left, SHEET_ROWS - FIRST))
    while True:
        page = next(pages)
        _head(page)
        for number, (table, field) in enumerate(rows, FIRST):
            _row(page, number, table, field)
        _arrange(page, FIRST + len(rows))
        rows = list(islice(left, SHEET_ROWS - FIRST))
        if not rows:
            return


def _rows(dictionary: Dictionary) -> Iterator[tuple[Table, Field | None]]:
    for table in dictionary.tables:
        yield table, None
        yield from ((table, field) for field in table.fields)


def _head(page: Page) -> None:
    page.widths(column.width for column in COLUMNS)
    page.sheet.set_row(KEYS, None, None, {"hidden": True})
    page.sheet.set_row(HEADINGS, 24)
    for col, column in enumerate(COLUMNS):
        page.put(KEYS, col, f"{MARK}{column.key}")
        page.put(HEADINGS, col, column.title, _TITLE)


def _row(page: Page, number: int, table: Table, field: Field | None) -> None:
    said = editable.cells(table if field is None else field)
    facts = {
        TABLE: text.name(table.name),
        FIELD: text.name(field.path) if field is not None else None,
        "data_type": text.visible(field.data_type) if field is not None else None,
        "facts": text.summary(field, table) if field is not None else text.rows(table),
        ID: row_id(table, field),
    }
    written = []
    for col, column in enumerate(COLUMNS):
        content = editable.shown(said.get(column.key, "")) if column.open else facts[column.key]
        page.put(number, col, content, _look_of(column.open, column.key, said, field))
        written.append((col, content or ""))
    page.fit_height(number, written)


def _look_of(is_open: bool, key: str, said: dict[str, str], field: Field | None) -> Look:
    if is_open and key in said and not locked(said[key]):
        return _OPEN
    return _BOLD if field is None and key == TABLE else _CLOSED


def _arrange(page: Page, end: int) -> None:
    at = {column.key: col for col, column in enumerate(COLUMNS)}
    sheet, bottom = page.sheet, max(end - 1, FIRST)
    sheet.autofilter(HEADINGS, 0, bottom, len(COLUMNS) - 1)
    sheet.freeze_panes(FIRST, at[FIELD] + 1)
    sheet.repeat_rows(HEADINGS)
    sheet.set_column(at[ID], at[ID], COLUMNS[at[ID]].width, None, {"hidden": True})
    choice: dict[str, Any] = {"validate": "list", "ignore_blank": True}
    only = {"error_title": "Status", "error_message": f"Choose {', '.join(editable.STATUSES)}."}
    column = at[editable.STATUS]
    sheet.data_validation(FIRST, column, bottom, column, choice | {"source": list(editable.STATUSES)} | only)
    verdict = {
        "source": list(_VERDICTS),
        "error_type": "information",
        "error_title": "Personal data",
        "error_message": "Write none, or a category and a sensitivity of 0 to 3, as in contact:2.",
    }
    sheet.data_validation(FIRST, at["pii"], bottom, at["pii"], choice | verdict)
    sheet.ignore_errors({"number_stored_as_text": f"A1:AZ{bottom + 1}"})


def write_base(book: Book, dictionary: Dictionary) -> None:
    """The hidden sheets that say what stood in the workbook at first."""
    left: Iterator[Sequence[Any]] = iter(base_lines(dictionary))
    while lines := list(islice(left, SHEET_ROWS - 1)):
        sheet = book.workbook.add_worksheet(book.reserve([BASE])[0])
        sheet.write_string(0, 0, FORM)
        for row, (key, column, number, piece) in enumerate(lines, 1):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, column)
            sheet.write_number(row, 2, number)
            sheet.write_string(row, 3, piece)
        sheet.very_hidden()


def protect(book: Book, questions: str | None) -> None:
    """Protect every sheet, without a password: what is not to be edited cannot be edited by mistake.

    In sheets whose name starts with `questions` the column of answers stays open.
    """
    for sheet in book.workbook.worksheets():
        sheet.protect("", _PROTECTION)
        if questions is not None and sheet.get_name().startswith(questions):
            sheet.unprotect_range(f"{_ANSWERS}2:{_ANSWERS}{SHEET_ROWS}", "answers")
