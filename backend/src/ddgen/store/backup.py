"""Backups of a store in a file, while others read and write it, and their way back.

Both go through SQLite's own copying of pages, which sees one state of the store whatever is written meanwhile. A backup
is one file that can be opened as a store.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from ddgen.errors import OutputError, StoreBusy, StoreError, UsageError
from ddgen.store.address import Address
from ddgen.store.database import OURS

_LITTLE = 1.0
"""Seconds to wait for others when it is only to be seen whether they are there."""

_PATIENCE = 30.0


def backup(address: Address, target: Path) -> int:
    """Copy the store into a file; its size in bytes. What is there is replaced at once, when the copy is whole.

    Raises UsageError, StoreError, OutputError.
    """
    file = _file(address)
    if not file.exists():
        raise UsageError("there is no store", where=str(file), hint="Name one with --store")
    if target.exists() and target.stat().st_size and not _is_store(target):
        raise UsageError("something else stands there", where=str(target), hint="Name another file")
    if target.exists() and target.samefile(file):
        raise UsageError("this is the store itself", where=str(target), hint="Name another file")
    _copy_to(file, target)
    return target.stat().st_size


def _copy_to(file: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _told(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.unlink(missing_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_WRONLY, 0o600))
            with closing(_connect(file)) as source, closing(_connect(partial)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            _sync(partial)
            partial.replace(target)
            _sync(target.parent)
    finally:
        for left in (partial, partial.with_name(f"{partial.name}-journal")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def restore(address: Address, source: Path, at: datetime, *, force: bool = False) -> Path | None:
    """Make the store what a backup holds; where the store as it was is kept, if there was one.

    Raises UsageError, StoreError where the backup is damaged or none, StoreBusy where the store is in use, which
    `force` does not mind: who uses it then sees the restored state.
    """
    file = _file(address)
    if not source.exists():
        raise UsageError("no such file", where=str(source))
    _check(source)
    kept = None
    with _told(file):
        if file.exists() and file.stat().st_size:
            if not force and _in_use(file):
                hint = "Stop what uses it, or add --force"
                raise StoreBusy("the store is in use", where=str(file), hint=hint)
            kept = file.with_name(f"{file.name}.before-{at:%Y%m%dT%H%M%S}")
            _copy_to(file, kept)
        else:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(_connect(source)) as backed_up, closing(_connect(file)) as store:
            store.execute("PRAGMA synchronous = FULL")
            backed_up.backup(store)
            store.execute("PRAGMA journal_mode = WAL")
    return kept


def _file(address: Address) -> Path:
    if address.file is None:
        hint = "Use pg_dump and pg_restore, or ddgen store export and import"
        raise UsageError("a store on a server is backed up there", where=address.shown, hint=hint)
    return address.file


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)


def _is_store(file: Path) -> bool:
    try:
        with closing(_connect(file)) as connection:
            return bool(connection.execute("PRAGMA application_id").fetchone()[0] == OURS)
    except sqlite3.DatabaseError:
        return False


def _check(source: Path) -> None:
    if not _is_store(source):
        raise StoreError("this is no backup of a store", where=str(source), hint="ddgen store backup makes one")
    with _told(source), closing(_connect(source)) as connection:
        said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise StoreError(f"the backup is damaged: {said}", where=str(source), hint="Use another one")


def _in_use(file: Path) -> bool:
    """Whether another process, or another part of this one, has the store open: then nobody can have it alone."""
    with closing(sqlite3.connect(file, timeout=_LITTLE, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                return True
            raise
    return False


def _sync(path: Path) -> None:
    """See to it that a file, or what a folder holds, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", where=str(place)) from error
    except sqlite3.OperationalError as error:
        raise StoreBusy(f"{error}", where=str(place), hint="Try again, or make room") from error
    except sqlite3.DatabaseError as error:
        hint = "Use another backup"
        raise StoreError(f"it is damaged: {error}", where=str(place), hint=hint) from error
