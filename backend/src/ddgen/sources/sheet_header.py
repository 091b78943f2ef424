"""Where the table begins in a sheet: titles and notes above it, its header, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ddgen.sources.headers import filled_names

LOOKED_AT = 100
"""Rows in which the header is looked for."""

WIDE = 0.6
"""Share of the widest row's cells that a header fills at least."""

_NO_HEADER_AFTER = 5
"""Rows of data after which a row of texts is data as well."""

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands over each column, the 0-based row of the header (None: there is none) and of the first data."""

    headings: list[str]
    header: int | None
    data: int
    title: str | None = None

    @property
    def names(self) -> list[str]:
        """The names of the fields: unique, those without a heading by their position."""
        return filled_names(self.headings)

    @property
    def unnamed(self) -> list[int]:
        """The columns without a heading."""
        return [column for column, heading in enumerate(self.headings) if not heading]

    def under(self, groups: Mapping[int, str]) -> Layout:
        """The same with what stands above several columns before the heading of each: `2023 Q1`."""
        return replace(self, headings=[f"{groups.get(at, '')} {text}".strip() for at, text in enumerate(self.headings)])


def layout(rows: Sequence[Row]) -> Layout | None:
    """The layout of the sheet that starts with these rows; None where all of them are empty."""
    sizes = [len(filled(row)) for row in rows[:LOOKED_AT]]
    widest = max(sizes, default=0)
    if widest == 0:
        return None
    wide = [index for index, size in enumerate(sizes) if size >= WIDE * widest]
    header = _header(rows, wide)
    if header is None:
        width = max(len(row) for row in rows[:LOOKED_AT])
        return Layout([""] * width, None, wide[0], _title(rows[: wide[0]]))
    return Layout([heading(cell) for cell in rows[header]], header, header + 1, _title(rows[:header]))


def filled(row: Row) -> list[Any]:
    """The cells that hold something."""
    return [cell for cell in row if cell != ""]


def _header(rows: Sequence[Row], wide: list[int]) -> int | None:
    """The first wide row that reads like a header; a later one only where values below differ from texts."""
    for place, index in enumerate(wide[:_NO_HEADER_AFTER]):
        if not _reads_like_header(filled(rows[index])):
            continue
        below = [cell for other in wide[place + 1 : place + 4] for cell in filled(rows[other])]
        if place == 0 or any(not isinstance(cell, str) for cell in below):
            return index
    return None


def _reads_like_header(cells: list[Any]) -> bool:
    texts = [cell for cell in cells if isinstance(cell, str)]
    if not texts or len({heading(cell) for cell in cells}) * 3 <= len(cells):
        return False
    return all((isinstance(cell, str) and not _is_number(cell)) or _is_year(cell) for cell in cells)


def _is_year(cell: Any) -> bool:
    return isinstance(cell, float | int) and not isinstance(cell, bool) and cell in range(1900, 2101)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


def heading(cell: Any) -> str:
    """A cell as the name of a field: 2020.0 is `2020`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _title(above: Sequence[Row]) -> str | None:
    """The text that stands alone in the first row with anything in it."""
    first = next((cells for row in above if (cells := filled(row))), [])
    return heading(first[0]) if len(first) == 1 and isinstance(first[0], str) else None
