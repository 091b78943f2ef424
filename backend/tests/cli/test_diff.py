"""`ddgen diff`: dictionaries and data, compared."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path, ddgen: Run) -> Path:
    """A folder with orders.csv and its dictionary old.json, then with changed data and new.json."""
    rows = [f"{number},{number % 7 + 0.5},open" for number in range(200)]
    data = tmp_path / "orders.csv"
    data.write_text("\n".join(["id,price,status", *rows]) + "\n", encoding="utf-8")
    assert ddgen("build", "orders.csv", "-q", "-o", "old.json", cwd=tmp_path).returncode == 0
    rows = [f"{number},{number % 7 + 0.5 if number else ''}" for number in range(200)]
    data.write_text("\n".join(["id,price", *rows]) + "\n", encoding="utf-8")
    assert ddgen("build", "orders.csv", "-q", "-o", "new.json", cwd=tmp_path).returncode == 0
    return tmp_path


def test_two_dictionaries(folder: Path, ddgen: Run) -> None:
    done = ddgen("diff", "old.json", "new.json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines[1] == "1 breaking, 1 risky"
    assert any(line.split()[:3] == ["breaking", "status", "gone"] for line in lines)
    assert any(line.split()[:3] == ["risky", "price", "missing"] for line in lines)


def test_a_dictionary_and_data(folder: Path, ddgen: Run) -> None:
    files = ddgen("diff", "old.json", "new.json", cwd=folder).stdout.splitlines()[3:]
    live = ddgen("diff", "old.json", "orders.csv", cwd=folder)
    assert live.returncode == 0
    assert live.stdout.splitlines()[3:] == files


def test_the_same_twice(folder: Path, ddgen: Run) -> None:
    assert "nothing changed" in ddgen("diff", "old.json", "old.json", cwd=folder).stdout
    assert "nothing changed" in ddgen("diff", "new.json", "orders.csv", cwd=folder).stdout


def test_what_is_not_there(folder: Path, ddgen: Run) -> None:
    done = ddgen("diff", "old.json", "nowhere.json", cwd=folder)
    assert done.returncode == 3
    assert "nowhere.json" in done.stderr
    assert done.stdout == ""
