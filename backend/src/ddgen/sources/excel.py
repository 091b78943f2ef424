"""Spreadsheets: Excel (xlsx, xlsm, xlsb, xls) and OpenDocument (ods), each sheet with anything in it a table."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from ddgen.errors import InputError
from ddgen.model.relation import Batch, DeclaredField, Relation
from ddgen.sources import ole
from ddgen.sources.row_batches import column_batch
from ddgen.sources.sheet_header import LOOKED_AT, Layout, filled, layout
from ddgen.sources.sheet_values import KINDS, typed
from ddgen.sources.spec import Source, SourceSpec
from ddgen.sources.stored import damaged, stored_path

ZIP = b"PK\x03\x04"
ZIP_ERRORS = (OSError, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError)
_LARGEST = 4 << 30
_MOST_TIMES = 200
"""A workbook that unpacks to more than 4 GB and 200 times its size is a bomb, not a workbook."""

ROWS_PER_BATCH = 8192


class ExcelSource(Source):
    """Reads spreadsheets."""

    name: ClassVar[str] = "excel"
    suffixes: ClassVar[frozenset[str]] = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods"})

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """A ZIP or OLE container that is a spreadsheet by what it holds, or by its suffix."""
        if spec.head.startswith(ZIP):
            return spec.suffix in cls.suffixes or _is_workbook(spec.path)
        return spec.head.startswith(ole.MAGIC) and (
            spec.suffix in cls.suffixes or any(mark in spec.head for mark in (*ole.WORKBOOKS, ole.ENCRYPTED))
        )

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """A table for each sheet that holds anything, hidden ones included.

        Raises InputError where the workbook is encrypted, damaged or empty.
        """
        workbook = _open(spec)
        found = [
            (entry, sheet, area)
            for entry in workbook.sheets_metadata
            if entry.typ is SheetTypeEnum.WorkSheet
            and (area := layout(list(islice((sheet := _sheet(spec, workbook, entry.name)).iter_rows(), LOOKED_AT))))
        ]
        if not found:
            raise InputError("no sheet holds anything", code="empty", where=spec.display)
        alone = len(found) == 1
        return [
            SheetRelation(spec, spec.stem if alone else entry.name, entry, sheet, area) for entry, sheet, area in found
        ]


class SheetRelation(Relation):
    """The table in a sheet. Its fields' physical types are known once it has been read."""

    def __init__(self, spec: SourceSpec, name: str, entry: SheetMetadata, sheet: CalamineSheet, area: Layout) -> None:
        super().__init__(name, f"{spec.display}#{entry.name}", "excel")
        self._spec, self._sheet_name, self._area = spec, entry.name, area
        self._sheet: CalamineSheet | None = sheet
        self.comment = area.title
        self.declared = [DeclaredField((field,)) for field in area.names]
        self.row_estimate = max(0, sheet.end[0] + 1 - area.data) if sheet.end else 0
        self.reading = {"sheet": entry.name, "header_row": area.header}
        if entry.visible is not SheetVisibleEnum.Visible:
            self.reading["hidden"] = True

    def batches(self) -> Iterator[Batch]:
        """The rows below the header that hold anything."""
        sheet, self._sheet = self._sheet, None
        if sheet is None:
            sheet = _sheet(self._spec, _open(self._spec), self._sheet_name)
        width, first = len(self._area.names), 0
        rows = (
            (*row[:width], *[""] * (width - len(row)))
            for row in islice(sheet.iter_rows(), self._area.data, None)
            if filled(row)
        )
        while chunk := list(islice(rows, ROWS_PER_BATCH)):
            columns = [typed(column) for column in zip(*chunk, strict=True)]
            self._note_types(columns)
            yield column_batch(self._area.names, columns, self._spec.display, first)
            first += len(chunk)

    def _note_types(self, columns: list[list[Any]]) -> None:
        for field, column in zip(self.declared, columns, strict=True):
            known = set(filter(None, (field.physical_type or "").split(" | ")))
            kinds = known | {KINDS[kind] for kind in set(map(type, column)) if kind in KINDS}
            field.physical_type = " | ".join(sorted(kinds)) or None


def _open(spec: SourceSpec) -> CalamineWorkbook:
    path = stored_path(spec)
    _refuse_ole(spec, path)
    _refuse_bomb(spec, path)
    with _Reading(spec, "workbook"):
        return load_workbook(path)


def _sheet(spec: SourceSpec, workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    with _Reading(spec, f"sheet {name}"):
        return workbook.get_sheet_by_name(name)


class _Reading:
    """While a workbook is read: its reader's errors, and its panics, which no class of ours can name, as InputError."""

    def __init__(self, spec: SourceSpec, what: str) -> None:
        self._spec, self._what = spec, what

    def __enter__(self) -> None:
        """Nothing is set up."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, PasswordError):
            raise _encrypted(self._spec) from error
        if isinstance(error, CalamineError | OSError | ValueError) or (kind and kind.__name__ == "PanicException"):
            raise damaged(self._spec.display, self._what, error) from error


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:64] if "mimetype" in names else b""
    except ZIP_ERRORS:
        return False
    return bool(names & {"xl/workbook.xml", "xl/workbook.bin"}) or kind.endswith(b"opendocument.spreadsheet")


def _refuse_ole(spec: SourceSpec, path: Path) -> None:
    if not spec.head.startswith(ole.MAGIC):
        return
    if ole.holds(path, ole.ENCRYPTED):
        raise _encrypted(spec)
    if not ole.is_whole(path):
        raise damaged(spec.display, "workbook", EOFError("it ends before its last sector"))


def _encrypted(spec: SourceSpec) -> InputError:
    return InputError(
        "the workbook is protected by a password",
        code="encrypted",
        where=spec.display,
        hint="Save a copy without the password and read that",
    )


def _refuse_bomb(spec: SourceSpec, path: Path) -> None:
    if not spec.head.startswith(ZIP):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except ZIP_ERRORS as error:
        raise damaged(spec.display, "workbook", error) from error
    if size > _LARGEST and size > _MOST_TIMES * path.stat().st_size:
        raise InputError(f"the workbook would unpack to {size:,} bytes", code="bomb", where=spec.display)
