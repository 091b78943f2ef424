"""Feeds Arrow record batches: the same facts, with each batch's different values found by Arrow."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ddgen.model.relation import ArrowBatch, Tagged
from ddgen.profiling.accumulator import Rows, rows_of
from ddgen.profiling.dates import micros_of
from ddgen.profiling.feed_tree import GROUPS, add_values, occurrences
from ddgen.profiling.hashing import record_hashes, source_seed
from ddgen.profiling.measure import LONGEST_TEXT
from ddgen.profiling.tree import Node

_FIRST = micros_of(datetime(2, 1, 1))  # noqa: DTZ001 - as written
_LAST = micros_of(datetime(9998, 12, 31))  # noqa: DTZ001 - as written
"""Microseconds within which timestamps of any offset are within Python's calendar."""


def feed_arrow(root: Node, batch: ArrowBatch) -> None:
    """Add a record batch, field by field."""
    records = batch.batch
    root.objects += records.num_rows
    rows, seed = rows_of(batch), source_seed(batch.source)
    for name, column in zip(unique_names(records.schema.names), records.columns, strict=True):
        _feed(root.child(name), column, rows, seed)


def unique_names(names: list[str]) -> list[str]:
    """Repeated names get `#2`, `#3` ... after them."""
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return made


def _feed(node: Node, array: pa.Array, rows: Rows, seed: int) -> None:
    array = _plain(array)
    kind = array.type
    if node.repeated:
        node.record_count += len(np.unique(rows.ordinals))
        rows = Rows(rows.source, rows.ordinals, record_hashes(seed, rows.ordinals, occurrences(node, rows.ordinals)))
    if pa.types.is_null(kind):
        node.nulls += len(array)
        return
    if array.null_count:
        node.nulls += array.null_count
        valid = np.flatnonzero(array.is_valid().to_numpy(zero_copy_only=False))
        array, rows = array.take(pa.array(valid)), rows.take(valid)
    if not len(array):
        return
    if pa.types.is_struct(kind):
        _feed_struct(node, array, rows, seed)
    elif _is_list(kind):
        _feed_list(node, array, rows, seed)
    elif pa.types.is_map(kind):
        _feed_map(node, array, rows, seed)
    else:
        _feed_scalars(node, array, rows)


def _plain(array: pa.Array) -> pa.Array:
    """The array without the ways of storing it: dictionaries, run lengths, extension types, views."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _plain(array.dictionary_decode())
    if pa.types.is_run_end_encoded(kind):
        return _plain(pc.run_end_decode(array))
    if isinstance(kind, pa.BaseExtensionType):
        return array if _is_uuid(kind) else _plain(array.storage)
    return array


def _is_uuid(kind: pa.DataType) -> bool:
    return getattr(kind, "extension_name", "") == "arrow.uuid"


def _is_list(kind: pa.DataType) -> bool:
    tests = ("is_list", "is_large_list", "is_fixed_size_list", "is_list_view", "is_large_list_view")
    return any(getattr(pa.types, test)(kind) for test in tests)


def _feed_struct(node: Node, array: pa.StructArray, rows: Rows, seed: int) -> None:
    node.objects += len(array)
    names = unique_names([field.name for field in array.type])
    for index, name in enumerate(names):
        _feed(node.child(name), array.field(index), rows, seed)


def _feed_list(node: Node, array: pa.Array, rows: Rows, seed: int) -> None:
    node.arrays += len(array)
    lengths = pc.list_value_length(array).to_numpy(zero_copy_only=False).astype(np.int64)
    node.element_counts.update(Counter(lengths.tolist()))
    items = pc.list_flatten(array)
    _feed_items(node.element_node(), items, np.repeat(np.arange(len(array)), lengths), rows, seed)


def _feed_map(node: Node, array: pa.MapArray, rows: Rows, seed: int) -> None:
    node.objects += len(array)
    entries = array.cast(pa.list_(pa.struct([("key", array.type.key_type), ("value", array.type.item_type)])))
    lengths = pc.list_value_length(entries).to_numpy(zero_copy_only=False).astype(np.int64)
    node.entry_counts.update(Counter(lengths.tolist()))
    flat = pc.list_flatten(entries)
    node.count_keys(Counter(map(str, _shortened(_comparable(_plain(flat.field("key")))).to_pylist())))
    _feed_items(node.value_node(), flat.field("value"), np.repeat(np.arange(len(array)), lengths), rows, seed)


def _shortened(keys: pa.Array) -> pa.Array:
    """Keys of a map, cut where they are too long to be kept."""
    return pc.utf8_slice_codeunits(keys, 0, LONGEST_TEXT) if pa.types.is_large_string(keys.type) else keys


def _feed_items(node: Node, items: pa.Array, parents: npt.NDArray[np.intp], rows: Rows, seed: int) -> None:
    _feed(node, items, rows.take(parents), seed)


def _feed_scalars(node: Node, array: pa.Array, rows: Rows) -> None:
    array = _comparable(array)
    group = _array_group(array)
    if group is None:
        add_values(node, [_python(value) for value in array.to_pylist()], rows)
    elif group == "str":
        node.look(array, rows)
        node.values_of().add_text_array(group, array, rows)
    elif group == "float":
        _feed_floats(node, array, rows)
    else:
        node.values_of().add_array(group, array, rows)


def _feed_floats(node: Node, array: pa.Array, rows: Rows) -> None:
    """Finite numbers together, NaN and infinities one by one."""
    finite = np.isfinite(array.to_numpy())
    if not finite.all():
        others = pa.array(~finite)
        add_values(node, array.filter(others).to_pylist(), rows.take(np.flatnonzero(~finite)))
        array, rows = array.filter(pa.array(finite)), rows.take(np.flatnonzero(finite))
    if len(array):
        node.values_of().add_array("float", array, rows)


def _array_group(array: pa.Array) -> str | None:
    """The group of an array that can be added as it is."""
    kind = array.type
    if pa.types.is_int64(kind):
        return "int"
    if pa.types.is_float64(kind):
        return "float"
    if pa.types.is_timestamp(kind):
        ends = pc.min_max(array.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64()))
        return "datetime" if ends["min"].as_py() >= _FIRST and ends["max"].as_py() <= _LAST else None
    if pa.types.is_large_string(kind):
        return "str"
    if pa.types.is_boolean(kind):
        return "bool"
    return "date" if pa.types.is_date32(kind) else None


def _comparable(array: pa.Array) -> pa.Array:
    """Without units finer than microseconds, halves of floats, and texts that Arrow cannot count."""
    kind = array.type
    if pa.types.is_float16(kind) or pa.types.is_float32(kind):
        return _shortest_doubles(array)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pc.cast(array, pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return pc.cast(array, pa.time64("us"), safe=False)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pc.cast(array, pa.duration("us"), safe=False)
    if pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return pc.cast(array, pa.large_string())
    if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
        return pc.cast(array, pa.int64())
    if pa.types.is_binary_view(kind) or pa.types.is_fixed_size_binary(kind):
        return pc.cast(array, pa.large_binary())
    return array


def _shortest_doubles(array: pa.Array) -> pa.Array:
    """Single and half floats as the doubles that people would write: 0.1, not 0.10000000149011612."""
    narrow = array.to_numpy(zero_copy_only=False)
    return pa.array(np.array([float(str(value)) for value in narrow], np.float64))


def _python(value: Any) -> Any:
    if type(value) in GROUPS or value is None:
        return value
    if isinstance(value, pa.MonthDayNano):
        return Tagged("interval", f"P{value.months}M{value.days}DT{value.nanoseconds / 1e9:g}S")
    return Tagged(type(value).__name__, str(value))
