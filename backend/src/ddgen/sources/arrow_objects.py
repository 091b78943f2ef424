"""Arrow tables, and anything that offers its rows as an Arrow stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ddgen.model.relation import ArrowBatch
from ddgen.sources.arrow_batches import ROWS_PER_BATCH, ArrowRelation


class TableRelation(ArrowRelation):
    """A `pyarrow.Table` or `RecordBatch`."""

    def __init__(self, name: str, table: Any) -> None:
        super().__init__(name, f"python:{name}", "arrow")
        self._table = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
        self.declare(self._table.schema)
        self.row_estimate = self._table.num_rows

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """Its rows."""
        first = 0
        for batch in self._table.to_batches(ROWS_PER_BATCH):
            yield ArrowBatch(batch, self.uri, first)
            first += batch.num_rows


def is_table(thing: Any) -> bool:
    """Whether the Arrow stream of an object is one of rows."""
    if isinstance(thing, pa.RecordBatchReader):
        return True
    try:
        pa.RecordBatchReader.from_stream(thing)
    except pa.ArrowInvalid:
        return False
    return True


class StreamedRelation(ArrowRelation):
    """An object with `__arrow_c_stream__`; a reader can be read once only."""

    def __init__(self, name: str, thing: Any) -> None:
        super().__init__(name, f"python:{name}", "arrow")
        self._thing = thing
        self.rereadable = not isinstance(thing, pa.RecordBatchReader)
        self.declare(self._reader().schema)

    def _reader(self) -> pa.RecordBatchReader:
        return self._thing if not self.rereadable else pa.RecordBatchReader.from_stream(self._thing)

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """Its rows."""
        first = 0
        for batch in self._reader():
            yield ArrowBatch(batch, self.uri, first)
            first += batch.num_rows
