"""The cells of a sheet as rows: merged cells hold their value in each of their rows, empty columns are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from python_calamine import CalamineSheet

from ddgen.sources.sheet_header import LOOKED_AT, Layout, filled, heading, layout

Row = Sequence[Any]


class Grid:
    """A sheet. Rows count from the first of the sheet, columns from the first that holds anything."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self._sheet = sheet
        self.first_column = sheet.start[1] if sheet.start else 0
        self.height = sheet.end[0] + 1 if sheet.end else 0
        self.cells = sheet.height * sheet.width
        self._merged = [
            (top, left - self.first_column, bottom, right - self.first_column)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            if left >= self.first_column
        ]

    def layout(self) -> Layout | None:
        """Where the table begins and what its columns are called; None where the sheet is empty."""
        found = layout(list(islice(self.rows(), LOOKED_AT)))
        return None if found is None else found.under(self._groups(found.header))

    def _groups(self, header: int | None) -> dict[int, str]:
        """By column, what is written above the header in a cell that spans several columns."""
        above = (header or 0) - 1
        spans = [merged for merged in self._merged if merged[0] == merged[2] == above and merged[3] > merged[1]]
        if not spans:
            return {}
        row = next(islice(self.rows(), above, None))
        if len(filled(row)) < 2:  # a title
            return {}
        return {column: heading(row[left]) for _, left, _, right in spans for column in range(left, right + 1)}

    def rows(self) -> Iterator[Row]:
        """All rows, empty ones too."""
        rows = self._sheet.iter_rows()
        tall = [merged for merged in self._merged if merged[2] > merged[0]]
        return _filled_down(rows, tall) if tall else rows


def _filled_down(rows: Iterable[list[Any]], merged: Sequence[tuple[int, int, int, int]]) -> Iterator[Row]:
    """The rows with the value of each merged cell in all rows that it spans, where these hold anything else."""
    starts = defaultdict(list)
    for top, left, bottom, _ in merged:
        starts[top].append((left, bottom))
    held: dict[int, tuple[Any, int]] = {}
    for number, row in enumerate(rows):
        held = {column: (value, bottom) for column, (value, bottom) in held.items() if number <= bottom}
        if held and any(cell != "" for cell in row):
            for column, (value, _) in held.items():
                row[column] = value
        yield row
        for column, bottom in starts.get(number, ()):
            if column < len(row):
                held[column] = (row[column], bottom)


def used_columns(rows: Iterable[Row], area: Layout) -> list[int]:
    """The columns that have a name or hold anything below the header."""
    doubtful = set(area.unnamed)
    for row in islice(rows, area.data, None):
        if not doubtful:
            break
        doubtful -= {column for column in doubtful if column < len(row) and row[column] != ""}
    return [column for column in range(len(area.headings)) if column not in doubtful]
