"""`ddgen diff`: dictionaries and data, compared."""

from __future__ import annotations

import json
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


def test_outputs_by_their_suffix(folder: Path, ddgen: Run) -> None:
    files = ["out/c.md", "log.sarif", "report.xml", "diff.json", "diff.txt"]
    done = ddgen("diff", "old.json", "new.json", *(word for name in files for word in ("-o", name)), cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    starts = ["### Data dictionary: 1 breaking, 1 risky", "{", "<?xml version=", "{", "orders version 1"]
    for name, start in zip(files, starts, strict=True):
        assert (folder / name).read_text(encoding="utf-8").startswith(start), name
    log = json.loads((folder / "log.sarif").read_text(encoding="utf-8"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == "new.json"


def test_formats_on_standard_output(folder: Path, ddgen: Run) -> None:
    found = json.loads(ddgen("diff", "old.json", "new.json", "--format", "json", cwd=folder).stdout)
    assert found["counts"] == {"breaking": 1, "risky": 1, "safe": 0, "prose": 0}
    both = ddgen("diff", "old.json", "new.json", "-o", "-", "-o", "x.md", "-f", "junit", cwd=folder)
    assert both.stdout.startswith("<?xml")
    assert (folder / "x.md").exists()
    assert ddgen("diff", "old.json", "new.json", "-q", cwd=folder).stdout == ""
    piped = ddgen("diff", "-", "new.json", cwd=folder, input=(folder / "old.json").read_text(encoding="utf-8"))
    assert "1 breaking, 1 risky" in piped.stdout


def test_exit_codes(folder: Path, ddgen: Run) -> None:
    failed = ddgen("diff", "old.json", "new.json", "--fail-on", "breaking", cwd=folder)
    assert failed.returncode == 6
    assert failed.stderr == "ddgen: not let pass: 1 breaking change\n"
    assert "does not pass: 1 breaking change" in failed.stdout
    assert ddgen("diff", "old.json", "new.json", "--fail-on", "pii,type_changed", cwd=folder).returncode == 0


def test_rules_and_what_to_ignore(folder: Path, ddgen: Run) -> None:
    rules = folder / "rules.yaml"
    rules.write_text("rules: {field_removed: safe}\nignore: ['kind:missing_*']\n", encoding="utf-8")
    done = ddgen("diff", "old.json", "new.json", "--rules", "rules.yaml", "--fail-on", "breaking", cwd=folder)
    assert done.returncode == 0
    assert "1 risky, 1 safe" in done.stdout
    done = ddgen("diff", "old.json", "new.json", "--ignore", "orders.price", "--ignore", "*.status", cwd=folder)
    assert "nothing changed; 2 changes ignored" in done.stdout
    done = ddgen("diff", "old.json", "new.json", "--tables", "customer*", cwd=folder)
    assert "nothing changed" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "pdf"], "--format: no such format: pdf"),
        (["-o", "x.pdf"], "x.pdf: the name does not tell the format"),
        (["--fail-on", "bad"], "--fail-on: no such change to fail on: bad"),
        (["--rules", "bad.yaml"], "bad.yaml: rules.field_gone: no such key"),
        (["--rules", "none.yaml"], "none.yaml: no such file"),
    ],
)
def test_wrong_usage_is_one_line(words: list[str], said: str, folder: Path, ddgen: Run) -> None:
    (folder / "bad.yaml").write_text("rules: {field_gone: safe}\n", encoding="utf-8")
    done = ddgen("diff", "old.json", "new.json", *words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ddgen: {said}")
    assert done.stderr.count("\n") == 1


def test_damaged_data_are_compared_as_far_as_they_could_be_read(folder: Path, ddgen: Run) -> None:
    (folder / "orders.jsonl").write_text('{"id": 1}\n{"id": \n', encoding="utf-8")
    done = ddgen("diff", "orders.jsonl", "new.json", cwd=folder)
    assert done.returncode == 3
    assert "orders.jsonl" in done.stderr
    assert "Note: Not read whole in the old dictionary: orders." in done.stdout
