"""The cells of a sheet's column as values: Excel stores every number as a float and tells dates by format alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

KINDS: dict[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "text",
    date: "date",
    datetime: "datetime",
    time: "time",
    timedelta: "duration",
}
"""What the types of cells are called."""


def typed(cells: Sequence[Any]) -> list[Any]:
    """The values, None where empty: whole numbers as integers, dates among timestamps as timestamps."""
    values = [None if cell == "" else cell for cell in cells]
    kinds = set(map(type, values))
    if float in kinds and all(value.is_integer() for value in values if type(value) is float):
        return [int(value) if type(value) is float else value for value in values]
    if datetime in kinds and date in kinds:
        return [_timestamp(value) if type(value) is date else value for value in values]
    return values


def _timestamp(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - spreadsheets know no time zones
