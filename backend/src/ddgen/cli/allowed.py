"""Options of `ddgen serve` and `ddgen worker`: what runs that are asked for through the API may read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from ddgen.errors import UsageError

_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")

SourceRoots = Annotated[
    list[Path] | None, typer.Option("--source-root", metavar="DIR", help="Let runs read the files of a folder.")
]
Connections = Annotated[
    list[str] | None,
    typer.Option("--connection", metavar="NAME=URL", help="Let runs read a database; passwords as ${VARIABLE}."),
]
UploadsAt = Annotated[
    Path | None,
    typer.Option("--uploads", metavar="DIR", help="Folder of uploads; else in that of temporary files."),
]


def folders(given: Sequence[Path] | None) -> tuple[Path, ...]:
    """The folders of --source-root. Raises UsageError where there is none."""
    return tuple(map(_folder, given or ()))


def addresses(given: Sequence[str] | None) -> dict[str, str]:
    """The databases of --connection, by name. Raises UsageError for what names none, or holds a password."""
    return dict(map(_connection, given or ()))


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise UsageError("there is no such folder", where=f"--source-root {path}")
    return path


def _connection(said: str) -> tuple[str, str]:
    name, sign, url = said.partition("=")
    if not sign or not name.strip() or "://" not in url:
        raise UsageError(f"this names no database: {name}", where="--connection", hint="As in shop=sqlite:///shop.db")
    password = urlsplit(url.strip()).password
    if password and not _VARIABLE.fullmatch(password):
        hint = "Name a variable of the environment instead, as in postgresql://me:${SHOP_PASSWORD}@host/shop"
        raise UsageError("the address holds a password, which others on this machine could see", where=name, hint=hint)
    return name.strip(), url.strip()
