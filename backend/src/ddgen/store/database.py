"""Connections to the database below a store, and its transactions: many read at once, one writes.

SQLite runs in WAL mode with `synchronous = FULL`: what was acknowledged is on the disk, so that it outlives the process
and, as far as the disk keeps what it says it wrote, the power.
"""

from __future__ import annotations

import math
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from ddgen.errors import OutputError, StoreError, UsageError
from ddgen.store.address import Address
from ddgen.store.failures import told, wants_another_try

T = TypeVar("T")

OURS = 0x64646773
"""The application id in the header of a file of SQLite: `ddgs`."""

BUSY_SECONDS = 15
"""How long a writer waits for the writer of another process."""

_ATTEMPTS = 4
_WRITES = "ddgen_writes"
_CONNECTIONS, _MORE = 10, 40
_CONNECT_SECONDS = 10
_IDLE_SECONDS = 1.0
_LEFT = "ddgen_left"


class Database:
    """One database, for all threads of a process; a process that was forked gets connections of its own.

    `patience` is how many seconds a writer waits for the writer of another process, in a file.
    """

    def __init__(self, address: Address, *, patience: float = BUSY_SECONDS) -> None:
        self.address = address
        self.place = address.shown
        self.is_file = address.file is not None
        self.engine = _engine(address, patience)
        snapshots = {} if self.is_file else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(**snapshots)
        self._one_writer: AbstractContextManager[Any] = threading.RLock() if self.is_file else nullcontext()
        if self.is_file:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)
        else:
            event.listen(self.engine, "checkin", _left)
            event.listen(self.engine, "checkout", partial(_looked_at, self.engine.dialect))
        engine = weakref.ref(self.engine)
        os.register_at_fork(after_in_child=lambda: _forget(engine))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the store as it is now, however long that takes."""
        with told(self.place), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection that alone may write; all of what it does stays, or none where something is raised."""
        with self._one_writer, self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns, once all that it did is safe; where others were in the way, `work` is called again."""
        with told(self.place):
            for _ in range(_ATTEMPTS - 1):
                try:
                    with self.transaction() as connection:
                        return work(connection)
                except DBAPIError as error:
                    if not wants_another_try(error):
                        raise
            with self.transaction() as connection:
                return work(connection)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(address: Address, patience: float) -> Engine:
    _make_private(address)
    waits = {"connect_timeout": _CONNECT_SECONDS} if address.file is None else {"timeout": patience}
    try:
        return create_engine(
            address.url,
            connect_args=waits,
            pool_size=_CONNECTIONS,
            max_overflow=_MORE,
        )
    except ImportError as error:
        hint = "Install it: pip install 'data-dictionary-generator[store,db]'"
        raise UsageError("the driver of PostgreSQL is missing", where=address.shown, hint=hint) from error


def _make_private(address: Address) -> None:
    """Make the file, for its owner alone, before SQLite would make it for everyone to read."""
    file = address.file
    if file is None or file.exists():
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        hint = "Name another file with --store"
        raise OutputError(f"cannot be made: {error.strerror}", where=address.shown, hint=hint) from error


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says so, not where the module guesses
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    if found != OURS and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreError("this is a database, but no store of ddgen", hint="Name another file with --store")
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -32000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _left(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info[_LEFT] = time.monotonic()


def _looked_at(dialect: Dialect, connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask a connection that was not used for a while whether it is still there; the pool makes another for one gone."""
    if time.monotonic() - entry.info.get(_LEFT, -math.inf) < _IDLE_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _forget(engine: weakref.ref[Engine]) -> None:
    """In a forked process: leave the connections to the parent, without closing them."""
    found = engine()
    if found is not None:
        found.dispose(close=False)
