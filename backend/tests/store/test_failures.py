"""What databases complain of is one line that says what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ddgen.errors import DdgenError, OutputError, StoreBusy, StoreError
from ddgen.store.failures import told
from ddgen.store.store import Store

from .servers import SERVER, absent


def sqlite_error(code: int) -> OperationalError:
    error = sqlite3.OperationalError("said")
    error.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusy, "another process"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy, "another process"),
        (sqlite3.SQLITE_CORRUPT, StoreError, "damaged"),
        (sqlite3.SQLITE_FULL, OutputError, "disk is full"),
        (sqlite3.SQLITE_READONLY, OutputError, "only be read"),
        (sqlite3.SQLITE_CANTOPEN, StoreError, "cannot be opened"),
        (sqlite3.SQLITE_ERROR, StoreError, "said"),
    ],
)
def test_sqlite(code: int, kind: type[DdgenError], said: str) -> None:
    with pytest.raises(kind, match=f"^here: .*{said}.*") as raised, told("here"):
        raise sqlite_error(code)
    assert raised.value.hint


def test_others() -> None:
    with pytest.raises(StoreBusy), told("here"):
        raise PoolTimeout
    with pytest.raises(StoreBusy, match="no answer"), told("here"):
        raise OperationalError("x", {}, psycopg.OperationalError("gone"))
    with pytest.raises(StoreError, match="may not do that"), told("here"):
        raise ProgrammingError("x", {}, psycopg.errors.InsufficientPrivilege())
    with pytest.raises(IntegrityError), told("here"):
        raise IntegrityError("x", {}, psycopg.errors.UniqueViolation())


def test_servers_that_do_not_answer_or_know_the_database() -> None:
    with pytest.raises(StoreBusy, match="no answer"):
        Store.open("postgresql://127.0.0.1:1/x")
    try:
        psycopg.connect(SERVER).close()
    except psycopg.OperationalError as error:
        absent("PostgreSQL", error)
    with pytest.raises((StoreError, StoreBusy), match="127.0.0.1"):
        Store.open("postgresql://127.0.0.1:5432/there_is_no_such_database")


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Store.open(tmp_path)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be made"):
        Store.open(tmp_path / "file" / "store.sqlite")
