"""Ids and times: opaque ids that sort by the time they were made, times as whole microseconds since 1970."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION_7, _VARIANT = 0x7 << 76, 0b10 << 62
_RANDOM_HIGH, _RANDOM_LOW = 12, 62


def new_id(at: datetime) -> str:
    """An id of RFC 9562's version 7: 48 bits of the time in milliseconds, then chance."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    high = milliseconds << 80 | _VERSION_7 | secrets.randbits(_RANDOM_HIGH) << 64
    return str(uuid.UUID(int=high | _VARIANT | secrets.randbits(_RANDOM_LOW)))


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def stamp(at: datetime) -> int:
    """A time as the store keeps it, in microseconds."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(stamped: int) -> datetime:
    """The time that `stamp` was made of."""
    return _EPOCH + timedelta(microseconds=stamped)


def moment_or_none(stamped: int | None) -> datetime | None:
    """The same where there may be none."""
    return None if stamped is None else moment(stamped)
