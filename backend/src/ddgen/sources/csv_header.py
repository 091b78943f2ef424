"""Where in a text table the names stand: lines before it, comments, the header, units under it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ddgen.sources.csv_cells import is_identifier, is_null, is_specific, is_unit, is_year, shape
from ddgen.sources.csv_rows import Row

_SEARCHED = 40
"""Rows from the top within which a header is looked for."""

_NAME_LENGTH = 64
"""Characters beyond which a cell is rather a text than a name, on average."""

_PROSE = re.compile(r".*\w[.!?;:]|(?:\S+ ){5,}\S+")


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines before the records: `preamble` lines to skip, then the header if any, then a row of units if any."""

    preamble: int = 0
    header: tuple[str, ...] | None = None
    header_row: int | None = None
    """0-based line of the header in the file."""
    units: tuple[str, ...] | None = None
    comment: str | None = None
    """What lines that are no records begin with."""


def find_layout(rows: Sequence[Row], width: int, offset: int) -> Layout:
    """The layout of a table of `width` fields, from its first rows; `offset` lines before them are known to be none."""
    comment, titled = _comments(rows, width)
    kept = [row for row in rows if row is titled or not (comment and _is_comment(row))]
    filled = [row for row in kept if any(cell.strip() for cell in row.cells)]
    table = _Table(filled, width)
    index = filled.index(titled) if titled is not None else table.header_index()
    if index is None:
        start = table.first_record()
        skipped = filled[start].line if filled and (start or (comment and width > 1)) else 0
        return Layout(preamble=skipped + offset, comment=comment)
    row = filled[index]
    units = table.units(index)
    header = _names(row, filled[index + 1 :], width)
    line = row.line + offset
    return Layout(preamble=line, header=header, header_row=line, units=units, comment=comment)


def _is_comment(row: Row) -> bool:
    return bool(row.cells) and row.cells[0].startswith("#")


def _comments(rows: Sequence[Row], width: int) -> tuple[str | None, Row | None]:
    """What comments begin with, and a header that stands in the last of them (`#chrom<tab>start<tab>end`)."""
    filled = [row for row in rows if row.cells]
    marked = [row for row in filled if _is_comment(row)]
    if not marked or len(marked) * 2 > len(filled):
        return None, None
    leading = sum(1 for _ in takewhile(_is_comment, filled))
    titled = filled[leading - 1] if leading and _is_titled(filled[leading - 1], filled[leading], width) else None
    others = [row for row in marked if row is not titled]
    odd = [row for row in others if len(row.cells) != width]
    commented = len(odd) * 2 > len(others) or (bool(others) and leading == len(marked))
    return "#" if commented else None, titled


def _is_titled(row: Row, following: Row, width: int) -> bool:
    """Whether a comment is the header of the record under it."""
    cells = [cell.strip("# ") for cell in row.cells]
    if width < 2 or len(cells) != width or any(map(is_specific, cells)):
        return False
    return all(map(is_identifier, cells)) or any(is_specific(cell.strip()) for cell in following.cells)


def _names(row: Row, body: Sequence[Row], width: int) -> tuple[str, ...]:
    """The cells of the header; one less than the records have is a table whose first field is nameless, as R writes."""
    cells = [cell.strip().removeprefix("\ufeff") for cell in row.cells]
    if _is_comment(row):
        cells[0] = cells[0].lstrip("# ")
    if len(cells) == width - 1 and len(cells) > 1 and _last_is_filled(body, width):
        cells.insert(0, "")
    return tuple(cells)


def _last_is_filled(body: Sequence[Row], width: int) -> bool:
    full = [row.cells for row in body if len(row.cells) == width]
    return bool(full) and len(full) == len([row for row in body if row.cells]) and any(cells[-1] for cells in full)


class _Table:
    """The first rows of a table that are neither blank nor comments, with what their fields hold."""

    def __init__(self, rows: Sequence[Row], width: int) -> None:
        self.rows = rows
        self.width = width
        self.specific = self._specific_fields()

    def _specific_fields(self) -> list[int]:
        """Fields whose values in the lower rows are numbers, dates or the like."""
        count = len(self.rows)
        lower = self.rows[min(count // 2, 20) :] if count > 3 else self.rows[1:] if count > 1 else self.rows
        found = []
        for field in range(self.width):
            values = [cell for cell in _values(lower, field) if not is_null(cell)]
            if values and sum(is_specific(value[:_NAME_LENGTH].strip()) for value in values) >= 0.8 * len(values):
                found.append(field)
        return found

    def header_index(self) -> int | None:
        """Which row is the header, if any."""
        if self.specific:
            return self._header_over_values()
        return self._header_over_texts()

    def first_record(self) -> int:
        """Which row is the first record where there is no header: the one after titles of a single cell."""
        if self.width == 1:
            return 0
        for index, row in enumerate(self.rows[:_SEARCHED]):
            title = row.cells[0].strip()
            alone = self.width > 2 and bool(title) and not is_specific(title) and not any(map(str.strip, row.cells[1:]))
            if len(row.cells) > 1 and not alone:
                return index
        return 0

    def units(self, header: int) -> tuple[str, ...] | None:
        """The units under the header, if the row there holds some."""
        if header + 1 >= len(self.rows) or not self.specific:
            return None
        return tuple(self.rows[header + 1].cells) if self._is_units(self.rows[header + 1]) else None

    def _is_units(self, row: Row) -> bool:
        cells = [cell for cell in row.cells if not is_null(cell)]
        if len(row.cells) < self.width or not cells or any(is_specific(cell.strip()) for cell in cells):
            return False
        measured = [field for field in self.specific if is_unit(row.cells[field])]
        return bool(measured) and sum(map(is_unit, cells)) >= 0.8 * len(cells)

    def _header_over_values(self) -> int | None:
        """The last row of names above the first record, judged by fields that hold numbers, dates and the like."""
        found: int | None = None
        for index, row in enumerate(self.rows[:_SEARCHED]):
            if self._is_record(row):
                break
            if not self._is_named(row) or (found is not None and (self._is_units(row) or not self._is_second(index))):
                if found is not None:
                    break
                continue
            found = index
        return found

    def _is_record(self, row: Row) -> bool:
        """Whether a field of values holds one here, and it is no year that names a field; a lone cell is a title."""
        lone = self.width > 2 and sum(bool(cell.strip()) for cell in row.cells) < 2
        if lone or len(row.cells) < min(2, self.width) or self._is_numbered(row):
            return False
        held = [field for field in self.specific if field < len(row.cells)]
        values = [field for field in held if is_specific(row.cells[field].strip())]
        return bool(values) and not self._are_years(row, values)

    def _is_numbered(self, row: Row) -> bool:
        """Whether the names are 0, 1, 2 ..., as data frames without names are written."""
        cells = [cell.strip() for cell in row.cells if cell.strip()]
        counted = [str(number) for number in range(len(cells))]
        return self.width > 2 and len(cells) >= self.width - 1 and cells == counted and row is self.rows[0]

    def _are_years(self, row: Row, fields: Sequence[int]) -> bool:
        """Whether years stand over values that are none, beside a name that is text."""
        if len(fields) < 2 or not all(is_year(row.cells[field]) for field in fields):
            return False
        below = [cell for other in self.rows[1:] for cell in _values([other], fields[0]) if not is_null(cell)]
        named = any(not is_null(cell) and not is_specific(cell.strip()) for cell in row.cells)
        return named and sum(map(is_year, below)) * 2 < len(below)

    def _is_named(self, row: Row) -> bool:
        """Whether the row has names where the records have values."""
        if len(row.cells) < self.width - 1 or len(row.cells) > self.width + 1:
            return False
        if self._is_numbered(row):
            return True
        filled = [cell for cell in row.cells if cell.strip()]
        named = [field for field in self.specific if field < len(row.cells) and not is_null(row.cells[field])]
        short = sum(map(len, filled)) <= _NAME_LENGTH * len(filled)
        return short and len(filled) * 2 >= self.width and len(named) * 2 >= len(self.specific)

    def _is_second(self, index: int) -> bool:
        """Whether a row under a row of names holds names as well: all texts, over two fields of values at least."""
        row = self.rows[index]
        complete = len(row.cells) == self.width and not any(map(is_null, row.cells))
        return complete and len(self.specific) > 1 and not self._reappears(index)

    def _header_over_texts(self) -> int | None:
        """A first full row of names where all fields hold text: unlike what stands below it."""
        for index, row in enumerate(self.rows[:_SEARCHED]):
            filled = sum(bool(cell.strip()) for cell in row.cells)
            complete = filled * 2 > self.width or (self.width == len(row.cells) == 2 and bool(row.cells[1].strip()))
            if complete and len(row.cells) >= self.width - 1:
                return index if self._is_header_of_texts(index) else None
        return None

    def _is_header_of_texts(self, index: int) -> bool:
        row = self.rows[index]
        filled = [cell.strip() for cell in row.cells if cell.strip()]
        if any(map(is_specific, filled)) or sum(map(len, filled)) > _NAME_LENGTH * len(filled):
            return False
        if self.width == 1:
            return self._is_title(filled[0], index)
        return not self._reappears(index) and not self._is_alike(index)

    def _is_title(self, cell: str, index: int) -> bool:
        """Whether the first line of a table of one field names the rest: of another style, or an identifier."""
        below = list(_values(self.rows[index + 1 :], 0))
        if _PROSE.fullmatch(cell) or cell in below:
            return False
        if not below:
            return is_identifier(cell)
        others = [value for value in below if _style(value) == _style(cell)]
        return len(others) * 10 <= len(below)

    def _reappears(self, index: int) -> bool:
        """Whether a cell of the row is also a value of its field."""
        below = self.rows[index + 1 :]
        return any(
            cell.strip() in {value.strip() for value in _values(below, field)}
            for field, cell in enumerate(self.rows[index].cells)
            if cell.strip()
        )

    def _is_alike(self, index: int) -> bool:
        """Whether the row has the one shape with digits that all values of a field have, as codes do."""
        below = self.rows[index + 1 :]
        for field, cell in enumerate(self.rows[index].cells):
            shapes = {shape(value[:_NAME_LENGTH]) for value in _values(below, field) if not is_null(value)}
            if len(below) > 1 and shapes == {shape(cell)} and "9" in shape(cell):
                return True
        return False


def _values(rows: Sequence[Row], field: int) -> Iterator[str]:
    return (row.cells[field] for row in rows if field < len(row.cells))


def _style(cell: str) -> tuple[bool, bool, bool, bool]:
    """How a name is written: one word or several, capitals only, no capitals, with an underscore."""
    cell = cell.strip()
    return " " in cell, cell.isupper(), cell.islower(), "_" in cell
