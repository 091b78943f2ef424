from __future__ import annotations

from pathlib import Path

from ddgen.api import worker
from ddgen.api.work import Work
from ddgen.store.store import Store


def work(store: Store, ready: str, source: Path) -> Work:
    run = store.runs.create("shop", {"sources": []}, actor="mara", state="running")
    return Work(run_id=run.id, store=ready, actor="mara", name="shop", sources=(str(source),), names={})


def test_a_run_tells_how_far_it_is_and_how_it_ended(store: Store, ready: str, folder: Path) -> None:
    told = work(store, ready, folder / "orders.csv")
    assert worker.run(told) == 0
    done = store.runs.get(told.run_id)
    assert (done.state, done.step, done.dictionary_id) == ("succeeded", "merge", store.dictionary_named("shop").id)
    steps = [event.data["step"] for event in store.runs.events(told.run_id) if event.kind == "progress"]
    assert steps[0] == "read"
    assert steps[-1] == "merge"
    assert done.result
    assert (done.result["tables"], done.result["fields"], done.result["broken"]) == (1, 3, False)


def test_a_run_of_unchanged_data_makes_no_version(store: Store, ready: str, folder: Path) -> None:
    for _ in range(2):
        told = work(store, ready, folder / "orders.csv")
        worker.run(told)
    done = store.runs.get(told.run_id)
    assert done.result
    assert (done.result["cut"], done.result["version"]) == (False, 1)


def test_a_run_that_finds_nothing_fails_and_changes_nothing(store: Store, ready: str, folder: Path) -> None:
    told = work(store, ready, folder / "none.csv")
    assert worker.run(told) == 0
    assert store.runs.get(told.run_id).state == "failed"
    assert store.dictionaries().items == []
