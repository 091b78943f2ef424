"""A store in each kind of database, empty, and gone when a test is done; and a clock that a test can move."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from ddgen.model.dictionary import Dictionary
from ddgen.store.records import FieldRow
from ddgen.store.schema import metadata
from ddgen.store.store import Store

from .dictionaries import dictionary, put
from .servers import SERVER, absent


class Clock:
    """The time as a test wants it; each look moves it a little."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_by(self, span: timedelta) -> None:
        self.at += span


KINDS = ["sqlite", "postgresql"]


@contextmanager
def schema_of_our_own() -> Iterator[str]:
    """The address of an empty schema on the server."""
    name = f"ddgen_store_{uuid.uuid4().hex[:12]}"
    try:
        connection = psycopg.connect(SERVER, autocommit=True)
    except psycopg.OperationalError as error:
        absent("PostgreSQL", error)
    with connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        yield f"{SERVER}?options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@pytest.fixture(params=KINDS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that is not there yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "store.sqlite")
        return
    with schema_of_our_own() as address:
        yield address


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty store, to be copied: that is faster than to make one."""
    path = tmp_path_factory.mktemp("made") / "store.sqlite"
    Store.open(path).close()
    return path


@pytest.fixture(scope="session")
def made_schema() -> Iterator[str]:
    """The address of a store on the server, to be emptied again and again."""
    with schema_of_our_own() as address:
        Store.open(address).close()
        yield address


def emptied(address: str) -> str:
    with Store.open(address) as store, store.database.transaction() as connection:
        tables = ", ".join([*metadata.tables, "search"])
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    return address


@pytest.fixture(params=KINDS)
def ready(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "sqlite":
        return str(shutil.copy(request.getfixturevalue("made_file"), tmp_path / "store.sqlite"))
    return emptied(request.getfixturevalue("made_schema"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(ready: str, clock: Clock) -> Iterator[Store]:
    with Store.open(ready, clock=clock) as opened:
        yield opened


@pytest.fixture
def shop() -> Dictionary:
    return dictionary()


@pytest.fixture
def row(store: Store, shop: Dictionary) -> FieldRow:
    return store.fields(dictionary_id=put(store, shop).dictionary_id, limit=1).items[0]
