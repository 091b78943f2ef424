"""Runs that the clock asks for: when, and what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from ddgen.errors import Conflict, NotFound
from ddgen.store import numbers, schema
from ddgen.store.act import Act, Desk
from ddgen.store.ids import moment, moment_or_none

_S = schema.schedules.c


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A schedule: `cron` is an expression of five parts in the time zone `zone`, `request` that of a run.

    `last_run_id` and `last_at` are of the run that it asked for last.
    """

    id: str
    name: str
    cron: str
    zone: str
    request: dict[str, Any]
    created_by: str
    created_at: datetime
    last_run_id: str | None
    last_at: datetime | None


class Schedules(Desk):
    """All schedules, by name."""

    def create(self, name: str, cron: str, zone: str, request: dict[str, Any], *, actor: str) -> ScheduleRow:
        """Add one. Raises Conflict where the name is taken."""
        return self._act(actor, lambda act: _create(act, name, cron, zone, request))

    def get(self, key: str) -> ScheduleRow:
        """A schedule by id or name. Raises NotFound."""
        with self._read() as connection:
            row = connection.execute(select(schema.schedules).where(_is(key))).one_or_none()
        return _made(row, key)

    def all(self) -> list[ScheduleRow]:
        """All of them."""
        with self._read() as connection:
            rows = connection.execute(select(schema.schedules).order_by(_S.name)).all()
        return [_made(row, "") for row in rows]

    def remove(self, key: str, *, actor: str) -> None:
        """Take one away, by id or name; runs that it asked for stay. Raises NotFound."""
        self._act(actor, lambda act: _remove(act, key))

    def ran(self, schedule_id: str, run_id: str, *, actor: str) -> None:
        """It asked for this run now."""
        self._act(actor, lambda act: _ran(act, schedule_id, run_id))


def _is(key: str) -> Any:
    return or_(_S.id == key, _S.name == key)


def _made(row: Row[Any] | None, key: str) -> ScheduleRow:
    if row is None:
        raise NotFound("there is no such schedule", where=key, hint="`ddgen schedule list` names them")
    return ScheduleRow(
        id=row.id,
        name=row.name,
        cron=row.cron,
        zone=row.zone,
        request=json.loads(row.request),
        created_by=row.created_by,
        created_at=moment(row.created_at),
        last_run_id=row.last_run_id,
        last_at=moment_or_none(row.last_at),
    )


def _create(act: Act, name: str, cron: str, zone: str, request: dict[str, Any]) -> ScheduleRow:
    if act.connection.execute(select(_S.n).where(_S.name == name)).first() is not None:
        raise Conflict("there is a schedule of that name", where=name, hint="Remove it first, or choose another name")
    [n] = numbers.take(act.connection, schema.schedules, 1)
    row = {
        "n": n,
        "id": act.new_id(),
        "name": name,
        "cron": cron,
        "zone": zone,
        "request": json.dumps(request),
        "created_by": act.actor,
        "created_at": act.stamp,
    }
    act.connection.execute(insert(schema.schedules), row)
    act.note("schedule.create", name)
    return _made(act.connection.execute(select(schema.schedules).where(_S.n == n)).one(), name)


def _remove(act: Act, key: str) -> None:
    if not act.connection.execute(delete(schema.schedules).where(_is(key))).rowcount:
        raise NotFound("there is no such schedule", where=key, hint="`ddgen schedule list` names them")
    act.note("schedule.remove", key)


def _ran(act: Act, schedule_id: str, run_id: str) -> None:
    new = {"last_run_id": run_id, "last_at": act.stamp}
    act.connection.execute(update(schema.schedules).where(_S.id == schedule_id).values(new))
