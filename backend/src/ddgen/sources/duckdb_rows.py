"""The rows of a DuckDB relation, streamed as Arrow batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from ddgen.model.path import format_path
from ddgen.model.problem import Place, Problem
from ddgen.model.relation import ArrowBatch, Batch
from ddgen.sources.arrow_batches import ARROW_ERRORS, ROWS_PER_BATCH, ArrowRelation, first_line
from ddgen.sources.arrow_types import map_paths
from ddgen.sources.database_values import documents
from ddgen.sources.duckdb_types import declare, is_as_text, selection
from ddgen.sources.headers import unique_names
from ddgen.sources.row_batches import column_batch

Opener = Callable[[], AbstractContextManager[Any]]
"""Opens what is to be read: a `DuckDBPyRelation`, valid inside the context."""


class DuckdbRelation(ArrowRelation):
    """A table, view or query of DuckDB."""

    texts_are_valid = True

    def __init__(self, name: str, uri: str, display: str, opened: Opener) -> None:
        super().__init__(name, uri, "duckdb")
        self._display, self._opened = display, opened

    def describe(self, rows: Any) -> None:
        """Take over the names and types of a `DuckDBPyRelation`."""
        names = unique_names(rows.columns)
        for name, kind in zip(names, rows.types, strict=True):
            self.declared += declare((name,), kind)
        texts = [name for name, kind in zip(names, rows.types, strict=True) if is_as_text(kind)]
        if texts:
            self.reading["read as text"] = [format_path((name,)) for name in texts]
        maps = map_paths(self.declared)
        if maps:
            self.reading["maps"] = [format_path(path) for path in maps]

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """The rows, never all of them in memory; up to where the database is damaged."""
        import duckdb

        first = 0
        try:
            with self._opened() as rows:
                reader = rows.project(selection(rows.columns, rows.types)).to_arrow_reader(ROWS_PER_BATCH)
                for batch in reader:
                    yield ArrowBatch(batch, self._display, first, 0)
                    first += batch.num_rows
        except (duckdb.Error, *ARROW_ERRORS) as error:
            self.problems.append(self._broken(error, first))

    def batches(self) -> Iterator[Batch]:
        """The records; texts of type JSON are what they stand for."""
        kinds = {str(field.path[0]): field.physical_type for field in self.declared if len(field.path) == 1}
        for batch in super().batches():
            if not isinstance(batch, ArrowBatch) or "JSON" not in kinds.values():
                yield batch
                continue
            names = batch.batch.schema.names
            columns = [
                documents(column.to_pylist()) if kinds.get(name) == "JSON" else column
                for name, column in zip(names, batch.batch.columns, strict=True)
            ]
            yield column_batch(names, columns, batch.source, batch.first)

    def _broken(self, error: Exception, first: int) -> Problem:
        return Problem(
            code="damaged",
            message=f"{self.name} cannot be read beyond its first {first:,} rows: {first_line(error)}",
            source=self._display,
            table=self.name,
            places=[Place(record=first + 1)],
        )
