"""One SQLite file that may be lost: private, shared by processes, begun afresh when broken, else done without."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)

LOCK_SECONDS = 5.0
"""How long a writer waits for the writer of another process."""

OURS = 0x64646E67
"""The application id in the file's header: `ddng`."""

VERSION = 1
SCHEMA = """
CREATE TABLE answers (
    key TEXT PRIMARY KEY, text TEXT NOT NULL, checksum INTEGER NOT NULL, created REAL NOT NULL, used REAL NOT NULL
);
CREATE INDEX answers_used ON answers (used);
CREATE TABLE runs (
    id TEXT PRIMARY KEY, started REAL NOT NULL, ended REAL, requests INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0, cost REAL NOT NULL DEFAULT 0, fields INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE journal (
    unit TEXT PRIMARY KEY, run TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, at REAL NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE batches (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, state TEXT NOT NULL, at REAL NOT NULL, document TEXT NOT NULL
);
"""
SETTINGS = ("PRAGMA auto_vacuum = INCREMENTAL", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")

BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
UNWRITABLE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}


class _Foreign(sqlite3.Error):
    """A database, but not one of ours, or of a later format: to be left alone."""


class DiskFile:
    """A connection for all threads of a process, opened at first use and again after a fork.

    A file that is broken is renamed aside and a new one begun. Where the disk is full or the file read-only, nothing
    is kept from then on, and what is there can still be read. Any other failure ends its use. Each is told once, in
    the log; nothing raises.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.readable = True
        self.writable = True
        self._told: set[str] = set()
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._closer: weakref.finalize[[], DiskFile] | None = None
        self._process = os.getpid()
        self._inode = 0

    def read(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What `work` returns, or `otherwise` where the file cannot be used."""
        return self._attempt(work, otherwise) if self.readable else otherwise

    def write(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What `work` returns after one transaction, or `otherwise` where nothing can be kept."""
        usable = self.readable and self.writable
        return self._attempt(lambda connection: _transact(connection, work), otherwise) if usable else otherwise

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        """The rows of a query; none where the file cannot be used."""
        none: list[Any] = []
        return self.read(lambda connection: connection.execute(query, parameters).fetchall(), none)

    def change(self, statement: str, *rows: Sequence[object]) -> int:
        """How many rows were changed by a statement, carried out with each of these rows of parameters."""
        return self.write(lambda connection: connection.executemany(statement, rows).rowcount, 0)

    def close(self) -> None:
        """Close the file; a later use opens it again."""
        with self._lock:
            if self._closer is not None:
                self._closer()
            self._connection = self._closer = None

    def _attempt(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        self._after_fork()
        with self._lock:
            try:
                return work(self._connected())
            except (sqlite3.Error, OSError) as error:
                again = self._recover(error)
            try:
                return work(self._connected()) if again else otherwise
            except (sqlite3.Error, OSError) as error:
                self._give_up("cannot be used", error)
        return otherwise

    def _after_fork(self) -> None:
        """A child must not touch its parent's connection, not even to close it."""
        if self._process != os.getpid():
            if self._closer is not None:
                self._closer.detach()
            _INHERITED.append(self._connection)
            self._lock, self._connection, self._closer = threading.RLock(), None, None
            self._process = os.getpid()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._create()
            self._connection = _opened(self.path)
            self._closer = weakref.finalize(self, self._connection.close)
        return self._connection

    def _create(self) -> None:
        """The file, empty if it is not there, for its owner only."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_CREAT | os.O_RDONLY | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            self._inode = os.fstat(handle).st_ino
            with contextlib.suppress(OSError):
                self.path.chmod(0o600)
        finally:
            os.close(handle)

    def _recover(self, error: sqlite3.Error | OSError) -> bool:
        """Whether another attempt may go well."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in BUSY:
            self._tell("is locked by another process", error)
        elif code in UNWRITABLE:
            self.writable = False
            self._tell("cannot be written", error)
        elif code in BROKEN:
            return self._set_aside(error)
        else:
            self._give_up("cannot be used", error)
        return False

    def _set_aside(self, error: sqlite3.Error | OSError) -> bool:
        """Rename the broken file, unless another process has done so."""
        self.close()
        aside = self.path.with_name(f"{self.path.name}.broken-{time.time_ns()}")
        try:
            with _only_one(self.path.parent):
                if not (self.path.exists() and self.path.stat().st_ino == self._inode):
                    return True
                for ending in ("-wal", "-shm"):
                    Path(f"{self.path}{ending}").unlink(missing_ok=True)
                self.path.rename(aside)
        except OSError as failed:
            self._give_up("is broken and cannot be renamed", failed)
            return False
        self._tell(f"is broken, was renamed to {aside.name}, and is begun afresh", error)
        return True

    def _give_up(self, what: str, error: sqlite3.Error | OSError) -> None:
        self.readable = False
        self._tell(what, error)
        self.close()

    def _tell(self, what: str, error: sqlite3.Error | OSError) -> None:
        if what not in self._told:
            self._told.add(what)
            log.warning("The answer cache %s %s (%s)", self.path, what, getattr(error, "strerror", None) or error)


_INHERITED: list[sqlite3.Connection | None] = []


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """No two processes at a time; where folders cannot be locked (Windows), open files cannot be renamed either."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _transact(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
    return result


def _opened(path: Path) -> sqlite3.Connection:
    """A connection with our settings and tables."""
    with contextlib.ExitStack() as stack:
        connection = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False)
        stack.callback(connection.close)
        until = time.monotonic() + LOCK_SECONDS
        while not _prepared(connection, until):
            time.sleep(0.01)
        stack.pop_all()
    return connection


def _prepared(connection: sqlite3.Connection, until: float) -> bool:
    """Whether that went well; False: try again. SQLite does not wait for who changes the journal's mode, we do."""
    try:
        _prepare(connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in BUSY or time.monotonic() > until:
            raise
        return False
    return True


def _prepare(connection: sqlite3.Connection) -> None:
    empty = _is_empty(connection)
    if not empty and _header(connection) != (OURS, VERSION):
        raise _Foreign("it is no answer cache of this version")
    for setting in SETTINGS if empty else SETTINGS[1:]:
        connection.execute(setting)
    if empty:
        _transact(connection, _lay_out)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]


def _header(connection: sqlite3.Connection) -> tuple[int, int]:
    """Whose file this is, and of which version."""
    names = ("application_id", "user_version")
    ours, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return ours, version


def _lay_out(connection: sqlite3.Connection) -> None:
    """Create the tables, unless another process was faster."""
    if _is_empty(connection):
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {OURS}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
