"""`ddgen run` and `ddgen worker`, run for real."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "ddgen", "worker", "--store", str(tmp_path / "store.sqlite")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        yield process
        process.send_signal(signal.SIGTERM)


def id_in(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    found = re.match(r"[0-9a-f-]{36}", done.stdout)
    assert found is not None
    return found[0]


@pytest.mark.usefixtures("worker")
def test_a_run_that_is_waited_for(at: Run) -> None:
    done = at("run", "submit", "orders.csv", "--name", "shop", "--wait")
    assert done.returncode == 0, done.stderr
    assert "  succeeded  shop  " in done.stdout
    assert "version 1: 1 tables, 2 fields, 0 problems" in done.stdout
    assert "running\n" in done.stderr
    failed = at("run", "submit", "absent.csv", "--wait", "--json")
    assert failed.returncode == 3
    assert json.loads(failed.stdout)["error"]["code"] == "missing"


def test_runs_are_listed_shown_cancelled_and_asked_for_again(at: Run) -> None:
    run_id = id_in(at("run", "submit", "orders.csv", "--sample", "5", "--map", "a.b", "--pii", "city=none"))
    [listed] = json.loads(at("run", "list", "--json").stdout)
    request = listed["request"]
    assert (listed["id"], listed["state"], listed["name"]) == (run_id, "queued", "orders")
    assert (request["sample"], request["maps"], request["pii"]) == (5, {"a.b": True}, {"city": "none"})
    assert Path(request["sources"][0]).is_absolute()
    assert at("run", "cancel", run_id[:12]).stdout == f"{run_id}  cancelled\n"
    again = id_in(at("run", "retry", run_id))
    assert [line.split()[0] for line in at("run", "list").stdout.splitlines()] == [again, run_id]
    assert at("run", "list", "--state", "cancelled").stdout.startswith(run_id)
    shown = at("run", "show", again)
    assert f"queued again, after {run_id}" in shown.stdout
    followed = at("run", "show", run_id, "--follow")
    assert (followed.returncode, "cancelled" in followed.stdout) == (130, True)


def test_who_waits_for_a_worker_that_is_not_there_is_told_once(at: Run, tmp_path: Path) -> None:
    id_in(at("run", "submit", "orders.csv"))
    command = [sys.executable, "-m", "ddgen", "run", "submit", "orders.csv", "--wait"]
    command += ["--store", str(tmp_path / "store.sqlite")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=tmp_path, encoding="utf-8") as waiting:
        assert waiting.stderr is not None
        told = [waiting.stderr.readline() for _ in range(2)]
        waiting.terminate()
        rest = waiting.stderr.read()
    assert told[1] == "still queued: is a worker at work? Start one with ddgen worker or ddgen serve\n"
    assert "still queued" not in told[0] + rest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "show", "0000"], "there is no such run"),
        (["run", "list", "--state", "lost"], "there is no state lost"),
        (["run", "submit", "-"], "cannot read standard input"),
        (["run", "submit", "postgresql://me:planted@db/shop"], "holds a password"),
        (["run", "submit", "a.csv", "--pii", "note"], "says nothing of a place"),
    ],
)
def test_what_cannot_be_is_one_line(at: Run, arguments: list[str], said: str) -> None:
    done = at(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "planted" not in done.stderr


def test_commands_of_the_page_for_runs_are_done(tmp_path: Path, ddgen: Run) -> None:
    root = Path(__file__).parents[3]
    for name in ("orders.jsonl", "shop.sqlite"):
        (tmp_path / name).symlink_to(root / "samples/shop" / name)
    blocks = re.findall(r"```sh\n(.*?)```", (root / "docs/runs.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.partition("  # ")[0].strip() for block in blocks for line in block.splitlines()]
    run_id = "none"
    for line in lines:
        words = shlex.split(line.replace("01a22f2f", run_id))[1:]
        if words[0] == "worker" or "--wait" in words:
            continue
        done = ddgen(*words, "--store", tmp_path / "store.sqlite", cwd=tmp_path)
        assert done.returncode == 0, (line, done.stderr)
        run_id = id_in(done) if words[:2] == ["run", "submit"] else run_id
    listed = ddgen("run", "list", "--store", tmp_path / "store.sqlite")
    assert [row.split()[1] for row in listed.stdout.splitlines()] == ["queued", "queued", "cancelled"]
