"""Rows of values that each have a type of their own, as batches.

A column whose values in a batch are of one type becomes an Arrow column, which is far cheaper to profile;
where any column mixes types the batch is handed on as documents, so that no value changes its type.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from ddgen.model.relation import ArrowBatch, Batch, TreeBatch
from ddgen.sources.arrow_values import values_of

FIRST_ROWS = 256
MOST_ROWS = 65_536
BYTES_PER_BATCH = 16 << 20

_TIMESTAMP = pa.timestamp("us")
_ARROW_TYPES = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.large_string(),
    bytes: pa.large_binary(),
    datetime: _TIMESTAMP,
    date: pa.date32(),
    time: pa.time64("us"),
    timedelta: pa.duration("us"),
}
_NOTHING = type(None)


def column_batch(names: Sequence[str], columns: Sequence[Sequence[Any] | pa.Array], source: str, first: int) -> Batch:
    """Columns of values as a batch: Arrow where each is of one type, documents where one is not.

    Some may be Arrow arrays already.
    """
    arrays = [column if isinstance(column, pa.Array) else _array(column) for column in columns]
    if all(array is not None for array in arrays):
        return ArrowBatch(pa.RecordBatch.from_arrays(arrays, names=list(names)), source, first)
    values = [values_of(column) if isinstance(column, pa.Array) else column for column in columns]
    return TreeBatch([dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)], source, first)


def _array(values: Sequence[Any]) -> pa.Array | None:
    kinds = set(map(type, values)) - {_NOTHING}
    if not kinds:
        return pa.nulls(len(values))
    kind = _ARROW_TYPES.get(kinds.pop())
    if kinds or kind is None or (kind == _TIMESTAMP and any(value and value.tzinfo for value in values)):
        return None
    try:
        return pa.array(values, kind)
    except (OverflowError, UnicodeEncodeError, pa.ArrowInvalid):
        return None


def next_size(size: int, batch: Batch) -> int:
    """How many rows to fetch next: twice as many as before while batches stay small, fewer once they are not."""
    if not isinstance(batch, ArrowBatch):
        return min(size * 2, MOST_ROWS)
    room: int = BYTES_PER_BATCH * size // max(batch.batch.nbytes, 1)
    return max(1, min(size * 2, room, MOST_ROWS))
