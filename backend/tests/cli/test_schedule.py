"""`ddgen schedule`, run for real."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_schedules_are_added_listed_run_and_removed(at: Run) -> None:
    assert at("schedule", "list").stdout == "No schedules\n"
    added = at("schedule", "add", "orders.csv", "--cron", "0 6 * * *", "--zone", "Europe/Berlin", "--as", "daily")
    assert re.match(r"daily  0 6 \* \* \*  next \d{4}-\d\d-\d\d 06:00 CES?T\n", added.stdout), added
    run_id = at("schedule", "run", "daily").stdout.split()[0]
    [listed] = json.loads(at("schedule", "list", "--json").stdout)
    assert (listed["name"], listed["zone"], listed["last_run_id"]) == ("daily", "Europe/Berlin", run_id)
    assert at("schedule", "remove", "daily").returncode == 0
    assert json.loads(at("schedule", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "a.csv", "--cron", "often"], "this is no cron expression: often"),
        (["add", "a.csv", "--cron", "0 6 * * *", "--zone", "Mars"], "there is no time zone Mars"),
        (["run", "nothing"], "there is no such schedule"),
        (["remove", "nothing"], "there is no such schedule"),
    ],
)
def test_what_cannot_be_is_one_line(at: Run, arguments: list[str], said: str) -> None:
    done = at("schedule", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
