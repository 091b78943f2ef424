"""Limits of the queue, several workers, and the clock."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from ddgen.jobs.engine import Limits
from ddgen.jobs.schedules import ScheduleDesk
from ddgen.jobs.spec import RunSpec
from ddgen.jobs.worker import Worker
from ddgen.store import schema
from ddgen.store.store import Store

from .conftest import Workers, endless, kinds, over, submit, until


def states(store: Store) -> list[tuple[str, str]]:
    return sorted((run.submitted_by, run.state) for run in store.runs.page().items)


def test_one_user_does_not_take_all_places(store: Store, tmp_path: Path) -> None:
    source = endless(tmp_path)
    runs = [submit(store, source, actor=who, name=f"d{n}") for n, who in enumerate(["ann", "ann", "bob", "cat"])]
    with Worker(store, Limits(per_worker=2, per_user=1)):
        until(lambda: [state for _, state in states(store)].count("running") == 2, "two runs")
        until(lambda: sum("progress" in kinds(store, run) for run in runs) == 2, "their progress")
        found = states(store)
    assert [state for _, state in found].count("running") == 2
    assert [pair for pair in found if pair == ("ann", "running")] in ([], [("ann", "running")])


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_the_runs_of_a_killed_worker_are_taken_up_by_another(store: Store, workers: Workers, tmp_path: Path) -> None:
    pipe = endless(tmp_path)
    run = submit(store, pipe, name="shop")
    first = workers.start()
    until(lambda: "progress" in kinds(store, run), "the run")
    workers.start()
    until(lambda: workers.log.read_text(encoding="utf-8").count("At work") == 2, "the second worker")
    pipe.unlink()
    pipe.write_text("id\n1\n2\n", encoding="utf-8")
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert over(store, run.id).state == "succeeded"
    assert kinds(store, run).count("resumed") == 1


def test_the_clock_asks_for_runs_once_each(store: Store, orders: Path) -> None:
    wanted = RunSpec(sources=(str(orders),), name="shop")
    made = store.schedules.create("often", "* * * * * *", "UTC", wanted.request(), actor="ann")
    with Worker(store):
        until(lambda: store.schedules.get("often").last_run_id, "the first run")
        store.schedules.remove(made.id, actor="ann")
        runs = store.runs.page().items
        for run in runs:
            assert over(store, run.id).state == "succeeded"
    assert {run.submitted_by for run in runs} == {"ann"}
    assert store.versions(store.dictionary_named("shop").id).items[0].number == 1


def test_a_schedule_can_be_run_at_once(store: Store, orders: Path) -> None:
    wanted = RunSpec(sources=(str(orders),), name="shop")
    desk = ScheduleDesk(store)
    made = desk.add(wanted, "0 6 * * *", actor="ann")
    run = desk.run("shop", actor="bob")
    assert (run.state, run.submitted_by, store.schedules.get(made.id).last_run_id) == ("queued", "bob", run.id)


WATCH = """
import sys

def seen(event, arguments):
    if event == "socket.connect":
        with open({log!r}, "a") as log:
            log.write(str(arguments[1]) + "\\n")

sys.addaudithook(seen)
"""


def test_nothing_is_sent_beyond_this_machine(store: Store, workers: Workers, orders: Path, tmp_path: Path) -> None:
    log = tmp_path / "connections"
    log.touch()
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH.format(log=str(log)), encoding="utf-8")
    workers.start(
        PYTHONPATH=str(tmp_path / "watch"), DBOS__CLOUD="true", DBOS_CONDUCTOR_KEY="planted", DBOS__APPID="planted"
    )
    assert over(store, submit(store, orders).id).state == "succeeded"
    workers.end()
    beyond = [line for line in log.read_text(encoding="utf-8").splitlines() if "127.0.0.1" not in line]
    assert beyond == []


def test_what_is_long_over_is_forgotten_and_not_done_again(store: Store, orders: Path) -> None:
    with Worker(store) as work:
        run = submit(store, orders)
        over(store, run.id)
        engine = work._running()  # noqa: SLF001 - what DBOS keeps shows nowhere else
        until(lambda: engine.states([run.id]) == {run.id: "SUCCESS"}, "the end of the workflow")
        engine.forget(datetime.now(UTC) + timedelta(minutes=1))
        assert engine.states([run.id]) == {}
    assert kinds(store, run).count("running") == 1


def test_a_run_that_another_copy_of_the_store_has_done_is_given_up(store: Store, orders: Path) -> None:
    run = submit(store, orders)
    with Worker(store):
        over(store, run.id)
    with store.database.transaction() as connection:
        connection.execute(update(schema.runs).values(state="queued"))
    with Worker(store):
        done = over(store, run.id)
    assert done.state == "failed"
    assert done.error is not None
    assert f"ddgen run retry {run.id}" in done.error["detail"]
