"""A workbook as people edit it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from ddgen.exporters.excel import ExcelExporter, ExcelOptions
from ddgen.exporters.excel_form import COLUMNS, SHEET
from ddgen.model.dictionary import Dictionary
from ddgen.review import sheet
from ddgen.review.decide import Decision
from ddgen.review.returned import Report
from ddgen.review.take import Taking, check, take

LETTER = {column.key: number for number, column in enumerate(COLUMNS, 1)}


def export(dictionary: Dictionary, path: Path) -> Path:
    path.write_bytes(ExcelExporter().render(dictionary, ExcelOptions()))
    return path


@contextmanager
def edited(path: Path) -> Iterator[Any]:
    """The workbook, open in another program and saved by it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning)
        book = load_workbook(path)
    yield book
    book.save(path)


def cell(book: Any, place: str, key: str) -> Any:
    """The cell of a table or field in a column."""
    sheet = book[SHEET]
    for row in range(3, sheet.max_row + 1):
        table, path = (sheet.cell(row, LETTER[name]).value for name in ("table", "field"))
        if place == (f"{table}.{path}" if path else table):
            return sheet.cell(row, LETTER[key])
    raise LookupError(place)


def taken(dictionary: Dictionary, path: Path) -> Report:
    """What comes of taking the workbook into the dictionary."""
    returned = sheet.read(path, dictionary)
    check(dictionary, returned)
    known = {"contact.email", "geo.city"}
    shown = dictionary.model_copy(deep=True)
    taking = Taking(dictionary, shown, Decision(by="Ada"), lambda said: None if said in known else "unknown", path.name)
    return take(taking, returned)
