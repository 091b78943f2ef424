"""The rows of an SQLite table. SQLite types values, not columns: every value keeps the type it is stored with."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from ddgen.model.path import format_path
from ddgen.model.problem import Place, Problem, Severity
from ddgen.model.relation import Batch, Relation
from ddgen.sources.database_values import documents
from ddgen.sources.row_batches import FIRST_ROWS, column_batch, next_size
from ddgen.sources.spec import SourceSpec
from ddgen.sources.sqlite_connection import SQLITE_ERRORS, connect, is_busy, opening_error
from ddgen.sources.sqlite_schema import quote

_UNDECODABLE = re.compile(r"Could not decode to UTF-8 column '(.*?)' with text", re.DOTALL)

Rows = Iterator[tuple[Any, ...]]


class SqliteRelation(Relation):
    """A table or view."""

    def __init__(self, spec: SourceSpec, table: str) -> None:
        super().__init__(table, f"{spec.display}#{table}", "sqlite")
        self._spec = spec

    def batches(self) -> Iterator[Batch]:
        """The rows in the order in which they are stored, up to where the file is damaged."""
        if not self.declared:
            return
        try:
            connection = connect(self._spec)
        except SQLITE_ERRORS as error:
            raise opening_error(self._spec, error) from error
        with closing(connection):
            yield from self._batches(connection)

    def _batches(self, connection: sqlite3.Connection) -> Iterator[Batch]:
        names = [str(field.path[0]) for field in self.declared]
        cursor: Rows | None = None
        first, size = 0, FIRST_ROWS
        while True:
            rows: list[tuple[Any, ...]] = []
            failure = None
            try:
                cursor = self._select(connection, first) if cursor is None else cursor
                rows.extend(islice(cursor, size))
            except SQLITE_ERRORS as error:
                failure = error
            if rows:
                batch = column_batch(names, self._columns(rows), self._spec.display, first)
                yield batch
                first, size = first + len(rows), next_size(len(rows), batch)
            if failure is None and not rows:
                return
            if failure is not None:
                if not self._recovers(connection, failure, first):
                    return
                cursor = None

    def _columns(self, rows: list[tuple[Any, ...]]) -> list[Sequence[Any]]:
        """The values by column; texts of columns declared as JSON are what they stand for."""
        columns = zip(*rows, strict=True)
        kinds = ((field.physical_type or "").upper() for field in self.declared)
        return [documents(column) if kind == "JSON" else column for kind, column in zip(kinds, columns, strict=True)]

    def _select(self, connection: sqlite3.Connection, skip: int) -> Rows:
        query = f"SELECT * FROM {quote(self.stored_name)}"  # noqa: S608 - the name is quoted by quote()
        return islice(connection.execute(query), skip, None)

    def _recovers(self, connection: sqlite3.Connection, error: Exception, first: int) -> bool:
        """Note the failure; whether the rows can be read on by being more lenient with texts."""
        wrong = _UNDECODABLE.search(str(error))
        if wrong and connection.text_factory is str:
            connection.text_factory = _lenient
            self.problems.append(self._undecodable(wrong[1], first))
            return True
        if is_busy(error):
            raise opening_error(self._spec, error) from error
        self.problems.append(self._broken(error, first))
        return False

    def _undecodable(self, column: str, first: int) -> Problem:
        return Problem(
            code="encoding",
            severity=Severity.WARNING,
            message=f"texts of {column} are not valid UTF-8; the wrong bytes are shown as \N{REPLACEMENT CHARACTER}",
            source=self._spec.display,
            table=self.name,
            field=format_path((column,)),
            places=[Place(record=first + 1)],
        )

    def _broken(self, error: Exception, first: int) -> Problem:
        return Problem(
            code="damaged",
            message=f"{self.name} cannot be read beyond its first {first:,} rows: {error}",
            source=self._spec.display,
            table=self.name,
            places=[Place(record=first + 1)],
            hint="Recover it with `sqlite3 FILE .recover`, or read a backup",
        )


def _lenient(data: bytes) -> str:
    return data.decode("utf-8", "replace")
