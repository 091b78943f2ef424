"""How a value becomes tagged canonical bytes, and their hash: the same in every engine (docs/facts.md).

The tag keeps values apart that no reader would call equal (the number 1, the text "1", true). Texts, UUIDs,
dates and times share the tag `s` with their canonical text, so that a date in a database equals the same
date written in a CSV file; numbers share `n`, so that 5, 5.0 and "5" in a CSV file are one number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from xxhash import xxh64_intdigest

from ddgen.model.relation import Tagged
from ddgen.profiling.xxh64 import P1, P2, P4, P5, avalanche, rotate

Hashes = npt.NDArray[np.uint64]

_EXACT_FLOAT = 2**53


def number_text(value: float | Decimal) -> str:
    """A number's canonical text: integral values as integers, others in their shortest decimal form."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if value.is_integer() and abs(value) < _EXACT_FLOAT:
        return str(int(value))
    return repr(value)


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        return str(value).lower()
    text = format(value.normalize(), "f")
    return "0" if text == "-0" else text


def timestamp_text(value: datetime) -> str:
    """ISO 8601 with `T`, no trailing zeros in the fraction; in UTC with `Z` where an offset is known."""
    zone = ""
    if value.tzinfo is not None:
        value, zone = value.astimezone(UTC).replace(tzinfo=None), "Z"
    text = value.isoformat()
    return (text.rstrip("0") if "." in text else text) + zone


def _interval_text(value: timedelta) -> str:
    return f"P{value.days}DT{value.seconds}.{value.microseconds:06d}S"


_CANONICAL: dict[type, Callable[[Any], bytes]] = {
    str: lambda value: b"s" + value.encode("utf-8", "surrogatepass"),
    bool: lambda value: b"btrue" if value else b"bfalse",
    int: lambda value: b"n%d" % value,
    float: lambda value: b"n" + number_text(value).encode(),
    Decimal: lambda value: b"n" + number_text(value).encode(),
    datetime: lambda value: b"s" + timestamp_text(value).encode(),
    date: lambda value: b"s" + value.isoformat().encode(),
    time: lambda value: b"s" + value.isoformat().encode(),
    timedelta: lambda value: b"i" + _interval_text(value).encode(),
    UUID: lambda value: b"s" + str(value).encode(),
    bytes: lambda value: b"x" + value,
    Tagged: lambda value: f"t{value.type}\0{value.value}".encode("utf-8", "surrogatepass"),
}


def canonical(value: Any) -> bytes:
    """The tagged canonical bytes of a scalar."""
    return _CANONICAL[type(value)](value)


def hashes_of(values: Iterable[Any], count: int) -> Hashes:
    """XXH64 (seed 0) of the canonical bytes of values of one type."""
    values = iter(values)
    first = next(values, None)
    if first is None:
        return np.zeros(0, np.uint64)
    encode = _CANONICAL[type(first)]
    digests = np.empty(count, np.uint64)
    digests[0] = xxh64_intdigest(encode(first))
    digests[1:] = np.fromiter(map(xxh64_intdigest, map(encode, values)), np.uint64, count - 1)
    return digests


def source_seed(source: str) -> int:
    """The seed with which the records of a source are hashed."""
    return xxh64_intdigest(source.encode("utf-8", "surrogatepass"))


def record_hashes(seed: int, records: npt.NDArray[np.int64], occurrences: npt.NDArray[np.int64] | int = 0) -> Hashes:
    """XXH64, under `seed`, of each record's ordinal and the occurrence in it (two little-endian 64-bit words).

    This decides which values are sampled. The path is left out on purpose: the values of one record then
    stay together over its fields, and a map's fields can be folded together without choosing anew.
    """
    with np.errstate(over="ignore"):
        state = np.uint64(seed) + P5 + np.uint64(16)
        lanes = (records.astype(np.uint64), np.broadcast_to(np.asarray(occurrences).astype(np.uint64), records.shape))
        hashed: Hashes = np.full(records.shape, state, np.uint64)
        for lane in lanes:
            hashed = rotate(hashed ^ (rotate(lane * P2, 31) * P1), 27) * P1 + P4
        return avalanche(hashed)
