"""How runs look in the terminal and as JSON."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

import typer

from ddgen.cli.outputs import printing
from ddgen.errors import NotFound, UsageError
from ddgen.exporters.text import visible
from ddgen.jobs.desk import RunDesk
from ddgen.store.runs import ENDED, RunEvent, RunRow, State

if TYPE_CHECKING:
    from ddgen.store.store import Store

_BEAT = 0.3
_PATIENCE = 5.0
"""Seconds after which a run that is queued may want for a worker."""

_SHORT = 200
FAILED, CANCELLED = 3, 130


def state_of(said: str | None) -> State | None:
    """A state as somebody names it. Raises UsageError."""
    known: tuple[State, ...] = get_args(State)
    found = next((state for state in known if state == said), None)
    if said is not None and found is None:
        raise UsageError(f"there is no state {said}", where="--state", hint=f"States: {', '.join(known)}")
    return found


def found(store: Store, start: str) -> str:
    """The id of the run that begins so. Raises NotFound, UsageError."""
    if len(start) == len("01a22f2f-09cb-74d0-8523-06c85e24decc"):
        return store.runs.get(start).id
    fits = [run.id for run in store.runs.page(limit=_SHORT).items if start and run.id.startswith(start)]
    if not fits:
        raise NotFound("there is no such run", where=start, hint="`ddgen run list` names them")
    if len(fits) > 1:
        raise UsageError(f"{len(fits)} runs begin so", where=start, hint="Give more of the id")
    return fits[0]


def list_of(store: Store, state: State | None, limit: int, *, as_json: bool) -> None:
    """Print runs, the newest first."""
    rows: list[RunRow] = []
    cursor: str | None = None
    while len(rows) < limit:
        page = store.runs.page(state=state, cursor=cursor, limit=min(limit - len(rows), _SHORT))
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    with printing():
        if as_json:
            typer.echo(json.dumps([document(run) for run in rows], indent=2))
            return
        for run in rows:
            typer.echo(line(run))
        if not rows:
            typer.echo("No runs")


def line(run: RunRow) -> str:
    """`ID  succeeded  shop  2026-03-01 06:00  ann  $0.0120`."""
    cost = f"  ${run.cost:.4f}" if run.cost else ""
    when = run.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{run.id}  {run.state:<9}  {visible(run.name)}  {when}  {visible(run.submitted_by)}{cost}"


def document(run: RunRow, events: Iterable[RunEvent] | None = None) -> dict[str, Any]:
    """A run as JSON."""
    shown = {name: _plain(value) for name, value in dataclasses.asdict(run).items()}
    if events is not None:
        shown["events"] = [{"seq": one.seq, "at": _plain(one.at), "kind": one.kind, **one.data} for one in events]
    return shown


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def tell(run: RunRow, *, as_json: bool = False, short: bool = False, events: Iterable[RunEvent] | None = None) -> None:
    """Print a run; `short` is its id and state."""
    with printing():
        if as_json:
            typer.echo(json.dumps(document(run, events), indent=2))
        elif short:
            typer.echo(f"{run.id}  {run.state}")
        else:
            typer.echo(line(run))
            for event in events or ():
                typer.echo(f"  {event.at.astimezone():%H:%M:%S}  {happened(event)}")
            _end(run)


def _end(run: RunRow) -> None:
    if run.error is not None:
        typer.echo(f"  {visible(run.error['detail'])}")
    if run.result is not None:
        made = "version" if run.result["cut"] else "nothing new since version"
        counts = f"{run.result['tables']} tables, {run.result['fields']} fields, {len(run.result['problems'])} problems"
        typer.echo(f"  {made} {run.result['version']}: {counts}")


def happened(event: RunEvent) -> str:
    """An event in a line."""
    data = event.data
    if event.kind == "progress":
        table = f" {visible(data['table'])}" if data.get("table") else ""
        total = f" of {data['total']:,}" if data.get("total") else ""
        return f"{data['step']}{table} {data['done']:,}{total}"
    error = data.get("error") or data
    said = [visible(str(one)) for one in (error.get("detail"), data.get("message"), data.get("by")) if one]
    again = [f"again, after {data['retry_of']}"] if data.get("retry_of") else []
    return " ".join([data["state"] if event.kind == "state" else event.kind, *said, *again])


def followed(desk: RunDesk, run_id: str, *, as_json: bool) -> int:
    """Show what happens until the run is over; the exit code: 3 where it failed, 130 where somebody cancelled it."""
    seen, told = 0, False
    asked = time.monotonic()
    while True:
        run = desk.store.runs.get(run_id)
        if not told and run.state == "queued" and time.monotonic() - asked > _PATIENCE:
            told = True
            typer.echo("still queued: is a worker at work? Start one with ddgen worker or ddgen serve", err=True)
        for event in desk.events(run_id, after=seen):
            seen = event.seq
            if not as_json:
                typer.echo(happened(event), err=True)
        if run.state in ENDED:
            break
        time.sleep(_BEAT)
    tell(run, as_json=as_json)
    return {"failed": FAILED, "cancelled": CANCELLED}.get(run.state, 0)
