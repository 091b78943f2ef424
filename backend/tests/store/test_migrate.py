"""Forms of the store: up, down, and what a later ddgen has made."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from ddgen.errors import StoreError
from ddgen.store import migrate
from ddgen.store.address import address_of
from ddgen.store.database import Database
from ddgen.store.schema import metadata
from ddgen.store.store import Store

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"


def test_the_newest_migration_is_the_one_that_is_applied() -> None:
    newest = max(path.name for path in VERSIONS.glob("m*.py"))
    assert newest.startswith(f"m{migrate.NEWEST}_")


def test_migrations_make_the_tables_that_the_code_knows(store: Store) -> None:
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    assert [change for change in differences if "search" not in str(change)] == []


def test_down_and_up_again(where: str) -> None:
    with Store.open(where) as store:
        migrate.move(store.database, "base")
        with store.database.reading() as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        migrate.bring_up_to_date(store.database)
        store.people.create("ann", role="read", actor="root")


def test_a_store_of_a_later_ddgen_is_left_alone(where: str) -> None:
    with Store.open(where) as store, store.database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"later ddgen .*9999.* Install that ddgen"):
        Store.open(where)


def test_many_open_a_new_store_at_once(where: str) -> None:
    failed: list[Exception] = []

    def work() -> None:
        try:
            with Store.open(where) as store:
                store.options.get("x")
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_opening_a_store_that_is_up_to_date_needs_no_alembic(where: str) -> None:
    Store.open(where).close()
    database = Database(address_of(where))
    with database.reading() as connection:
        assert migrate.form_of(connection) == migrate.NEWEST
    database.close()
