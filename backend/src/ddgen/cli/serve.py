"""`ddgen serve`: the REST API of a store."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from ddgen.cli.allowed import Connections, SourceRoots, UploadsAt, addresses, folders
from ddgen.cli.login_options import Audience, Issuer, NameClaim, RoleClaim
from ddgen.cli.options import StoreAt
from ddgen.errors import UsageError


def serve(  # noqa: PLR0913 - one parameter an option
    *,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen at; others than this machine need --auth.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen at.")] = 8765,
    store: StoreAt = None,
    source_root: SourceRoots = None,
    connection: Connections = None,
    auth: Annotated[bool, typer.Option("--auth", help="Ask for a key; ddgen keys makes them.")] = False,
    oidc_issuer: Issuer = None,
    oidc_audience: Audience = "",
    oidc_name_claim: NameClaim = "sub",
    oidc_role_claim: RoleClaim = None,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", metavar="NAME", help="A name that the server is called by.")
    ] = None,
    uploads: UploadsAt = None,
    max_upload: Annotated[int, typer.Option("--max-upload", min=1, metavar="MB", help="Largest upload.")] = 2048,
    rate: Annotated[str, typer.Option("--rate", help="Requests of one client, as in 100/second.")] = "12000/minute",
    quiet: Annotated[bool, typer.Option("--quiet", help="No line for each request, only errors.")] = False,
    runs: Annotated[
        int, typer.Option("--runs", min=0, max=64, help="Runs at a time; 0 leaves them to ddgen worker.")
    ] = 2,
) -> None:
    """Serve the REST API: dictionaries, reviews, runs, exports, search.

    \b
    ddgen serve                                    for this machine, without login
    ddgen serve --source-root data                 runs may read the files in data/
    ddgen serve --host 0.0.0.0 --auth --allow-host catalog.example.org
    ddgen serve --auth --oidc-issuer https://login.example.org/realms/data --oidc-audience ddgen
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    try:
        from ddgen.api.config import LOCAL_NAMES, LoginProvider, ServerSettings
        from ddgen.api.serve import log_to_stderr
        from ddgen.api.serve import serve as run
        from ddgen.store.store import Store as Opened
    except ImportError as error:
        hint = "Install it: pip install 'data-dictionary-generator[serve]'"
        raise UsageError(f"the server is not installed ({error.name} is missing)", hint=hint) from error
    from ddgen.settings import load_ai

    login = LoginProvider(oidc_issuer, oidc_audience, oidc_name_claim, oidc_role_claim) if oidc_issuer else None
    settings = ServerSettings(
        host=host,
        port=port,
        auth=auth,
        login=login,
        hosts=(*LOCAL_NAMES, host.lower(), *(name.lower() for name in allow_host or ())),
        source_roots=folders(source_root),
        connections=addresses(connection),
        rate=rate,
        run_limit=runs,
        max_upload=max_upload << 20,
        ai=load_ai(),
    )
    settings = (settings if uploads is None else replace(settings, uploads=uploads)).checked()
    log_to_stderr(requests=not quiet)
    with Opened.open(store) as opened:
        typer.echo(f"ddgen serves {opened.database.place} at http://{host}:{port} (Ctrl-C ends it)", err=True)
        run(settings, opened)
