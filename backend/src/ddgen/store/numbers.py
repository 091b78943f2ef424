"""Row numbers ahead of the rows, so that many rows and what refers to them are written at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select, text


def take(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Numbers that no other row of the table has or will have; only within a transaction that writes."""
    if not count:
        return []
    if connection.dialect.name == "sqlite":
        last: int = connection.execute(select(func.coalesce(func.max(table.c.n), 0))).scalar_one()
        return range(last + 1, last + 1 + count)
    query = text("SELECT nextval(pg_get_serial_sequence(:name, 'n')) FROM generate_series(1, :count)")
    return list(connection.execute(query, {"name": table.name, "count": count}).scalars())
