"""Dates, times and timestamps as people write them, read into microseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times without an offset are kept as written
MICROSECONDS_A_DAY = 86_400_000_000

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_CLOCK = (
    r"(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?\s?(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s?(?P<zone>Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)
_AT = rf"(?:(?:[T_]|,?\s+(?:at\s+)?){_CLOCK})?"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s+)?"
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_AT}")
_YEAR_LAST = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}|\d{{2}}){_AT}")
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-](?:of\s)?(?P<mon>[A-Za-z]{{3,9}})\.?[\s,-]\s*(?P<y>\d{{4}}|\d{{2}}){_AT}"
)
_MONTH_DAY = re.compile(
    rf"{_WEEKDAY}(?P<mon>[A-Za-z]{{3,9}})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}}){_AT}"
)
_UNIX = re.compile(rf"{_WEEKDAY}(?P<mon>[A-Za-z]{{3}})\s+(?P<d>\d{{1,2}})\s{_CLOCK}\s(?P<y>\d{{4}})")
_TIME = re.compile(_CLOCK)


class Moment(NamedTuple):
    """A point in time as read from a text.

    `kind` is date, time or timestamp; `micros` counts from 1970-01-01 (times: from midnight), `other` is the
    second reading where day and month may be exchanged; `order` says how they stand: `Y-M-D`, `D/M/Y`, `M/D/Y`
    or `?/?/Y` where both readings are possible.
    """

    kind: str
    micros: int
    other: int
    order: str
    zoned: bool
    short_year: bool = False
    """Whether the year was written with two digits."""


def read(text: str) -> Moment | None:
    """The date, time or timestamp that `text` is, if it is one and exists in the calendar."""
    for pattern, order in (
        (_YEAR_FIRST, "Y-M-D"),
        (_DAY_MONTH, "D Mon Y"),
        (_MONTH_DAY, "Mon D Y"),
        (_UNIX, "Mon D Y"),
    ):
        match = pattern.fullmatch(text)
        if match:
            return _named(match, order)
    match = _YEAR_LAST.fullmatch(text)
    if match:
        return _either_order(match)
    match = _TIME.fullmatch(text)
    if match:
        clock = _clock(match)
        return None if clock is None else Moment("time", clock, clock, "h:m", match["zone"] is not None)
    return None


def possible(shape: str) -> bool:
    """Whether a text without letters, its digits replaced by 9, is written like a date or time."""
    return any(pattern.fullmatch(shape) for pattern in (_YEAR_FIRST, _YEAR_LAST, _TIME))


def _named(match: re.Match[str], order: str) -> Moment | None:
    parts = match.groupdict()
    month = int(parts["m"]) if "m" in parts else _MONTHS.get(parts["mon"].lower())
    if month is None:
        return None
    day = _day(_year(parts["y"]), month, int(parts["d"]))
    return _moment(match, day, day, order)


def _either_order(match: re.Match[str]) -> Moment | None:
    a, b, separator, written = int(match["a"]), int(match["b"]), match["sep"], match["y"]
    if len(written) == 2 and (separator == "." or (separator == "-" and len(match["a"] + match["b"]) < 4)):
        return None
    year = _year(written)
    day_first, month_first = _day(year, b, a), _day(year, a, b)
    if day_first is not None and month_first is not None:
        order = "D/M/Y" if separator == "." else "?/?/Y"
        return _moment(match, day_first, day_first if separator == "." else month_first, order)
    if day_first is not None:
        return _moment(match, day_first, day_first, "D/M/Y")
    return _moment(match, month_first, month_first, "M/D/Y")


def _moment(match: re.Match[str], first: int | None, second: int | None, order: str) -> Moment | None:
    if first is None or second is None:
        return None
    if match["H"] is None:
        return Moment("date", first, second, order, zoned=False, short_year=len(match["y"]) == 2)
    clock = _clock(match)
    if clock is None:
        return None
    clock -= _offset(match["zone"])
    short = len(match["y"]) == 2
    return Moment("timestamp", first + clock, second + clock, order, match["zone"] is not None, short)


def _year(text: str) -> int:
    """Two digits mean 1969 to 2068, as POSIX has it."""
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= 69 else 2000)


def _day(year: int, month: int, day: int) -> int | None:
    try:
        return (datetime(year, month, day) - EPOCH).days * MICROSECONDS_A_DAY  # noqa: DTZ001 - as EPOCH
    except ValueError:
        return None


def _clock(match: re.Match[str]) -> int | None:
    hours, minutes, seconds = int(match["H"]), int(match["M"]), int(match["S"] or 0)
    half = (match["half"] or "").lower().replace(".", "")
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours > 23 or minutes > 59 or seconds > 60:
        return None
    fraction = int((match["f"] or "0").ljust(6, "0")[:6])
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction


def _offset(zone: str | None) -> int:
    if zone is None or zone in {"Z", "z", "UTC", "GMT"}:
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return (-minutes if zone[0] == "-" else minutes) * 60_000_000


def micros_of(value: datetime) -> int:
    """Microseconds since 1970, in UTC where the offset is known."""
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return (value - EPOCH) // timedelta(microseconds=1)


def clock_micros(value: time) -> int:
    """Microseconds since midnight."""
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


def date_text(micros: int) -> str:
    """The day in ISO 8601; days outside the years 1 to 9999 as a count of days."""
    return _text(micros, "date")


def timestamp_text(micros: int, *, zoned: bool = False) -> str:
    """ISO 8601 to the second, or finer where it is."""
    return _text(micros, "timestamp") + ("Z" if zoned else "")


def time_text(micros: int) -> str:
    """`HH:MM:SS`, or finer where it is."""
    return _text(micros % MICROSECONDS_A_DAY, "time")


def _text(micros: int, kind: str) -> str:
    try:
        moment = EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return f"day {micros // MICROSECONDS_A_DAY} of 1970"
    if kind == "date":
        return moment.date().isoformat()
    return moment.isoformat() if kind == "timestamp" else moment.time().isoformat()
