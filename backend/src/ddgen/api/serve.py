"""Runs the application: one process that answers, and a process for each run."""

from __future__ import annotations

import gc
import json
import logging
import socket
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any

import uvicorn

from ddgen.api.app import create_app
from ddgen.api.config import ServerSettings
from ddgen.api.runner import runner
from ddgen.api.uploads import Uploads
from ddgen.errors import OutputError
from ddgen.store.store import Store

_GRACE_SECONDS = 20
"""How long requests under way may take when the server ends."""


_GARBAGE = 20_000
"""New objects after which garbage is looked for among them."""


class _Server(uvicorn.Server):
    """Ends streams first when it ends: they would never end by themselves."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        app: Any = self.config.app
        app.state.context.closing.set()
        await super().shutdown(sockets)


class _Lines(logging.Formatter):
    """Each entry as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "message": record.getMessage()}
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr(*, requests: bool) -> None:
    """Write errors, and where wanted a line for each request, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    log = logging.getLogger("ddgen.api")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO if requests else logging.ERROR)


def _settle() -> None:
    """Take what stands now out of the search for garbage, and search less often: each search stops all requests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 100)


def serve(settings: ServerSettings, store: Store) -> None:
    """Serve until a signal ends it.

    Raises UsageError for settings that are not safe, OutputError for a taken port, and Conflict where another process
    does the runs of a store in a file.
    """
    settings = settings.checked()
    does = runner(settings, store)
    app = create_app(settings, store, does)
    with _bound(settings) as bound, closing(does):
        does.start()
        Uploads(settings).clear_old()
        config = uvicorn.Config(
            app,
            log_level="critical",  # errors are in our own log, under the id of their request
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        _settle()
        with suppress(KeyboardInterrupt):  # raised once all is ended, for a signal that was told to end it
            _Server(config).run(sockets=[bound])


def _bound(settings: ServerSettings) -> socket.socket:
    """A socket that listens.

    Answers come in two parts, headers and body: without TCP_NODELAY, which connections inherit, the second would wait
    until the client has confirmed the first, which many do after 40 ms only. The loop sets it for sockets of its own.
    """
    try:
        bound = socket.create_server(
            (settings.host.strip("[]"), settings.port),
            family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET,
        )
    except OSError as error:
        hint = "Another server may be there: choose another with --port"
        raise OutputError(
            f"cannot listen: {error.strerror or error}", where=f"{settings.host}:{settings.port}", hint=hint
        ) from error
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound
