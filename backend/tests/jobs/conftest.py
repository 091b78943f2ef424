"""A store in each kind of database, and workers in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from ddgen.jobs.desk import RunDesk
from ddgen.jobs.spec import RunSpec
from ddgen.store.runs import ENDED, RunRow
from ddgen.store.store import Store

SERVER = "postgresql://127.0.0.1:5432/test"
PATIENCE = 60.0


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that is not there yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "store.sqlite")
        return
    name = f"ddgen_jobs_{uuid.uuid4().hex[:12]}"
    try:
        connection = psycopg.connect(SERVER, autocommit=True)
    except psycopg.OperationalError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL here: {error}")
    with connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        yield f"{SERVER}?options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA IF EXISTS {name}_runs CASCADE".encode())
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    with Store.open(where) as opened:
        yield opened


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A small file of data."""
    path = tmp_path / "orders.csv"
    path.write_text("id,city\n" + "".join(f"{n},Town {n % 3}\n" for n in range(50)), encoding="utf-8")
    return path


class Workers:
    """Workers of one store, in processes of their own."""

    def __init__(self, where: str, log: Path) -> None:
        self.where, self.log = where, log
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "ddgen", "worker", "--store", self.where, *options]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | environment)
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(PATIENCE)


@pytest.fixture
def workers(where: str, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(where, tmp_path / "workers.log")
    yield made
    made.end()


def until(is_so: Callable[[], object], what: str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.05)


def over(store: Store, run_id: str) -> RunRow:
    """The run, once it is over."""
    until(lambda: store.runs.get(run_id).state in ENDED, "the end of the run")
    return store.runs.get(run_id)


def submit(store: Store, *sources: Path, actor: str = "ann", **said: object) -> RunRow:
    spec = RunSpec.model_validate({"sources": [str(source) for source in sources], **said})
    return RunDesk(store).submit(spec, actor=actor)


def kinds(store: Store, run: RunRow) -> list[str]:
    """What happened in a run; of changes of its state, the state."""
    return [str(event.data["state"]) if event.kind == "state" else event.kind for event in store.runs.events(run.id)]


@dataclass
class Came:
    """A request that came in."""

    path: str
    headers: Message
    body: bytes


class Listener:
    """A server that keeps what it is told; it gives `answers` in order, then 200."""

    def __init__(self) -> None:
        self.came: list[Came] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.came.append(Came(self.path, self.headers, body))
                self.send_response(outer.answers.pop(0) if outer.answers else 200)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def endless(folder: Path) -> Path:
    """A source that cannot be read to its end: a pipe into which nobody writes."""
    path = folder / "endless.csv"
    os.mkfifo(path)
    return path


def child_of(worker: subprocess.Popen[bytes]) -> list[int]:
    tasks = Path(f"/proc/{worker.pid}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text(encoding="ascii").split()]
