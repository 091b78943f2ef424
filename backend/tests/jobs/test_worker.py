"""Workers in processes of their own: what they do with the queue, and with what dead ones left."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg.sql
import pytest

from ddgen.jobs.desk import RunDesk
from ddgen.store.runs import RunUpdate
from ddgen.store.store import Store

from .conftest import SERVER, Workers, child_of, endless, kinds, over, submit, until


def test_a_run_ends_as_a_dictionary_in_the_store(store: Store, workers: Workers, orders: Path) -> None:
    run = submit(store, orders, name="shop")
    workers.start()
    done = over(store, run.id)
    assert (done.state, done.error) == ("succeeded", None)
    assert done.result is not None
    assert (done.result["version"], done.result["cut"], done.result["fields"]) == (1, True, 2)
    assert done.dictionary_id == store.dictionary_named("shop").id
    told = kinds(store, run)
    assert (told[0], told[1], told[-1]) == ("queued", "running", "succeeded")
    assert "progress" in told
    assert [event.seq for event in store.runs.events(run.id)] == list(range(1, len(told) + 1))


def test_a_second_run_on_the_same_data_makes_no_version(store: Store, workers: Workers, orders: Path) -> None:
    workers.start()
    first = over(store, submit(store, orders, name="shop").id)
    second = over(store, submit(store, orders, name="shop").id)
    assert first.result is not None
    assert second.result is not None
    assert (second.result["version"], second.result["cut"]) == (1, False)


def test_a_run_that_finds_nothing_fails_and_leaves_the_dictionary(store: Store, workers: Workers, orders: Path) -> None:
    workers.start()
    over(store, submit(store, orders, name="shop").id)
    before = store.dictionary_named("shop")
    orders.unlink()
    done = over(store, submit(store, orders, name="shop").id)
    assert done.state == "failed"
    assert done.error is not None
    assert "orders.csv" in done.error["detail"]
    assert store.dictionary_named("shop") == before


def test_cancelling_ends_the_process_of_a_run(store: Store, workers: Workers, tmp_path: Path) -> None:
    worker = workers.start()
    run = submit(store, endless(tmp_path), name="shop")
    until(lambda: child_of(worker) and "progress" in kinds(store, run), "a child")
    done = RunDesk(store).cancel(run.id, actor="bob")
    assert done.state == "cancelled"
    until(lambda: not child_of(worker), "the end of the child")
    assert store.runs.get(run.id).state == "cancelled"
    assert store.recall("shop") is None


def test_a_run_that_waits_can_be_cancelled(store: Store, workers: Workers, orders: Path) -> None:
    upload = orders.with_name("upload")
    upload.write_text("a\n1\n", encoding="utf-8")
    run = submit(store, orders, discard=[str(upload)])
    RunDesk(store).cancel(run.id, actor="bob")
    assert not upload.exists()
    workers.start()
    over(store, submit(store, orders).id)
    assert kinds(store, run) == ["queued", "cancelled"]


def test_uploads_are_gone_when_their_run_is_over(store: Store, workers: Workers, orders: Path) -> None:
    workers.start()
    run = submit(store, orders, discard=[str(orders)])
    over(store, run.id)
    until(lambda: not orders.exists(), "the end of the upload")


def test_what_a_killed_worker_left_is_done_once(store: Store, workers: Workers, orders: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    run = submit(store, orders, name="shop")
    for _ in range(3):
        worker = workers.start()
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(1.0 + chance.random())
        children = child_of(worker)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        until(lambda pids=children: not any(Path(f"/proc/{pid}").exists() for pid in pids), "the end of the children")  # type: ignore[misc]  # mypy does not infer a default
    workers.start()
    done = over(store, run.id)
    assert (done.state, done.error) == ("succeeded", None)
    assert kinds(store, run).count("succeeded") == 1
    assert [version.number for version in store.versions(str(done.dictionary_id)).items] == [1]


def test_a_worker_that_is_stopped_leaves_its_runs_to_the_next(store: Store, workers: Workers, tmp_path: Path) -> None:
    pipe = endless(tmp_path)
    run = submit(store, pipe, name="shop")
    first = workers.start()
    until(lambda: "progress" in kinds(store, run), "the run")
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert store.runs.get(run.id).state == "running"
    pipe.unlink()
    pipe.write_text("id\n1\n2\n", encoding="utf-8")
    workers.start()
    assert over(store, run.id).state == "succeeded"
    assert "resumed" in kinds(store, run)


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_what_only_the_store_knows_of_is_done(store: Store, where: str, workers: Workers, orders: Path) -> None:
    waits, runs = submit(store, orders, name="waits"), submit(store, orders, name="runs")
    store.runs.update(runs.id, RunUpdate(state="running"), actor="worker")
    assert not Path(where).with_name("store.runs.sqlite").exists()
    workers.start()
    assert (over(store, waits.id).state, over(store, runs.id).state) == ("succeeded", "succeeded")


def test_a_store_in_a_file_has_one_worker(tmp_path: Path) -> None:
    where = str(tmp_path / "store.sqlite")
    workers = Workers(where, tmp_path / "log")
    workers.start()
    until(lambda: "At work" in workers.log.read_text(encoding="utf-8"), "the worker")
    second = subprocess.run(
        [sys.executable, "-m", "ddgen", "worker", "--store", where], capture_output=True, text=True, check=False
    )
    workers.end()
    assert second.returncode == 2
    assert len(second.stderr.splitlines()) == 1
    assert "another process runs what is queued in this store" in second.stderr


def rows_of(where: str) -> str:
    """All that DBOS has written down."""
    if not where.startswith("postgresql"):
        file = Path(where).with_name("store.runs.sqlite")
        with sqlite3.connect(file) as connection:
            dump = "\n".join(connection.iterdump())
        connection.close()
        return dump
    schema = where.rpartition("%3D")[2] + "_runs"
    listed = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
    found: list[tuple[str]] = []
    with psycopg.connect(SERVER) as server:
        for (name,) in server.execute(listed, [schema]).fetchall():
            table = psycopg.sql.Identifier(schema, name)
            found += server.execute(psycopg.sql.SQL("SELECT t::text FROM {} AS t").format(table)).fetchall()
    return "\n".join(row for (row,) in found)


def test_dbos_is_told_no_values_places_or_people(store: Store, where: str, workers: Workers, tmp_path: Path) -> None:
    secret = tmp_path / "secret-place.csv"
    secret.write_text("name\nZacharias Planted\n", encoding="utf-8")
    workers.start()
    done = over(store, submit(store, secret, actor="zoe@example.com", name="planted-name").id)
    failed = over(store, submit(store, tmp_path / "secret-absent.csv", actor="zoe@example.com").id)
    assert (done.state, failed.state) == ("succeeded", "failed")
    workers.end()
    told = rows_of(where)
    assert done.id in told
    assert [word for word in ("secret", "Zacharias", "planted", "zoe", "example.com") if word in told] == []
