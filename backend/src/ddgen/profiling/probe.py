"""Exact questions to the data, where a summary can only suggest: are values unique, do they stand in another table.

What a run holds of a field's values answers where these are all of them. Else tables are read again, each once
for all questions of a call, and DuckDB counts the values in a temporary file, so that memory stays bounded.
Values are compared as texts of one canonical form: the number 42 in a database is the text 42 in a CSV file.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath
from types import TracebackType
from typing import Self, TypeVar

from ddgen.errors import DdgenError, OutputError
from ddgen.model.dictionary import Table
from ddgen.model.path import parse
from ddgen.model.question import Containment, End, Uniqueness
from ddgen.model.relation import Relation
from ddgen.model.values import Values
from ddgen.profiling.counting import Counted, Counting
from ddgen.profiling.keyed import Column, key_text
from ddgen.profiling.keyed_inside import opens_of

EXAMPLES = 5
Answer = TypeVar("Answer")
_NUMBERS = frozenset({"integer", "float", "decimal"})
_MOST_COUNTED_HERE = 100_000
_MOST_HELD = 1_000_000
"""Values of all fields that were read again that are held: some 100 MB."""


@dataclass(slots=True)
class Asked:
    """A table that can be asked, with the values at hand. `reread` says whether its relation may be read again."""

    relation: Relation
    table: Table
    values: Mapping[str, Values]
    reread: bool


class DataProbe:
    """Answers questions about tables. Use it as a context manager: its temporary file goes with it.

    Where data cannot be read again (any more), or the temporary folder is full, the error is handed to `told` and
    the answer is None.
    """

    def __init__(
        self,
        tables: Iterable[tuple[Relation, Table]],
        values: Mapping[str, Mapping[str, Values]],
        *,
        reread: bool,
        told: Callable[[DdgenError, Relation], None],
    ) -> None:
        self._tables = {
            table.name: Asked(
                relation, table, values.get(table.name, {}), reread and relation.rereadable and table.complete
            )
            for relation, table in tables
        }
        self._told = told
        self._small: dict[End, Counter[str]] = {}
        self._ends: dict[End, Counted] = {}
        self._room = _MOST_HELD
        self._stack = ExitStack()
        self._counting: Counting | None = None
        self._broken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def uniqueness(self, asked: Sequence[End]) -> list[Uniqueness | None]:
        """For each end whether its values (combinations) are all different, rows without a value left out."""
        self._load(asked)
        return [self._safely(end, partial(self._uniqueness, end)) for end in asked]

    def containment(self, asked: Sequence[tuple[End, End]]) -> list[Containment | None]:
        """For each pair how much of the first end's values stand in the second."""
        self._load([end for pair in asked for end in pair])
        return [self._safely(start, partial(self._containment, start, target)) for start, target in asked]

    def _safely(self, end: End, answer: Callable[[], Answer | None]) -> Answer | None:
        """An answer, None once the file does not work."""
        import duckdb

        try:
            return answer()
        except (duckdb.Error, OSError) as error:
            self._breaks(error, self._tables[end.table].relation)
            return None

    def _breaks(self, error: Exception, relation: Relation) -> None:
        if not self._broken:
            hint = "Set TMPDIR to a folder with more room"
            self._told(OutputError(f"cannot compare values: {error}", where=relation.uri, hint=hint), relation)
        self._broken = True

    def _uniqueness(self, end: End) -> Uniqueness | None:
        if end in self._small:
            repeated = sorted((-count, value) for value, count in self._small[end].items() if count > 1)
            return Uniqueness(not repeated, len(repeated), [value[:80] for _, value in repeated[:EXAMPLES]])
        counted = self._ends.get(end)
        return counted.uniqueness(EXAMPLES) if counted is not None else None

    def _containment(self, start: End, target: End) -> Containment | None:
        here, there = self._small.get(start), self._small.get(target)
        if here is not None and there is not None:
            return _compared(here, there)
        one, other = self._counted(start), self._counted(target)
        if one is not None and other is not None:
            return one.contained_in(other, EXAMPLES)
        return self._guessed(start, there) if there is not None else None

    def _guessed(self, start: End, there: Counter[str]) -> Containment | None:
        """What the values at hand of a field say, where they are not all and there are no others."""
        held = self._tables[start.table].values.get(start.paths[0]) if len(start.paths) == 1 else None
        if held is None or not held.items:
            return None
        found = _compared(self._counter(start, held), there)
        found.exact = False
        return found

    def _counted(self, end: End) -> Counted | None:
        """An end in the file; a small one is put there."""
        if end not in self._ends and end in self._small:
            self._ends[end] = self._file().put(self._small[end])
        return self._ends.get(end)

    def _load(self, ends: Sequence[End]) -> None:
        """Have the values of ends, from what is at hand or by one look at each table."""
        wanted: dict[str, list[End]] = {}
        for end in dict.fromkeys(ends):
            if end in self._small or end in self._ends:
                continue
            held = self._tables[end.table].values.get(end.paths[0]) if len(end.paths) == 1 else None
            whole = self._tables[end.table].table.whole
            if held is not None and held.complete and whole and len(held.items) <= _MOST_COUNTED_HERE:
                self._small[end] = self._counter(end, held)
            elif self._tables[end.table].reread and not self._broken:
                wanted.setdefault(end.table, []).append(end)
        for name, missing in wanted.items():
            self._read(self._tables[name], missing)

    def _read(self, asked: Asked, ends: list[End]) -> None:
        import duckdb

        columns = {path: self._column(asked.table, path) for end in ends for path in end.paths}
        try:
            for end, counted in self._file().read(asked.relation, ends, columns):
                self._ends[end] = counted
                self._hold(end, counted)
        except (duckdb.Error, OSError) as error:
            self._breaks(error, asked.relation)
        except DdgenError as error:
            asked.reread = False
            self._told(error, asked.relation)

    def _hold(self, end: End, counted: Counted) -> None:
        """Few values are compared here, which is quicker."""
        held = counted.fetched(min(_MOST_COUNTED_HERE, self._room))
        if held is not None:
            self._small[end] = held
            self._room -= len(held)

    def _file(self) -> Counting:
        if self._counting is None:
            folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ddgen-"))
            self._counting = Counting(FilePath(folder) / "probe.duckdb")
            self._stack.callback(self._counting.close)
        return self._counting

    def _counter(self, end: End, held: Values) -> Counter[str]:
        column = self._column(self._tables[end.table].table, end.paths[0])
        counter: Counter[str] = Counter()
        for value, count in held.items:
            text = key_text(value, column)
            if text is not None:
                counter[text] += count
        return counter

    @staticmethod
    def _column(table: Table, path: str) -> Column:
        found = table.field(path)
        kind = found.data_type if found is not None else "string"
        absent = frozenset(found.profile.null_tokens) if found is not None else frozenset[str]()
        opens = opens_of(table, path)
        return Column(parse(path), number=kind in _NUMBERS, folded=kind == "uuid", absent=absent, opens=opens)


def _compared(here: Counter[str], there: Counter[str]) -> Containment:
    missing = [value for value in here if value not in there]
    return Containment(
        values=len(here),
        found=len(here) - len(missing),
        rows=here.total(),
        orphans=sum(here[value] for value in missing),
        target_values=len(there),
        most=max(here.values(), default=0),
        target_most=max(there.values(), default=0),
        examples=sorted(missing)[:EXAMPLES],
    )
