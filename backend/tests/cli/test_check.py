"""`ddgen check`: data against their dictionary."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def write(path: Path, header: str, rows: Iterable[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, ddgen: Run) -> Path:
    """A folder data/ of two tables, and their dictionary d.json with a person's text."""
    (tmp_path / "data").mkdir()
    write(tmp_path / "data/orders.csv", "id,price,note", (f"{at},{at % 7 + 0.5},n{at % 3}" for at in range(200)))
    write(tmp_path / "data/clients.csv", "nr,remark", (f"{at},r {at}" for at in range(50)))
    assert ddgen("build", "data", "-q", "-o", "d.json", cwd=tmp_path).returncode == 0
    document = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    document["tables"][1]["fields"][1]["description"] = "Net price, in EUR."
    (tmp_path / "d.json").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def checked(ddgen: Run, folder: Path, *words: str, source: str = "data") -> tuple[int, dict[str, Any], str]:
    done = ddgen("check", source, "--against", "d.json", "--format", "json", *words, cwd=folder)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_data_that_are_as_they_were_pass(folder: Path, ddgen: Run) -> None:
    before = (folder / "d.json").read_bytes()
    code, found, errors = checked(ddgen, folder, "--fail-on", "any,pii")
    assert (code, found["changes"], errors) == (0, [], "")
    assert found["gate"]["passed"]
    assert found["gate"]["described"] == {"person": 0.2, "approved": 0.2, "any": 0.2}
    assert (folder / "d.json").read_bytes() == before


def test_a_breaking_change_fails_by_default(folder: Path, ddgen: Run) -> None:
    write(folder / "data/orders.csv", "id,price", (f"{at},{at % 7 + 0.5}" for at in range(200)))
    done = ddgen("check", "data", "--against", "d.json", cwd=folder)
    assert done.returncode == 6
    assert done.stderr == "ddgen: not let pass: 1 breaking change\n"
    assert "breaking  note" in done.stdout
    assert ddgen("check", "data", "--against", "d.json", "--fail-on", "none", cwd=folder).returncode == 0


def test_a_renamed_field_is_told_as_one(folder: Path, ddgen: Run) -> None:
    write(folder / "data/orders.csv", "id,net_price,note", (f"{at},{at % 7 + 0.5},n{at % 3}" for at in range(200)))
    code, found, _ = checked(ddgen, folder)
    assert code == 6
    assert [(one["kind"], one["path"], one["before"]) for one in found["changes"]] == [
        ("field_renamed", "net_price", "price")
    ]


def test_personal_data_that_appeared(folder: Path, ddgen: Run) -> None:
    write(folder / "data/clients.csv", "nr,remark", (f"{at},ada.nr{at}@example.org" for at in range(50)))
    code, found, errors = checked(ddgen, folder, "--fail-on", "pii")
    assert code == 6
    assert "1 change of the kind pii_appeared" in errors
    assert "example.org" not in json.dumps(found).replace("a***@example.org", "")
    write(folder / "data/clients.csv", "nr,remark", (f"{at},r {at}" for at in range(50)))
    assert checked(ddgen, folder, "--fail-on", "pii")[0] == 0


def test_fields_that_nobody_described(folder: Path, ddgen: Run) -> None:
    code, found, errors = checked(ddgen, folder, "--fail-on", "undocumented")
    assert code == 6
    assert "4 fields that nobody has described" in errors
    assert {one["path"] for one in found["changes"]} == {"id", "note", "nr", "remark"}
    only = checked(ddgen, folder, "--fail-on", "undocumented", "--ignore", "clients", "--ignore", "orders.[in]*")
    assert only[0] == 6


@pytest.mark.parametrize(("least", "code"), [("20%", 0), ("person:20%", 0), ("21%", 6), ("approved:0.5", 6)])
def test_coverage(least: str, code: int, folder: Path, ddgen: Run) -> None:
    done = ddgen("check", "data", "--against", "d.json", "--min-described", least, "-q", cwd=folder)
    assert (done.returncode, done.stdout) == (code, "")


def test_one_table_of_many(folder: Path, ddgen: Run) -> None:
    whole = checked(ddgen, folder, source="data/orders.csv")
    assert (whole[0], [one["kind"] for one in whole[1]["changes"]]) == (6, ["table_removed"])
    assert checked(ddgen, folder, "--partial", source="data/orders.csv")[:1] == (0,)
    assert checked(ddgen, folder, "--tables", "order*", source="data/orders.csv")[:1] == (0,)


def test_outputs(folder: Path, ddgen: Run) -> None:
    (folder / "data/clients.csv").unlink()
    done = ddgen("check", "data", "--against", "d.json", "-o", "c.md", "-o", "r.xml", cwd=folder)
    assert (done.returncode, done.stdout) == (6, "")
    assert "The gate fails: 1 breaking change" in (folder / "c.md").read_text(encoding="utf-8")
    assert "<failure" in (folder / "r.xml").read_text(encoding="utf-8")


def test_what_cannot_be_checked(folder: Path, ddgen: Run) -> None:
    assert ddgen("check", "data", cwd=folder).returncode == 2
    missing = ddgen("check", "data", "--against", "none.json", cwd=folder)
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    unread = ddgen("check", "nowhere.csv", "--against", "d.json", cwd=folder)
    assert (unread.returncode, unread.stdout) == (3, "")
    (folder / "data/more.jsonl").write_text('{"n": 1}\n{"n": \n', encoding="utf-8")
    damaged = ddgen("check", "data", "--against", "d.json", cwd=folder)
    assert damaged.returncode == 3
    assert "passes" in damaged.stdout
