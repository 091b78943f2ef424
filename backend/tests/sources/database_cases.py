"""What tests of database servers share: opening an address, and doing without a server where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ddgen.model.problem import Problem, Problems
from ddgen.model.relation import Relation
from ddgen.sources import files


@contextmanager
def opened(url: str) -> Iterator[dict[str, Relation]]:
    """The tables at an address, which must be readable as a whole."""
    problems = Problems()
    with files.opened([url], problems) as found:
        assert not list(problems)
        yield {relation.name: relation for relation in found}


def refused(url: str) -> Problem:
    """The one problem of an address that cannot be opened."""
    problems = Problems()
    with files.opened([url], problems) as found:
        assert found == []
    [problem] = problems
    return problem


def absent(what: str, error: Exception) -> None:
    """Skip, saying so; where every server has to be there, fail."""
    if os.environ.get("CI") == "true":
        raise error
    pytest.skip(f"no {what} here")


def build(url: str, folder: Path, stdin: str = "", **environment: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """`ddgen build` of an address, and all that it printed and wrote."""
    command = [sys.executable, "-m", "ddgen", "build", url, "-o", "d.json", "-o", "d.html"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, input=stdin, env={**os.environ, **environment}
    )
    written = "".join(path.read_text("utf-8") for path in folder.iterdir())
    return done, done.stdout + done.stderr + written
