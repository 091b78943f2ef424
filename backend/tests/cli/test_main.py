"""The command as people run it: help, version, errors, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ddgen import __version__
from ddgen.model.dictionary import Dictionary

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_help_has_examples(ddgen: Run) -> None:
    for command in ("build", "show", "schema", "formats"):
        done = ddgen(command, "--help")
        assert done.returncode == 0
        assert f"ddgen {command}" in done.stdout.partition("Example")[2]


def test_version(ddgen: Run) -> None:
    assert ddgen("--version").stdout == f"ddgen {__version__}\n"


def test_without_arguments_there_is_help(ddgen: Run) -> None:
    assert "Commands:" in ddgen().stdout + ddgen().stderr


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["build"], ["build", "x", "--nonsense"], ["build", "x", "--sample", "0"], ["show"]]
)
def test_wrong_usage_is_2(ddgen: Run, arguments: list[str]) -> None:
    done = ddgen(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_error_is_one_line(ddgen: Run, tmp_path: Path) -> None:
    done = ddgen("show", tmp_path / "none.json")
    assert (done.returncode, done.stdout) == (2, "")
    hint = "Name a dictionary that ddgen has written"
    assert done.stderr.splitlines() == [f"ddgen: {tmp_path / 'none.json'}: no such file. {hint}"]


def test_debug_shows_where(ddgen: Run, tmp_path: Path) -> None:
    done = ddgen("show", tmp_path / "none.json", "--debug")
    assert done.returncode == 2
    assert "Traceback" in done.stderr


def test_an_error_of_ours_is_one_line_too() -> None:
    code = "import sys; from ddgen.cli import main; sys.excepthook = main._last_words; {}['a\\nb']"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "KeyError" in done.stderr


def test_a_terminal_without_the_characters_gets_their_codes(ddgen: Run, tmp_path: Path, shop: Dictionary) -> None:
    path = tmp_path / "d.json"
    path.write_text(shop.to_json(), encoding="utf-8")
    done = ddgen("show", path, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "\\xb7" in done.stdout


def test_a_reader_that_leaves_early_is_no_error_to_see(tmp_path: Path, shop: Dictionary) -> None:
    path = tmp_path / "d.json"
    path.write_text(shop.to_json(), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "ddgen", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert "Traceback" not in said


def test_schema_is_one_that_documents_keep(ddgen: Run, shop: Dictionary) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(ddgen("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(shop.to_json()), schema)


def test_completion_can_be_shown() -> None:
    env = {**os.environ, "_DDGEN_COMPLETE": "complete_bash", "COMP_WORDS": "ddgen build x --form", "COMP_CWORD": "3"}
    done = subprocess.run([sys.executable, "-m", "ddgen"], env=env, capture_output=True, text=True, check=False)
    assert "--format" in done.stdout
