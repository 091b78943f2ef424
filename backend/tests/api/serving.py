"""A server as people run it, in a process of its own, on a port of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

API = "/api/v1"
LONGEST = 60
"""Seconds until a server that does not answer has failed."""


@contextmanager
def served(store: str, *options: str | Path, keep: Path) -> Iterator[str]:
    """The address of a server, which ends as by Ctrl-C; what it wrote is in `keep`/log, its number in `keep`/pid."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    uploads = ("--uploads", str(keep / "uploads"))
    command = [sys.executable, "-m", "ddgen", "serve", "--port", str(port), "--store", store, *uploads]
    environment = {**os.environ, "OPENAI_ENABLED": "false"}
    with (keep / "log").open("wb") as log:
        process = subprocess.Popen([*command, *map(str, options)], stderr=log, env=environment)
        (keep / "pid").write_text(str(process.pid))
        try:
            base = f"http://127.0.0.1:{port}"
            wait_until_up(base, process, keep / "log")
            yield base
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(LONGEST) == 0, (keep / "log").read_text()


def wait_until_up(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if httpx2.get(f"{base}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def ended(client: httpx2.Client, run_id: str) -> dict[str, Any]:
    """A run when it is over."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        run: dict[str, Any] = client.get(f"{API}/runs/{run_id}").json()
        if run["state"] in {"succeeded", "failed", "cancelled"}:
            return run
        time.sleep(0.1)
    raise AssertionError(run)


def eventually(true: Callable[[], bool], longest: float = LONGEST) -> None:
    """Wait until something is so."""
    until = time.monotonic() + longest
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The events of a stream."""
    return (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))


def states(found: Sequence[dict[str, Any]]) -> list[str]:
    return [event["data"]["state"] for event in found if event["kind"] == "state"]
