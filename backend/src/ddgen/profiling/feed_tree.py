"""Feeds documents: Python values as a JSON parser gives them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from ddgen.model.path import Path, Step
from ddgen.model.relation import Tagged, TreeBatch
from ddgen.profiling.accumulator import Rows
from ddgen.profiling.hashing import record_hashes, source_seed
from ddgen.profiling.maps import CHECK_AT, is_map
from ddgen.profiling.measure import as_array
from ddgen.profiling.stats import Place
from ddgen.profiling.tree import Node, fold

GROUPS: dict[type, str] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    Decimal: "decimal",
    datetime: "datetime",
    date: "date",
    time: "time",
    timedelta: "interval",
    UUID: "uuid",
    bytes: "bytes",
    Tagged: "tagged",
}
_NAN = math.nan
_DECIMAL_NAN = Decimal("NaN")
_ARRAYS = frozenset({str, int, float})
_WORTH_AN_ARRAY = 256
RECORDS_TOGETHER = 8_192
MOST_PATHS = 20_000
"""An object with more keys than this is a map, whatever they look like."""


class TreeFeeder:
    """Walks records into the tree of paths, then adds each path's values together."""

    def __init__(self, root: Node, may_be_map: Callable[[Path], bool | None]) -> None:
        self.root = root
        self.may_be_map = may_be_map
        """What was decided before about a path: a map, none, or (None) not decided."""
        self._source = ""
        self._records: list[int] = []
        self._duplicates: list[tuple[Path, Place]] = []
        self._huge: list[tuple[Node, dict[str, Any], int]] = []
        """Objects with so many keys that their path becomes a map, once the values before them are added."""

    def feed(self, batch: TreeBatch) -> None:
        """Add a batch of records; their values are added together once there are enough."""
        if batch.source != self._source:
            self.flush()
            self._source = batch.source
        ordinals = range(batch.first, batch.first + len(batch.values)) if batch.ordinals is None else batch.ordinals
        for record, value in zip(ordinals, batch.values, strict=True):
            self._place(self.root, value, record)
        self._records.extend(ordinals)
        self._duplicates += [(path, (batch.source, record)) for path, record in batch.duplicates]
        if len(self._records) >= RECORDS_TOGETHER or self._huge:
            self.flush()

    def flush(self) -> None:
        """Add the values of the records walked since the last time."""
        if not self._records:
            return
        records, seed = np.array(self._records, np.int64), source_seed(self._source)
        rows = Rows(self._source, records, record_hashes(seed, records))
        self._flush_nodes(rows, seed)
        while self._huge:
            huge, self._huge = self._huge, []
            for node, value, record in huge:
                fold(node)
                self._object(node, value, record)
            self._flush_nodes(rows, seed)
        self._records = []
        self.fold_maps(final=False)
        for path, place in self._duplicates:
            node_there = self._node_at(path)
            if node_there is not None:
                node_there.values_of().stats.oddity("duplicate_key", 1, "", 0, _always(place))
        self._duplicates = []

    def _flush_nodes(self, rows: Rows, seed: int) -> None:
        for node in list(self.root.walk()):
            flush(node, rows, seed)

    def _place(self, node: Node, value: Any, record: int) -> None:
        kind = type(value)
        if kind is dict:
            self._object(node, value, record)
        elif kind is list:
            self._array(node, value, record)
        else:
            node.pending.append(value)
            node.records.append(record)

    def _object(self, node: Node, value: dict[str, Any], record: int) -> None:
        if node.map_value is None and len(value) > MOST_PATHS:
            self._huge.append((node, value, record))
            return
        node.objects += 1
        if node.repeated:
            node.marks.append(record)
        if node.map_value is not None:
            self._map(node, value, record)
            return
        node.entry_counts[len(value)] += 1
        children = node.children
        for key, item in value.items():
            child = children.get(key)
            if child is None:
                child = node.child(key)
            kind = type(item)
            if kind is dict:
                self._object(child, item, record)
            elif kind is list:
                self._array(child, item, record)
            else:
                child.pending.append(item)
                child.records.append(record)

    def _array(self, node: Node, items: list[Any], record: int) -> None:
        node.arrays += 1
        if node.repeated:
            node.marks.append(record)
        node.element_counts[len(items)] += 1
        element = node.element or node.element_node()
        for item in items:
            kind = type(item)
            if kind is dict:
                self._object(element, item, record)
            elif kind is list:
                self._array(element, item, record)
            else:
                element.pending.append(item)
                element.records.append(record)

    def _map(self, node: Node, value: dict[str, Any], record: int) -> None:
        node.entry_counts[len(value)] += 1
        node.count_keys(Counter(list(value)))
        entry = node.value_node()
        for item in value.values():
            self._place(entry, item, record)

    def fold_maps(self, *, final: bool) -> None:
        """Fold objects that are maps: at the end all, before it only those whose keys have become many."""
        for node in list(self.root.walk()):
            if node.map_value is None and node.children and (final or len(node.children) >= node.next_map_check):
                decided = self.may_be_map(node.path)
                if decided or (decided is None and is_map(node)):
                    fold(node)
                node.next_map_check = 2 * max(len(node.children), CHECK_AT // 2)

    def _node_at(self, path: Path) -> Node | None:
        node: Node | None = self.root
        for segment in path:
            if node is None:
                return None
            if segment is Step.ELEMENT:
                node = node.element
            elif node.map_value is not None:
                node = node.map_value
            else:
                node = node.children.get(segment) if isinstance(segment, str) else None
        return node


def _always(place: Place) -> Callable[[int], Place]:
    return lambda _: place


def flush(node: Node, rows: Rows, seed: int) -> None:
    """Add what a node has buffered; `rows` are all records of the batch."""
    if node.repeated and (node.records or node.marks):
        _count_records(node)
    if not node.pending:
        return
    values, records = node.pending, node.records
    node.pending, node.records = [], []
    ordinals = rows.ordinals if len(values) == len(rows.ordinals) and not node.repeated else np.array(records, np.int64)
    hashes = rows.hashes if ordinals is rows.ordinals else record_hashes(seed, ordinals, occurrences(node, ordinals))
    add_values(node, values, Rows(rows.source, ordinals, hashes))


def add_values(node: Node, values: list[Any], rows: Rows) -> None:
    """Add scalars of any types, null included, to a node."""
    kinds = set(map(type, values))
    if len(kinds) == 1:
        _add_group(node, kinds.pop(), values, rows)
        return
    types = np.array(list(map(id, map(type, values))))
    for kind in sorted(kinds, key=lambda kind: kind.__name__):
        indexes = np.flatnonzero(types == id(kind))
        _add_group(node, kind, [values[index] for index in indexes.tolist()], rows.take(indexes))


def _add_group(node: Node, kind: type, values: list[Any], rows: Rows) -> None:
    if kind is type(None):
        node.nulls += len(values)
        return
    if kind is float:
        values = [_NAN if math.isnan(value) else value + 0.0 for value in values]
    elif kind is Decimal:
        values = [_DECIMAL_NAN if value.is_nan() else value for value in values]
    elif kind is str:
        node.look(values, rows)
    accumulator = node.values_of()
    group = "text" if kind is str and node.textual else GROUPS[kind]
    array = as_array(group, values) if kind in _ARRAYS and len(values) >= _WORTH_AN_ARRAY else None
    if array is None:
        accumulator.add(group, values, rows)
    else:
        accumulator.add_array(group, array, rows)


def occurrences(node: Node, ordinals: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | int:
    """For each value below an array, which one in its record it is."""
    if not node.repeated:
        return 0
    positions = np.arange(len(ordinals), dtype=np.int64)
    begins = np.concatenate([[True], ordinals[1:] != ordinals[:-1]])
    starts: npt.NDArray[np.int64] = np.maximum.accumulate(np.where(begins, positions, 0))
    return positions - starts


def _count_records(node: Node) -> None:
    """In how many records a path below an array occurs; records come in order, and none is in two batches."""
    node.record_count += len(set(node.records).union(node.marks))
    node.marks = []
