"""Runs, their events and their cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ddgen.errors import Conflict, NotFound
from ddgen.model.dictionary import Dictionary
from ddgen.store.runs import RunUpdate
from ddgen.store.store import Store

from .conftest import Clock
from .dictionaries import put


def test_the_life_of_a_run(store: Store, shop: Dictionary, clock: Clock) -> None:
    run = store.runs.create("shop", {"sources": ["a.csv"]}, actor="ann")
    assert (run.state, run.request, run.submitted_by, run.started_at) == ("queued", {"sources": ["a.csv"]}, "ann", None)
    started = store.runs.update(run.id, RunUpdate("running", step="profile", total=10), actor="w", only_from=["queued"])
    assert started.started_at is not None
    with pytest.raises(Conflict):
        store.runs.update(run.id, RunUpdate("running"), actor="w", only_from=["queued"])
    for _ in range(3):
        store.runs.update(run.id, RunUpdate(done=5, cost=0.1, requests=1, prompt_tokens=7), actor="w")
    clock.pass_by(timedelta(seconds=2))
    done = put(store, shop)
    ended = RunUpdate("succeeded", dictionary_id=done.dictionary_id, result={"version": 1})
    last = store.runs.update(run.id, ended, actor="w")
    assert (last.state, last.done, last.cost, last.requests, last.prompt_tokens) == ("succeeded", 5, 0.3, 3, 21)
    assert last.finished_at is not None
    assert last.finished_at - started.created_at > timedelta(seconds=2)
    assert (last.result, last.dictionary_id, last.step) == ({"version": 1}, done.dictionary_id, "profile")
    assert last.row_version > started.row_version
    assert store.runs.get(run.id) == last
    store.delete(done.dictionary_id, actor="ann")
    assert (store.runs.get(run.id).dictionary_id, store.runs.get(run.id).cost) == (None, 0.3)


def test_events_are_numbered_without_gaps(store: Store) -> None:
    run = store.runs.create("shop", {}, actor="ann")
    assert store.runs.append(run.id, [], actor="w") == 0
    assert store.runs.append(run.id, [("progress", {"done": 1}), ("log", {"text": "x"})], actor="w") == 2
    assert store.runs.append(run.id, [("done", {})], actor="w") == 3
    assert [(event.seq, event.kind) for event in store.runs.events(run.id)] == [
        (1, "progress"),
        (2, "log"),
        (3, "done"),
    ]
    assert [event.seq for event in store.runs.events(run.id, after=1, limit=1)] == [2]
    assert store.runs.events(run.id, after=3) == []
    with pytest.raises(NotFound):
        store.runs.events("nothing")
    with pytest.raises(NotFound):
        store.runs.append("nothing", [("log", {})], actor="w")


def test_runs_by_state_and_dictionary(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    runs = [store.runs.create(f"run {number}", {}, actor="ann", run_id=f"r{number}") for number in range(5)]
    store.runs.update("r2", RunUpdate("failed", error={"detail": "no"}), actor="w")
    store.runs.update("r3", RunUpdate("running", dictionary_id=done.dictionary_id), actor="w")
    assert [run.id for run in store.runs.page(limit=2).items] == ["r4", "r3"]
    assert [run.id for run in store.runs.page(state="failed").items] == ["r2"]
    assert [run.id for run in store.runs.page(dictionary_id=done.dictionary_id).items] == ["r3"]
    first = store.runs.page(limit=3)
    assert [run.id for run in store.runs.page(cursor=first.next_cursor).items] == [runs[1].id, runs[0].id]
    assert store.runs.get("r2").error == {"detail": "no"}
