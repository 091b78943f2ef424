"""Many at once, processes that are killed, processes that fork: nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from ddgen.errors import PreconditionFailed
from ddgen.model.claim import Kind
from ddgen.store.store import Store

from .dictionaries import dictionary, put

WRITER = """
import sys
from pathlib import Path
from ddgen.model.claim import Kind
from ddgen.store.store import Store
store = Store.open(sys.argv[1])
field, first, copy = sys.argv[2], int(sys.argv[3]), sys.argv[4]
for number in range(first, first + 100_000):
    store.edit_claim(field, Kind.DESCRIPTION, f"text {number}", actor="writer")
    print(number, flush=True)
    if copy and number % 5 == 0:
        store.backup(Path(copy))
"""


def test_what_was_acknowledged_outlives_a_kill(ready: str, tmp_path: Path) -> None:
    waits = (0.01, 0.2, 0.05, 0.13, 0.0, 0.24, 0.08, 0.17)
    with Store.open(ready) as store:
        done = put(store, dictionary(tables=1, fields=30))
        field = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0].id
    copy = str(tmp_path / "copy.sqlite") if "://" not in ready else ""
    told = 0
    for wait in waits:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, ready, field, str(told + 1), copy], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        acknowledged = [int(first), *(int(line) for line in process.stdout.readlines() if line.endswith("\n"))]
        process.stdout.close()
        process.wait()
        told = acknowledged[-1]
        with Store.open(ready) as store:
            said = store.field(field).row.description
            assert said is not None
            assert int(said.removeprefix("text ")) in {told, told + 1}
            texts = {
                change.after.value
                for line in store.history(field)
                for change in line.changes
                if change.after is not None
            }
            assert {f"text {number}" for number in acknowledged} <= texts
            assert store.check() == []
            told = int(said.removeprefix("text "))
        if copy and Path(copy).exists():
            with Store.open(copy) as whole:
                assert whole.check() == []


def test_many_edit_one_dictionary_and_each_conflict_is_told(store: Store) -> None:
    done = put(store, dictionary(tables=1, fields=4))
    fields = [row.id for row in store.fields(dictionary_id=done.dictionary_id).items]
    workers, rounds = 8, 12
    taken: list[str] = []
    conflicts: list[tuple[int, int]] = []
    lock = threading.Lock()

    def work(worker: int) -> None:
        for number in range(rounds):
            field = fields[(worker + number) % len(fields)]
            seen = store.field(field).row.row_version
            text = f"worker {worker} round {number}"
            try:
                store.edit_claim(field, Kind.DESCRIPTION, text, actor=f"w{worker}", if_match=seen)
            except PreconditionFailed as error:
                with lock:
                    conflicts.append((seen, error.row_version or 0))
            else:
                with lock:
                    taken.append(text)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) + len(conflicts) == workers * rounds
    assert all(now > seen for seen, now in conflicts)
    lines = [line for field in fields for line in store.history(field) if line.action == "edit"]
    told = [change.after.value for line in lines for change in line.changes if change.after is not None]
    assert sorted(told) == sorted(taken)
    assert sum(store.field(field).row.row_version - 1 for field in fields) == len(taken)
    assert store.dictionary(done.dictionary_id).revision == 1 + len(taken)
    assert store.check() == []


def test_runs_and_edits_at_once_lose_nothing(store: Store) -> None:
    done = put(store, dictionary(tables=1, fields=6))
    fields = [row.id for row in store.fields(dictionary_id=done.dictionary_id).items]
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            if number % 2:
                put(store, dictionary(tables=1, fields=6, rows=200 + number))
            else:
                store.edit_claim(fields[number // 2], Kind.BUSINESS_NAME, f"Name {number}", actor="ann")
        except (AssertionError, PreconditionFailed, ValueError) as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for number in range(0, 8, 2):
        assert store.field(fields[number // 2]).field.business_name == f"Name {number}"
    assert store.check() == []


def test_a_forked_process_has_connections_of_its_own(store: Store) -> None:
    done = put(store, dictionary(tables=1, fields=2))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(writer, store.dictionary(done.dictionary_id).name.encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    assert (os.read(reader, 100), status) == (b"shop", 0)
    os.close(reader)
    assert store.dictionary(done.dictionary_id).name == "shop"


def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "store.sqlite"
    with Store.open(path) as store:
        store.options.set("x", 1, actor="ann")
        for part in path.parent.iterdir():
            assert part.stat().st_mode & 0o077 == 0, part


@pytest.mark.parametrize("setting", [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_how_sqlite_is_set(tmp_path: Path, setting: tuple[str, object]) -> None:
    with Store.open(tmp_path / "store.sqlite") as store, store.database.reading() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {setting[0]}").scalar() == setting[1]


def test_connections_that_a_server_has_closed_are_made_anew(store: Store) -> None:
    if store.database.is_file:
        return
    put(store, dictionary(tables=1, fields=2))
    with store.database.reading() as one, store.database.reading() as other:
        pids = [connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() for connection in (one, other)]
    time.sleep(1.1)  # what was used a moment ago is not asked whether it is there
    with psycopg.connect(store.database.address.url.replace("+psycopg", ""), autocommit=True) as operator:
        for pid in pids:
            operator.execute("SELECT pg_terminate_backend(%s)", (pid,))
    assert len(store.dictionaries().items) == 1
    put(store, dictionary(tables=1, fields=3))
