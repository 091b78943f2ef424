"""Cells of a workbook as texts: what a spreadsheet program has made of them is told, and never guessed at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from ddgen.exporters.excel_form import MARK, TITLES
from ddgen.exporters.text import visible
from ddgen.sources.workbook import Sheet

_LOOKED_AT = 10
"""Rows in which headings are looked for."""

_LEAST_TITLES = 4


def address(sheet: Sheet, row: int, column: int) -> str:
    """Where a cell stands, as in `Review!F12`."""
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{visible(sheet.name)}!{letters}{row + 1}"


def columns_of(sheet: Sheet) -> tuple[int, dict[int, str]] | None:
    """The last row of the headings, and by number of a column which one of ours it is; None where it is no such sheet.

    Columns are known by the hidden row of their names, wherever they were moved and whatever they are called now; else
    by their titles. Of two with the same name the first is taken.
    """
    top = sheet.rows[:_LOOKED_AT]
    for number, row in enumerate(top):
        keys = _first({at: cell[len(MARK) :] for at, cell in enumerate(row) if _marked(cell)})
        if len(keys) > 1:
            titled = number + 1 < len(sheet.rows) and len(_titles(sheet.rows[number + 1])) > 1
            return number + 1 if titled else number, keys
    for number, row in enumerate(top):
        keys = _first(_titles(row))
        if len(keys) >= _LEAST_TITLES and {"table", "field"} <= set(keys.values()):
            return number, keys
    return None


def _marked(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith(MARK)


def _titles(row: Sequence[Any]) -> dict[int, str]:
    found = ((at, TITLES.get(str(cell).strip().casefold())) for at, cell in enumerate(row))
    return {at: key for at, key in found if key is not None}


def _first(keys: dict[int, str]) -> dict[int, str]:
    seen: set[str] = set()
    return {at: key for at, key in keys.items() if key not in seen and not seen.add(key)}  # type: ignore[func-returns-value] # `add` says nothing, which is false


def text_of(sheet: Sheet, row: int, column: int) -> tuple[str, str | None, str | None]:
    """The text of a cell, a remark on how it was read, and why it cannot be read: `(text, remark, reason)`."""
    values = sheet.rows[row]
    value = values[column] if column < len(values) else ""
    error = sheet.odd.get((row, column))
    if error is not None:
        return str(value), None, f"it shows the error {error}" if error else "its formula has no saved result"
    if isinstance(value, str):
        return value, None, None
    if isinstance(value, bool):
        return str(value).upper(), None, "a truth value stands there, not a text"
    if isinstance(value, float | int):
        said = repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
        return said, "a number stood there; taken as text", None
    if isinstance(value, date | time | timedelta):
        return str(value), None, f"the spreadsheet made a date or time of it ({value}); format the cell as text"
    return str(value), None, "it holds nothing that is a text"
