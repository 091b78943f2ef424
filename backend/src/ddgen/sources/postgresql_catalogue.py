"""The catalogue of a PostgreSQL database, asked for in a handful of queries however many tables there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from ddgen.errors import InputError
from ddgen.model.problem import Problem, Severity
from ddgen.model.relation import DeclaredField, DeclaredReference, Relation
from ddgen.sources.database import Column, DatabaseRelation, Row, Session, table_name
from ddgen.sources.postgresql_types import Type, Types

_KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialised view", "f": "foreign table"}
_PUBLIC = "public"

_OURS = """
c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
AND n.nspname = ANY(coalesce(%s::name[], ARRAY[n.nspname])) AND NOT EXISTS (SELECT 1 FROM pg_depend d
  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""
"""Tables of people in the schemas of a parameter: neither the server's nor an extension's; a partition is a part."""

_TABLES = f"""
SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, obj_description(c.oid, 'pg_class'), c.relispopulated,
  has_schema_privilege(n.oid, 'USAGE'), row_security_active(c.oid),
  (WITH RECURSIVE parts AS (SELECT c.oid AS part, 0 AS depth
     UNION ALL SELECT i.inhrelid, depth + 1 FROM parts JOIN pg_inherits i ON i.inhparent = part WHERE c.relkind = 'p')
   SELECT CASE WHEN min(p.reltuples) < 0 THEN -1 ELSE sum(p.reltuples) END::bigint FROM parts
   JOIN pg_class p ON p.oid = part WHERE p.relkind <> 'p'),
  (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = c.oid AND c.relkind = 'p')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS} ORDER BY n.nspname = 'public' DESC, 2, c.oid
"""  # noqa: S608 - a constant of ours
_COLUMNS = f"""
SELECT a.attrelid::bigint, a.attname, a.atttypid::bigint, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  col_description(c.oid, a.attnum), has_column_privilege(c.oid, a.attnum, 'SELECT')
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND {_OURS} ORDER BY a.attrelid, a.attnum
"""  # noqa: S608 - a constant of ours
_TYPES = """
SELECT t.oid::bigint, n.nspname, t.typname,
  CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(t.oid, NULL) END,
  t.typtype::text, t.typbasetype::bigint,
  CASE WHEN t.typcategory = 'A' THEN t.typelem::bigint ELSE 0 END,
  (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
"""
_KEYS = f"""
SELECT i.indrelid::bigint, i.indisprimary, (SELECT array_agg(a.attname::text ORDER BY k.position)
  FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k(number, position)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND {_OURS}
ORDER BY i.indexrelid
"""  # noqa: S608 - a constant of ours
_REFERENCES = f"""
SELECT k.conrelid::bigint, k.confrelid::bigint,
  (SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY u(number, o)
   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
  (SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.confkey) WITH ORDINALITY u(number, o)
   JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND {_OURS} ORDER BY k.oid
"""  # noqa: S608 - a constant of ours
_CHECKS = f"""
SELECT k.conrelid::bigint, pg_get_expr(k.conbin, k.conrelid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'c' AND {_OURS} ORDER BY k.oid
"""  # noqa: S608 - a constant of ours
_DOMAIN_CHECKS = """
SELECT k.contypid::bigint, pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.contypid <> 0 ORDER BY k.oid
"""


class _Table(NamedTuple):
    """A row of the catalogue."""

    oid: int
    schema: str
    name: str
    kind: str
    comment: str | None
    populated: bool
    usable: bool
    row_security: bool
    rows: int | None
    partitions: int


class _ColumnRow(NamedTuple):
    """A column as the catalogue has it."""

    name: str
    type: int
    shown: str
    required: bool
    comment: str | None
    readable: bool


def relations(session: Session, schemas: Sequence[str]) -> list[Relation]:
    """The tables and views of the schemas, described.

    Raises InputError where the catalogue cannot be read, or this user may use no schema that holds a table.
    """
    tables = [_Table(*row) for row in session.all(_TABLES, _wanted(schemas))]
    closed = [table for table in tables if not table.usable]
    tables = [table for table in tables if table.usable]
    if closed and not tables:
        raise InputError(
            "this user may use no schema here that holds a table",
            code="permission",
            where=session.display,
            hint="Ask for USAGE on a schema and SELECT on its tables",
        )
    used = {table.schema for table in tables}
    plain = _PUBLIC if _PUBLIC in used or len(used) != 1 else used.pop()
    made = {table.oid: _relation(session, table, table_name(table.schema, table.name, plain)) for table in tables}
    _describe(session, made, _wanted(schemas))
    found: list[Relation] = list(made.values())
    if closed:
        found[0].problems.append(_left_out(session, closed, wanted=bool(schemas)))
    return found


def _wanted(schemas: Sequence[str]) -> list[list[str] | None]:
    """The parameter of the queries; None is every schema."""
    return [list(schemas) or None]


def _relation(session: Session, table: _Table, name: str) -> DatabaseRelation:
    kind = _KINDS[table.kind]
    quoted = f"{session.quoted(table.schema)}.{session.quoted(table.name)}"
    relation = DatabaseRelation(session, name, "postgresql", quoted, kind)
    relation.comment = table.comment
    relation.row_estimate = table.rows if kind != "view" and table.rows is not None and table.rows >= 0 else None
    if table.partitions:
        relation.reading["partitions"] = table.partitions
    if not table.populated:
        hint = f"REFRESH MATERIALIZED VIEW {name}"
        relation.problem("empty", "the materialised view was never filled", hint, severity=Severity.WARNING)
        relation.unreadable = True
    if table.row_security:
        said = "row security is on: only the rows that this user may see are read"
        relation.problem("row_security", said, severity=Severity.WARNING)
    return relation


def _left_out(session: Session, tables: Sequence[_Table], *, wanted: bool) -> Problem:
    names = ", ".join(dict.fromkeys(table.schema for table in tables))
    return Problem(
        code="permission",
        severity=Severity.ERROR if wanted else Severity.WARNING,
        message=f"{len(tables):,} tables are left out, since this user may not use their schemas: {names}",
        source=session.display,
        hint="Ask for USAGE on the schema",
    )


def _describe(session: Session, made: dict[int, DatabaseRelation], schemas: Sequence[Any]) -> None:
    """Columns, keys, references and checks of all tables."""
    types, checks = _types(session), _grouped(session.all(_DOMAIN_CHECKS))
    for oid, columns in _grouped(session.all(_COLUMNS, schemas), _ColumnRow._make).items():
        if oid in made:
            _columns(made[oid], columns, types, session)
            rules = [f"{column.name}: {rule}" for column in columns for rule in checks.get(column.type, ())]
            _add_checks(made[oid], rules)
    for oid, primary, names in session.all(_KEYS, schemas):
        if oid not in made or not names:
            continue
        if primary:
            made[oid].primary_key = tuple(names)
        else:
            made[oid].unique_keys.append(tuple(names))
    for oid, target, columns, referenced in session.all(_REFERENCES, schemas):
        if oid in made and target in made:
            reference = DeclaredReference(tuple(columns), made[target].name, tuple(referenced))
            made[oid].references.append(reference)
    for oid, rules in _grouped(session.all(_CHECKS, schemas)).items():
        if oid in made:
            _add_checks(made[oid], rules)


def _add_checks(relation: Relation, rules: Sequence[str]) -> None:
    if rules:
        relation.reading["checks"] = [*relation.reading.get("checks", ()), *rules]


def _grouped(rows: Iterable[Row], make: Callable[[Sequence[Any]], Any] = lambda row: row[0]) -> dict[int, list[Any]]:
    """What is made of the rows, by their first column."""
    found: dict[int, list[Any]] = defaultdict(list)
    for oid, *rest in rows:
        found[oid].append(make(rest))
    return found


def _types(session: Session) -> Types:
    rows = session.all(_TYPES)
    return Types({row[0]: Type(*(*row[:7], tuple(row[7] or ()))) for row in rows}, session.quoted)


def _columns(relation: DatabaseRelation, rows: Sequence[_ColumnRow], types: Types, session: Session) -> None:
    denied = [row.name for row in rows if not row.readable]
    relation.add([_column(row, types, session) for row in rows], denied)


def _column(row: _ColumnRow, types: Types, session: Session) -> Column:
    reading = types.reading(row.type, session.quoted(row.name))
    data_type = reading.data_type.value if reading.data_type else None
    declared = DeclaredField(
        (row.name,), types.described(row.type, row.shown), not row.required, row.comment, data_type
    )
    return Column(declared, reading.expression, reading.read)
