"""How wide the columns of a workbook are: as wide as what must not be cut needs, within bounds.

Spreadsheet programs show a number that does not fit as `###`, cut links, and break names in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ddgen.exporters import text
from ddgen.exporters.columns import Column, Style
from ddgen.model.dictionary import Dictionary

_TABLE, _NAME, _NUMBER = 44, 48, 24
_MOST = {"table": _TABLE, "path": _NAME, "semantic_type": 32, "references": _NAME}
"""Columns of names, with the greatest width that each may take."""

_LEAST_TABLE = 18
_MARGIN = 3


def fitted(columns: Sequence[Column], dictionary: Dictionary) -> tuple[Column, ...]:
    """The columns, those of names and numbers as wide as their contents."""
    return tuple(_fitted(column, dictionary) for column in columns)


def of_tables(dictionary: Dictionary) -> int:
    """The width of a column with names of tables."""
    return _between(_LEAST_TABLE, (len(text.name(table.name)) for table in dictionary.tables), _TABLE)


def _fitted(column: Column, dictionary: Dictionary) -> Column:
    cells = (column.read(table, field) for table, field in dictionary.fields())
    if column.style is Style.NUMBER:
        lengths = (len(text.measure(cell)) for cell in cells if isinstance(cell, int | float))
        return replace(column, width=_between(column.width, lengths, _NUMBER))
    if column.key in _MOST:
        lengths = (len(str(cell or "")) for cell in cells)
        return replace(column, width=_between(column.width, lengths, _MOST[column.key]))
    return column


def _between(least: int, lengths: Iterable[int], most: int) -> int:
    return max(least, min(most, max(lengths, default=0) + _MARGIN))
