"""`ddgen serve`: the REST API of a store."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from ddgen.errors import UsageError

_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")

Store = Annotated[
    str | None, typer.Option("--store", metavar="PLACE", help="File or postgresql:// address of the store.")
]


def serve(  # noqa: PLR0913 - one parameter an option
    *,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen at; others than this machine need --auth.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen at.")] = 8765,
    store: Store = None,
    source_root: Annotated[
        list[Path] | None, typer.Option("--source-root", metavar="DIR", help="Let runs read the files of a folder.")
    ] = None,
    connection: Annotated[
        list[str] | None,
        typer.Option("--connection", metavar="NAME=URL", help="Let runs read a database; passwords as ${VARIABLE}."),
    ] = None,
    auth: Annotated[bool, typer.Option("--auth", help="Ask for a key; ddgen keys makes them.")] = False,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", metavar="NAME", help="A name that the server is called by.")
    ] = None,
    uploads: Annotated[
        Path | None,
        typer.Option("--uploads", metavar="DIR", help="Folder of uploads; else in that of temporary files."),
    ] = None,
    max_upload: Annotated[int, typer.Option("--max-upload", min=1, metavar="MB", help="Largest upload.")] = 2048,
    rate: Annotated[str, typer.Option("--rate", help="Requests of one client, as in 100/second.")] = "12000/minute",
    quiet: Annotated[bool, typer.Option("--quiet", help="No line for each request, only errors.")] = False,
    runs: Annotated[int, typer.Option("--runs", min=1, max=64, help="Runs at a time; others wait.")] = 2,
) -> None:
    """Serve the REST API: dictionaries, reviews, runs, exports, search.

    \b
    ddgen serve                                    for this machine, without login
    ddgen serve --source-root data                 runs may read the files in data/
    ddgen serve --host 0.0.0.0 --auth --allow-host catalog.example.org
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    try:
        from ddgen.api.config import LOCAL_NAMES, ServerSettings
        from ddgen.api.serve import log_to_stderr
        from ddgen.api.serve import serve as run
        from ddgen.store.store import Store as Opened
    except ImportError as error:
        hint = "Install it: pip install 'data-dictionary-generator[serve]'"
        raise UsageError(f"the server is not installed ({error.name} is missing)", hint=hint) from error
    from ddgen.settings import load_ai

    settings = ServerSettings(
        host=host,
        port=port,
        auth=auth,
        hosts=(*LOCAL_NAMES, host.lower(), *(name.lower() for name in allow_host or ())),
        source_roots=tuple(map(_folder, source_root or ())),
        connections=dict(map(_connection, connection or ())),
        rate=_rate(rate),
        run_limit=runs,
        max_upload=max_upload << 20,
        ai=load_ai(),
    )
    settings = (settings if uploads is None else replace(settings, uploads=uploads)).checked()
    log_to_stderr(requests=not quiet)
    with Opened.open(store) as opened:
        typer.echo(f"ddgen serves {opened.database.place} at http://{host}:{port} (Ctrl-C ends it)", err=True)
        run(settings, opened)


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise UsageError("there is no such folder", where=f"--source-root {path}")
    return path


def _connection(said: str) -> tuple[str, str]:
    name, sign, url = said.partition("=")
    if not sign or not name.strip() or "://" not in url:
        raise UsageError(f"this names no database: {name}", where="--connection", hint="As in shop=sqlite:///shop.db")
    password = urlsplit(url).password
    if password and not _VARIABLE.fullmatch(password):
        hint = "Name a variable of the environment instead, as in postgresql://me:${SHOP_PASSWORD}@host/shop"
        raise UsageError("the address holds a password, which others on this machine could see", where=name, hint=hint)
    return name.strip(), url


def _rate(said: str) -> str:
    from limits import parse

    try:
        parse(said)
    except ValueError as error:
        raise UsageError(f"this is no rate: {said}", where="--rate", hint="As in 100/second or 12000/minute") from error
    return said
