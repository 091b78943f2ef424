"""A workbook cell by cell, for those who know what it should hold: no headers are looked for, nothing is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import SheetMetadata, SheetTypeEnum

from ddgen.errors import InputError, UsageError
from ddgen.sources.apart import Apart
from ddgen.sources.excel import Reading, open_workbook
from ddgen.sources.spec import SourceSpec
from ddgen.sources.xlsx_cells import marked_cells

_HEAD = 1 << 16
_TOP = 3
"""Rows in which marks are looked for."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its rows from the first on, each from column A on, "" where a cell is empty.

    `odd` has, by 0-based row and column, the error that a cell shows, or "" for a formula whose result was not saved.
    """

    name: str
    rows: list[list[Any]]
    odd: dict[tuple[int, int], str] = field(default_factory=dict)


def read(path: Path, names: Sequence[str], marks: Sequence[str]) -> list[Sheet]:
    """The sheets whose name starts with one of `names`, or that have a text which starts with one of `marks` on top.

    Raises UsageError where there is no such file, InputError where it cannot be read as a workbook.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError as error:
        raise UsageError("no such file", where=str(path), hint="Name a workbook that ddgen has written") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error
    spec = SourceSpec(path, str(path), head, path.suffix.lower(), path.stem)
    with Apart() as apart:
        return apart.sheets(spec, names, marks)


def sheets(spec: SourceSpec, names: Sequence[str], marks: Sequence[str]) -> list[Sheet]:
    """The same in this process, which a damaged file may end."""
    workbook = open_workbook(spec)
    found = []
    for entry in workbook.sheets_metadata:
        if entry.typ is not SheetTypeEnum.WorkSheet:
            continue
        with Reading(spec, f"sheet {entry.name}"):
            sheet = workbook.get_sheet_by_name(entry.name)
            before = [""] * (sheet.start[1] if sheet.start else 0)
            top, rows = [], sheet.iter_rows()
            for _ in range(_TOP):
                top += [before + row for row in (next(rows, None),) if row is not None]
            if _wanted(entry, top, names, marks):
                whole = top + [before + row for row in rows]
                odd = {(row, column): error for row, column, error in marked_cells(spec.path, entry.name)}
                found.append(Sheet(entry.name, whole, odd))
    return found


def _wanted(entry: SheetMetadata, top: Iterable[Sequence[Any]], names: Sequence[str], marks: Sequence[str]) -> bool:
    if entry.name.startswith(tuple(names)):
        return True
    return any(isinstance(cell, str) and cell.startswith(tuple(marks)) for row in top for cell in row)
