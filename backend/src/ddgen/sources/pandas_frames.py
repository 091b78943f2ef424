"""pandas frames, column by column: a column of Python objects may hold anything, and is looked at value by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ddgen.model.relation import Batch, DeclaredField, Relation
from ddgen.sources.arrow_batches import ROWS_PER_BATCH
from ddgen.sources.arrow_types import data_type
from ddgen.sources.headers import unique_names
from ddgen.sources.python_values import plain
from ddgen.sources.row_batches import column_batch

_PERIOD = "pandas.period"
"""An Arrow type of pandas that holds how many periods have passed since 1970, not the period itself."""


class PandasRelation(Relation):
    """A pandas DataFrame; an index is a field only where it has a name."""

    def __init__(self, name: str, frame: Any) -> None:
        super().__init__(name, f"python:{name}", "pandas")
        levels = [level for level, label in enumerate(frame.index.names) if label is not None]
        self._columns = [frame.index.get_level_values(level).to_series() for level in levels]
        self._columns += [frame.iloc[:, position] for position in range(frame.shape[1])]
        labels = [frame.index.names[level] for level in levels] + list(frame.columns)
        self._names = unique_names(_label(label) for label in labels)
        self.declared = [_declared(name, column) for name, column in zip(self._names, self._columns, strict=True)]
        self.row_estimate = len(frame)
        comment = frame.attrs.get("description") or frame.attrs.get("comment")
        self.comment = comment if isinstance(comment, str) else None

    def batches(self) -> Iterator[Batch]:
        """The rows, with NaN, NaT and NA as null, as pandas means them."""
        for first in range(0, self.row_estimate or 0, ROWS_PER_BATCH):
            columns = [_values(column.iloc[first : first + ROWS_PER_BATCH]) for column in self._columns]
            yield column_batch(self._names, columns, self.uri, first)


def _values(column: Any) -> Any:
    """An Arrow array, or a list of values where the column holds Python objects or Arrow has no type for it."""
    if column.dtype != object:
        try:
            array = pa.Array.from_pandas(column)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            return _objects(column)
        if isinstance(array.type, pa.BaseExtensionType) and array.type.extension_name == _PERIOD:
            return _objects(column)
        return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
    return _objects(column)


def _objects(column: Any) -> list[Any]:
    absent = column.isna().tolist()
    return [None if missing else plain(value) for value, missing in zip(column.tolist(), absent, strict=True)]


def _declared(name: str, column: Any) -> DeclaredField:
    values = None if column.dtype == object else _values(column.iloc[:0])
    return DeclaredField(
        (name,), str(column.dtype), data_type=data_type(values.type) if isinstance(values, pa.Array) else None
    )


def _label(label: Any) -> str:
    return ".".join(map(str, label)) if isinstance(label, tuple) else str(label)
