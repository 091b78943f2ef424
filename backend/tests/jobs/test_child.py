"""The child that does a run: what it tells, and when it goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ddgen.jobs.desk import RunDesk
from ddgen.jobs.lines import ORPHANED
from ddgen.store.runs import RunUpdate
from ddgen.store.store import Store

from .conftest import endless, submit


def child(run_id: str, where: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ddgen.jobs.child", run_id]
    environment = os.environ | {"DDGEN_STORE_URL": where}
    with Store.open(where) as store:
        wanted = json.dumps(store.runs.get(run_id).request)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=environment
    )
    assert process.stdin is not None
    process.stdin.write(wanted + "\n")
    process.stdin.flush()
    return process


def told(process: subprocess.Popen[str]) -> list[dict[str, object]]:
    """What it tells until its end; its standard input stays open until then."""
    assert process.stdout is not None
    lines = [json.loads(line) for line in process.stdout]
    process.wait()
    process.stdout.close()
    if process.stdin is not None:
        process.stdin.close()
    return lines


def running(store: Store, *sources: Path, **said: Any) -> str:
    run = submit(store, *sources, **said)
    store.runs.update(run.id, RunUpdate(state="running"), actor="worker")
    return run.id


def test_it_tells_how_far_it_is_and_what_it_stored(store: Store, where: str, orders: Path) -> None:
    process = child(running(store, orders, name="shop"), where)
    lines = told(process)
    assert process.returncode == 0
    assert {line["kind"] for line in lines[:-1]} == {"progress"}
    assert (lines[-1]["kind"], lines[-1]["version"], lines[-1]["tables"]) == ("stored", 1, 1)


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_it_tells_in_one_line_what_it_cannot_do(store: Store, where: str, orders: Path) -> None:
    process = child(running(store, orders, tables=["nothing*"]), where)
    last = told(process)[-1]
    assert process.returncode == 2
    assert (last["kind"], last["code"], last["transient"]) == ("error", "usage", False)
    assert "no table fits nothing*" in str(last["detail"])


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_it_stores_nothing_of_a_run_that_was_cancelled(store: Store, where: str, orders: Path) -> None:
    run_id = running(store, orders, name="shop")
    RunDesk(store).cancel(run_id, actor="ann")
    last = told(child(run_id, where))[-1]
    assert (last["kind"], last["code"]) == ("error", "conflict")
    assert store.recall("shop") is None


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_it_goes_when_its_parent_is_gone(store: Store, where: str, tmp_path: Path) -> None:
    process = child(running(store, endless(tmp_path)), where)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["step"] == "read"
    assert process.stdin is not None
    process.stdin.close()
    process.stdin = None
    told(process)
    assert process.returncode == ORPHANED
