"""Feeds rows of text formats: every cell is a text, an empty one is null, and types are read from the texts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ddgen.model.relation import TextBatch
from ddgen.profiling.accumulator import Rows, rows_of
from ddgen.profiling.tree import Node

FIELDS_TOGETHER = 100


def feed_text(root: Node, batch: TextBatch, stay_in_bounds: Callable[[], None]) -> None:
    """Add a batch of rows, field by field; after every 100 fields the bounds of memory are looked at."""
    root.objects += batch.count
    rows = rows_of(batch)
    for number, (name, column) in enumerate(zip(batch.names, batch.columns, strict=True), start=1):
        _feed_column(root.child(name), column, rows)
        if number % FIELDS_TOGETHER == 0:
            stay_in_bounds()


def _feed_column(node: Node, column: pa.Array, rows: Rows) -> None:
    filled = pc.fill_null(pc.greater(pc.binary_length(column), 0), fill_value=False)
    count = filled.true_count
    if count < len(column):
        node.nulls += len(column) - column.null_count - count
        column, rows = column.filter(filled), rows.take(np.flatnonzero(filled.to_numpy(zero_copy_only=False)))
    if count:
        node.look(column, rows)
        node.values_of().add_text_array("text", column, rows)
