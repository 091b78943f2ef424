"""Addresses of database servers: `postgresql://user@host:5432/name?sslmode=require`, and where passwords come from.

A password is never shown: it stands neither in the representation of an address nor in what people see of it.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ddgen.errors import InputError, UsageError

KINDS = {"postgresql": "postgresql", "postgres": "postgresql", "mysql": "mysql", "mariadb": "mysql"}
"""The kind of server by scheme; a driver's name after it (`mysql+pymysql`) is passed over."""

PASSWORD_VARIABLE = "DDGEN_DB_PASSWORD"  # noqa: S105 - the name of a variable
STANDARD_INPUT = "-"
"""Written in the place of a password: it is the next line of standard input, asked for where that is a terminal."""

FETCH_SECONDS = 600.0
CONNECT_SECONDS = 10

_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9.-]*)(\+\w+)?://", re.IGNORECASE)
_SECRETS = re.compile(r"(?<=://)[^/]*@")
_FORM = "Write it as postgresql://user@host:5432/database, with special characters as %40"


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """The address of a database; `schemas` are those to read (all where empty), `options` are the driver's own."""

    kind: str
    scheme: str
    host: str | None = None
    port: int | None = None
    user: str | None = None
    database: str | None = None
    schemas: tuple[str, ...] = ()
    seconds: float = FETCH_SECONDS
    """How long the server may take for the next rows."""
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def display(self) -> str:
        """What people see: no user, so that a dictionary is the same whoever builds it, and no password."""
        host = f"[{self.host}]" if self.host and ":" in self.host else self.host or ""
        port = f":{self.port}" if self.port else ""
        return f"{self.kind}://{host}{port}/{self.database or ''}".rstrip("/")

    def secret(self, environment: Mapping[str, str] = os.environ) -> str | None:
        """The password: from the address, standard input or the environment; None leaves it to the driver.

        Raises InputError where standard input was named and has ended.
        """
        if self.password == STANDARD_INPUT:
            return _from_standard_input(self.display)
        return self.password or environment.get(PASSWORD_VARIABLE) or None


def _from_standard_input(display: str) -> str:
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(f"Password for {display}: ")
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line:
        raise InputError("no password came from standard input", code="password", where=display)
    return line.rstrip("\r\n")


def is_database(source: str) -> bool:
    """Whether a source is the address of a database server."""
    match = _SCHEME.match(source)
    return match is not None and match["scheme"].lower() in KINDS


def hidden(source: str) -> str:
    """A source without the user and password that an address in it may hold."""
    if not is_database(source):
        return _SECRETS.sub("", source)
    try:
        return parse(source).display
    except InputError as error:
        return error.where or ""


def name_of(source: str) -> str | None:
    """What a dictionary of a database is called; None where the source is no address of one."""
    if not is_database(source):
        return None
    try:
        url = parse(source)
    except InputError:
        return "database"
    return url.database or url.host or url.kind


def parse(source: str) -> DatabaseUrl:
    """The address that a text is.

    Raises InputError of code `address`, which shows no part of what may be a password.
    """
    scheme = source.partition("://")[0].partition("+")[0].lower()
    where = f"{scheme}://..."
    try:
        parts = urlsplit(source)
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise InputError("this is no address of a database", code="address", where=where, hint=_FORM) from error
    if "@" in parts.path or parts.fragment:
        raise InputError("this is no address of a database", code="address", where=where, hint=_FORM)
    return _url(scheme, parts, port, options)


def _url(scheme: str, parts: SplitResult, port: int | None, options: dict[str, str]) -> DatabaseUrl:
    in_query = options.pop("password", None)
    host = unquote(parts.hostname) if parts.hostname else options.pop("host", None)
    return DatabaseUrl(
        kind=KINDS[scheme],
        scheme=scheme,
        host=host or None,
        port=port,
        user=unquote(parts.username) if parts.username else options.pop("user", None),
        database=unquote(parts.path.strip("/")) or None,
        schemas=tuple(name.strip() for name in options.pop("schema", "").split(",") if name.strip()),
        seconds=_seconds(options.pop("timeout", None)),
        password=unquote(parts.password) if parts.password else in_query,
        options=tuple(options.items()),
    )


def _seconds(text: str | None) -> float:
    if text is None:
        return FETCH_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError("timeout is a number of seconds above 0", where="timeout", hint="As in ?timeout=60")
    return seconds


def cleaned(message: str, secret: str | None) -> str:
    """What a server or driver says, in one line and without the password."""
    line = " ".join(message.split()).rstrip(".")
    return line.replace(secret, "***") if secret else line
