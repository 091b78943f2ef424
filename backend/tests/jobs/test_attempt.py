"""One attempt at a run, from its parent's side, with real children."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from ddgen.jobs.attempt import Attempt, Outcome, Stopped
from ddgen.jobs.desk import RunDesk
from ddgen.jobs.inputs import AsAsked
from ddgen.store.store import Store

from .conftest import endless, kinds, submit, until


@pytest.fixture
def where(tmp_path: Path) -> str:
    return str(tmp_path / "store.sqlite")


def attempt(store: Store, where: str, run_id: str, *, last: bool = True) -> Attempt:
    return Attempt(store, where, run_id, last=last, stopping=threading.Event())


def test_what_is_over_is_not_done_again(store: Store, where: str, orders: Path) -> None:
    run = submit(store, orders)
    RunDesk(store).cancel(run.id, actor="ann")
    assert attempt(store, where, run.id).make() == "cancelled"
    assert kinds(store, run) == ["queued", "cancelled"]


def test_a_child_that_dies_is_a_failure_that_says_how(store: Store, where: str, tmp_path: Path) -> None:
    run = submit(store, endless(tmp_path))
    found: list[Outcome] = []
    thread = threading.Thread(target=lambda: found.append(attempt(store, where, run.id).make()))
    thread.start()
    until(lambda: "progress" in kinds(store, run), "the child")
    for pid in (int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if is_of(path, run.id)):
        os.kill(pid, signal.SIGKILL)
    thread.join()
    done = store.runs.get(run.id)
    assert (found, done.state) == (["failed"], "failed")
    assert done.error is not None
    assert (done.error["code"], "by signal 9" in done.error["detail"]) == ("died", True)


def is_of(path: Path, run_id: str) -> bool:
    try:
        return run_id.encode() in path.read_bytes()
    except OSError:
        return False


def test_what_may_work_later_is_tried_again_until_the_last_time(store: Store, orders: Path) -> None:
    run = submit(store, orders)
    away = "postgresql://nobody@127.0.0.1:1/away"
    assert attempt(store, away, run.id, last=False).make() == "again"
    assert store.runs.get(run.id).state == "running"
    assert attempt(store, away, run.id).make() == "failed"
    assert kinds(store, run) == ["queued", "running", "again", "resumed", "failed"]


def test_a_worker_that_ends_leaves_the_run_as_it_is(store: Store, where: str, tmp_path: Path) -> None:
    run = submit(store, endless(tmp_path))
    one = attempt(store, where, run.id)
    one.stopping.set()
    with pytest.raises(Stopped):
        one.make()
    assert store.runs.get(run.id).state == "running"


def test_an_upload_that_cannot_be_removed_stops_nothing(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = submit(store, tmp_path / "a.csv", discard=[str(tmp_path)])
    AsAsked().over(run)
    assert "cannot be removed" in caplog.text


def test_a_child_that_is_stopped_with_its_worker_leaves_the_run(store: Store, where: str, tmp_path: Path) -> None:
    run = submit(store, endless(tmp_path))
    one = attempt(store, where, run.id)
    stopped = threading.Event()

    def make() -> None:
        with pytest.raises(Stopped):
            one.make()
        stopped.set()

    thread = threading.Thread(target=make)
    thread.start()
    until(lambda: "progress" in kinds(store, run), "the child")
    for pid in (int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if is_of(path, run.id)):
        os.kill(pid, signal.SIGTERM)
        until(lambda pid=pid: not is_of(Path(f"/proc/{pid}/cmdline"), run.id), "its end")  # type: ignore[misc]  # mypy does not infer a default
    one.stopping.set()
    thread.join()
    assert stopped.is_set()
    assert store.runs.get(run.id).state == "running"


def test_what_a_server_has_to_make_sense_of_is_not_guessed_at(store: Store, where: str) -> None:
    run = store.runs.create("shop", {"sources": [{"kind": "file", "name": "shop/orders.csv"}]}, actor="ann")
    assert attempt(store, where, run.id).make() == "failed"
    error = store.runs.get(run.id).error
    assert error is not None
    assert "asked for through the API" in error["detail"]
