"""A worker: takes runs from the store's queue, does them in child processes, and takes up what dead workers left."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from ddgen.errors import Conflict, DdgenError, StoreBusy
from ddgen.jobs import notices
from ddgen.jobs.attempt import WORKER, Attempt
from ddgen.jobs.claim import Claim, claim
from ddgen.jobs.desk import RunDesk
from ddgen.jobs.engine import FINAL, Engine, Limits
from ddgen.jobs.inputs import AsAsked, Inputs
from ddgen.jobs.notices import Channels
from ddgen.jobs.schedules import ScheduleDesk
from ddgen.store.runs import RunRow, RunUpdate, State
from ddgen.store.store import Store

log = logging.getLogger(__name__)

BEAT = 0.5
"""Seconds between two looks at the queue."""

LOOK_AROUND = 5.0
"""Seconds between two looks for workers that died."""

REMEMBERED = timedelta(days=7)
"""How long DBOS keeps what is over."""

_ATTEMPTS = 4
_PAUSE, _GROWTH = 5.0, 4.0
_CLOSING = 10.0


class Worker:
    """At work from `start` to `close`, in threads of its own. One in a process.

    Raises Conflict where another process has the queue of a store in a file.
    """

    def __init__(
        self,
        store: Store,
        limits: Limits | None = None,
        channels: Channels | None = None,
        inputs: Inputs | None = None,
    ) -> None:
        self.store = store
        self._inputs = inputs or AsAsked()
        self._channels = channels or Channels()
        self.lost: DdgenError | None = None
        """Why the worker ended by itself, where it did."""

        self._limits = limits or Limits()
        self._stopping = threading.Event()
        self._nudged = threading.Event()
        self._known: set[str] = set()
        self._busy = _Count()
        self._claim: Claim | None = None
        self._engine: Engine | None = None
        self._thread = threading.Thread(target=self._watch, name="ddgen-worker", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin, unless it has begun. Raises Conflict, StoreError."""
        if self._thread.is_alive():
            return
        with ExitStack() as undo:
            self._claim = claim(self.store.database)
            undo.callback(self._claim.close)
            self._engine = Engine(self.store.database, self._claim.executor, self._limits)
            self._engine.launch(self)
            undo.pop_all()
        self._thread.start()

    def submit(self, run: RunRow) -> None:  # noqa: ARG002 - it is found in the store's queue
        """There is something new in the queue: look at once."""
        self._nudged.set()

    def cancel(self, run_id: str, *, actor: str) -> None:
        """Stop a run that waits or is under way. Raises Conflict where it is over, NotFound."""
        was = self.store.runs.get(run_id)
        done = RunDesk(self.store).cancel(run_id, actor=actor)
        if was.state == "queued":
            self._inputs.over(done)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the worker has ended by then."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def close(self) -> None:
        """End: children are stopped, and what was under way is done by the next worker. Closing again does nothing."""
        self._stopping.set()
        self._nudged.set()
        if self._thread.is_alive():
            self._thread.join()
        self._busy.wait_for_none(_CLOSING)
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()
        held, self._claim = self._claim, None
        if held is not None:
            held.close()

    # What the workflows do

    def attempt(self, run_id: str, number: int) -> str:
        """Try a run; how it ended in a word."""
        with self._busy:
            url = self.store.database.address.url
            last = number >= _ATTEMPTS
            return Attempt(self.store, url, run_id, last=last, stopping=self._stopping, inputs=self._inputs).make()

    def pause(self, number: int) -> float:
        """Seconds until it is tried again after that many attempts."""
        return float(_PAUSE * _GROWTH ** (number - 1))

    def finish(self, run_id: str) -> int:
        """Clean up after a run; how many want to be told of it."""
        run = self.store.runs.get(run_id)
        self._inputs.over(run)
        found = notices.places(run)
        return len(found) if found and notices.notice(self.store, run) is not None else 0

    def tell(self, run_id: str, number: int, attempt: int) -> str:
        """Tell one of them."""
        run = self.store.runs.get(run_id)
        return notices.tell(self.store, run, number, self._channels, last=attempt >= _ATTEMPTS)

    def repeat(self, schedule_id: str, at: datetime) -> str:
        """Ask for the run of a schedule."""
        asked = ScheduleDesk(self.store).fire(schedule_id, at)
        self._nudged.set()
        return "passed" if asked is None else asked

    # The watch

    def _watch(self) -> None:
        looked = 0.0
        while not self._stopping.is_set():
            self._nudged.wait(BEAT)
            self._nudged.clear()
            try:
                self._look()
                self._running().schedule((one.id, one.cron, one.zone) for one in self.store.schedules.all())
                if time.monotonic() - looked > LOOK_AROUND:
                    looked = time.monotonic()
                    self._look_around()
            except (StoreBusy, SQLAlchemyError) as error:
                log.warning("the queue cannot be looked at for now: %s", type(error).__name__)
                self._lose()

    def _lose(self) -> None:
        """Where the claim is lost, end: another worker may have taken these runs up."""
        try:
            self._held().check()
        except StoreBusy as error:
            self.lost = error
            self._stopping.set()

    def _held(self) -> Claim:
        assert self._claim is not None  # noqa: S101 - the watch begins with the claim
        return self._claim

    def _running(self) -> Engine:
        assert self._engine is not None  # noqa: S101 - the watch begins with the engine
        return self._engine

    def _look(self) -> None:
        """Hand what is new in the store's queue to the engine."""
        queued = self._all("queued")
        self._known &= {run.id for run in queued}
        for run in queued:
            if run.id not in self._known:
                self._running().enqueue(run.id, run.submitted_by)
                self._known.add(run.id)

    def _look_around(self) -> None:
        """Take up what dead workers left, and what only the store knows of; forget what is long over."""
        self._held().check()
        engine = self._running()
        for executor in engine.executors():
            if self._held().gone(executor):
                engine.take_over(executor)
        runs = {run.id: run for run in (*self._all("queued"), *self._all("running"))}
        states = engine.states(list(runs))
        for run_id, run in runs.items():
            if run_id not in states:
                engine.enqueue(run_id, run.submitted_by)
            elif states[run_id] in FINAL:
                self._give_up(run)
        engine.forget(self.store.clock() - REMEMBERED)

    def _give_up(self, run: RunRow) -> None:
        """Say so of a run that will not be done: DBOS has done with it, the store has not."""
        state: State = "running" if run.state == "running" else "queued"
        why = "its worker died too often" if state == "running" else "another copy of this store has done it"
        hint = f"Ask for it again: ddgen run retry {run.id}"
        said = {"code": "died", "detail": f"{why}. {hint}", "hint": hint}
        with contextlib.suppress(Conflict):  # it ended meanwhile
            new = RunUpdate(state="failed", error=said)
            self.store.runs.update(run.id, new, actor=WORKER, only_from={state})
            self.store.runs.append(run.id, [("state", {"state": "failed", "error": said})], actor=WORKER)

    def _all(self, state: State) -> list[RunRow]:
        found: list[RunRow] = []
        cursor: str | None = None
        while True:
            page = self.store.runs.page(state=state, cursor=cursor, limit=200)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found[::-1]


@dataclass
class _Count:
    """How many attempts are under way."""

    number: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> None:
        with self.changed:
            self.number += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.changed:
            self.number -= 1
            self.changed.notify_all()

    def wait_for_none(self, seconds: float) -> None:
        with self.changed:
            self.changed.wait_for(lambda: not self.number, seconds)
