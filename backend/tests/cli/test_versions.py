"""Versions in the store as one side of a comparison."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ddgen.cli import versions
from ddgen.cli.versions import Version

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("shop@3", Version("shop", 3)),
        ("shop@last", Version("shop")),
        ("shop@head", Version("shop", head=True)),
        ("me@home@12", Version("me@home", 12)),
        ("shop@0", None),
        ("shop@03", None),
        ("shop@", None),
        ("@3", None),
        ("shop@newest", None),
        ("shop", None),
        ("postgresql://me@head", None),
        ("orders@2024.csv", None),
    ],
)
def test_what_names_a_version(place: str, said: Version | None) -> None:
    assert versions.named(place) == said


def test_a_file_of_that_name_comes_first(tmp_path: Path) -> None:
    there = tmp_path / "shop@3"
    assert versions.named(str(there)) == Version(str(tmp_path / "shop"), 3)
    there.write_text("a\n1\n", encoding="utf-8")
    assert versions.named(str(there)) is None


@pytest.fixture
def stored(at: Run, tmp_path: Path) -> Run:
    """Two versions of orders: the second has lost a field and won another, and its head a text."""
    assert at("build", "orders.csv", "-q", "--save").returncode == 0
    (tmp_path / "orders.csv").write_text("id,total\n1,2.5\n2,3.5\n", encoding="utf-8")
    assert at("build", "orders.csv", "-q", "--save").returncode == 0
    return at


def test_versions_are_compared(stored: Run) -> None:
    done = stored("diff", "orders@1", "orders@2", "--fail-on", "breaking")
    assert (done.returncode, done.stderr.strip()) == (6, "ddgen: not let pass: 1 breaking change")
    assert done.stdout.splitlines()[0].startswith("orders version 1 (1 table, 2 fields) -> orders version 2")
    assert any(line.split()[:3] == ["breaking", "city", "gone"] for line in done.stdout.splitlines())
    assert "nothing changed" in stored("diff", "orders@last", "orders@2").stdout
    assert "nothing changed" in stored("diff", "orders@last", "orders@head").stdout


def test_todays_data_are_compared_with_a_version(stored: Run) -> None:
    assert "nothing changed" in stored("diff", "orders@last", "orders.csv").stdout
    assert stored("check", "orders.csv", "--against", "orders@last").returncode == 0
    failed = stored("check", "orders.csv", "--against", "orders@1")
    assert (failed.returncode, failed.stderr.strip()) == (6, "ddgen: not let pass: 1 breaking change")


def test_what_the_store_does_not_have(stored: Run) -> None:
    unknown = stored("diff", "customers@1", "orders@1")
    assert (unknown.returncode, "no such dictionary" in unknown.stderr) == (2, True)
    later = stored("diff", "orders@1", "orders@9")
    assert (later.returncode, "orders" in later.stderr) == (2, True)
    assert len(later.stderr.splitlines()) == 1


def test_a_store_that_is_not_there_is_not_made(ddgen: Run, tmp_path: Path) -> None:
    done = ddgen("check", "orders.csv", "--against", "orders@last", "--store", tmp_path / "none.sqlite", cwd=tmp_path)
    assert (done.returncode, "there is no store" in done.stderr) == (2, True)
    assert not (tmp_path / "none.sqlite").exists()
