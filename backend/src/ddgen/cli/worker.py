"""`ddgen worker`: does the runs that wait in a store."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from ddgen.cli.allowed import Connections, SourceRoots, UploadsAt, addresses, folders
from ddgen.cli.options import Debug, StoreAt
from ddgen.errors import UsageError


def worker(
    *,
    store: StoreAt = None,
    runs: Annotated[int, typer.Option("--runs", metavar="N", min=1, help="So many runs at once.")] = 2,
    per_user: Annotated[
        int, typer.Option("--per-user", metavar="N", min=1, help="So many runs of one user at once, in all workers.")
    ] = 2,
    source_root: SourceRoots = None,
    connection: Connections = None,
    uploads: UploadsAt = None,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Do the runs that wait in a store, each in a process of its own, until this one is stopped.

    A run that was under way when its worker died is done by the next one. A store in a file has one worker; a store in
    PostgreSQL may have many, on many machines that reach the same data. For runs that are asked for through the API,
    tell each what it may read, as ddgen serve is told.

    \b
    Examples:
      ddgen worker
      ddgen worker --store postgresql://me@db/ddgen --runs 4
      ddgen worker --source-root data --uploads /srv/uploads
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.stored import open_store

    try:
        from ddgen.api.config import ServerSettings
        from ddgen.api.inputs import ServerInputs
        from ddgen.jobs.engine import Limits
        from ddgen.jobs.notices import Channels
        from ddgen.jobs.worker import Worker
    except ImportError as error:
        hint = "Install it: pip install 'data-dictionary-generator[jobs]'"
        raise UsageError(f"what workers need is not installed ({error.name} is missing)", hint=hint) from error
    limits, channels = Limits(per_worker=runs, per_user=per_user), Channels.load()
    settings = ServerSettings(source_roots=folders(source_root), connections=addresses(connection))
    settings = settings if uploads is None else replace(settings, uploads=uploads)
    with (
        open_store(store) as opened,
        Worker(opened, limits, channels, ServerInputs(settings, opened)) as work,
    ):
        typer.echo(f"At work for {opened.database.place}; Ctrl-C ends it", err=True)
        try:
            while not work.wait(1):
                continue
        except KeyboardInterrupt:
            typer.echo("Ending; what is under way is done by the next worker", err=True)
            return
        if work.lost is not None:
            raise work.lost
