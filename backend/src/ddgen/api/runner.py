"""Who does runs: the contract, and one that does each in a process of its own on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from typing import Protocol

from ddgen.api.config import ServerSettings
from ddgen.api.sources import Sources
from ddgen.api.uploads import Uploads
from ddgen.api.work import CANCELLED, SERVER, Work, failed
from ddgen.errors import Conflict, DdgenError, StoreBusy
from ddgen.store.runs import RunRow, RunUpdate
from ddgen.store.store import Store

_GRACE_SECONDS = 10
"""How long a run that is to stop may take to do so."""


class Runner(Protocol):
    """Does runs that are in the store, and says in the store how they are."""

    def start(self) -> None:
        """Take up what is waiting; what was running when a server ended has failed."""

    def submit(self, run: RunRow) -> None:
        """Do a run that is queued in the store, when its turn comes."""

    def cancel(self, run_id: str, *, actor: str) -> None:
        """Stop a run that waits or is under way. Raises Conflict where it is over, NotFound."""

    def close(self) -> None:
        """Stop everything; what was running has failed, what waited goes on waiting."""


class ProcessRunner:
    """Each run in a process, some at a time; runs of this server only, which is why one server has one store file."""

    def __init__(self, settings: ServerSettings, store: Store) -> None:
        self._store = store
        self._sources = Sources(settings, store)
        self._uploads = Uploads(settings)
        self._pool = ThreadPoolExecutor(settings.run_limit, thread_name_prefix="run")
        self._lock = threading.Lock()
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._cancelled: set[str] = set()
        self._closing = False

    def start(self) -> None:
        """Take up what is waiting; what was running when a server ended has failed."""
        self._uploads.clear_old()
        if self._store.database.is_file:
            for run in self._all("running"):
                self._end(run.id, failed("server_stopped", "the server ended while it ran", "Run it again"))
        for run in reversed(self._all("queued")):
            self.submit(run)

    def submit(self, run: RunRow) -> None:
        """Do a run that is queued in the store, when its turn comes."""
        self._pool.submit(self._do, run.id)

    def cancel(self, run_id: str, *, actor: str) -> None:
        """Stop a run that waits or is under way. Raises Conflict where it is over, NotFound."""
        try:
            self._store.runs.update(run_id, CANCELLED, actor=actor, only_from={"queued"})
        except Conflict:
            with self._lock:
                process = self._processes.get(run_id)
                if process is None:
                    raise
                self._cancelled.add(run_id)
            process.send_signal(signal.SIGTERM)
            return
        self._store.runs.append(run_id, [("state", {"state": "cancelled"})], actor=actor)
        self._uploads.remove_of(self._store.runs.get(run_id).request)

    def close(self) -> None:
        """Stop everything; what was running has failed, what waited goes on waiting."""
        with self._lock:
            self._closing = True
            running = list(self._processes.values())
        for process in running:
            process.send_signal(signal.SIGTERM)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _all(self, state: str) -> list[RunRow]:
        found, cursor = [], None
        while True:
            page = self._store.runs.page(state=state, cursor=cursor, limit=200)  # type: ignore[arg-type]  # a state
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found

    def _do(self, run_id: str) -> None:
        """In a thread: from queued to its end."""
        if self._closing:
            return
        with suppress(Conflict):  # it was cancelled while it waited
            run = self._store.runs.update(run_id, RunUpdate(state="running"), actor=SERVER, only_from={"queued"})
            self._store.runs.append(run_id, [("state", {"state": "running"})], actor=SERVER)
            try:
                self._work(run)
            except DdgenError as error:
                self._end(run_id, failed(error.code, error.message, error.hint))
            finally:
                self._uploads.remove_of(run.request)

    def _work(self, run: RunRow) -> None:
        work = self._sources.work_of(run, self._uploads)
        process = self._begin(run.id, work)
        try:
            code = self._wait(process, work)
        finally:
            with self._lock:
                del self._processes[run.id]
                cancelled = run.id in self._cancelled
                self._cancelled.discard(run.id)
        if cancelled:
            self._end(run.id, CANCELLED)
        elif self._closing:
            self._end(run.id, failed("server_stopped", "the server ended while it ran", "Run it again"))
        elif code != 0:
            self._end(run.id, failed("internal", f"the process of the run ended with code {code}", "See the log"))

    def _begin(self, run_id: str, _work: Work) -> subprocess.Popen[str]:
        with self._lock:
            process = subprocess.Popen(
                [sys.executable, "-m", "ddgen.api.worker"],
                stdin=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONUTF8": "1"},
            )
            self._processes[run_id] = process
        return process

    def _wait(self, process: subprocess.Popen[str], work: Work) -> int:
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(json.dumps(asdict(work)))
        while True:
            try:
                return process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                if self._closing or any(run == work.run_id for run in self._cancelled):
                    process.kill()

    def _end(self, run_id: str, how: RunUpdate) -> None:
        """Say how a run ended, unless its process has said so itself."""
        with suppress(Conflict, StoreBusy):
            self._store.runs.update(run_id, how, actor=SERVER, only_from={"running"})
            self._store.runs.append(run_id, [("state", {"state": how.state, "error": how.error})], actor=SERVER)
