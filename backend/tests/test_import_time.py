"""Starting is quick, since heavy libraries are imported only where they are used."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

HEAVY = [
    "duckdb",
    "openai",
    "fastapi",
    "pandas",
    "polars",
    "pyarrow",
    "numpy",
    "rich",
    "xlsxwriter",
    "fastavro",
    "lxml",
]
ALLOWANCE = 4
"""Machines that run tests are busy: the figures asked for are seen by `make bench`."""


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_import_ddgen_pulls_in_nothing_heavy() -> None:
    loaded = modules_after("import ddgen")
    assert "ddgen" in loaded
    assert not loaded & set(HEAVY)


def test_help_pulls_in_nothing_heavy() -> None:
    loaded = modules_after("import ddgen.cli.main")
    assert not loaded & {*HEAVY, "pydantic"}


@pytest.mark.parametrize(("arguments", "seconds"), [(["-c", "import ddgen"], 0.1), (["-m", "ddgen", "--help"], 0.25)])
def test_starting_is_quick(arguments: list[str], seconds: float) -> None:
    def once() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        return time.perf_counter() - started

    assert min(once() for _ in range(5)) < seconds * ALLOWANCE
