"""Runs: what was asked for, how far it is, what happened on the way, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, func, insert, select, update

from ddgen.errors import Conflict, NotFound
from ddgen.store import numbers, reading, schema
from ddgen.store.act import Act, Desk
from ddgen.store.ids import moment, moment_or_none
from ddgen.store.pages import page
from ddgen.store.records import Page

State = Literal["queued", "running", "succeeded", "failed", "cancelled"]
ENDED = frozenset({"succeeded", "failed", "cancelled"})
_R, _E = schema.runs.c, schema.run_events.c
_MICRO = 1_000_000
_QUERY = select(schema.runs, schema.dictionaries.c.id.label("dictionary_id")).outerjoin(
    schema.dictionaries, schema.dictionaries.c.n == _R.dictionary_n
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run. `request` is what was asked for, without secrets; `cost` is in US dollars; `row_version` is for ETags."""

    id: str
    dictionary_id: str | None
    name: str
    state: str
    step: str | None
    done: int
    total: int | None
    submitted_by: str
    request: dict[str, Any]
    error: dict[str, Any] | None
    result: dict[str, Any] | None
    cost: float
    requests: int
    prompt_tokens: int
    completion_tokens: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    row_version: int


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that happened in a run; `seq` counts from 1 without gaps."""

    seq: int
    at: datetime
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunUpdate:
    """What is new of a run; what is None stays. Costs and counts are added to those before."""

    state: State | None = None
    step: str | None = None
    done: int | None = None
    total: int | None = None
    dictionary_id: str | None = None
    error: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    cost: float = 0.0
    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Runs(Desk):
    """All runs, those that are over too."""

    def create(
        self, name: str, request: dict[str, Any], *, actor: str, run_id: str | None = None, state: State = "queued"
    ) -> RunRow:
        """Note that a run is wanted; `run_id` is an id that the caller has already."""
        return self._act(actor, lambda act: _create(act, run_id, name, request, state))

    def get(self, run_id: str) -> RunRow:
        """A run by id. Raises NotFound."""
        with self._read() as connection:
            return _run(_row(connection.execute(_QUERY.where(_R.id == run_id)).one_or_none(), run_id))

    def page(
        self,
        *,
        state: State | None = None,
        dictionary_id: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[RunRow]:
        """Runs, the newest first."""
        query = _QUERY
        if state is not None:
            query = query.where(_R.state == state)
        with self._read() as connection:
            if dictionary_id is not None:
                query = query.where(_R.dictionary_n == reading.dictionary(connection, dictionary_id).n)
            return page(connection, query, [_R.n], _run, cursor=cursor, limit=limit, descending=True)

    def update(self, run_id: str, new: RunUpdate, *, actor: str, only_from: Collection[State] | None = None) -> RunRow:
        """Say what is new. Raises NotFound, and Conflict where its state is none of `only_from`."""
        return self._act(actor, lambda act: _update(act, run_id, new, only_from))

    def append(self, run_id: str, events: Sequence[tuple[str, dict[str, Any]]], *, actor: str) -> int:
        """Add events, each a kind and its data; the number of the last one. Raises NotFound."""
        return self._act(actor, lambda act: _append(act, run_id, events))

    def events(self, run_id: str, *, after: int = 0, limit: int = 1000) -> list[RunEvent]:
        """The events after a number, in order. Raises NotFound."""
        with self._read() as connection:
            row = _row(connection.execute(_QUERY.where(_R.id == run_id)).one_or_none(), run_id)
            query = select(schema.run_events).where(_E.run_n == row.n, _E.seq > after).order_by(_E.seq).limit(limit)
            found = connection.execute(query).all()
        return [RunEvent(one.seq, moment(one.at), one.kind, json.loads(one.data)) for one in found]


def _row(row: Row[Any] | None, run_id: str) -> Row[Any]:
    if row is None:
        raise NotFound("there is no such run", where=run_id)
    return row


def _json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _run(row: Row[Any]) -> RunRow:
    return RunRow(
        id=row.id,
        dictionary_id=row.dictionary_id,
        name=row.name,
        state=row.state,
        step=row.step,
        done=row.done,
        total=row.total,
        submitted_by=row.submitted_by,
        request=_json(row.request),
        error=_json(row.error),
        result=_json(row.result),
        cost=row.cost / _MICRO,
        requests=row.requests,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        created_at=moment(row.created_at),
        started_at=moment_or_none(row.started_at),
        finished_at=moment_or_none(row.finished_at),
        row_version=row.row_version,
    )


def _create(act: Act, run_id: str | None, name: str, request: dict[str, Any], state: str) -> RunRow:
    [n] = numbers.take(act.connection, schema.runs, 1)
    counts = dict.fromkeys(("done", "cost", "requests", "prompt_tokens", "completion_tokens"), 0)
    row = {
        "n": n,
        "id": run_id or act.new_id(),
        "name": name,
        "state": state,
        "submitted_by": act.actor,
        "request": json.dumps(request),
        "created_at": act.stamp,
        "started_at": act.stamp if state == "running" else None,
        "row_version": 1,
    }
    act.connection.execute(insert(schema.runs), row | counts)
    act.note("run.create", str(row["id"]), name=name)
    return _run(act.connection.execute(_QUERY.where(_R.n == n)).one())


def _update(act: Act, run_id: str, new: RunUpdate, only_from: Collection[str] | None) -> RunRow:
    query = _QUERY.where(_R.id == run_id)
    row = _row(act.connection.execute(query.with_for_update(of=schema.runs)).one_or_none(), run_id)
    if only_from is not None and row.state not in only_from:
        raise Conflict(f"the run is {row.state}", where=run_id)
    values: dict[str, Any] = {"row_version": row.row_version + 1}
    for name in ("state", "step", "done", "total"):
        if getattr(new, name) is not None:
            values[name] = getattr(new, name)
    for name in ("error", "result"):
        if getattr(new, name) is not None:
            values[name] = json.dumps(getattr(new, name))
    for name in ("requests", "prompt_tokens", "completion_tokens"):
        values[name] = row._mapping[name] + getattr(new, name)  # noqa: SLF001 - the public way to read by names
    values["cost"] = row.cost + round(new.cost * _MICRO)
    if new.dictionary_id is not None:
        values["dictionary_n"] = reading.dictionary(act.connection, new.dictionary_id).n
    if new.state == "running" and row.started_at is None:
        values["started_at"] = act.stamp
    if new.state in ENDED:
        values["finished_at"] = act.stamp
        act.note(f"run.{new.state}", run_id)
    act.connection.execute(update(schema.runs).where(_R.n == row.n).values(values))
    return _run(act.connection.execute(query).one())


def _append(act: Act, run_id: str, events: Sequence[tuple[str, dict[str, Any]]]) -> int:
    query = select(_R.n).where(_R.id == run_id).with_for_update()
    n = _row(act.connection.execute(query).one_or_none(), run_id).n
    last: int = act.connection.execute(select(func.coalesce(func.max(_E.seq), 0)).where(_E.run_n == n)).scalar_one()
    rows = [
        {"run_n": n, "seq": last + place, "at": act.stamp, "kind": kind, "data": json.dumps(data)}
        for place, (kind, data) in enumerate(events, start=1)
    ]
    if rows:
        act.connection.execute(insert(schema.run_events), rows)
    return last + len(rows)
