"""The catalogue of a MySQL or MariaDB server, asked for in a handful of queries however many tables there are."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from ddgen.model.problem import Severity
from ddgen.model.relation import DeclaredField, DeclaredReference, Relation
from ddgen.model.types import DataType
from ddgen.sources.database import Column, DatabaseRelation, Session, is_wanted, table_name
from ddgen.sources.database_url import DatabaseUrl
from ddgen.sources.database_values import Reader, Values
from ddgen.sources.mysql_types import reading

Key: TypeAlias = tuple[str, str]
"""A schema and a table."""

_PLACE = "{0} NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') AND {0} = coalesce(%s, {0})"
_TABLES = f"""
SELECT table_schema, table_name, table_type, table_comment, table_rows, create_options FROM information_schema.tables
WHERE {_PLACE.format("table_schema")} AND table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
ORDER BY table_schema, table_name
"""  # noqa: S608 - a constant of ours
_COLUMNS = f"""
SELECT table_schema, table_name, column_name, data_type, column_type, is_nullable, column_comment, privileges
FROM information_schema.columns WHERE {_PLACE.format("table_schema")} ORDER BY 1, 2, ordinal_position
"""  # noqa: S608 - a constant of ours
_KEYS = f"""
SELECT table_schema, table_name, index_name, column_name, sub_part FROM information_schema.statistics
WHERE non_unique = 0 AND {_PLACE.format("table_schema")} ORDER BY 1, 2, index_name, seq_in_index
"""  # noqa: S608 - a constant of ours
_REFERENCES = f"""
SELECT table_schema, table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name,
  referenced_column_name
FROM information_schema.key_column_usage
WHERE referenced_table_name IS NOT NULL AND {_PLACE.format("table_schema")} ORDER BY 1, 2, 3, ordinal_position
"""  # noqa: S608 - a constant of ours
_CHECK_COLUMNS = """
SELECT lower(column_name) FROM information_schema.columns
WHERE table_schema = 'information_schema' AND table_name = 'CHECK_CONSTRAINTS'
"""
_MARIADB_CHECKS = f"""
SELECT constraint_schema, table_name, check_clause FROM information_schema.check_constraints
WHERE {_PLACE.format("constraint_schema")} ORDER BY 1, 2, constraint_name
"""  # noqa: S608 - a constant of ours
_MYSQL_CHECKS = f"""
SELECT t.table_schema, t.table_name, c.check_clause FROM information_schema.check_constraints c
JOIN information_schema.table_constraints t USING (constraint_schema, constraint_name)
WHERE t.constraint_type = 'CHECK' AND {_PLACE.format("t.table_schema")} ORDER BY 1, 2, c.constraint_name
"""  # noqa: S608 - a constant of ours
_IS_JSON = re.compile(r"\(*json_valid\(`(.+)`\)\)*", re.IGNORECASE)


class _Column(NamedTuple):
    """A column as the catalogue has it."""

    name: str
    kind: str
    shown: str
    nullable: str
    comment: str
    privileges: str


def relations(session: Session, url: DatabaseUrl) -> list[Relation]:
    """The tables and views, described.

    Raises InputError where the catalogue cannot be read.
    """
    rows = [row for row in session.all(_TABLES, [url.database]) if is_wanted(row[0], url.schemas)]
    schemas = {row[0] for row in rows}
    plain = url.database or (schemas.pop() if len(schemas) == 1 else None)
    made: dict[Key, DatabaseRelation] = {}
    notes: dict[Key, str] = {}
    for schema, table, kind, comment, count, options in rows:
        relation = _relation(session, (schema, table), table_name(schema, table, plain), kind)
        notes[schema, table] = comment or ""
        if kind != "VIEW":
            relation.comment = comment or None
            relation.row_estimate = int(count) if count is not None else None
        if "partitioned" in (options or "").lower():
            relation.reading["partitioned"] = True
        made[schema, table] = relation
    _describe(session, url.database, made)
    for key, relation in made.items():
        if not relation.columns and not relation.problems:
            _broken(relation, notes[key])
    return list(made.values())


def _relation(session: Session, key: Key, name: str, kind: str) -> DatabaseRelation:
    quoted = ".".join(session.quoted(part) for part in key)
    return DatabaseRelation(session, name, "mysql", quoted, "view" if kind == "VIEW" else "table")


def _broken(relation: DatabaseRelation, note: str) -> None:
    """A view that refers to what is not there has no columns, and its comment says why."""
    said = f": {note}" if note not in ("", "VIEW") else ""
    kind = relation.reading["kind"]
    severity = Severity.WARNING if kind == "view" else Severity.ERROR
    relation.problem("unreadable", f"the {kind} {relation.name} cannot be read{said}", severity=severity)


def _describe(session: Session, database: str | None, made: dict[Key, DatabaseRelation]) -> None:
    """Columns, keys, references and checks of all tables."""
    checks = _checks(session, database)
    columns: dict[Key, list[_Column]] = defaultdict(list)
    for schema, table, *rest in session.all(_COLUMNS, [database]):
        columns[schema, table].append(_Column(*rest))
    for key, relation in made.items():
        clauses = checks.get(key, [])
        documents = {match[1] for clause in clauses if (match := _IS_JSON.fullmatch(clause))}
        denied = [column.name for column in columns[key] if "select" not in column.privileges]
        relation.add([_column(session, column, documents) for column in columns[key]], denied)
        rules = [clause for clause in clauses if not _IS_JSON.fullmatch(clause)]
        if rules:
            relation.reading["checks"] = rules
    _keys(session, database, made)
    _references(session, database, made)


def _checks(session: Session, database: str | None) -> dict[Key, list[str]]:
    """The conditions of each table; MariaDB writes the table beside them, MySQL elsewhere, old servers have none."""
    known = {name for (name,) in session.all(_CHECK_COLUMNS)}
    found: dict[Key, list[str]] = defaultdict(list)
    if known:
        query = _MARIADB_CHECKS if "table_name" in known else _MYSQL_CHECKS
        for schema, table, clause in session.all(query, [database]):
            found[schema, table].append(clause)
    return found


def _column(session: Session, row: _Column, documents: set[str]) -> Column:
    data_type, expression, read = reading(
        row.kind.lower(), row.shown.lower(), session.quoted(row.name), is_json=row.name in documents
    )
    word = data_type.value if data_type else None
    declared = DeclaredField((row.name,), row.shown, row.nullable == "YES", row.comment or None, word)
    if row.shown.lower().startswith("tinyint(1)"):
        read = _as_flag(declared, read)
    return Column(declared, expression, read)


def _as_flag(declared: DeclaredField, read: Reader) -> Reader:
    """The reader of a `tinyint(1)`, which is MySQL's boolean as long as all values are 0 or 1."""
    declared.data_type = DataType.BOOLEAN.value

    def checked(texts: Values) -> Values | pa.Array:
        if not {*texts} <= {None, "0", "1"}:
            declared.data_type = DataType.INTEGER.value
        return read(texts)

    return checked


def _keys(session: Session, database: str | None, made: dict[Key, DatabaseRelation]) -> None:
    """Primary and unique keys over whole columns; one of expressions or prefixes says nothing about the table."""
    indexes: dict[tuple[str, str, str], list[tuple[str | None, str | None]]] = defaultdict(list)
    for schema, table, name, column, prefix in session.all(_KEYS, [database]):
        indexes[schema, table, name].append((column, prefix))
    for (schema, table, name), parts in indexes.items():
        columns = tuple(column for column, prefix in parts if column is not None and prefix is None)
        relation = made.get((schema, table))
        if relation is None or len(columns) < len(parts):
            continue
        if name == "PRIMARY":
            relation.primary_key = columns
        else:
            relation.unique_keys.append(columns)


def _references(session: Session, database: str | None, made: dict[Key, DatabaseRelation]) -> None:
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for schema, table, name, column, other_schema, other, referenced in session.all(_REFERENCES, [database]):
        groups[schema, table, name, other_schema, other].append((column, referenced))
    for (schema, table, _, other_schema, other), parts in groups.items():
        relation, target = made.get((schema, table)), made.get((other_schema, other))
        if relation is not None and target is not None:
            starts, ends = zip(*parts, strict=True)
            relation.references.append(DeclaredReference(tuple(starts), target.name, tuple(ends)))
