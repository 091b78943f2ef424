"""Cells of Excel that their reader gives as empty: errors such as #N/A, formulas whose result was not saved.

Format: ECMA-376, part 1, 18.3.1.4 (c) and 18.18.11 (types of cells).
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ddgen.model.path import format_path
from ddgen.model.problem import POSITIONS_KEPT, Place, Problem, Severity
from ddgen.sources.spec import SourceSpec
from ddgen.sources.xlsx_parts import XML_ERRORS, column_number, sheet_parts

PIECE = 1 << 20
_CELL = rb'<c r="([A-Z]+)([0-9]+)"'
_FORMULA = rb"<f(?:[^>]*/>|[^>]*>[^<]*</f>)"
_ERROR = re.compile(_CELL + rb'[^>]*? t="e"[^>]*>(?:' + _FORMULA + rb")?<v>([^<]*)</v>")
_NO_RESULT = re.compile(_CELL + rb"[^>]*>" + _FORMULA + rb"(?:<v\s*/>|<v></v>)?</c>()")
_SIGNS_OF_NO_RESULT = (b"</f></c>", b"/></c>", b"<v></v></c>")


@dataclass(slots=True)
class _Marked:
    """Cells of one field: how many, the first rows, and which errors they hold."""

    count: int = 0
    rows: list[int] = field(default_factory=list)
    errors: set[str] = field(default_factory=set)


def unfilled(spec: SourceSpec, sheet: str, table: str, names: Mapping[int, str], first_row: int) -> Iterator[Problem]:
    """A problem for each field, by its 0-based column, with cells from a row on that only seem to be empty."""
    found: dict[tuple[int, bool], _Marked] = defaultdict(_Marked)
    for row, column, error in marked_cells(spec.path, sheet):
        if row >= first_row and column in names:
            marked = found[column, bool(error)]
            marked.count += 1
            marked.errors.add(error)
            if len(marked.rows) < POSITIONS_KEPT:
                marked.rows.append(row + 1)
    for (column, _), marked in sorted(found.items()):
        yield _problem(spec, table, names[column], marked)


def _problem(spec: SourceSpec, table: str, name: str, marked: _Marked) -> Problem:
    path, errors = format_path((name,)), ", ".join(sorted(marked.errors))
    no_result = f"formulas of {path} have no saved result and are taken as empty"
    return Problem(
        code="cell_error" if errors else "no_result",
        severity=Severity.WARNING,
        message=f"cells of {path} hold an error ({errors}) and are taken as empty" if errors else no_result,
        source=spec.display,
        table=table,
        field=path,
        count=marked.count,
        places=[Place(line=row) for row in marked.rows],
        hint=None if errors else "Open the workbook in a spreadsheet program and save it",
    )


def marked_cells(path: Path, sheet: str) -> Iterator[tuple[int, int, str]]:
    """0-based row and column of each such cell, and its error (none: no result); no cells in other formats."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = sheet_parts(archive).get(sheet)
            if part is not None:
                with archive.open(part) as xml:
                    yield from _marked(xml)
    except XML_ERRORS:
        return  # what is wrong with it has been told where the workbook was opened


def _marked(xml: IO[bytes]) -> Iterator[tuple[int, int, str]]:
    rest = b""
    while piece := xml.read(PIECE):
        text = rest + piece
        whole = max(text.rfind(b"<c "), 0)
        yield from _in_piece(text[:whole])
        rest = text[whole:]
    yield from _in_piece(rest)


def _in_piece(text: bytes) -> Iterator[tuple[int, int, str]]:
    if b't="e"' in text:
        yield from map(_mark, _ERROR.finditer(text))
    if any(sign in text for sign in _SIGNS_OF_NO_RESULT):
        yield from map(_mark, _NO_RESULT.finditer(text))


def _mark(found: re.Match[bytes]) -> tuple[int, int, str]:
    return int(found[2]) - 1, column_number(found[1]), found[3].decode("utf-8", "replace")
