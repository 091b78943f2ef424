"""A connection to a PostgreSQL server: one read-only, repeatable-read transaction, rows by server-side cursors.

Queries stand behind a savepoint, so that one that fails (no permission, a broken view) leaves the snapshot to the
others, and no lock on a table is held for longer than it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from ddgen.errors import InputError
from ddgen.sources.database import Fetch, Session, missing_driver
from ddgen.sources.database_url import CONNECT_SECONDS, PASSWORD_VARIABLE, DatabaseUrl, cleaned

if TYPE_CHECKING:
    import psycopg

LOCK_SECONDS = 10
"""How long another session's exclusive lock on a table is waited for."""

_NATIVE = frozenset({"bool", "bytea", "float4", "float8", "int2", "int4", "int8", "oid", "numeric", "uuid"})
"""Types whose values psycopg makes Python's; of all others the server's own text is wanted."""

_SETTINGS = """
SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true),
  set_config('idle_in_transaction_session_timeout', '0', true), set_config('timezone', 'UTC', true),
  set_config('datestyle', 'ISO', true), set_config('intervalstyle', 'iso_8601', true),
  set_config('bytea_output', 'hex', true), set_config('cursor_tuple_fraction', '1', true)
"""

_BEFORE = re.compile(r".*\b(?:failed|FATAL): +", re.DOTALL)
_PASSWORD_HINT = (
    f"Put it into PGPASSWORD, {PASSWORD_VARIABLE} or ~/.pgpass, or - in its place to type it: postgresql://user:-@host"
)
_REASONS = (
    (r"no password supplied|password authentication failed", "password", _PASSWORD_HINT),
    (r'database ".*" does not exist', "missing", "psql -l lists the databases of a server"),
    (r'role ".*" does not exist', "user", "Name another user: postgresql://user@host/database"),
    (r"Connection refused|No such file or directory", "refused", "Is the server running, and at this address?"),
    (r"timeout expired|timed out", "timeout", "Is the address right, and no firewall between?"),
    (r"could not translate host name|Name or service not known", "host", "Check the spelling of the host"),
    (r"no pg_hba.conf entry", "permission", "The server does not let this user in from here"),
)
_CODES = {"42501": "permission", "57014": "timeout", "55P03": "locked", "28P01": "password", "3D000": "missing"}
_HINTS = {
    "permission": "Ask for SELECT on it, or leave it out by --tables",
    "timeout": "Give it longer (?timeout=SECONDS in the address), or leave it out by --tables",
    "locked": "Wait until the program that holds the lock has finished",
    "lost": "What was read until then is kept; run again for the rest",
}


class PostgresqlSession(Session):
    """See `Session`. The connection is opened with the first query."""

    def __init__(self, url: DatabaseUrl) -> None:
        self.display = url.display
        self._url = url
        self._secret: str | None = None
        self._asked = False
        self._connection: psycopg.Connection[Any] | None = None
        self._names = count()
        self._readers = 0
        """Queries whose rows are being read, all behind one savepoint."""

    def quoted(self, name: str) -> str:
        """A name in quotation marks."""
        return '"' + name.replace('"', '""') + '"'

    def sampled(self, table: str, kind: str, share: float) -> str:
        """By TABLESAMPLE, which is repeatable; views and foreign tables know none."""
        if kind in ("view", "foreign table"):
            return f"{table} WHERE random() < {share:.12f}"
        return f"{table} TABLESAMPLE BERNOULLI ({share * 100:.10f}) REPEATABLE (0)"

    @contextmanager
    def rows(self, query: str, parameters: Sequence[Any] = ()) -> Iterator[Fetch]:
        """The rows of a query by a server-side cursor."""
        connection = self._ready()
        import psycopg

        try:
            if not self._readers:
                connection.execute("SAVEPOINT ddgen")
            self._readers += 1
            with connection.cursor(f"ddgen_{next(self._names)}") as cursor:
                cursor.execute(query.encode(), parameters or None)
                yield cursor.fetchmany
        except psycopg.Error as error:
            told = self._told(error)
            self._readers = 1
            raise told from error
        finally:
            self._readers = max(0, self._readers - 1)
            self._leave(connection)

    def _leave(self, connection: psycopg.Connection[Any]) -> None:
        """Go back to before the query where none is left, which frees its locks and keeps the snapshot."""
        import psycopg

        if self._readers or connection.closed:
            return
        try:
            connection.execute("ROLLBACK TO SAVEPOINT ddgen")
            connection.execute("RELEASE SAVEPOINT ddgen")
        except psycopg.Error:
            connection.close()

    def _ready(self) -> psycopg.Connection[Any]:
        if self._connection is not None:
            from psycopg.pq import TransactionStatus

            status = self._connection.info.transaction_status
            if not self._connection.closed and status == TransactionStatus.INTRANS:
                return self._connection
            self._connection.close()
        self._connection, self._readers = self._opened(), 0
        self.snapshots += 1
        return self._connection

    def _opened(self) -> psycopg.Connection[Any]:
        try:
            import psycopg
        except ImportError as error:
            raise missing_driver("psycopg", self.display) from error
        if not self._asked:
            self._secret, self._asked = self._url.secret(), True
        connection = None
        try:
            connection = psycopg.connect(**self._arguments(), prepare_threshold=None)
            self._begin(connection)
        except psycopg.Error as error:
            if connection is not None:
                connection.close()
            raise self._unreachable(error) from error
        return connection

    def _arguments(self) -> dict[str, Any]:
        url = self._url
        given = {
            "host": url.host, "port": url.port, "user": url.user, "dbname": url.database, "password": self._secret,
        }  # fmt: skip
        ours = {"connect_timeout": CONNECT_SECONDS, "application_name": "ddgen", "tcp_user_timeout": 60_000}
        return {**ours, **dict(url.options), **{name: value for name, value in given.items() if value is not None}}

    def _begin(self, connection: psycopg.Connection[Any]) -> None:
        """The transaction, and how values are to be written in it."""
        from psycopg import IsolationLevel
        from psycopg.types.string import TextLoader

        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        limits = [f"{self._url.seconds * 1000:.0f}", f"{LOCK_SECONDS * 1000}"]
        connection.execute(_SETTINGS, limits)
        if self._url.database is None:
            self.display = f"{self._url.display}/{connection.info.dbname}"
        loader = _lenient() if connection.info.parameter_status("server_encoding") == "SQL_ASCII" else TextLoader
        for known in list(connection.adapters.types):
            if known.name not in _NATIVE:
                connection.adapters.register_loader(known.oid, loader)

    def _unreachable(self, error: psycopg.Error) -> InputError:
        message = _BEFORE.sub("", str(error).strip().partition("\n")[0] or str(error))
        said = cleaned(message, self._secret)
        for pattern, code, hint in _REASONS:
            if re.search(pattern, str(error)):
                return InputError(said, code=code, where=self.display, hint=hint)
        return InputError(f"cannot connect: {said}", code="refused", where=self.display)

    def _told(self, error: psycopg.Error) -> InputError:
        """What an error of a query means to a person."""
        code = _CODES.get(error.sqlstate or "", "unreadable")
        if error.sqlstate is None or error.sqlstate.startswith(("57P", "08")):
            code = "lost" if self._connection is None or self._connection.broken else code
        first = error.diag.message_primary or str(error)
        said = cleaned(first, self._secret)
        message = f"the connection was lost ({said})" if code == "lost" else said
        return InputError(message, code=code, where=self.display, hint=_HINTS.get(code))

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()


def _lenient() -> type[Any]:
    """A loader for texts of a database without an encoding (SQL_ASCII), which may be any bytes."""
    from psycopg.adapt import Buffer, Loader

    class Lenient(Loader):
        def load(self, data: Buffer) -> str:
            return bytes(data).decode("utf-8", "replace")

    return Lenient
