"""How long a server asks to be left alone, read from its headers or, where they are silent, from its words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

NUMBER = re.compile(r"\d{1,15}(?:\.\d{0,9})?|\.\d{1,9}", re.ASCII)
PARTS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|us|µs|ns|d|h|m|s)", re.ASCII)
UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
SPOKEN = re.compile(
    r"(?:try again|retry|wait|available again)(?: again)?(?: in| after| for)?(?: about| at least)? "
    r"((?:\d{1,9}(?:\.\d{1,9})?\s?(?:milliseconds?|seconds?|minutes?|hours?|ms|h|m|s)\s?)+)(?![a-z])",
    re.ASCII | re.IGNORECASE,
)
SPOKEN_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s?(milli|ms|s|m|h)", re.ASCII | re.IGNORECASE)
SPOKEN_UNITS = {"milli": 1e-3, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
SPOKEN_LENGTH = 2000
"""Characters of a message that are searched."""

SINCE_1970 = 1e9
MILLISECONDS_SINCE_1970 = 1e12
"""Numbers above these are points in time, not spans: no server asks for thirty years."""


def retry_after(headers: Mapping[str, str], now: float, *, text: str = "") -> float | None:
    """Return the seconds a server wants us to wait, or None where it does not say.

    In this order: `retry-after-ms`, `retry-after` (seconds, or an HTTP date, RFC 9110 10.2.3, taken against the
    server's own `date`), "try again in 20s" in `text`, and `x-ratelimit-reset-*` of the limits that are exhausted.
    `now` is Unix time. What is not above zero, not finite or not understood is passed over.
    """
    known = {name.lower(): value.strip() for name, value in headers.items()}
    found = (
        _milliseconds(known.get("retry-after-ms")),
        _milliseconds(known.get("x-ms-retry-after-ms")),
        _seconds(known.get("retry-after")),
        _until(known.get("retry-after"), known.get("date"), now),
        _spoken(text),
        _reset(known, now),
    )
    return next((seconds for seconds in found if seconds is not None), None)


def duration(text: str, now: float) -> float | None:
    """Return the seconds in `1s`, `6m0s`, `120ms`, `1m30.5s` or `59.7`; a point in time counts from `now`."""
    if (number := _number(text)) is not None:
        scale = 1e3 if number > MILLISECONDS_SINCE_1970 else 1.0
        return number / scale - now if number > SINCE_1970 else number
    parts = PARTS.findall(text)
    if not parts or "".join(amount + unit for amount, unit in parts) != text:
        return None
    return sum(float(amount) * UNITS[unit] for amount, unit in parts)


def _number(text: str | None) -> float | None:
    return float(text) if text and NUMBER.fullmatch(text) else None


def _above_zero(seconds: float | None) -> float | None:
    return seconds if seconds is not None and math.isfinite(seconds) and seconds > 0 else None


def _milliseconds(text: str | None) -> float | None:
    number = _number(text)
    return None if number is None else _above_zero(number / 1000)


def _seconds(text: str | None) -> float | None:
    return _above_zero(_number(text))


def _until(text: str | None, date: str | None, now: float) -> float | None:
    moment = _moment(text)
    if moment is None:
        return None
    server_now = _moment(date)
    return _above_zero(moment - (now if server_now is None else server_now))


def _moment(text: str | None) -> float | None:
    """Unix time of an HTTP date."""
    if not text or not any(letter.isalpha() for letter in text):
        return None
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, OSError, IndexError):
        return None


def _spoken(text: str) -> float | None:
    found = SPOKEN.search(text[:SPOKEN_LENGTH])
    if found is None:
        return None
    parts = SPOKEN_PART.findall(found[1])
    return _above_zero(sum(float(amount) * SPOKEN_UNITS[unit.lower()] for amount, unit in parts))


def _reset(known: Mapping[str, str], now: float) -> float | None:
    """The latest reset among the limits with nothing remaining; a limit that tells no rest may be the one."""
    waits = []
    for name, value in known.items():
        if not name.startswith(("x-ratelimit-reset", "ratelimit-reset")):
            continue
        rest = _number(known.get(name.replace("reset", "remaining")))
        told = known.get(name.replace("reset", "remaining")) is not None
        if told and rest != 0:
            continue
        waits.append(_above_zero(duration(value, now)))
    return max((wait for wait in waits if wait is not None), default=None)
