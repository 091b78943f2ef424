"""Who may run what is queued: one process for a store in a file, any number in PostgreSQL, each known by a lock.

Both kinds of lock go with the process that holds them, however it ends.
"""

from __future__ import annotations

import hashlib
import os
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from ddgen.errors import Conflict, OutputError, StoreBusy
from ddgen.jobs.engine import ALONE
from ddgen.store.database import Database


class Claim(Protocol):
    """The right to run; `executor` is the name that DBOS knows it by."""

    executor: str

    def check(self) -> None:
        """Raise StoreBusy where the right was lost."""

    def gone(self, executor: str) -> bool:
        """Whether the process of that name has ended."""

    def close(self) -> None:
        """Give the right back."""


def claim(database: Database) -> Claim:
    """The right to run what this store has queued. Raises Conflict where another process has it."""
    file = database.address.file
    return OnServer(database) if file is None else OnFile(file)


class OnFile:
    """A lock on a file beside the store."""

    def __init__(self, store: Path) -> None:
        self.executor = ALONE
        path = store.with_name(f"{store.stem}.lock")
        try:
            self._file: IO[bytes] = path.open("ab")
        except OSError as error:
            raise OutputError(f"cannot be made: {error.strerror}", where=str(path)) from error
        if not _locked(self._file):
            self._file.close()
            hint = "It runs what you submit here; more workers at once need a store in PostgreSQL"
            raise Conflict("another process runs what is queued in this store", where=str(store), hint=hint)

    def check(self) -> None:
        """It cannot be lost."""

    def gone(self, executor: str) -> bool:
        """There is no other."""
        return executor != self.executor

    def close(self) -> None:
        """Closing the file unlocks it."""
        self._file.close()


def _locked(file: IO[bytes]) -> bool:
    """Whether the lock is ours now."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class OnServer:
    """An advisory lock of PostgreSQL, held by a connection of its own."""

    def __init__(self, database: Database) -> None:
        self.executor = f"worker-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._database = database
        self._connection: Connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.execute(select(func.pg_advisory_lock(_number(self.executor))))

    def check(self) -> None:
        """The lock lasts as long as the connection."""
        try:
            self._connection.execute(select(1))
        except SQLAlchemyError as error:
            hint = "Another worker takes the runs of this one up; start this one again"
            raise StoreBusy("the connection to the store was lost", where=self._database.place, hint=hint) from error

    def gone(self, executor: str) -> bool:
        """A lock that can be had is nobody's."""
        if executor == self.executor:
            return False
        number = _number(executor)
        free = bool(self._connection.execute(select(func.pg_try_advisory_lock(number))).scalar_one())
        if free:
            self._connection.execute(select(func.pg_advisory_unlock(number)))
        return free

    def close(self) -> None:
        """Give the lock back, and end the connection itself: where it is lost already, the lock is too."""
        with suppress(SQLAlchemyError):
            self._connection.execute(select(func.pg_advisory_unlock(_number(self.executor))))
        self._connection.invalidate()
        self._connection.close()


def _number(executor: str) -> int:
    return int.from_bytes(hashlib.sha256(f"ddgen {executor}".encode()).digest()[:8], "big", signed=True)
