"""A server that is killed at any moment of edits, runs and backups: the store opens, and nothing acknowledged is lost.

DDGEN_KILLS says how often; a few times where nothing is said.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from ddgen.jobs.engine import CRASHES
from ddgen.store.runs import ENDED
from ddgen.store.store import Store

from ..store import dictionaries
from .serving import API, eventually, wait_until_up

KILLS = int(os.environ.get("DDGEN_KILLS", "3"))


@dataclass
class Acknowledged:
    """What clients were told is done."""

    edits: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)


@contextmanager
def killed(store: str, folder: Path, keep: Path) -> Iterator[str]:
    """The address of a server that is killed at the end; its children go with it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command: list[str | Path] = [sys.executable, "-m", "ddgen", "serve", "--port", str(port), "--store", store]
    environment = {**os.environ, "OPENAI_ENABLED": "false"}
    with (keep / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--source-root", folder, "--uploads", keep / "uploads"], stderr=log, env=environment
        )
        try:
            wait_until_up(f"http://127.0.0.1:{port}", process, keep / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def until_it_is_gone(base: str, act: Callable[[httpx2.Client, int], None]) -> threading.Thread:
    """A client that does something again and again, until nobody answers."""

    def work() -> None:
        with httpx2.Client(base_url=base, timeout=60) as client:
            for number in range(1_000_000):
                try:
                    act(client, number)
                except httpx2.TransportError:
                    return

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def clients(base: str, field_id: str, turn: int, told: Acknowledged) -> list[threading.Thread]:
    """One who edits, and one who asks for runs."""

    def edit(client: httpx2.Client, number: int) -> None:
        text = f"Text {number} of turn {turn}."
        answer = client.patch(f"{API}/fields/{field_id}", json={"description": text}, headers={"If-Match": "*"})
        if answer.status_code == 200:
            told.edits.append(text)

    def run(client: httpx2.Client, number: int) -> None:
        source = {"kind": "file", "name": "shop/orders.csv"}
        answer = client.post(f"{API}/runs", json={"name": f"run-{number % 3}", "sources": [source]})
        if answer.status_code == 202:
            told.runs.append(answer.json()["id"])
        time.sleep(0.4)

    return [until_it_is_gone(base, edit), until_it_is_gone(base, run)]


def copying(store: str, target: Path) -> subprocess.Popen[bytes]:
    """A process that copies the store: a backup of a file, an export of a database."""
    verb = "export" if "://" in store else "backup"
    return subprocess.Popen(
        [sys.executable, "-m", "ddgen", "store", verb, target, "--store", store],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def copy_is_whole(copy: Path, empty: Path) -> bool:
    if copy.suffix == ".sqlite":
        with Store.open(copy) as opened:
            return not opened.check()
    with Store.open(empty) as opened:
        opened.import_all(copy)
        return not opened.check()


def texts_of(store: Store, dictionary_id: str) -> set[object]:
    """All that was ever written."""
    found: set[object] = set()
    cursor = None
    while True:
        page = store.activity(dictionary_id, cursor=cursor, limit=1000)
        found |= {change.after.value for row in page.items for change in row.changes if change.after is not None}
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.timeout(60 + 30 * KILLS)
def test_nothing_acknowledged_is_lost_in_kills(ready: str, folder: Path, tmp_path: Path) -> None:
    chance, told = random.Random(11), Acknowledged()  # noqa: S311 - no secret
    with Store.open(ready) as store:
        done = dictionaries.put(store, dictionaries.dictionary(tables=1, fields=5))
        field_id = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0].id
    for turn in range(KILLS):
        copy = tmp_path / f"copy-{turn}{'.jsonl.gz' if '://' in ready else '.sqlite'}"
        with killed(ready, folder, tmp_path) as base:
            threads = clients(base, field_id, turn, told)
            time.sleep(chance.uniform(0, 1))
            process = copying(ready, copy)
            time.sleep(chance.uniform(0, 2))
        process.kill()
        process.wait()
        for thread in threads:
            thread.join()
        with Store.open(ready) as store:
            assert store.check() == []
            assert set(told.edits) <= texts_of(store, done.dictionary_id)
            assert [run for run in told.runs if store.runs.get(run) is None] == []
        assert not copy.exists() or copy_is_whole(copy, tmp_path / f"imported-{turn}.sqlite")
    assert told.edits
    assert told.runs
    with killed(ready, folder, tmp_path), Store.open(ready) as store:
        eventually(lambda: all(store.runs.get(run).state in ENDED for run in told.runs), longest=60 + KILLS)
        runs = [store.runs.get(run) for run in told.runs]
        given_up = [run for run in runs if run.state == "failed" and (run.error or {})["code"] == "died"]
        assert [run.state for run in runs if run not in given_up] == ["succeeded"] * (len(runs) - len(given_up))
        assert not given_up or KILLS >= CRASHES
        assert store.check() == []
    print(  # noqa: T201 - shown by -s
        f"{KILLS} kills; {len(told.edits)} edits and {len(runs)} runs acknowledged, none lost; "
        f"{len(given_up)} runs given up after {CRASHES} deaths of their worker"
    )
