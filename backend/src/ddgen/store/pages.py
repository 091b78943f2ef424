"""Pages by key: each begins after the last item of the one before, however many there are, and nothing is counted."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, and_, or_
from sqlalchemy.sql import ColumnElement

from ddgen.errors import UsageError
from ddgen.store.records import Page

T = TypeVar("T")

MOST = 1000
"""Items of one page, at most."""


def page(
    connection: Connection,
    query: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    make: Callable[[Row[Any]], T],
    *,
    cursor: str | None,
    limit: int,
    descending: bool = False,
) -> Page[T]:
    """The items of a query in the order of its keys, of which the last tells any two rows apart.

    Raises UsageError for a cursor that is none of this query.
    """
    limit = max(1, min(limit, MOST))
    if cursor is not None:
        query = query.where(_after(keys, decode(cursor, len(keys)), descending=descending))
    order = [key.desc() if descending else key for key in keys]
    labelled = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    found = connection.execute(query.add_columns(*labelled).order_by(*order).limit(limit + 1)).all()
    more = len(found) > limit
    items = [make(row) for row in found[:limit]]
    last = found[limit - 1]._mapping if more else None  # noqa: SLF001 - the public way to read a row by names
    return Page(items, encode([last[f"key_{place}"] for place in range(len(keys))]) if last else None)


def _after(keys: Sequence[ColumnElement[Any]], values: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """All rows behind these values: spelt out, since indexes are used for that in every database.

    The first key bounds the search from below; the rest tells apart what equals it.
    """
    first, value = keys[0], values[0]
    beyond: ColumnElement[bool] = first < value if descending else first > value
    if len(keys) == 1:
        return beyond
    at_least: ColumnElement[bool] = first <= value if descending else first >= value
    return and_(at_least, or_(beyond, _after(keys[1:], values[1:], descending=descending)))


def encode(values: Sequence[Any]) -> str:
    """A cursor: the keys of the last item. It is opaque to clients and grants nothing."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode(cursor: str, keys: int) -> list[str | int]:
    """The keys in a cursor. Raises UsageError."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _wrong() from error
    if not isinstance(values, list) or len(values) != keys or not all(isinstance(one, str | int) for one in values):
        raise _wrong()
    return values


def _wrong() -> UsageError:
    return UsageError("this is no cursor of that list", where="cursor", hint="Begin again without one")
