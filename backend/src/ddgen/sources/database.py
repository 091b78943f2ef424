"""What databases behind a server share: sessions, and tables whose rows are streamed out of one snapshot."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

from ddgen.errors import InputError
from ddgen.model.problem import Problem, Severity
from ddgen.model.relation import Batch, DeclaredField, Relation
from ddgen.sources.database_values import Reader
from ddgen.sources.row_batches import FIRST_ROWS, column_batch, next_size

Row: TypeAlias = Sequence[Any]
Fetch: TypeAlias = Callable[[int], Sequence[Row]]
"""The next rows, as many as asked for; none at the end."""

_SPARE = 1.1
_MORE = 50
"""How many more rows than wanted are asked for at random: with 1.1 n + 50 fewer than n are a rare exception."""
_GRANT = "Ask for SELECT on it, or leave it out by --tables"


class Session(ABC):
    """A connection that only reads, with one snapshot of the data for all tables; opened anew where it was lost."""

    display: str
    snapshots: int = 0
    """How many times it was opened: rows read after the first time are of a later state."""

    @abstractmethod
    def rows(self, query: str, parameters: Sequence[Any] = ()) -> AbstractContextManager[Fetch]:
        """The rows of a query, never all of them in memory.

        Raises InputError (`permission`, `timeout`, `lost`, `unreadable` ...), when opened and by what it gives.
        """

    @abstractmethod
    def quoted(self, name: str) -> str:
        """A name as an identifier."""

    @abstractmethod
    def sampled(self, table: str, kind: str, share: float) -> str:
        """What stands behind FROM to read a share (0 to 1) of a table's rows at random, always the same ones."""

    @abstractmethod
    def close(self) -> None:
        """End the connection."""

    def all(self, query: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a small result."""
        found: list[Row] = []
        with self.rows(query, parameters) as fetch:
            while rows := fetch(10_000):
                found += rows
        return found


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what is declared, how it is selected, and how its values are made ours."""

    declared: DeclaredField
    expression: str
    read: Reader


class DatabaseRelation(Relation):
    """A table or view of a database server."""

    def __init__(self, session: Session, name: str, format: str, table: str, kind: str) -> None:  # noqa: A002 - the document's own word
        super().__init__(name, f"{session.display}#{name}", format)
        self.columns: list[Column] = []
        self.reading["kind"] = kind
        self._session = session
        self._table, self._kind = table, kind
        self._was_read = False
        self.unreadable = False
        """Whether asking for rows is known to fail."""

    def add(self, columns: Sequence[Column], denied: Sequence[str] = ()) -> None:
        """Take over the columns; those that this user may not read are declared and stay without values."""
        self.declared += [column.declared for column in columns]
        self.columns += [column for column in columns if column.declared.path[0] not in denied]
        if not denied:
            return
        if self.columns:
            self.problem("permission", f"no permission to read the columns {', '.join(denied)}", _GRANT)
        else:
            self.problem("permission", f"no permission to read the {self._kind} {self.name}", _GRANT)

    def problem(self, code: str, message: str, hint: str | None = None, *, severity: Severity = Severity.ERROR) -> None:
        """Note trouble with this table."""
        self.problems.append(
            Problem(code=code, severity=severity, message=message, source=self.uri, table=self.name, hint=hint)
        )

    def batches(self) -> Iterator[Batch]:
        """The rows, in the order in which the server gives them.

        A failure at the first reading is a problem of this table, which keeps what was read until then.
        Raises InputError where one occurs at a later reading, whose outcome would be wrong.
        """
        again, self._was_read = self._was_read, True
        if not self.columns or self.unreadable:
            return
        read = 0
        try:
            for batch in self._batches():
                read = batch.first + batch.count
                yield batch
        except InputError as error:
            if again:
                raise
            after = f"; the first {read:,} rows were read" if read else ""
            broken_view = error.code == "unreadable" and self._kind == "view"
            message = f"the {self._kind} {self.name} cannot be read: {error.message}{after}"
            severity = Severity.WARNING if broken_view else Severity.ERROR
            self.problem(error.code, message, error.hint, severity=severity)
        if self._session.snapshots > 1 and not again:
            hint = "Run again for one state of all tables"
            said = "read after the connection was opened anew, from a later state of the database"
            self.problem("snapshot", said, hint, severity=Severity.WARNING)

    def _batches(self) -> Iterator[Batch]:
        names = [str(column.declared.path[0]) for column in self.columns]
        readers = [column.read for column in self.columns]
        first, size = 0, FIRST_ROWS
        with self._session.rows(self._query()) as fetch:
            while rows := fetch(size):
                columns = [read(values) for read, values in zip(readers, zip(*rows, strict=True), strict=True)]
                batch = column_batch(names, columns, self.uri, first)
                yield batch
                first, size = first + len(rows), next_size(len(rows), batch)

    def _query(self) -> str:
        selected = ", ".join(column.expression for column in self.columns)
        share = self._share()
        rows = self._table if share is None else self._session.sampled(self._table, self._kind, share)
        return f"SELECT {selected} FROM {rows}"  # noqa: S608 - names are quoted by their session

    def _share(self) -> float | None:
        """Which share of the rows gives as many as are wanted; None where all do."""
        if self.wanted_rows is None:
            return None
        [[count]] = self._session.all(f"SELECT count(*) FROM {self._table}")  # noqa: S608 - names are quoted by their session
        self.row_count = int(count)
        wanted = self.wanted_rows * _SPARE + _MORE
        return wanted / self.row_count if wanted < self.row_count else None

    def close(self) -> None:
        """End the connection that all tables of the database share."""
        self._session.close()


def is_wanted(schema: str, schemas: Sequence[str]) -> bool:
    """Whether a schema is one to read: all are where none is named."""
    return not schemas or schema in schemas


def table_name(schema: str, table: str, plain: str | None) -> str:
    """`schema.table`, or the table's name alone in the schema that needs no naming."""
    return table if schema == plain else f"{schema}.{table}"


def missing_driver(what: str, display: str) -> InputError:
    """The error for a driver that is not installed."""
    return InputError(
        f"{what} is needed to read it and not installed",
        code="driver",
        where=display,
        hint="pip install 'data-dictionary-generator[db]'",
    )
