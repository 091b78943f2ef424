"""Values and how often each occurs, counted by DuckDB in a file under a memory limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path as FilePath
from typing import Any

import pyarrow as pa

from ddgen.model.question import Containment, End, Uniqueness
from ddgen.model.relation import Relation
from ddgen.profiling.keyed import Column, texts_of, top_level

MEMORY_LIMIT = "256MB"
SEPARATOR = ", "
"""Between the parts of an example of a combination."""


class Counting:
    """A DuckDB file of counted values."""

    def __init__(self, file: FilePath) -> None:
        import duckdb

        self.connection: Any = duckdb.connect(str(file))
        for setting in (f"memory_limit='{MEMORY_LIMIT}'", "threads=2", "preserve_insertion_order=false"):
            self.connection.execute(f"SET {setting}")
        self._names = (f"t{number}" for number in count())

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def put(self, counter: Counter[str]) -> Counted:
        """Counted values that are at hand."""
        values = pa.array(list(counter), pa.large_string())
        counts = pa.array(list(counter.values()), pa.int64())
        name = next(self._names)
        with self._shown(pa.table({"v0": values, "n": counts})):
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608 - only names made here
        return Counted(self.connection, name, 1)

    def read(
        self, relation: Relation, ends: Sequence[End], columns: Mapping[str, Column]
    ) -> Iterator[tuple[End, Counted]]:
        """Read a relation once and count the values of several ends."""
        flat = [path for path, column in columns.items() if column.flat]
        nested = [path for path, column in columns.items() if not column.flat]
        rows = self._rows(relation, flat, nested, columns)
        for end in ends:
            name = next(self._names)
            if end.paths[0] in nested:
                source, names = rows[1 + nested.index(end.paths[0])], ["c0"]
            else:
                source, names = rows[0], [f"c{flat.index(path)}" for path in end.paths]
            chosen = ", ".join(f"{column} AS v{number}" for number, column in enumerate(names))
            there = " AND ".join(f"{column} IS NOT NULL" for column in names)
            self.connection.execute(
                f"CREATE TABLE {name} AS SELECT {chosen}, count(*) AS n FROM {source} WHERE {there} GROUP BY ALL"  # noqa: S608 - only names made here
            )
            yield end, Counted(self.connection, name, len(names))
        for name in rows:
            self.connection.execute(f"DROP TABLE {name}")

    def _rows(self, relation: Relation, flat: list[str], nested: list[str], columns: Mapping[str, Column]) -> list[str]:
        """The columns' texts as tables: one of all that have a value a record, one for each other."""
        groups = [flat, *([path] for path in nested)]
        names = [next(self._names) for _ in groups]
        for name, paths in zip(names, groups, strict=True):
            declared = ", ".join(f"c{number} VARCHAR" for number in range(max(1, len(paths))))
            self.connection.execute(f"CREATE TABLE {name} ({declared})")
        with relation.only(top_level(columns.values())):
            for batch in relation.batches():
                for name, paths in zip(names, groups, strict=True):
                    self._insert(name, [texts_of(batch, columns[path]) for path in paths])
        return names

    def _insert(self, name: str, arrays: Sequence[pa.Array]) -> None:
        if arrays:
            with self._shown(pa.table({f"c{number}": array for number, array in enumerate(arrays)})):
                self.connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")  # noqa: S608 - only names made here

    @contextmanager
    def _shown(self, table: pa.Table) -> Iterator[None]:
        self.connection.register("incoming", table)
        try:
            yield
        finally:
            self.connection.unregister("incoming")


@dataclass(frozen=True, slots=True)
class Counted:
    """The different values (combinations) of an end, each with its number of rows, in a table of the file."""

    connection: Any
    name: str
    width: int

    def fetched(self, most: int) -> Counter[str] | None:
        """The values themselves, where a single field has no more of them."""
        if self.width > 1 or self._size()[0] > most:
            return None
        return Counter(dict(self._ask(f"SELECT v0, n FROM {self.name}")))  # noqa: S608 - only names made here

    def uniqueness(self, examples: int) -> Uniqueness:
        """Whether every value occurs once."""
        (repeated,) = self._ask(f"SELECT count(*) FROM {self.name} WHERE n > 1")[0]  # noqa: S608 - only names made here
        found = self._ask(f"SELECT {self._texts()} FROM {self.name} WHERE n > 1 ORDER BY n DESC, 1 LIMIT {examples}")  # noqa: S608 - only names made here
        return Uniqueness(unique=not repeated, repeated=repeated, examples=[text for (text,) in found])

    def contained_in(self, other: Counted, examples: int) -> Containment:
        """How much of these values stand among the other's."""
        same = " AND ".join(f"{self.name}.v{number} = {other.name}.v{number}" for number in range(self.width))
        missing = f"FROM {self.name} ANTI JOIN {other.name} ON {same}"
        (values, rows, most), (target, target_most) = self._size(), other._size()[::2]
        absent, orphans = self._ask(f"SELECT count(*), coalesce(sum(n), 0) {missing}")[0]
        shown = self._ask(f"SELECT {self._texts()} {missing} ORDER BY 1 LIMIT {examples}") if absent else []
        return Containment(
            values=values,
            found=values - absent,
            rows=rows,
            orphans=int(orphans),
            target_values=target,
            most=most,
            target_most=target_most,
            examples=[text for (text,) in shown],
        )

    def _size(self) -> tuple[int, int, int]:
        found = self._ask(f"SELECT count(*), coalesce(sum(n), 0), coalesce(max(n), 0) FROM {self.name}")[0]  # noqa: S608 - only names made here
        values, rows, most = map(int, found)
        return values, rows, most

    def _texts(self) -> str:
        parts = f" || '{SEPARATOR}' || ".join(f"{self.name}.v{number}" for number in range(self.width))
        return f"left({parts}, 80)"

    def _ask(self, query: str) -> list[Any]:
        found: list[Any] = self.connection.execute(query).fetchall()
        return found
