"""Exact questions to the data, where a sketch can only suggest whether a field is unique.

The field is read again and its values' hashes are counted by DuckDB in a temporary file, so memory stays
bounded; equal hashes are then compared by value, so the answer is exact.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pyarrow as pa

from ddgen.errors import OutputError
from ddgen.model.path import Path
from ddgen.model.relation import ArrowBatch, Batch, Relation, TextBatch, TreeBatch
from ddgen.profiling.feed_arrow import unique_names
from ddgen.profiling.hashing import canonical

MEMORY_LIMIT = "256MB"
_EXAMPLES = 5


@dataclass(slots=True)
class Uniqueness:
    """Whether a field's values are all different; else how many values occur again, and some of them."""

    unique: bool
    repeated: int = 0
    examples: list[str] = field(default_factory=list)


def uniqueness(relation: Relation, paths: list[Path]) -> dict[Path, Uniqueness]:
    """Read the relation again and decide for top-level fields whether their values are unique.

    Raises OutputError where the temporary folder cannot hold the values, InputError where reading fails.
    """
    import duckdb

    try:
        return _counted(duckdb.connect, relation, paths)
    except (duckdb.Error, OSError) as error:
        hint = "Set TMPDIR to a folder with more room"
        raise OutputError(f"cannot tell whether values are unique: {error}", where=relation.uri, hint=hint) from error


def _counted(connect: Callable[[str], Any], relation: Relation, paths: list[Path]) -> dict[Path, Uniqueness]:
    with (
        tempfile.TemporaryDirectory(prefix="ddgen-") as folder,
        connect(str(FilePath(folder) / "probe.duckdb")) as connection,
    ):
        connection.execute(f"SET memory_limit='{MEMORY_LIMIT}'")
        connection.execute("SET threads=2")
        connection.execute("SET preserve_insertion_order=false")
        connection.execute("CREATE TABLE seen (field INTEGER, value BLOB)")
        for batch in relation.batches():
            for number, values in _values(batch, paths):
                column = pa.array([canonical(value) for value in values], pa.binary())
                incoming = pa.table({"field": pa.array(np.full(len(column), number, np.int32)), "value": column})
                connection.register("incoming", incoming)
                connection.execute("INSERT INTO seen SELECT * FROM incoming")
                connection.unregister("incoming")
        return {path: _answer(connection, number) for number, path in enumerate(paths)}


def _answer(connection: Any, number: int) -> Uniqueness:
    """First by hash, which takes eight bytes a value; then the few equal hashes by value."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE doubtful AS SELECT hash(value) AS h FROM seen WHERE field = ? "
        "GROUP BY ALL HAVING count(*) > 1",
        [number],
    )
    rows = connection.execute(
        "SELECT value, count(*) FROM seen WHERE field = ? AND hash(value) IN (SELECT h FROM doubtful) "
        "GROUP BY value HAVING count(*) > 1 ORDER BY 2 DESC, 1",
        [number],
    ).fetchmany(10_000)
    examples = [bytes(value)[1:].decode("utf-8", "replace")[:80] for value, _ in rows[:_EXAMPLES]]
    return Uniqueness(unique=not rows, repeated=len(rows), examples=examples)


def _values(batch: Batch, paths: list[Path]) -> Iterator[tuple[int, list[Any]]]:
    for number, path in enumerate(paths):
        name = path[0]
        match batch:
            case TextBatch():
                if name in batch.names:
                    yield number, [value for value in batch.columns[batch.names.index(str(name))].to_pylist() if value]
            case TreeBatch():
                yield number, [value for record in batch.values if (value := _at(record, path)) is not None]
            case ArrowBatch():
                yield number, _in_arrow(batch, path)


def _in_arrow(batch: ArrowBatch, path: Path) -> list[Any]:
    """The values of a field that may stand in structs; of fields of one name the second is called `name#2`."""
    names = unique_names(batch.batch.schema.names)
    if path[0] not in names:
        return []
    column = batch.batch.column(names.index(str(path[0])))
    found = (_at(value, path[1:]) for value in column.to_pylist())
    return [value for value in found if value is not None]


def _at(record: Any, path: Path) -> Any:
    for segment in path:
        record = record.get(segment) if isinstance(record, dict) else None
    return record
