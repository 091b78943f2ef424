"""Opening an SQLite file without ever changing it, and what its errors mean."""

from __future__ import annotations

import sqlite3
from urllib.parse import quote

from ddgen.errors import InputError
from ddgen.sources.spec import SourceSpec

SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What sqlite3 raises where a file is damaged: names in its catalogue may be no texts."""

BUSY_SECONDS = 2.0
"""How long another program's lock is waited for."""


class Immutable(sqlite3.Connection):
    """A connection to the file alone, without its log."""


def connect(spec: SourceSpec) -> sqlite3.Connection:
    """A connection that only reads.

    A file in WAL mode in a folder where nothing may be written can only be opened as immutable, which leaves
    out what stands in its log; that is the second attempt.
    """
    connection = _connect(spec, "mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        connection = _connect(spec, "mode=ro&immutable=1", Immutable)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect(
    spec: SourceSpec, options: str, factory: type[sqlite3.Connection] = sqlite3.Connection
) -> sqlite3.Connection:
    uri = f"file:{quote(str(spec.path.absolute()))}?{options}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, factory=factory)


def is_busy(error: Exception) -> bool:
    """Whether another program holds a lock."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def opening_error(spec: SourceSpec, error: Exception) -> InputError:
    """What an error of SQLite on opening means to a person."""
    if is_busy(error):
        return InputError(
            "the database is locked by another program",
            code="locked",
            where=spec.display,
            hint="Wait until that program has finished, or read a copy of the file",
        )
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return InputError(
            f"the SQLite database is damaged: {error}",
            code="damaged",
            where=spec.display,
            hint="Recover it with `sqlite3 FILE .recover`, or read a backup",
        )
    return InputError(f"SQLite cannot read it: {error}", code="unreadable", where=spec.display)
