"""Where the store is: a file of SQLite, or a database of PostgreSQL."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ddgen import settings
from ddgen.errors import UsageError

VARIABLE = "DDGEN_STORE_URL"
"""The variable that says where the store is, in the environment or in `.env`."""

_POSTGRESQL = ("postgresql", "postgres")
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is SQLAlchemy's; `file` is the file, if it is one; `shown` may be printed: it holds no password."""

    url: str
    shown: str
    file: Path | None = None


def address_of(given: str | Path | None = None, *, environ: Mapping[str, str] | None = None) -> Address:
    """The store that is `given` as a path or URL, else that of DDGEN_STORE_URL, else the file of this user.

    Raises UsageError for a URL of another kind.
    """
    environ = os.environ if environ is None else environ
    folder = Path()
    if given is None:
        given, folder = settings.variable(VARIABLE, environ=environ) or (_default(environ), folder)
    text = str(given)
    scheme = text.partition("://")[0]
    if text.startswith(_SQLITE):
        return _file(folder / text.removeprefix(_SQLITE))
    if scheme.partition("+")[0] in _POSTGRESQL and "://" in text:
        return _server(text)
    if "://" in text:
        hint = "Name a file, or postgresql://user@host/database"
        raise UsageError(f"a store cannot be kept in {scheme}", where="store", hint=hint)
    return _file(folder / Path(text).expanduser())


def _file(path: Path) -> Address:
    path = path.absolute()
    return Address(f"{_SQLITE}{path}", str(path), path)


def _server(text: str) -> Address:
    parts = urlsplit(text)
    user, _, host = parts.netloc.rpartition("@")
    shown = f"{user.partition(':')[0]}@{host}" if user else host
    return Address(
        urlunsplit(parts._replace(scheme="postgresql+psycopg")),
        urlunsplit(parts._replace(scheme="postgresql", netloc=shown, query="")),
    )


def _default(environ: Mapping[str, str]) -> Path:
    """`ddgen/store.sqlite` in the system's folder for a user's data."""
    base = environ.get("XDG_DATA_HOME") or (environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    home = Path(environ.get("HOME") or Path.home())
    share = home / ("Library/Application Support" if sys.platform == "darwin" else ".local/share")
    return (Path(base) if base else share) / "ddgen" / "store.sqlite"
