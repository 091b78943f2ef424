"""A store in each kind of database, empty, and gone when a test is done; and a clock that a test can move."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ddgen.model.dictionary import Dictionary
from ddgen.store.store import Store

from .dictionaries import dictionary
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


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that is not there yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "store.sqlite")
        return
    name = f"ddgen_store_{uuid.uuid4().hex[:12]}"
    try:
        connection = psycopg.connect(SERVER, autocommit=True)
    except psycopg.OperationalError as error:
        absent("PostgreSQL", error)
    with connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        yield f"{SERVER}?options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(where: str, clock: Clock) -> Iterator[Store]:
    with Store.open(where, clock=clock) as opened:
        yield opened


@pytest.fixture
def shop() -> Dictionary:
    return dictionary()
