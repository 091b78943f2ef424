"""Arrow batches as documents: the form for types that have no single Arrow type, such as unions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pyarrow import types

from ddgen.model.relation import Tagged
from ddgen.sources.arrow_calendar import is_temporal, stored_as, value_of
from ddgen.sources.arrow_types import holds, is_list, storage_type


def documents(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The rows of a batch as Python values."""
    columns = [values_of(column) for column in batch.columns]
    names = batch.schema.names
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def values_of(column: pa.Array) -> list[Any]:
    """The values of a column as documents hold them; Arrow's own may be none of Python's (infinity, the year 20000)."""
    kind = column.type
    if holds(kind, types.is_union):
        return list(column.to_pylist())
    if not holds(kind, _is_foreign):
        return list(column.to_pylist())
    stored = column.cast(stored_as(kind)) if holds(kind, is_temporal) else column
    return [_value(value, kind) for value in stored.to_pylist()]


def _is_foreign(kind: pa.DataType) -> bool:
    return bool(types.is_map(kind) or types.is_interval(kind) or is_temporal(kind))


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    kind = storage_type(kind)
    if types.is_interval(kind):
        return _interval(value)
    if is_temporal(kind):
        return value_of(value, kind)
    if types.is_map(kind):
        return {_key(key, kind.key_type): _value(item, kind.item_type) for key, item in value}
    if types.is_struct(kind):
        return {child.name: _value(value[child.name], child.type) for child in kind}
    return [_value(item, kind.value_type) for item in value] if is_list(kind) else value


def _key(key: Any, kind: pa.DataType) -> str:
    made = _value(key, kind)
    return str(made.value if isinstance(made, Tagged) else made)


def _interval(value: Any) -> timedelta | Tagged:
    """Months have no fixed length, so with them the ISO 8601 form is kept."""
    if value.months:
        return Tagged("interval", f"P{value.months}M{value.days}DT{Decimal(value.nanoseconds) / 10**9}S")
    return timedelta(days=value.days, microseconds=value.nanoseconds // 1000)
