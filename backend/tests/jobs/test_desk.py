"""Asking for runs, cancelling them, and asking again; without a worker."""

from __future__ import annotations

import pytest

from ddgen.errors import Conflict, NotFound
from ddgen.jobs.desk import RunDesk
from ddgen.jobs.spec import RunSpec
from ddgen.store.runs import RunUpdate
from ddgen.store.store import Store

from .conftest import kinds

WANTED = RunSpec(sources=("/data/orders.csv",), sample=10)


def test_a_run_that_is_asked_for_waits(store: Store) -> None:
    run = RunDesk(store).submit(WANTED, actor="ann")
    assert (run.state, run.name, run.submitted_by, run.request) == (
        *("queued", "orders", "ann"),
        {"sources": ["/data/orders.csv"], "sample": 10},
    )
    assert kinds(store, run) == ["queued"]
    assert RunDesk(store).events(run.id, after=1) == []


def test_a_run_is_cancelled_once(store: Store) -> None:
    desk = RunDesk(store)
    run = desk.submit(WANTED, actor="ann")
    assert desk.cancel(run.id, actor="bob").state == "cancelled"
    assert kinds(store, run) == ["queued", "cancelled"]
    with pytest.raises(Conflict, match="was cancelled"):
        desk.cancel(run.id, actor="bob")
    with pytest.raises(NotFound):
        desk.cancel("nobody", actor="bob")


def test_what_is_over_can_be_asked_for_again(store: Store) -> None:
    desk = RunDesk(store)
    run = desk.submit(WANTED, actor="ann")
    with pytest.raises(Conflict, match="the run is queued"):
        desk.retry(run.id, actor="bob")
    store.runs.update(run.id, RunUpdate(state="failed", error={"code": "x", "detail": "y"}), actor="worker")
    again = desk.retry(run.id, actor="bob")
    assert again.id != run.id
    assert (again.state, again.name, again.request["sample"]) == ("queued", "orders", 10)
    assert next(iter(desk.events(again.id))).data == {"state": "queued", "retry_of": run.id}


def test_an_upload_is_read_once(store: Store) -> None:
    desk = RunDesk(store)
    run = desk.submit(RunSpec(sources=("/up/1",), discard=("/up/1",)), actor="ann")
    desk.cancel(run.id, actor="ann")
    with pytest.raises(Conflict, match="Upload it again"):
        desk.retry(run.id, actor="ann")
