"""`ddgen glossary` and `ddgen build --glossary`, run for real."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("cust_nbr,zq_dt\n1,2024-01-31\n2,2024-02-01\n", encoding="utf-8")
    return path


def names(path: Path) -> list[str]:
    return [field["business_name"] for field in json.loads(path.read_text("utf-8"))["tables"][0]["fields"]]


def test_what_a_person_wrote_is_known_to_the_next_build(ddgen: Run, data: Path, tmp_path: Path) -> None:
    first, second, csv = tmp_path / "first.json", tmp_path / "second.json", tmp_path / "ours.csv"
    assert ddgen("build", data, "-q", "-o", first).returncode == 0
    assert names(first)[0] == "Customer Number"
    document = json.loads(first.read_text("utf-8"))
    document["tables"][0]["fields"][0]["business_name"] = "Client Number"
    document["tables"][0]["fields"][1]["business_name"] = "Quarantine Date"
    first.write_text(json.dumps(document), encoding="utf-8")
    done = ddgen("glossary", first, "-o", csv)
    assert (done.returncode, done.stdout.splitlines()) == (0, ["cust = client", "zq = quarantine"])
    assert ddgen("glossary", first, "-o", csv).stdout == ""
    assert ddgen("build", data, "-q", "--glossary", csv, "-o", second).returncode == 0
    assert names(second) == ["Client Number", "Quarantine Date"]


def test_a_glossary_that_is_none(ddgen: Run, data: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("cust\n", encoding="utf-8")
    done = ddgen("build", data, "-q", "--glossary", bad)
    assert done.returncode == 2
    assert "bad.csv, line 1: an entry without abbreviation or expansion" in done.stderr
    assert ddgen("build", data, "-q", "--glossary", tmp_path / "none.csv").returncode == 2
