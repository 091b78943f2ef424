"""DBOS, as runs use it: one workflow for a run, one for a schedule; what it is told are ids and small words.

DBOS is one in a process, so is the engine. Nothing of it leaves this machine: there is no conductor and no telemetry.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

os.environ.pop("DBOS__CLOUD", None)  # read at import: it would hand settings and logs to a service

from dbos import DBOS, DBOSConfig

from ddgen.errors import StoreError
from ddgen.jobs.small import OnlySmall
from ddgen.store.database import Database

SCHEMA_OF_WORKFLOWS = 1
"""Counts up when a workflow of an earlier ddgen could not go on with this one's steps, and only then."""

QUEUE = "runs"
FINAL = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
ALONE = "local"
"""The name of the only executor of a store in a file: what it left behind, the next one of that name takes up."""

CRASHES = 20
"""After so many ends of its worker a run is given up."""


class Work(Protocol):
    """What the workflows do, one durable step each."""

    def attempt(self, run_id: str, number: int) -> str:
        """Try a run; how it ended in a word."""

    def pause(self, number: int) -> float:
        """Seconds until it is tried again after that many attempts."""

    def finish(self, run_id: str) -> int:
        """Clean up; how many want to be told."""

    def tell(self, run_id: str, number: int, attempt: int) -> str:
        """Tell one of them; `again` where it has to be tried again."""

    def repeat(self, schedule_id: str, at: datetime) -> str:
        """Ask for the run of a schedule."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many runs at once: of this worker, and of one user."""

    per_worker: int = 2
    per_user: int = 2


_work: list[Work] = []


@DBOS.workflow(name="run", max_recovery_attempts=CRASHES)
def _run(run_id: str) -> str:
    number, outcome = 0, "again"
    while outcome == "again":
        number += 1
        outcome = DBOS.run_step({"name": "attempt"}, _work[0].attempt, run_id, number)
        if outcome == "again":
            DBOS.sleep(_work[0].pause(number))
    for number in range(DBOS.run_step({"name": "finish"}, _work[0].finish, run_id)):
        DBOS.start_workflow(_tell, run_id, number)
    return outcome


@DBOS.workflow(name="tell", max_recovery_attempts=CRASHES)
def _tell(run_id: str, number: int) -> str:
    """Tell one who wants to know; this holds no place in the queue of runs."""
    attempt, outcome = 0, "again"
    while outcome == "again":
        attempt += 1
        outcome = DBOS.run_step({"name": "tell"}, _work[0].tell, run_id, number, attempt)
        if outcome == "again":
            DBOS.sleep(_work[0].pause(attempt))
    return outcome


@DBOS.workflow(name="repeat")
def _repeat(at: datetime, schedule_id: str) -> str:
    return DBOS.run_step({"name": "repeat"}, _work[0].repeat, schedule_id, at)


class Engine:
    """Running from `launch` to `close`."""

    def __init__(self, database: Database, executor: str, limits: Limits) -> None:
        self._config = _config(database, executor)
        self._limits = limits

    def launch(self, work: Work) -> None:
        """Begin; what an executor of this name has left undone is taken up. Raises StoreError."""
        if _work:
            raise StoreError("a worker runs in this process already", hint="Close it first")
        _work.append(work)
        DBOS(config=self._config)
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._limits.per_worker,
            partition_concurrency=self._limits.per_user,
            polling_interval_sec=0.3,
            on_conflict="always_update",
        )

    def close(self) -> None:
        """End; what is under way stays to be taken up."""
        DBOS.destroy()
        _work.clear()

    def enqueue(self, run_id: str, user: str) -> None:
        """Put a run into the queue, unless it is known already."""
        key = hashlib.sha256(user.encode()).hexdigest()[:16]
        options: Any = {
            "workflow_name": "run",
            "queue_name": QUEUE,
            "workflow_id": run_id,
            "app_version": _version(),
            "queue_partition_key": key,
        }
        DBOS.enqueue_workflow_with_options(options, run_id)

    def states(self, run_ids: Sequence[str]) -> dict[str, str]:
        """What DBOS knows of these runs, in its words."""
        if not run_ids:
            return {}
        found = DBOS.list_workflows(workflow_ids=list(run_ids), load_input=False, load_output=False)
        return {one.workflow_id: one.status for one in found}

    def forget(self, before: datetime) -> None:
        """Forget what was over by then; the store keeps all of it."""
        ended = before.isoformat()
        while found := DBOS.list_workflows(
            completed_before=ended, status=sorted(FINAL), limit=500, load_input=False, load_output=False
        ):
            DBOS.delete_workflows([one.workflow_id for one in found])

    def executors(self) -> set[str]:
        """Names of all executors that have runs under way."""
        found = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {one.executor_id for one in found if one.executor_id}

    def take_over(self, executor: str) -> None:
        """Take up what an executor that is gone has left undone."""
        from dbos._dbos import _get_dbos_instance
        from dbos._recovery import recover_pending_workflows

        recover_pending_workflows(_get_dbos_instance(), [executor])

    def schedule(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        """Make the clock call `Work.repeat` for these and no others: each an id, a cron expression and a time zone."""
        there = {one["schedule_name"]: (one["schedule"], one.get("cron_timezone")) for one in DBOS.list_schedules()}
        asked = {name: (cron, zone) for name, cron, zone in wanted}
        new: list[Any] = [
            {
                "schedule_name": name,
                "workflow_fn": _repeat,
                "schedule": cron,
                "context": name,
                "cron_timezone": zone,
            }
            for name, (cron, zone) in asked.items()
            if there.get(name) != (cron, zone)
        ]
        if new:
            DBOS.apply_schedules(new)
        for name in there.keys() - asked.keys():
            DBOS.delete_schedule(name)


def _version() -> str:
    return f"ddgen-runs-{SCHEMA_OF_WORKFLOWS}"


def _config(database: Database, executor: str) -> DBOSConfig:
    return {
        "name": "ddgen",
        "system_database_url": _place(database),
        "dbos_system_schema": _schema(database),
        "application_version": _version(),
        "executor_id": executor,
        "serializer": OnlySmall(),
        "enable_otlp": False,
        "log_level": "ERROR",
        "use_listen_notify": False,  # nothing here waits for messages; a held connection would be one more to lose
        "notification_listener_polling_interval_sec": 0.5,
        "scheduler_polling_interval_sec": 2.0,
        "sys_db_pool_size": 8,
    }


def _place(database: Database) -> str:
    """Beside the store's file, or in the same database."""
    file = database.address.file
    return database.address.url if file is None else f"sqlite:///{file.with_name(f'{file.stem}.runs.sqlite')}"


def _schema(database: Database) -> str:
    """A schema of its own in PostgreSQL, named after that of the store."""
    if database.is_file:
        return "dbos"
    with database.reading() as connection:
        ours: str = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    return "ddgen_runs" if ours == "public" else f"{ours}_runs"
