from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ddgen.api.config import ServerSettings
from ddgen.api.runner import ProcessRunner
from ddgen.errors import Conflict
from ddgen.store.runs import RunRow
from ddgen.store.store import Store

FILE = {"kind": "file", "name": "shop/orders.csv"}


@pytest.fixture
def runner(store: Store, settings: ServerSettings) -> Iterator[ProcessRunner]:
    made = ProcessRunner(settings, store)
    yield made
    made.close()


def asked(store: Store, *sources: dict[str, str], **more: Any) -> RunRow:
    return store.runs.create("shop", {"sources": list(sources), **more}, actor="mara")


def ended(store: Store, run: RunRow) -> RunRow:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        now = store.runs.get(run.id)
        if now.finished_at is not None:
            return now
        time.sleep(0.05)
    raise AssertionError(now)


def test_what_waited_is_taken_up_in_order_and_put_into_the_store_by_who_asked(
    store: Store, runner: ProcessRunner
) -> None:
    run = asked(store, FILE)
    runner.start()
    assert ended(store, run).state == "succeeded"
    found = store.dictionary_named("shop")
    assert store.versions(found.id).items[0].author == "mara"


def test_a_source_that_is_gone_fails_the_run_and_says_so(store: Store, runner: ProcessRunner) -> None:
    run = asked(store, {"kind": "file", "name": "shop/gone.csv"})
    runner.submit(run)
    done = ended(store, run)
    assert (done.state, done.error and done.error["code"]) == ("failed", "not_found")


def test_data_that_nobody_can_read_fail_the_run(store: Store, runner: ProcessRunner, folder: Path) -> None:
    (folder / "orders.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200))
    run = asked(store, FILE)
    runner.submit(run)
    done = ended(store, run)
    assert done.state == "failed"
    assert done.error
    assert "no format that is known here" in done.error["detail"]
    assert store.dictionaries().items == []


def test_a_run_that_waits_is_cancelled_and_never_begins(store: Store, runner: ProcessRunner) -> None:
    run = asked(store, FILE)
    runner.cancel(run.id, actor="mara")
    runner.submit(run)
    with pytest.raises(Conflict):
        runner.cancel(run.id, actor="mara")
    later = asked(store, FILE)
    runner.submit(later)
    ended(store, later)
    now = store.runs.get(run.id)
    assert (now.state, now.started_at) == ("cancelled", None)
    assert [event.kind for event in store.runs.events(run.id)] == ["state"]


def test_a_run_whose_server_ended_has_failed_and_can_be_asked_for_again(
    store: Store, settings: ServerSettings, folder: Path
) -> None:
    with (folder / "big.csv").open("w", encoding="utf-8") as file:
        file.writelines(f"{n},{n % 7}\n" for n in range(2_000_000))
    first = ProcessRunner(settings, store)
    run = asked(store, {"kind": "file", "name": "shop/big.csv"})
    first.submit(run)
    while store.runs.get(run.id).step != "profile":
        time.sleep(0.05)
    first.close()
    done = store.runs.get(run.id)
    assert (done.state, done.error and done.error["code"]) == ("failed", "server_stopped")
