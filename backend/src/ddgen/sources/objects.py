"""Python objects as tables: frames of pandas and Polars, Arrow tables, DuckDB relations, records as dicts.

Which library an object is of is told by its class, so that none is imported that is not in use already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from itertools import islice
from typing import Any

from ddgen.model.relation import Batch, Relation, TreeBatch
from ddgen.sources.python_values import plain

RECORDS_PER_BATCH = 2000


def relations_of(thing: object, name: str) -> list[Relation] | None:
    """The tables in a Python object, None where it is no data (a path, a text, an open file, a list of paths).

    A dict of names and tables gives a table for each; any other dict is a table of one record.
    """
    relation = _frame(thing, name)
    if relation is not None:
        return [relation]
    if isinstance(thing, Mapping):
        return _named_tables(thing) or [RecordsRelation(name, [thing])]
    if isinstance(thing, list | tuple):
        return [RecordsRelation(name, thing)] if _are_records(thing) else None
    if isinstance(thing, Iterator) and not hasattr(thing, "read"):
        return [RecordsRelation(name, thing)]
    return None


class RecordsRelation(Relation):
    """Records given as dicts, or values of any other kind, in a list or from an iterator."""

    def __init__(self, name: str, records: Iterable[Any]) -> None:
        super().__init__(name, f"python:{name}", "python")
        self._records = records
        self.rereadable = not isinstance(records, Iterator)
        if isinstance(records, list | tuple):
            self.row_estimate = len(records)

    def batches(self) -> Iterator[Batch]:
        """The records, 2,000 at a time."""
        records, first = iter(self._records), 0
        while chunk := list(islice(records, RECORDS_PER_BATCH)):
            yield TreeBatch([plain(record) for record in chunk], self.uri, first)
            first += len(chunk)


def _are_records(things: list[Any] | tuple[Any, ...]) -> bool:
    return not things or isinstance(things[0], Mapping)


def _named_tables(things: Mapping[Any, Any]) -> list[Relation]:
    """A table for each entry; none where any entry is not a table."""
    found: list[Relation] = []
    for name, thing in things.items():
        if isinstance(thing, Mapping) or not (relations := relations_of(thing, str(name))):
            return []
        found += relations
    return found


def _frame(thing: object, name: str) -> Relation | None:
    kind = type(thing)
    reader = _FRAMES.get((kind.__module__.partition(".")[0], kind.__name__))
    if reader is not None:
        return reader(thing, name)
    return _stream(thing, name) if hasattr(thing, "__arrow_c_stream__") else None


def _pandas(thing: Any, name: str) -> Relation:
    from ddgen.sources.pandas_frames import PandasRelation

    return PandasRelation(name, thing)


def _polars(thing: Any, name: str) -> Relation:
    from ddgen.sources.polars_frames import PolarsRelation

    return PolarsRelation(name, thing)


def _duckdb(thing: Any, name: str) -> Relation:
    from ddgen.sources.duckdb_rows import DuckdbRelation

    uri = f"python:{name}"
    relation = DuckdbRelation(name, uri, uri, lambda: nullcontext(thing))
    relation.describe(thing)
    return relation


def _table(thing: Any, name: str) -> Relation:
    from ddgen.sources.arrow_objects import TableRelation

    return TableRelation(name, thing)


def _stream(thing: Any, name: str) -> Relation | None:
    """A stream of rows; a stream of single values (a series, a chunked array) is no table."""
    from ddgen.sources.arrow_objects import StreamedRelation, is_table

    return StreamedRelation(name, thing) if is_table(thing) else None


_FRAMES: dict[tuple[str, str], Callable[[Any, str], Relation]] = {
    ("pandas", "DataFrame"): _pandas,
    ("polars", "DataFrame"): _polars,
    ("polars", "LazyFrame"): _polars,
    ("pyarrow", "Table"): _table,
    ("pyarrow", "RecordBatch"): _table,
    ("_duckdb", "DuckDBPyRelation"): _duckdb,
    ("duckdb", "DuckDBPyRelation"): _duckdb,
}
