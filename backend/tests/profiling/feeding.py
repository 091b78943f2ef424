"""What the tests of profiling share: batches of any size, and facts that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ddgen.model.path import format_path
from ddgen.model.relation import ArrowBatch, Batch, TextBatch, TreeBatch
from ddgen.profiling.accumulator import Rows
from ddgen.profiling.hashing import record_hashes, source_seed
from ddgen.profiling.profiler import FieldFacts, Profiler, TableFacts

SOURCE = "a.csv"
EVERYTHING = 10**9
_ROUNDED = 9


def rows(count: int, first: int = 0, source: str = SOURCE) -> Rows:
    ordinals = np.arange(first, first + count, dtype=np.int64)
    return Rows(source, ordinals, record_hashes(source_seed(source), ordinals))


def texts(columns: Mapping[str, Sequence[str | None]], size: int = EVERYTHING, first: int = 0) -> Iterator[Batch]:
    """Rows of a text format, by column, in batches of `size`."""
    count = max(map(len, columns.values()))
    arrays = [pa.array(values, pa.large_string()) for values in columns.values()]
    for start in range(0, count, size):
        part = [array.slice(start, size) for array in arrays]
        yield TextBatch(part, list(columns), SOURCE, first + start, len(part[0]))


def trees(values: Sequence[Any], size: int = EVERYTHING, first: int = 0, source: str = SOURCE) -> Iterator[Batch]:
    """Documents in batches of `size`."""
    for start in range(0, len(values), size):
        yield TreeBatch(list(values[start : start + size]), source, first + start)


def arrows(table: pa.Table, size: int = EVERYTHING, first: int = 0) -> Iterator[Batch]:
    """The rows of an Arrow table in batches of `size`."""
    for start in range(0, table.num_rows, size):
        for batch in table.slice(start, size).combine_chunks().to_batches():
            yield ArrowBatch(batch, SOURCE, first + start)


def profiler_of(batches: Iterable[Batch], maps: Mapping[str, bool] | None = None) -> Profiler:
    profiler = Profiler(maps)
    for batch in batches:
        profiler.feed(batch)
    return profiler


def facts_of(batches: Iterable[Batch], maps: Mapping[str, bool] | None = None) -> TableFacts:
    return profiler_of(batches, maps).finish()


def field(facts: TableFacts, path: str) -> FieldFacts:
    return next(found for found in facts.fields if format_path(found.path) == path)


def paths(facts: TableFacts) -> list[str]:
    return [format_path(found.path) for found in facts.fields]


def column(values: Sequence[str | None]) -> FieldFacts:
    """The facts of one column of a text format."""
    return field(facts_of(texts({"x": values})), "x")


def values(things: Sequence[Any]) -> FieldFacts:
    """The facts of one key of documents."""
    return field(facts_of(trees([{"x": thing} for thing in things])), "x")


def comparable(facts: TableFacts, *without: str) -> list[dict[str, Any]]:
    """The facts as plain data; means rounded, since sums of floats differ in their last digits by their order.

    Where values cancel out, the last digits are those of the largest.
    """
    return [_rounded(_field(found, without)) for found in facts.fields]


def _field(found: FieldFacts, without: tuple[str, ...]) -> dict[str, Any]:
    profile = found.profile.model_dump(exclude=set(without))
    ends = [abs(float(end)) for end in (profile.get("min"), profile.get("max")) if isinstance(end, float)]
    largest = max(ends, default=0.0)
    if largest and profile.get("mean") is not None:
        profile["mean"] = round(profile["mean"] / largest, 9)
    return {"path": format_path(found.path), "type": found.data_type, "types": found.types, **profile}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.{_ROUNDED}g}") if isinstance(value, float) else value
