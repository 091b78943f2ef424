"""How much is in a store."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from ddgen.store import migrate, schema
from ddgen.store.database import Database

_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of rows; `size` is in bytes on the disk, `cost` in US dollars, `form` is the newest migration applied."""

    place: str
    form: str
    size: int
    dictionaries: int
    versions: int
    tables: int
    fields: int
    bodies: int
    decisions: int
    runs: int
    cost: float
    users: int
    keys: int


def stats(database: Database, connection: Connection) -> Stats:
    """The counts of a store."""

    def count(table: str) -> int:
        return int(connection.execute(select(func.count()).select_from(schema.metadata.tables[table])).scalar_one())

    history = schema.history.c
    decided = select(func.count()).select_from(schema.history).where(history.claim_id.is_not(None))
    cost: int = connection.execute(select(func.coalesce(func.sum(schema.runs.c.cost), 0))).scalar_one()
    return Stats(
        place=database.place,
        form=migrate.form_of(connection) or "",
        size=_size(database, connection),
        decisions=int(connection.execute(decided).scalar_one()),
        cost=int(cost) / _MICRO,
        dictionaries=count("dictionaries"),
        versions=count("versions"),
        tables=count("tables"),
        fields=count("fields"),
        bodies=count("bodies"),
        runs=count("runs"),
        users=count("users"),
        keys=count("keys"),
    )


def _size(database: Database, connection: Connection) -> int:
    if database.address.file is not None:
        file = database.address.file
        parts = (file, file.with_name(f"{file.name}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())
    names = [*schema.metadata.tables, "search"]
    query = text(
        "SELECT sum(pg_total_relation_size(CAST(name AS regclass))) FROM unnest(CAST(:names AS text[])) AS name"
    )
    return int(connection.execute(query, {"names": names}).scalar_one())
