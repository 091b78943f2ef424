"""From rows to columns, as arrays: at once where all rows are of one length, with care where they are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from ddgen.model.problem import POSITIONS_KEPT, Place, Problem, Severity
from ddgen.sources.csv_rows import LONE_CR

TEXT = pa.large_string()
EXTRA_FIELDS = 100
"""Fields that rows may have beyond the header's; cells after those are counted only."""

_LINE_ENDS = re.compile(r"\r\n|\n|\r")


def line_count(rows: Sequence[Sequence[str]]) -> int:
    """How many lines the rows stand in: one each, and one more for each end of a line inside a cell."""
    return len(rows) + sum(len(_LINE_ENDS.findall(cell)) for row in rows for cell in row)


@dataclass(slots=True)
class Ragged:
    """Rows of another length than the header: how many, and the first lines."""

    code: str
    message: str
    count: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, line: Callable[[], int]) -> None:
        """Count one; its line is asked for only if it is kept."""
        self.count += 1
        if len(self.places) < POSITIONS_KEPT:
            self.places.append(Place(line=line()))

    def problem(self, source: str, table: str) -> Problem | None:
        """The entry for the log, if there were any."""
        if not self.count:
            return None
        return Problem(
            code=self.code,
            severity=Severity.WARNING,
            message=self.message,
            source=source,
            table=table,
            count=self.count,
            places=self.places,
        )


class Columns:
    """Gathers rows into columns of `width` texts, and as many more as rows were long."""

    def __init__(self, width: int, comment: str | None) -> None:
        self.width = width
        self.extra = 0
        self.count = 0
        """Rows gathered."""
        self._pieces: list[list[pa.Array]] = []
        self.short = Ragged("short_row", "the row has fewer fields than the header; those missing are null")
        self.long = Ragged("long_row", "the row has more fields than the header; they are kept as further fields")
        self._comment = comment
        self.clear()

    def clear(self) -> None:
        """Begin anew; how many rows were short or long stays counted."""
        self.count = 0
        self._pieces = [[] for _ in range(self.width + self.extra)]

    def arrays(self) -> list[pa.Array]:
        """The columns as arrays."""
        return [pa.concat_arrays(pieces) if pieces else pa.nulls(0, TEXT) for pieces in self._pieces]

    def add(self, rows: list[list[str]], line: int, *, lone_returns: bool) -> None:
        """Gather rows, the first of which stands in the 0-based `line`."""
        longer: dict[int, list[str]] = {}
        if self._comment is not None or set(map(len, rows)) != {self.width}:
            rows, longer = self._mended(rows, line)
        for pieces, texts in zip(self._pieces, zip(*rows, strict=True), strict=False):
            pieces.append(pa.array(map(_restored, texts) if lone_returns else texts, TEXT))
        if self.extra or longer:
            self._add_extras(longer, len(rows))
        self.count += len(rows)

    def _mended(self, rows: list[list[str]], line: int) -> tuple[list[list[str]], dict[int, list[str]]]:
        """The records among the rows, each of the right length, and what was cut from long ones by their index."""
        kept: list[list[str]] = []
        longer: dict[int, list[str]] = {}
        for index, row in enumerate(rows):
            length = len(row)
            if self._is_none(row):
                continue
            if length > self.width:
                cells = row[self.width :]
                if any(cells):
                    self.long.add(lambda index=index: line + line_count(rows[:index]) + 1)  # type: ignore[misc] # mypy cannot type defaults of lambdas
                    longer[len(kept)] = cells
                row = row[: self.width]  # noqa: PLW2901 - the same row, cut
            elif length < self.width:
                row = self._padded(row, lambda index=index: line + line_count(rows[:index]) + 1)  # type: ignore[misc] # mypy cannot type defaults of lambdas  # noqa: PLW2901 - the same row
            kept.append(row)
        return kept, longer

    def _is_none(self, row: Sequence[str]) -> bool:
        """Whether the row is no record: a comment, or a blank line where there is more than one field."""
        if not row:
            return self.width > 1
        return self._comment is not None and row[0].startswith(self._comment)

    def _padded(self, row: list[str], line: Callable[[], int]) -> list[str]:
        if not row:
            return [""]
        self.short.add(line)
        return row + [None] * (self.width - len(row))  # type: ignore[list-item] # missing cells

    def _add_extras(self, longer: dict[int, list[str]], count: int) -> None:
        """The cells that rows, by their index, have beyond the header; null in all other rows."""
        widest = max(map(len, longer.values()), default=0)
        self.extra = max(self.extra, min(widest, EXTRA_FIELDS))
        while len(self._pieces) < self.width + self.extra:
            self._pieces.append([pa.nulls(self.count, TEXT)])
        for number, pieces in enumerate(self._pieces[self.width :]):
            added: list[str | None] = [None] * count
            for index, cells in longer.items():
                added[index] = cells[number] if number < len(cells) else None
            pieces.append(pa.array(added, TEXT))


def _restored(cell: str | None) -> str | None:
    return cell.replace(LONE_CR, "\r") if cell is not None and LONE_CR in cell else cell
