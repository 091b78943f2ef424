"""What all columnar sources share: record batches made fit for profiling, whatever the file holds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import suppress

import pyarrow as pa
from pyarrow import types

from ddgen.errors import InputError
from ddgen.model.path import format_path
from ddgen.model.problem import Place, Problem, Severity
from ddgen.model.relation import ArrowBatch, Batch, Relation, TreeBatch
from ddgen.sources.arrow_calendar import fits, is_temporal
from ddgen.sources.arrow_text import redecoded
from ddgen.sources.arrow_types import comment, declared_fields, holds, is_list_view, map_paths, plain_type
from ddgen.sources.arrow_values import documents
from ddgen.sources.headers import unique_names

ARROW_ERRORS = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What pyarrow raises where a file is damaged."""

ROWS_PER_BATCH = 32_768
BYTES_PER_BATCH = 64 << 20
"""What a batch of records should stay under once decoded."""


class ArrowRelation(Relation):
    """A relation whose records come as Arrow record batches."""

    texts_are_valid = False
    """Whether the reader itself guarantees valid UTF-8; a file may claim it wrongly."""

    def declare(self, schema: pa.Schema) -> None:
        """Take over what an Arrow schema says: fields, maps and the table's comment."""
        self.declared = declared_fields(schema)
        self.comment = comment(schema.metadata)
        maps = map_paths(self.declared)
        if maps:
            self.reading["maps"] = [format_path(path) for path in maps]

    @abstractmethod
    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """The record batches as the reader gives them, of any size."""

    def batches(self) -> Iterator[Batch]:
        """The records in batches of bounded size, with unique names, plain types and valid texts.

        Raises InputError where the file has gone, or cannot be opened again.
        """
        try:
            for whole in self.arrow_batches():
                for start in range(0, whole.batch.num_rows, ROWS_PER_BATCH):
                    batch = self._fit(whole, start)
                    if batch is not None:
                        yield batch
        except ARROW_ERRORS as error:
            raise InputError(f"it cannot be read any more: {first_line(error)}", where=self.uri) from error

    def _fit(self, whole: ArrowBatch, start: int) -> Batch | None:
        """Some of the records, fit for profiling; None, which is told, where they are damaged."""
        records, first = whole.batch.slice(start, ROWS_PER_BATCH), whole.first + start
        try:
            batch = _named(records)
            batch = _plain(batch if self.texts_are_valid else self._valid(batch, whole.source, first))
            if all(_is_walked(column) for column in batch.columns):
                return ArrowBatch(batch, whole.source, first, whole.done)
            return TreeBatch(documents(batch), whole.source, first, whole.done)
        except ARROW_ERRORS as error:
            self.unread(whole.source, f"what follows record {first:,}", error, rows=records.num_rows)
            return None

    def _valid(self, batch: pa.RecordBatch, source: str, first: int) -> pa.RecordBatch:
        """The batch with valid texts. Raises ArrowInvalid where more than texts is wrong."""
        try:
            batch.validate(full=True)
        except pa.ArrowInvalid:
            batch.validate()
        else:
            return batch
        columns = [self._valid_column(batch, i, source, first) for i in range(batch.num_columns)]
        return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)

    def _valid_column(self, batch: pa.RecordBatch, index: int, source: str, first: int) -> pa.Array:
        column = batch.column(index)
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            if types.is_decimal(column.type) or is_temporal(column.type):
                return column
            if "UTF8" not in str(error):
                raise
            column = redecoded(column)
            self.problems.append(self._undecodable(batch.schema.names[index], source, first))
        return column

    def _undecodable(self, field: str, source: str, first: int) -> Problem:
        return Problem(
            code="encoding",
            severity=Severity.WARNING,
            message=f"texts of {field} are not valid UTF-8; the wrong bytes are shown as \N{REPLACEMENT CHARACTER}",
            source=source,
            table=self.name,
            field=format_path((field,)),
            places=[Place(record=first + 1)],
        )

    def unread(self, source: str, part: str, error: Exception, *, rows: int | None = None) -> None:
        """Note that a part of the input could not be read."""
        lost = f"; {rows:,} records are missing" if rows else ""
        self.problems.append(
            Problem(
                code="damaged",
                message=f"{part} cannot be read: {first_line(error)}{lost}",
                source=source,
                table=self.name,
                hint="The rest was read",
            )
        )


def first_line(error: Exception) -> str:
    """What a library's error says, without its trailing lines."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__


def _named(batch: pa.RecordBatch) -> pa.RecordBatch:
    names = unique_names(batch.schema.names)
    return batch if names == batch.schema.names else batch.rename_columns(names)


def _is_walked(column: pa.Array) -> bool:
    """Whether profiling walks a column as it is: no unions, nothing beyond Python's calendar."""
    if holds(column.type, types.is_union):
        return False
    return not holds(column.type, is_temporal) or fits(column)


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    wanted = [plain_type(field.type) for field in batch.schema]
    if wanted == batch.schema.types:
        return batch
    columns = [_cast(column, kind) for column, kind in zip(batch.columns, wanted, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _cast(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    """The column in another type; Arrow makes lists of views that lack items, so these go through Python."""
    if column.type == wanted:
        return column
    if not holds(column.type, is_list_view):
        with suppress(pa.ArrowNotImplementedError, pa.ArrowTypeError):
            return column.cast(wanted, safe=False)
    return pa.array(column.to_pylist(), wanted)
