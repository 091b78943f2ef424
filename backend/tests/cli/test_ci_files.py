"""The GitHub Action and the pre-commit hook do what they say: their own commands are run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
ACTION: Any = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: Any = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
Run = Callable[..., subprocess.CompletedProcess[str]]

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


@pytest.fixture
def folder(tmp_path: Path, ddgen: Run) -> Path:
    """Two data files, one with a space in its name, and their dictionary."""
    (tmp_path / "orders.csv").write_text(
        "id,price\n" + "".join(f"{n},{n % 7}.5\n" for n in range(99)), encoding="utf-8"
    )
    (tmp_path / "my clients.csv").write_text(
        "nr,remark\n" + "".join(f"{n},r{n}\n" for n in range(99)), encoding="utf-8"
    )
    built = ddgen("build", "orders.csv", "my clients.csv", "-q", "-o", "dictionary.json", cwd=tmp_path)
    assert built.returncode == 0
    return tmp_path


def environment(folder: Path, step: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """The environment of a step, its expressions replaced as GitHub does."""
    values = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | given
    made = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)
        for name, text in step["env"].items()
    }
    assert not [text for text in made.values() if "${{" in text]
    bin_ = Path(sys.executable).parent
    github = {"GITHUB_OUTPUT": str(folder / "output"), "GITHUB_STEP_SUMMARY": str(folder / "summary")}
    return os.environ | {"PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"} | github | made


def act(folder: Path, **given: str) -> tuple[int, str, str]:
    """Run the steps of the action; the exit code, the outputs and the summary."""
    inputs = {name.replace("_", "-"): text for name, text in given.items()} | {"package": "none"}
    for place in ("output", "summary"):
        (folder / place).write_text("", encoding="utf-8")
    code = 0
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command, cwd=folder, env=environment(folder, step, inputs), check=False, capture_output=True
        )
        code = done.returncode
        if code:
            break
    return code, (folder / "output").read_text(encoding="utf-8"), (folder / "summary").read_text(encoding="utf-8")


@needs_bash
def test_the_action_passes_and_leaves_reports(folder: Path) -> None:
    code, outputs, summary = act(folder, source="orders.csv 'my clients.csv'", against="dictionary.json")
    assert (code, outputs) == (0, "report=ddgen-report\npassed=true\n")
    assert summary.startswith("### Data dictionary: nothing changed")
    assert {path.name for path in (folder / "ddgen-report").iterdir()} == {
        "comment.md",
        "ddgen.sarif",
        "junit.xml",
        "diff.json",
    }


@needs_bash
def test_the_action_fails_and_runs_nothing_of_its_inputs(folder: Path) -> None:
    (folder / "orders.csv").write_text("id\n" + "".join(f"{n}\n" for n in range(99)), encoding="utf-8")
    code, outputs, summary = act(
        folder,
        source="orders.csv",
        against="dictionary.json",
        arguments="--partial --ignore '$(touch hacked)' --ignore ';touch hacked'",
        min_described="0% person:0%",
        report="out",
    )
    assert (code, outputs) == (6, "report=out\npassed=false\n")
    assert "The gate fails: 1 breaking change" in summary
    assert not (folder / "hacked").exists()


@needs_bash
def test_the_action_tells_what_is_wrong_with_its_inputs(folder: Path) -> None:
    code, outputs, summary = act(folder, source="orders.csv", against="dictionary.json", fail_on="braking")
    assert (code, outputs, summary) == (2, "report=ddgen-report\npassed=false\n", "")


def test_every_input_of_the_action_is_used_and_described() -> None:
    used = {name for step in ACTION["runs"]["steps"] for name in re.findall(r"inputs\.([\w-]+)", str(step["env"]))}
    assert used == set(ACTION["inputs"])
    assert all(one["description"] for one in ACTION["inputs"].values())
    assert ACTION["runs"]["using"] == "composite"


def test_the_hook_checks_the_files_that_it_is_given(folder: Path) -> None:
    [hook] = HOOKS
    assert hook["id"] == "ddgen-check"
    assert re.search(hook["files"], "orders.csv")
    assert re.search(hook["exclude"], "dictionary.json")
    entry = [*shlex.split(hook["entry"]), *hook["args"]]
    assert entry[0] == "ddgen"

    def run(*files: str) -> int:
        command = [sys.executable, "-m", *entry, *files]
        return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode

    assert run("orders.csv") == 0
    assert run("orders.csv", "my clients.csv") == 0
    (folder / "orders.csv").write_text("id\n" + "".join(f"{n}\n" for n in range(99)), encoding="utf-8")
    assert run("my clients.csv") == 0
    assert run("orders.csv") == 6
