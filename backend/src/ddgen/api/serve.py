"""Runs the application: one process that answers, and a process for each run."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

import uvicorn

from ddgen.api.app import create_app
from ddgen.api.config import ServerSettings
from ddgen.api.inputs import ServerInputs
from ddgen.api.uploads import Uploads
from ddgen.errors import OutputError
from ddgen.jobs.engine import Limits
from ddgen.jobs.notices import Channels
from ddgen.jobs.worker import Worker
from ddgen.store.store import Store

_GRACE_SECONDS = 20
"""How long requests under way may take when the server ends."""


class _Server(uvicorn.Server):
    """Ends streams first when it ends: they would never end by themselves."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        app: Any = self.config.app
        app.state.context.closing.set()
        await super().shutdown(sockets)


def serve(settings: ServerSettings, store: Store) -> None:
    """Serve until a signal ends it.

    Raises UsageError for settings that are not safe, OutputError for a taken port, and Conflict where another process
    does the runs of a store in a file.
    """
    settings = settings.checked()
    limits = Limits(per_worker=settings.run_limit, per_user=settings.run_limit)
    runner = Worker(store, limits, Channels.load(), ServerInputs(settings, store))
    app = create_app(settings, store, runner)
    with _bound(settings) as bound, runner:
        Uploads(settings).clear_old()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        with suppress(KeyboardInterrupt):  # raised once all is ended, for a signal that was told to end it
            _Server(config).run(sockets=[bound])


def _bound(settings: ServerSettings) -> socket.socket:
    try:
        return socket.create_server(
            (settings.host.strip("[]"), settings.port),
            family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET,
        )
    except OSError as error:
        hint = "Another server may be there: choose another with --port"
        raise OutputError(
            f"cannot listen: {error.strerror or error}", where=f"{settings.host}:{settings.port}", hint=hint
        ) from error
