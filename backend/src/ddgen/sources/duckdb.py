"""DuckDB files: tables and views, their types, keys and comments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ddgen.errors import InputError
from ddgen.model.problem import Problem, Severity
from ddgen.model.relation import DeclaredReference, Relation
from ddgen.sources.arrow_batches import first_line
from ddgen.sources.duckdb_rows import DuckdbRelation
from ddgen.sources.duckdb_types import quote
from ddgen.sources.spec import Source, SourceSpec
from ddgen.sources.stored import damaged, stored_path

if TYPE_CHECKING:
    import duckdb

MAGIC = b"DUCK"
MAGIC_OFFSET = 8

_TABLES = """
SELECT schema_name, table_name, comment, estimated_size, 'table' FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
UNION ALL
SELECT schema_name, view_name, comment, NULL, 'view' FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
"""
_COLUMNS = """
SELECT column_name, is_nullable, comment FROM duckdb_columns()
WHERE database_name = current_database() AND schema_name = ? AND table_name = ?
"""
_CONSTRAINTS = """
SELECT constraint_type, constraint_column_names, referenced_table, referenced_column_names FROM duckdb_constraints()
WHERE database_name = current_database() AND schema_name = ? AND table_name = ? ORDER BY constraint_index
"""


class DuckdbSource(Source):
    """Reads DuckDB databases."""

    name: ClassVar[str] = "duckdb"
    suffixes: ClassVar[frozenset[str]] = frozenset({".duckdb", ".ddb"})

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """A file with DuckDB's magic behind its first checksum."""
        return spec.head[MAGIC_OFFSET:].startswith(MAGIC)

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """A relation for each table and view.

        Raises InputError where the database is locked, damaged, encrypted or of a version not known here.
        """
        stored_path(spec)
        with _connected(spec) as connection:
            found = connection.execute(_TABLES).fetchall()
            return [_relation(spec, connection, _Entry(*row)) for row in found]


@contextmanager
def _connected(spec: SourceSpec) -> Iterator[Any]:
    """A connection that only reads, and reads nothing but this file whatever its views ask for."""
    import duckdb

    try:
        connection = duckdb.connect(
            str(spec.path), read_only=True, config={"enable_external_access": "false", "threads": "2"}
        )
    except duckdb.Error as error:
        raise _opening_error(spec, error) from error
    try:
        yield connection
    finally:
        connection.close()


class _Entry(NamedTuple):
    """A row of the catalogue."""

    schema: str
    name: str
    comment: str | None
    size: int | None
    kind: str


def _relation(spec: SourceSpec, connection: Any, entry: _Entry) -> Relation:
    schema, table, *_, kind = entry
    prefix = "" if schema == "main" else f"{schema}."
    query = f"SELECT * FROM {quote(schema)}.{quote(table)}"  # noqa: S608 - names are quoted by quote()

    @contextmanager
    def opened() -> Iterator[Any]:
        with _connected(spec) as own:
            yield own.sql(query)

    relation = DuckdbRelation(prefix + table, f"{spec.display}#{prefix}{table}", spec.display, opened)
    relation.comment, relation.row_estimate = entry.comment, entry.size
    relation.reading["kind"] = kind
    import duckdb

    try:
        relation.describe(connection.cursor().sql(query))
    except duckdb.Error as error:
        return Unreadable(relation, spec, kind, error)
    _columns(relation, connection.execute(_COLUMNS, [schema, table]).fetchall())
    _constraints(relation, connection.execute(_CONSTRAINTS, [schema, table]).fetchall(), prefix)
    return relation


class Unreadable(Relation):
    """A view that refers to what is not there, or a damaged table: named, with its problem and no records."""

    def __init__(self, relation: Relation, spec: SourceSpec, kind: str, error: duckdb.Error) -> None:
        super().__init__(relation.name, relation.uri, relation.format)
        self.comment, self.reading = relation.comment, relation.reading
        problem = Problem(
            code="unreadable",
            severity=Severity.WARNING if kind == "view" else Severity.ERROR,
            message=f"the {kind} {relation.name} cannot be read: {first_line(error)}",
            source=spec.display,
            table=relation.name,
        )
        self.problems = [problem]

    def batches(self) -> Iterator[Any]:
        """Nothing."""
        return iter(())


def _columns(relation: Relation, rows: list[tuple[str, bool, str | None]]) -> None:
    known = {name: (nullable, comment) for name, nullable, comment in rows}
    for field in relation.declared:
        if len(field.path) == 1:
            field.nullable, field.comment = known.get(str(field.path[0]), (None, None))


def _constraints(relation: Relation, rows: list[tuple[str, list[str], str | None, list[str]]], prefix: str) -> None:
    for kind, columns, table, referenced in rows:
        match kind:
            case "PRIMARY KEY":
                relation.primary_key = tuple(columns)
            case "UNIQUE":
                relation.unique_keys.append(tuple(columns))
            case "FOREIGN KEY":
                target = prefix + str(table)
                relation.references.append(DeclaredReference(tuple(columns), target, tuple(referenced)))


def _opening_error(spec: SourceSpec, error: duckdb.Error) -> InputError:
    import duckdb

    text = str(error)
    if "lock on file" in text or isinstance(error, duckdb.ConnectionException):
        return InputError(
            "the database is in use by another program or connection",
            code="locked",
            where=spec.display,
            hint="Close that connection, or read a copy of the file",
        )
    if "encrypt" in text.lower():
        return InputError("the database is encrypted", code="encrypted", where=spec.display, hint="Decrypt it first")
    if "version" in text.lower():
        return InputError(
            f"the database was written by a version of DuckDB that {duckdb.__version__} cannot read",
            code="unsupported",
            where=spec.display,
            hint="Install a newer duckdb, or export the database with the version that wrote it",
        )
    return damaged(spec.display, "DuckDB database", error)
