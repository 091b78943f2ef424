"""Arrow's dates, times and durations, which reach beyond Python's: DuckDB's infinity, the year 20000, 24:00:00."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from ddgen.model.relation import Tagged
from ddgen.sources.arrow_types import is_list

_IN_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_DAY = 86_400
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""The days from 1970-01-01 to 0001-01-01 and 9999-12-31."""
_MOST_DAYS = 999_999_999
"""The longest timedelta."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - as written


def is_temporal(kind: pa.DataType) -> bool:
    """Whether values are dates, times, timestamps or durations."""
    return bool(types.is_date(kind) or types.is_time(kind) or types.is_timestamp(kind) or types.is_duration(kind))


def fits(array: pa.Array) -> bool:
    """Whether Python has a value for every date, time, timestamp and duration in an array, however deep."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return fits(array.storage)
    if types.is_dictionary(kind):
        return fits(array.dictionary)
    if types.is_run_end_encoded(kind):
        return fits(array.values)
    if types.is_map(kind):
        return fits(array.keys) and fits(array.items)
    if is_list(kind):
        return fits(pc.list_flatten(array))
    if types.is_struct(kind):
        return all(fits(array.field(index)) for index in range(kind.num_fields))
    return not is_temporal(kind) or _within(array)


def _within(array: pa.Array) -> bool:
    first, last = _range(array.type)
    ends = pc.min_max(array.cast(stored_as(array.type)))
    low, high = ends["min"].as_py(), ends["max"].as_py()
    return low is None or (first <= low and high <= last)


def _range(kind: pa.DataType) -> tuple[int, int]:
    """The first and last stored number of a type that Python has a value for."""
    if types.is_date32(kind):
        return _FIRST_DAY, _LAST_DAY
    day = _DAY * (1_000 if types.is_date64(kind) else _IN_SECOND[kind.unit])
    if types.is_time(kind):
        return 0, day - 1
    if types.is_duration(kind):
        return -_MOST_DAYS * day, _MOST_DAYS * day
    return _FIRST_DAY * day, (_LAST_DAY + 1) * day - 1


def stored_as(kind: pa.DataType) -> pa.DataType:
    """The type with the stored numbers in place of dates, times, timestamps and durations."""
    if types.is_date32(kind) or types.is_time32(kind):
        return pa.int32()
    if is_temporal(kind):
        return pa.int64()
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return stored_as(kind.value_type)
    if types.is_struct(kind):
        return pa.struct([pa.field(child.name, stored_as(child.type)) for child in kind])
    if types.is_map(kind):
        return pa.map_(stored_as(kind.key_type), stored_as(kind.item_type))
    return pa.list_(stored_as(kind.value_type)) if is_list(kind) else kind


def value_of(number: int, kind: pa.DataType) -> Any:
    """The value of a stored number; one that Python has none for keeps its type and is a text."""
    first, last = _range(kind)
    if not first <= number <= last:
        return _beyond(number, kind)
    if types.is_date32(kind):
        return date.fromordinal(number - _FIRST_DAY + 1)
    if types.is_date64(kind):
        return (_EPOCH + timedelta(milliseconds=number)).date()
    length = _length(number, kind.unit)
    if types.is_duration(kind):
        return length
    if types.is_time(kind):
        return (_EPOCH + length).time()
    moment = _EPOCH + length
    return moment if kind.tz is None else moment.replace(tzinfo=UTC)


def _length(number: int, unit: str) -> timedelta:
    if unit == "ns":
        return timedelta(microseconds=number // 1_000)
    return timedelta(microseconds=number * (1_000_000 // _IN_SECOND[unit]))


def _beyond(number: int, kind: pa.DataType) -> Tagged:
    """What a number beyond Python's calendar says, in the form of ISO 8601, with as many digits as it takes."""
    if types.is_date(kind):
        return Tagged("date", str(np.datetime64(number, "D" if types.is_date32(kind) else "ms")).partition("T")[0])
    if types.is_timestamp(kind):
        return Tagged("datetime", str(np.datetime64(number, kind.unit)) + ("Z" if kind.tz else ""))
    seconds, rest = divmod(number, _IN_SECOND[kind.unit])
    part = f".{rest * 1_000_000_000 // _IN_SECOND[kind.unit]:09}".rstrip("0") if rest else ""
    if types.is_duration(kind):
        return Tagged("interval", f"PT{seconds}{part}S")
    return Tagged("time", f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{part}")
