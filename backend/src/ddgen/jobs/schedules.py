"""Runs that the clock asks for: cron expressions and time zones, checked; and the asking."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterBadDateError, croniter

from ddgen.errors import NotFound, UsageError
from ddgen.jobs import spec
from ddgen.jobs.desk import RunDesk
from ddgen.store.runs import ENDED, RunRow
from ddgen.store.schedules import ScheduleRow
from ddgen.store.store import Store

PARTS = 5
_RUNS = uuid.UUID("5d0f3c0e-6c1b-4c53-9d41-0f5b9b6c7a52")
"""The name space of ids that runs of schedules get, so that none is asked for twice."""


class ScheduleDesk:
    """Schedules of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(
        self, wanted: spec.RunSpec, cron: str, *, actor: str, name: str | None = None, zone: str = "UTC"
    ) -> ScheduleRow:
        """Ask for a run whenever the expression says so, in that time zone; `name` is the schedule's.

        Raises UsageError for an expression or a zone that cannot be, and Conflict where the name is taken.
        """
        cron = " ".join(cron.split())
        following(cron, zone)
        if wanted.discard:
            raise UsageError("an upload is read once", where="schedule", hint="Name data that stay where they are")
        return self.store.schedules.create(name or wanted.dictionary, cron, zone, wanted.request(), actor=actor)

    def run(self, key: str, *, actor: str) -> RunRow:
        """Ask for the run now. Raises NotFound."""
        schedule = self.store.schedules.get(key)
        run = RunDesk(self.store).submit(spec.read(schedule.request), actor=actor)
        self.store.schedules.ran(schedule.id, run.id, actor=actor)
        return run

    def fire(self, schedule_id: str, at: datetime) -> str | None:
        """Ask for the run of a moment, once; the id of it, None where the last one is still under way."""
        run_id = str(uuid.uuid5(_RUNS, f"{schedule_id} {at.astimezone(UTC).isoformat()}"))
        try:
            schedule = self.store.schedules.get(schedule_id)
        except NotFound:  # removed meanwhile
            return None
        if self._known(run_id):
            return run_id
        if schedule.last_run_id is not None and not self._over(schedule.last_run_id):
            return None
        RunDesk(self.store).submit(spec.read(schedule.request), actor=schedule.created_by, run_id=run_id)
        self.store.schedules.ran(schedule_id, run_id, actor=schedule.created_by)
        return run_id

    def _known(self, run_id: str) -> bool:
        try:
            self.store.runs.get(run_id)
        except NotFound:
            return False
        return True

    def _over(self, run_id: str) -> bool:
        return not self._known(run_id) or self.store.runs.get(run_id).state in ENDED


def following(cron: str, zone: str, after: datetime | None = None) -> datetime:
    """When the expression comes true next.

    Raises UsageError for an expression or a zone that cannot be, and for one that never comes true.
    """
    if len(cron.split()) != PARTS or not croniter.is_valid(cron):
        hint = "Say minute, hour, day, month and weekday, as in '0 6 * * 1-5'"
        raise UsageError(f"this is no cron expression: {cron}", where="--cron", hint=hint)
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"there is no time zone {zone}", where="--zone", hint="As in Europe/Berlin") from error
    start = (after or datetime.now(UTC)).astimezone(there)
    try:
        found: datetime = croniter(cron, start).get_next(datetime)
    except CroniterBadDateError as error:
        hint = "No year has that day in that month"
        raise UsageError(f"this never comes true: {cron}", where="--cron", hint=hint) from error
    return found
