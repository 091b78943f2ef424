"""The cache file outlives processes, kills, wrong files and full disks, and never costs a run."""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ddgen.llm.cache import NOTE
from ddgen.llm.clock import SystemClock
from ddgen.llm.disk import DAY, DiskCache
from ddgen.llm.disk_file import DiskFile


class Calendar(SystemClock):
    now = 1_700_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own" / "answers.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(path)
    yield cache
    cache.close()


def texts(count: int, size: int = 20) -> dict[str, str]:
    return {f"key {number}": json.dumps({"description": f"{number} " + "d" * size}) for number in range(count)}


def test_texts_come_back(cache: DiskCache) -> None:
    cache.put_many({"a": "1", "b": "2 \u00fc \U0001f600"})
    assert cache.get_many(["a", "b", "c"]) == {"a": "1", "b": "2 \u00fc \U0001f600"}


def test_a_later_process_finds_them(path: Path) -> None:
    first = DiskCache(path)
    first.put_many({"a": "1"})
    first.close()
    second = DiskCache(path)
    assert second.get_many(["a"]) == {"a": "1"}
    second.close()


def test_the_later_text_counts(cache: DiskCache) -> None:
    cache.put_many({"a": "1"})
    cache.put_many({"a": "2"})
    assert cache.get_many(["a"]) == {"a": "2"}


def test_nothing_is_made_before_it_is_used(path: Path) -> None:
    cache = DiskCache(path)
    assert not path.parent.exists()
    cache.put_many({})
    cache.close()
    assert not path.parent.exists()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_file_and_folder_are_for_their_owner_only(path: Path, cache: DiskCache) -> None:
    cache.put_many({"a": "1"})
    files = list(path.parent.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_more_keys_than_fit_one_query(cache: DiskCache) -> None:
    kept = texts(2_345)
    cache.put_many(kept)
    assert cache.get_many([*kept, "nothing"]) == kept


def test_old_texts_expire_and_still_serve_in_need(path: Path) -> None:
    clock = Calendar()
    cache = DiskCache(path, clock=clock)
    cache.put_many({"a": "1"})
    clock.now += 30 * DAY - 1
    assert cache.get_many(["a"]) == {"a": "1"}
    clock.now += 1
    assert cache.get_many(["a"]) == {}
    assert cache.get_many(["a"], stale=True) == {"a": "1"}
    cache.close()


def test_a_text_that_was_altered_is_not_returned(path: Path, cache: DiskCache) -> None:
    cache.put_many({"a": "1", "b": "2"})
    connection = sqlite3.connect(path)
    connection.execute("UPDATE answers SET text = 'bad' WHERE key = 'a'")
    connection.commit()
    connection.close()
    assert cache.get_many(["a", "b"]) == {"b": "2"}


def test_the_longest_unused_leave_when_it_is_full(path: Path) -> None:
    clock = Calendar()
    cache = DiskCache(path, max_bytes=400_000, clock=clock)
    cache.put_many({"first": "x" * 500, "loved": "y" * 500})
    for number in range(100):
        clock.now += 7200
        assert "loved" in cache.get_many(["loved"])
        cache.put_many({f"{number} {key}": text for key, text in texts(10, size=1_000).items()})
    assert cache.get_many(["first", "loved"]).keys() == {"loved"}
    assert cache.evictions > 0
    found = cache.stats()
    assert 200_000 < found.size <= 400_000
    assert path.stat().st_size <= 450_000
    cache.close()


def test_what_expired_leaves_first(path: Path) -> None:
    clock = Calendar()
    cache = DiskCache(path, max_bytes=400_000, clock=clock)
    cache.put_many({f"old {key}": text for key, text in texts(200, size=1_000).items()})
    clock.now += 31 * DAY
    fresh = texts(100, size=1_000)
    cache.put_many(fresh)
    assert cache.get_many(fresh) == fresh
    assert cache.evictions == 0
    cache.close()


def test_notes_about_texts_are_no_texts_and_are_forgotten_too(cache: DiskCache) -> None:
    cache.put_many({"a": "1", "b": "2", f"{NOTE}server-x": "a-model"})
    assert cache.stats().entries == 2
    assert cache.clear() == 2
    assert cache.get_many([f"{NOTE}server-x"]) == {}


def test_clear_leaves_the_journal(cache: DiskCache) -> None:
    cache.put_many(texts(10))
    run = cache.journal.start_run()
    assert cache.clear() == 10
    assert cache.get_many(texts(10)) == {}
    assert [one.id for one in cache.journal.runs()] == [run]
    assert cache.stats().entries == 0


def test_stats_say_what_is_there(path: Path) -> None:
    clock = Calendar()
    cache = DiskCache(path, clock=clock)
    cache.put_many({"a": "1"})
    clock.now += 5
    cache.put_many({"b": "1"})
    found = cache.stats()
    assert (found.entries, found.oldest, found.newest, found.usable) == (2, clock.now - 5, clock.now, True)
    assert 0 < found.size < 100_000
    cache.close()


@pytest.mark.parametrize("content", [b"this is no database" * 500, b"SQLite format 3\0" + b"\xff" * 9_000])
def test_a_broken_file_is_put_aside(path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    cache = DiskCache(path)
    assert cache.get_many(["a"]) == {}
    cache.put_many({"a": "1"})
    assert cache.get_many(["a"]) == {"a": "1"}
    aside = [file for file in path.parent.iterdir() if ".broken-" in file.name]
    assert [file.read_bytes() for file in aside] == [content]
    assert len(caplog.records) == 1
    cache.close()


def test_a_file_that_breaks_in_the_middle_is_put_aside(path: Path) -> None:
    cache = DiskCache(path)
    cache.put_many(texts(2_000, size=200))
    cache.close()
    with path.open("r+b") as file:
        file.seek(4_096)
        file.write(b"\xee" * (path.stat().st_size - 4_096))
    cache = DiskCache(path)
    assert cache.get_many(texts(2_000)) == {}
    cache.put_many({"a": "1"})
    assert cache.get_many(["a"]) == {"a": "1"}
    cache.close()


def test_someone_else_s_database_is_left_alone(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (a)")
    connection.close()
    before = path.read_bytes()
    cache = DiskCache(path)
    cache.put_many({"a": "1"})
    assert cache.get_many(["a"]) == {}
    assert not cache.stats().usable
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert len(caplog.records) == 1
    cache.close()


def test_a_place_where_no_file_can_be_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    cache = DiskCache(tmp_path / "file" / "answers.sqlite")
    cache.put_many({"a": "1"})
    assert cache.get_many(["a"]) == {}
    assert cache.clear() == 0
    assert cache.journal.start_run()
    assert cache.journal.runs() == []
    assert not cache.journal.keep_batch("b", "r", "s", {})
    assert len(caplog.records) == 1
    assert caplog.records[0].levelno == logging.WARNING
    cache.close()


def test_a_full_disk_keeps_nothing_more_and_reads_on(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = DiskCache(path)
    cache.put_many({"a": "1"})
    file = cache._file  # noqa: SLF001 - SQLite's own limit of pages stands for the disk's
    file.rows("PRAGMA max_page_count = 20")
    for _ in range(3):
        cache.put_many(texts(2_000, size=200))
    assert cache.get_many(["a", "key 1"]) == {"a": "1"}
    assert len(caplog.records) == 1
    cache.close()


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_disk_that_refuses_bytes_costs_no_run(path: Path) -> None:
    script = """
import resource, signal, sys
from ddgen.llm.disk import DiskCache
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
cache = DiskCache(sys.argv[1])
cache.put_many({"a": "1"})
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for number in range(50):
    cache.put_many({f"{number}": "x" * 20_000})
cache.get_many(["a"])
cache.close()
print("went on")
"""
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=False)
    assert done.stdout == "went on\n"
    assert done.stderr.count("The answer cache") == 1


def test_halves_of_characters_are_not_kept(cache: DiskCache) -> None:
    cache.put_many({"a": "\ud800", "b": "2"})
    assert cache.get_many(["a", "b"]) == {"b": "2"}


def test_threads_may_share_it(cache: DiskCache) -> None:
    wrong: list[object] = []

    def work(name: str) -> None:
        for number in range(40):
            cache.put_many({f"{name}{number}": f"{name}{number}"})
            found = cache.get_many([f"{name}{number}"])
            if found != {f"{name}{number}": f"{name}{number}"}:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert cache.stats().entries == 160


WRITER = """
import sys
from pathlib import Path
from ddgen.llm.disk import DiskCache
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
cache = DiskCache(path)
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
for number in range(count):
    cache.put_many({f"{name} {number}": "text"})
    cache.get_many([f"{name} {number}"])
cache.close()
"""


def four_processes(path: Path, count: int) -> list[str]:
    """Four that begin to write in the same moment; what each of them complained about."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, path, f"w{one}", str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for one in range(4)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    complaints = [worker.communicate()[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4
    return complaints


def test_processes_may_share_it_from_its_first_moment(path: Path) -> None:
    assert four_processes(path, 100) == [""] * 4
    cache = DiskCache(path)
    assert cache.stats().entries == 400
    cache.close()


def test_processes_that_find_it_broken_together_go_on_together(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all " * 300)
    complaints = four_processes(path, 20)
    assert len([complaint for complaint in complaints if complaint]) == 1
    cache = DiskCache(path)
    assert cache.stats().entries == 80
    assert len([file for file in path.parent.iterdir() if ".broken-" in file.name]) == 1
    cache.close()


@pytest.mark.skipif(os.name != "posix", reason="kill -9 of POSIX")
def test_kill_9_loses_nothing_that_was_put(path: Path) -> None:
    script = """
import sys
from ddgen.llm.disk import DiskCache
cache = DiskCache(sys.argv[1])
run = cache.journal.start_run()
for number in range(10_000_000):
    cache.journal.begin(run, [f"unit {number}"])
    cache.put_many({f"unit {number}": str(number)})
    cache.journal.done([f"unit {number}"])
    print(number, flush=True)
"""
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == 30:
                process.send_signal(signal.SIGKILL)
                break
        rest = [int(line) for line in process.stdout]
    last = rest[-1] if rest else 30
    cache = DiskCache(path)
    wanted = [f"unit {number}" for number in range(last + 1)]
    assert len(cache.get_many(wanted)) == last + 1
    assert len(cache.journal.open_units()) <= 1
    cache.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_it_survives_a_fork(cache: DiskCache) -> None:
    cache.put_many({"a": "1"})
    child = os.fork()
    if not child:
        found = cache.get_many(["a"])
        cache.put_many({"b": "2"})
        os._exit(0 if found == {"a": "1"} else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert cache.get_many(["a", "b"]) == {"a": "1", "b": "2"}


def test_it_opens_again_after_it_was_closed(cache: DiskCache) -> None:
    cache.put_many({"a": "1"})
    cache.close()
    cache.close()
    assert cache.get_many(["a"]) == {"a": "1"}


def test_a_writer_that_holds_the_file_is_waited_for_and_then_done_without(
    path: Path, cache: DiskCache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ddgen.llm.disk_file.LOCK_SECONDS", 0.1)
    cache.put_many({"a": "1"})
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    cache.put_many({"b": "2"})
    cache.put_many({"b": "2"})
    assert cache.get_many(["a", "b"]) == {"a": "1"}
    blocker.execute("ROLLBACK")
    blocker.close()
    cache.put_many({"c": "3"})
    assert cache.get_many(["c"]) == {"c": "3"}
    assert len(caplog.records) == 1


def test_an_error_of_ours_in_a_transaction_leaves_nothing_behind(path: Path) -> None:
    file = DiskFile(path)

    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO runs (id, started) VALUES ('r', 1)")
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        file.write(fails, None)
    assert file.rows("SELECT * FROM runs") == []
    assert file.change("INSERT INTO runs (id, started) VALUES (?, ?)", ("s", 2)) == 1
    file.close()


def test_ten_thousand_gets_take_less_than_half_a_second(cache: DiskCache) -> None:
    kept = texts(10_000, size=800)
    cache.put_many(kept)
    start = time.process_time()
    assert cache.get_many(kept) == kept
    assert time.process_time() - start < 0.5
    start = time.process_time()
    for key in kept:
        cache.get_many([key])
    assert time.process_time() - start < 1.0
