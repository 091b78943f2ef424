"""Spreadsheets: Excel (xlsx, xlsm, xlsb, xls) and OpenDocument (ods), each sheet with anything in it a table."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from ddgen.errors import InputError
from ddgen.model.problem import Problem
from ddgen.model.relation import Batch, DeclaredField, Relation
from ddgen.sources import ole
from ddgen.sources.chain import as_problem
from ddgen.sources.row_batches import column_batch
from ddgen.sources.sheet_grid import Grid, used_columns
from ddgen.sources.sheet_header import Layout, filled
from ddgen.sources.sheet_values import KINDS, typed
from ddgen.sources.spec import Source, SourceSpec
from ddgen.sources.stored import damaged, stored_path
from ddgen.sources.xlsx_cells import unfilled
from ddgen.sources.xlsx_parts import Extent, extents_of

ZIP = b"PK\x03\x04"
ZIP_ERRORS = (OSError, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError)
_LARGEST = 4 << 30
_MOST_TIMES = 200
"""A workbook that unpacks to more than 4 GB and 200 times its size is a bomb, not a workbook."""

ROWS_PER_BATCH = 8192
CELLS_HELD = 5_000_000
"""Cells of sheets that are kept from when a workbook is opened to when they are read; others are read twice."""
_MANY_CELLS = 32_000_000
_LEAST_FILLED = 0.05
"""A sheet takes 32 bytes for each cell between its first and its last one: 1 GB for so many, if they are empty too."""


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
    def is_fragile(cls, spec: SourceSpec) -> bool:  # noqa: ARG003 - all are
        """Always: a sheet takes memory by the place of its last cell, however far off it is."""
        return True

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """A table for each sheet that holds anything, hidden ones included.

        Raises InputError where the workbook is encrypted, damaged or empty.
        """
        workbook, extents, room = open_workbook(spec), extents_of(spec.path), CELLS_HELD
        found: list[SheetRelation] = []
        problems: list[Problem] = []
        for entry in workbook.sheets_metadata:
            try:
                grid = _grid(spec, workbook, entry, extents.get(entry.name))
                area = None if grid is None else grid.layout()
            except InputError as error:
                problems.append(as_problem(error, spec.display).model_copy(update={"table": entry.name}))
                continue
            if grid is not None and area is not None:
                room -= grid.cells
                found.append(SheetRelation(spec, entry, grid, area, held=room >= 0))
        return list(_told(spec, found, problems))


def _told(spec: SourceSpec, found: list[SheetRelation], problems: list[Problem]) -> list[SheetRelation]:
    """The tables, the first of which tells of the others. Raises InputError where there is none."""
    if not found:
        what = (
            problems[0] if problems else Problem(code="empty", message="no sheet holds anything", source=spec.display)
        )
        raise InputError(what.message, code=what.code, where=spec.display, hint=what.hint)
    if len(found) == 1 and not problems:
        found[0].name = spec.stem
    found[0].problems += problems
    return found


class SheetRelation(Relation):
    """The table in a sheet. Its fields' physical types are known once it has been read."""

    def __init__(self, spec: SourceSpec, entry: SheetMetadata, grid: Grid, area: Layout, *, held: bool) -> None:
        super().__init__(entry.name, f"{spec.display}#{entry.name}", "excel")
        self._spec, self._sheet_name, self._data = spec, entry.name, area.data
        self._grid = grid if held else None
        self._columns = used_columns(grid.rows(), area)
        names = area.names
        self._names = {grid.first_column + at: names[at] for at in self._columns}
        self._told = False
        self.comment = area.title
        self.declared = [DeclaredField((name,)) for name in self._names.values()]
        self.row_estimate = max(0, grid.height - area.data)
        self.reading = {"sheet": entry.name, "header_row": area.header}
        if entry.visible is not SheetVisibleEnum.Visible:
            self.reading["hidden"] = True

    def batches(self) -> Iterator[Batch]:
        """The rows below the header that hold anything."""
        grid, self._grid = self._grid, None
        grid = grid or Grid(open_workbook(self._spec).get_sheet_by_name(self._sheet_name))
        names, first = list(self._names.values()), 0
        with Reading(self._spec, f"sheet {self._sheet_name}"):
            rows = (row for row in islice(grid.rows(), self._data, None) if filled(row))
            while chunk := list(islice(rows, ROWS_PER_BATCH)):
                columns = [typed([row[at] if at < len(row) else "" for row in chunk]) for at in self._columns]
                self._note_types(columns)
                yield column_batch(names, columns, self._spec.display, first)
                first += len(chunk)
        self._tell_unfilled()

    def _tell_unfilled(self) -> None:
        """Tell, once, of cells that hold an error, or a formula without its result."""
        if not self._told:
            self.problems += unfilled(self._spec, self._sheet_name, self.name, self._names, self._data)
        self._told = True

    def _note_types(self, columns: list[list[Any]]) -> None:
        for field, column in zip(self.declared, columns, strict=True):
            known = set(filter(None, (field.physical_type or "").split(" | ")))
            kinds = known | {KINDS[kind] for kind in set(map(type, column)) if kind in KINDS}
            field.physical_type = " | ".join(sorted(kinds)) or None


def open_workbook(spec: SourceSpec) -> CalamineWorkbook:
    """The workbook in a file. Raises InputError where it is encrypted, damaged or a bomb."""
    path = stored_path(spec)
    _refuse_ole(spec, path)
    _refuse_bomb(spec, path)
    with Reading(spec, "workbook"):
        try:
            return load_workbook(path)
        except CalamineError:
            with path.open("rb") as file:  # without a name, whose suffix may be another format's
                return load_workbook(file)


def _grid(spec: SourceSpec, workbook: CalamineWorkbook, entry: SheetMetadata, extent: Extent | None) -> Grid | None:
    """A sheet with cells, None where it is a chart. Raises InputError where it cannot be read."""
    if entry.typ is not SheetTypeEnum.WorkSheet:
        return None
    if extent is not None and extent.cells > _MANY_CELLS and extent.filled < extent.cells * _LEAST_FILLED:
        raise InputError(
            f"the sheet {entry.name} reaches over {extent.rows:,} rows and {extent.columns:,} columns,"
            " nearly all of it empty",
            code="too_far",
            where=spec.display,
            hint="Delete what stands far off the table (in Excel: Ctrl+End leads there), and save it",
        )
    with Reading(spec, f"sheet {entry.name}"):
        return Grid(workbook.get_sheet_by_name(entry.name))


class Reading:
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
