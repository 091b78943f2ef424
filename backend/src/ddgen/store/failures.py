"""What databases complain of, in words for people: one line, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ddgen.errors import OutputError, StoreBusy, StoreError

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_PRIMARY = 0xFF
"""An extended code of SQLite holds the primary one in its lowest byte."""

_TRY_AGAIN = {"40001", "40P01"}
"""SQLSTATE of a serialisation failure and of a deadlock: PostgreSQL asks to begin anew."""

_REASONS = {
    "3D000": ("there is no such database", "Create it: createdb NAME"),
    "28P01": ("the password is wrong", "Set PGPASSWORD"),
    "28000": ("this user may not come in", "Ask who runs the server"),
    "42501": ("this user may not do that", "The user needs to own the database or its schema"),
    "53100": ("the disk is full", "Make room on the server"),
}


@contextmanager
def told(place: str) -> Iterator[None]:
    """Raise what the database complains of as StoreBusy, StoreError or OutputError with the place of the store."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreBusy("too many at once", where=place, hint="Try again") from error
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        raise _meaning(error, place) from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and _code(error) in _DAMAGED:
            raise _damaged(place) from error
        raise


def wants_another_try(error: DBAPIError) -> bool:
    """Whether the database rolled back only because others were in the way."""
    return getattr(error.orig, "sqlstate", None) in _TRY_AGAIN


def _code(error: DBAPIError) -> int:
    return getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY


def _damaged(place: str) -> StoreError:
    hint = "ddgen store check tells what is damaged; ddgen store restore brings back a backup"
    return StoreError("the file is damaged, or no store", where=place, hint=hint)


def _meaning(error: DBAPIError, place: str) -> StoreBusy | StoreError | OutputError:
    code, state = _code(error), getattr(error.orig, "sqlstate", None)
    if code in _BUSY or state in _TRY_AGAIN:
        return StoreBusy("another process is writing to it", where=place, hint="Try again")
    if code in _DAMAGED:
        return _damaged(place)
    if code == sqlite3.SQLITE_FULL or state == "53100":
        return OutputError("the disk is full; nothing was changed", where=place, hint="Make room, then try again")
    if code == sqlite3.SQLITE_READONLY:
        return OutputError("it may only be read", where=place, hint="Change the rights of the file and its folder")
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError(
            "the file cannot be opened", where=place, hint="Look at the rights of the file and its folder"
        )
    if state in _REASONS:
        reason, hint = _REASONS[state]
        return StoreError(reason, where=place, hint=hint)
    if isinstance(error.orig, sqlite3.Error) or isinstance(error, ProgrammingError):
        said = " ".join(str(error.orig).split())
        return StoreError(said, where=place, hint="ddgen store check tells whether it is whole")
    return StoreBusy("the server gives no answer", where=place, hint="Is it running, and is the address right?")
