"""SQLite files: tables and views, their declared types, keys and comments."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import ClassVar

from ddgen.model.problem import Problem, Severity
from ddgen.model.relation import Relation
from ddgen.sources.spec import Source, SourceSpec
from ddgen.sources.sqlite_connection import SQLITE_ERRORS, Immutable, connect, is_busy, opening_error
from ddgen.sources.sqlite_rows import SqliteRelation
from ddgen.sources.sqlite_schema import Table, describe, tables
from ddgen.sources.stored import stored_path

MAGIC = b"SQLite format 3\x00"


class SqliteSource(Source):
    """Reads SQLite databases."""

    name: ClassVar[str] = "sqlite"
    suffixes: ClassVar[frozenset[str]] = frozenset({".sqlite", ".sqlite3", ".db", ".db3", ".gpkg"})

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """A file with SQLite's magic; an encrypted one has none."""
        return spec.head.startswith(MAGIC)

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """A relation for each table and view.

        Raises InputError where the database is locked or its catalogue is damaged.
        """
        stored_path(spec)
        try:
            with closing(connect(spec)) as connection:
                return list(_relations(spec, connection))
        except SQLITE_ERRORS as error:
            raise opening_error(spec, error) from error


def _relations(spec: SourceSpec, connection: sqlite3.Connection) -> Iterator[Relation]:
    found = tables(connection)
    behind = isinstance(connection, Immutable) and _has_log(spec)
    for table in found:
        relation = SqliteRelation(spec, table.name)
        try:
            describe(relation, connection, table, found)
        except SQLITE_ERRORS as error:
            relation.problems.append(_undescribed(spec, table, error))
        if behind:
            relation.problems.append(_without_log(spec, table))
        yield relation


def _has_log(spec: SourceSpec) -> bool:
    log = spec.path.with_name(spec.path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _without_log(spec: SourceSpec, table: Table) -> Problem:
    return Problem(
        code="log",
        severity=Severity.WARNING,
        message="changes in the write-ahead log are not read, since its folder cannot be written to",
        source=spec.display,
        table=table.name,
        hint="Copy the file and its -wal file to a folder of your own",
    )


def _undescribed(spec: SourceSpec, table: Table, error: Exception) -> Problem:
    if is_busy(error):
        raise opening_error(spec, error) from error
    return Problem(
        code="unreadable",
        severity=Severity.WARNING if table.kind == "view" else Severity.ERROR,
        message=f"the {table.kind} {table.name} cannot be described: {error}",
        source=spec.display,
        table=table.name,
    )
