"""Feeds rows of text formats: every cell is a text, an empty one is null, and types are read from the texts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ddgen.model.relation import TextBatch
from ddgen.profiling.accumulator import Rows, rows_of
from ddgen.profiling.tree import Node


def feed_text(root: Node, batch: TextBatch) -> None:
    """Add a batch of rows, field by field."""
    root.objects += batch.count
    rows = rows_of(batch)
    for name, column in zip(batch.names, batch.columns, strict=True):
        _feed_column(root.child(name), column, rows)


def _feed_column(node: Node, column: pa.Array, rows: Rows) -> None:
    filled = pc.fill_null(pc.greater(pc.binary_length(column), 0), fill_value=False)
    count = filled.true_count
    if count < len(column):
        node.nulls += len(column) - column.null_count - count
        column, rows = column.filter(filled), rows.take(np.flatnonzero(filled.to_numpy(zero_copy_only=False)))
    if count:
        node.values_of().add_text_array(column, rows)
