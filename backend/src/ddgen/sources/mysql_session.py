"""A connection to a MySQL or MariaDB server: one read-only transaction with a consistent snapshot, rows streamed.

A connection gives the rows of one query at a time; a query that is asked for before the one before it has
ended gets a connection of its own.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ddgen.errors import InputError, UsageError
from ddgen.sources.database import Fetch, Session, missing_driver
from ddgen.sources.database_url import CONNECT_SECONDS, PASSWORD_VARIABLE, DatabaseUrl, cleaned

if TYPE_CHECKING:
    from pymysql.connections import Connection

PORT = 3306
LOCK_SECONDS = 10
"""How long another session's lock on a table is waited for."""

_WRITE_SECONDS = 3_600
"""How long the server waits for us to take rows: what is measured meanwhile takes its time."""

_SETTINGS = (
    "SET SESSION sql_mode = '', time_zone = '+00:00', net_write_timeout = %s, lock_wait_timeout = %s",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)
_OPTIONS = ("ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity", "unix_socket", "connect_timeout")

_CODES = {
    1044: "permission", 1045: "password", 1049: "missing", 1142: "permission", 1143: "permission", 1227: "permission",
    1370: "permission", 1205: "locked", 1969: "timeout", 3024: "timeout", 2003: "refused", 2002: "refused",
    2005: "host", 2006: "lost", 2013: "lost", 1053: "lost", 1317: "lost", 1927: "lost", 4031: "lost",
}  # fmt: skip
"""Our codes by the server's (below 2000, and from 3000) and the client's error numbers."""

_HINTS = {
    "permission": "Ask for SELECT on it, or leave it out by --tables",
    "password": f"Put it into MYSQL_PWD or {PASSWORD_VARIABLE}, or - in its place to type it: mysql://user:-@host",
    "missing": "SHOW DATABASES lists the databases of a server",
    "locked": "Wait until the program that holds the lock has finished",
    "timeout": "Give it longer (?timeout=SECONDS in the address), or leave it out by --tables",
    "refused": "Is the server running, and at this address?",
    "host": "Check the spelling of the host",
    "lost": "What was read until then is kept; run again for the rest",
}


class MysqlSession(Session):
    """See `Session`. The connection is opened with the first query."""

    def __init__(self, url: DatabaseUrl) -> None:
        self.display = url.display
        self._url = url
        self._secret: str | None = None
        self._asked = False
        self._connection: Connection | None = None
        self._busy = False

    def quoted(self, name: str) -> str:
        """A name in backticks."""
        return "`" + name.replace("`", "``") + "`"

    def sampled(self, table: str, kind: str, share: float) -> str:  # noqa: ARG002 - views are sampled as tables are
        """By random numbers from a fixed seed."""
        return f"{table} WHERE RAND(0) < {share:.12f}"

    @contextmanager
    def rows(self, query: str, parameters: Sequence[Any] = ()) -> Iterator[Fetch]:
        """The rows of a query, unbuffered."""
        if self._busy:
            own = MysqlSession(self._url)
            own._secret, own._asked = self._secret, True
            try:
                with own.rows(query, parameters) as fetch:
                    yield fetch
            finally:
                own.close()
            return
        self._busy = True
        try:
            yield from self._streamed(query, parameters)
        finally:
            self._busy = False

    def _streamed(self, query: str, parameters: Sequence[Any]) -> Iterator[Fetch]:
        connection = self._ready()
        import pymysql

        from ddgen.sources.mysql_cursor import StreamCursor

        cursor = StreamCursor(connection)
        works_on = True
        try:
            cursor.execute(query, parameters or None)
            yield cursor.fetch
            works_on = not cursor.ended
        except (pymysql.Error, OSError, UnicodeDecodeError) as error:
            told = self._told(error)
            works_on = told.code == "timeout" or isinstance(error, UnicodeDecodeError)
            raise told from error
        finally:
            if works_on and not self._stopped(connection):
                connection.close()
            cursor.leave()

    def _stopped(self, connection: Connection) -> bool:
        """Have the server end a query whose rows nobody waits for any more; whether that went well."""
        import pymysql

        try:
            with pymysql.connect(**self._arguments()) as other, other.cursor() as cursor:
                cursor.execute("KILL QUERY %s", (connection.thread_id(),))
        except (pymysql.Error, OSError):
            return not connection.open
        return True

    def _ready(self) -> Connection:
        if self._connection is None or not self._connection.open:
            self._connection = self._opened()
            self.snapshots += 1
        return self._connection

    def _opened(self) -> Connection:
        try:
            import pymysql
        except ImportError as error:
            raise missing_driver("PyMySQL", self.display) from error
        if not self._asked:
            self._secret, self._asked = self._url.secret() or os.environ.get("MYSQL_PWD") or None, True
        try:
            connection = pymysql.connect(**self._arguments())
            self._begin(connection)
        except (pymysql.Error, OSError) as error:
            told = self._told(error)
            raise told from error
        return connection

    def _begin(self, connection: Connection) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SETTINGS[0], (_WRITE_SECONDS, LOCK_SECONDS))
            for statement in _SETTINGS[1:]:
                cursor.execute(statement)

    def _arguments(self) -> dict[str, Any]:
        from pymysql.converters import encoders

        options: dict[str, Any] = dict(self._url.options)
        unknown = ", ".join(name for name in options if name not in _OPTIONS)
        if unknown:
            raise UsageError(
                f"unknown in an address: {unknown}", where=self.display, hint=f"Known: {', '.join(_OPTIONS)}"
            )
        return {
            **options,
            "host": self._url.host or "localhost",
            "port": self._url.port or PORT,
            "user": self._url.user,
            "password": self._secret or "",
            "database": self._url.database,
            "connect_timeout": int(options.get("connect_timeout", CONNECT_SECONDS)),
            "read_timeout": self._url.seconds,
            "write_timeout": self._url.seconds,
            "charset": "utf8mb4",
            "conv": encoders,
            "program_name": "ddgen",
        }

    def _told(self, error: Exception) -> InputError:
        """What an error means to a person."""
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        code = _CODES.get(number, "unreadable")
        if isinstance(getattr(error, "original_exception", error), socket.gaierror):
            code = "host"
        if "timed out" in str(error):
            code = "timeout"
        said = cleaned(str(error.args[-1]) if error.args else str(error), self._secret)
        message = f"the connection was lost ({said})" if code == "lost" else said
        return InputError(message, code=code, where=self.display, hint=_HINTS.get(code))

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None and self._connection.open:
            self._connection.close()
