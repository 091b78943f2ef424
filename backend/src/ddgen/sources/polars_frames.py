"""Polars frames; a lazy one is collected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from ddgen.errors import InputError
from ddgen.model.relation import ArrowBatch, Batch, DeclaredField, TreeBatch
from ddgen.sources.arrow_batches import ROWS_PER_BATCH, ArrowRelation, first_line
from ddgen.sources.python_values import plain

_WITHOUT_ARROW = frozenset({"Object", "Int128", "UInt128"})


def _collected(frame: pl.LazyFrame, uri: str) -> pl.DataFrame:
    try:
        return frame.collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"the lazy frame cannot be collected: {first_line(error)}", where=uri) from error


def _has_arrow(kind: Any) -> bool:
    """Whether Arrow has a type for a Polars type and for those inside it."""
    inside = [field.dtype for field in getattr(kind, "fields", ())]
    if getattr(kind, "inner", None) is not None:
        inside.append(kind.inner)
    return type(kind).__name__ not in _WITHOUT_ARROW and all(map(_has_arrow, inside))


class PolarsRelation(ArrowRelation):
    """A Polars DataFrame or LazyFrame."""

    texts_are_valid = True

    def __init__(self, name: str, frame: Any) -> None:
        super().__init__(name, f"python:{name}", "polars")
        self._frame = _collected(frame, self.uri) if isinstance(frame, pl.LazyFrame) else frame
        self._foreign = [column for column, kind in self._frame.schema.items() if not _has_arrow(kind)]
        self.declare(self._frame.drop(self._foreign).head(0).to_arrow().schema)
        self._declare_types()
        self.row_estimate = self._frame.height

    def _declare_types(self) -> None:
        """Top-level fields in the frame's order, with the names that Polars gives to their types."""
        inside: dict[Any, list[Any]] = {}
        for field in self.declared:
            inside.setdefault(field.path[0], []).append(field)
        self.declared = []
        for column, kind in self._frame.schema.items():
            fields = inside.get(column) or [DeclaredField((column,))]
            fields[0].physical_type = str(kind)
            self.declared += fields

    def batches(self) -> Iterator[Batch]:
        """The rows: as Arrow, or as documents where a column has no Arrow type."""
        if not self._foreign:
            yield from super().batches()
            return
        for first in range(0, self._frame.height, ROWS_PER_BATCH):
            rows = self._frame.slice(first, ROWS_PER_BATCH).iter_rows(named=True)
            yield TreeBatch([plain(row) for row in rows], self.uri, first)

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """The rows as Arrow shares them."""
        first = 0
        for batch in self._frame.to_arrow().to_batches(ROWS_PER_BATCH):
            yield ArrowBatch(batch, self.uri, first)
            first += batch.num_rows
