"""Brings a store to the newest form when it is opened, one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, inspect, text

from ddgen.errors import StoreError
from ddgen.store.database import OURS, Database
from ddgen.store.failures import told

NEWEST = "0003"
"""The newest migration; a test holds it equal to the newest file of `migrations/versions`."""

_LOCK = 0x64646773
"""The number of the advisory lock that who migrates holds in PostgreSQL."""


def bring_up_to_date(database: Database) -> None:
    """Apply what is missing. Raises StoreError where a later ddgen has made the store."""
    with database.reading() as connection:
        found = form_of(connection)
    if found != NEWEST:
        move(database, NEWEST)


def form_of(connection: Connection) -> str | None:
    """The migration that a store stands at; None where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def move(database: Database, to: str) -> None:
    """Migrate up or down to a form: `base` is an empty database. Raises StoreError."""
    from alembic import command
    from alembic.script import ScriptDirectory

    config = _config()
    with told(database.place), _alone(database) as connection:
        found = form_of(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise StoreError(
                f"a later ddgen has made this store (its form is {found}, this ddgen knows {NEWEST})",
                where=database.place,
                hint="Install that ddgen, or name another store",
            )
        if found == to:
            return
        config.attributes["connection"] = connection
        if to == "base" or (found is not None and found > to):
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
        if database.is_file:
            connection.exec_driver_sql(f"PRAGMA application_id = {OURS}")


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "ddgen.store:migrations")
    return config


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A transaction in which no other process migrates."""
    with database.transaction() as connection:
        if not database.is_file:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection
