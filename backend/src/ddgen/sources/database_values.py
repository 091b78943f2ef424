"""Columns of values as database drivers give them, made into Arrow arrays where every value fits one type.

Values that a driver gives as text are converted many at once; those that fit no type of Arrow's (an infinite
date, one before Christ) stay as the server writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import orjson
import pyarrow as pa

from ddgen.sources.json_parse import ExactParser, proven

Values: TypeAlias = Sequence[Any]
Reader: TypeAlias = Callable[[Values], Values | pa.Array]
"""Makes a column out of the values of a batch."""

_UTC = pa.timestamp("us", "UTC")
_ISO_INTERVAL = re.compile(
    r"P(?:(?P<years>-?\d+)Y)?(?:(?P<months>-?\d+)M)?(?:(?P<weeks>-?\d+)W)?(?:(?P<days>-?\d+)D)?"
    r"(?:T(?:(?P<hours>-?\d+)H)?(?:(?P<minutes>-?\d+)M)?(?:(?P<seconds>-?[\d.]+)S)?)?"
)
_CLOCK = re.compile(r"(?P<sign>-?)(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d+)?)")


def as_they_are(values: Values) -> Values:
    """Values whose driver's class says their type."""
    return values


def as_type(kind: pa.DataType) -> Reader:
    """Texts (or values) as an Arrow type; those that are none of it stay texts."""

    def read(values: Values) -> Values | pa.Array:
        try:
            return pa.array(values, pa.string()).cast(kind)
        except pa.ArrowInvalid:
            return [_one(value, kind) for value in values]

    return read


def _one(text: str | None, kind: pa.DataType) -> Any:
    if text is None:
        return None
    try:
        return pa.scalar(text).cast(kind).as_py()
    except pa.ArrowInvalid:
        return text


dates = as_type(pa.date32())
timestamps = as_type(pa.timestamp("us"))
floats = as_type(pa.float64())
moments = as_type(_UTC)


def integers(values: Values) -> Values | pa.Array:
    """Texts of whole numbers, of which unsigned ones may need all 64 bits."""
    try:
        return pa.array(values, pa.string()).cast(pa.int64())
    except pa.ArrowInvalid:
        return [None if value is None else int(value) for value in values]


def utc(values: Values) -> Values | pa.Array:
    """Points in time that a session in UTC writes without an offset."""
    read = timestamps(values)
    if isinstance(read, pa.Array):
        return read.cast(pa.int64()).cast(_UTC)
    return [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in read]


def decimals(values: Values) -> Values | pa.Array:
    """Numbers of any precision, from texts or as decimals; NaN and the like as they are."""
    numbers = [Decimal(value) if isinstance(value, str) else value for value in values]
    if any(number is not None and not number.is_finite() for number in numbers):
        return numbers
    try:
        return pa.array(numbers)
    except pa.ArrowInvalid:
        return numbers


def times(values: Values) -> Values:
    """Times of day; what is none (24:00:00, MySQL's -12:30:00) as a length of time."""
    return [None if value is None else _time(value) for value in values]


def _time(text: str) -> time | timedelta | str:
    try:
        return time.fromisoformat(text)
    except ValueError:
        match = _CLOCK.fullmatch(text)
    if match is None:
        return text
    length = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]), seconds=float(match["seconds"]))
    return -length if match["sign"] else length


def intervals(values: Values) -> Values | pa.Array:
    """Lengths of time from their ISO 8601 form; with months where any value has some, since these have no length."""
    try:
        parts = [None if value is None else _interval(value) for value in values]
    except ValueError:
        return values
    if any(part is not None and part[0] for part in parts):
        return pa.array([None if part is None else pa.MonthDayNano(part) for part in parts])
    lengths = [None if part is None else timedelta(days=part[1], microseconds=part[2] // 1000) for part in parts]
    return pa.array(lengths, pa.duration("us"))


def _interval(text: str) -> tuple[int, int, int]:
    """Months, days and nanoseconds. Raises ValueError where the text has another form (infinity)."""
    match = _ISO_INTERVAL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[:6])
    seconds = (hours * 60 + minutes) * 60 + Decimal(match["seconds"] or 0)
    return years * 12 + months, weeks * 7 + days, int(seconds * 10**9)


def documents(values: Values) -> Values:
    """JSON texts as nested values, exactly; a text that is no JSON stays one, and so does what is no text."""
    parser = ExactParser()
    return [_document(value, parser) if isinstance(value, str) else value for value in values]


def _document(text: str, parser: ExactParser) -> Any:
    raw = text.encode("utf-8", "surrogatepass")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return parser.value if parser.parse(raw) else text
    if proven(raw, value):
        return value
    return parser.value if parser.parse(raw) else value


def bits(values: Values) -> Values:
    """MySQL's BIT columns: the number that their bytes are."""
    return [None if value is None else int.from_bytes(value, "big") for value in values]


def bit(values: Values) -> Values:
    """MySQL's BIT(1)."""
    return [None if value is None else value == b"\x01" for value in values]


def members(values: Values) -> Values | pa.Array:
    """MySQL's SET columns: lists of the members that are set."""
    lists = [None if value is None else [part for part in value.split(",") if part] for value in values]
    return pa.array(lists, pa.list_(pa.large_string()))


def listed(read: Reader) -> Reader:
    """The same for lists of such values, nested to any depth."""

    def read_lists(values: Values) -> Values | pa.Array:
        flat = [item for value in values if value is not None for item in value]
        inner = (read_lists if any(isinstance(item, list) for item in flat) else read)(flat)
        if not isinstance(inner, pa.Array):
            inner = _array(inner)
        if isinstance(inner, pa.Array):
            return pa.ListArray.from_arrays(_offsets(values), inner)
        items = iter(inner)
        return [None if value is None else [next(items) for _ in value] for value in values]

    return read_lists


def _array(values: Values) -> Values | pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        return values


def _offsets(values: Iterable[Any]) -> pa.Array:
    """Where each list begins; a null where there is none."""
    offsets: list[int | None] = []
    end = 0
    for value in values:
        offsets.append(None if value is None else end)
        end += len(value or ())
    return pa.array([*offsets, end], pa.int32())
