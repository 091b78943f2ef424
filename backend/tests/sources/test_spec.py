from __future__ import annotations

import os
from pathlib import Path

import pytest

from ddgen.model.problem import Severity
from ddgen.sources.spec import SourceSpec, changed, readable, shareable


def spec_of(path: Path, member: str | None = None) -> SourceSpec:
    return SourceSpec(path, str(path), b"", path.suffix, path.stem, member)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("orders.csv", "orders.csv"), ("d\udce9j\udce0.csv", "d\\xe9j\\xe0.csv"), ("字.csv", "字.csv"), ("a\nb", "a\nb")],
)
def test_names_of_any_bytes_can_be_written(name: str, shown: str) -> None:
    assert readable(name) == shown
    assert readable(name).encode()


def test_a_spec_shows_text_and_opens_bytes() -> None:
    spec = SourceSpec(Path("d\udce9.csv"), "d\udce9.csv", b"", ".csv", "d\udce9")
    assert (spec.display, spec.stem) == ("d\\xe9.csv", "d\\xe9")
    assert spec.path == Path("d\udce9.csv")


@pytest.mark.parametrize(("now", "severity"), [(3, Severity.ERROR), (11, Severity.WARNING)])
def test_a_file_that_changed_is_told(tmp_path: Path, now: int, severity: Severity) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(now))
    (problem,) = changed(spec_of(path), 10, "a")
    assert (problem.code, problem.severity, problem.source, problem.table) == ("changed", severity, str(path), "a")
    assert f"it had 10 bytes, and has {now}" in problem.message


def test_a_file_that_is_as_it_was_or_gone_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert changed(spec_of(path), 10, "a") == []
    path.write_bytes(bytes(10))
    assert changed(spec_of(path), 10, "a") == []
    assert changed(spec_of(path), None, "a") == []
    assert changed(spec_of(path, member="b.csv"), 3, "a") == []


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("/home/ann/project/data/a.csv", "data/a.csv"),
        ("/home/ann/projects/a.csv", "~/projects/a.csv"),
        ("/home/ann/a.zip/in/b.csv", "~/a.zip/in/b.csv"),
        ("/home/anne/a.csv", "/home/anne/a.csv"),
        ("/data/a.csv", "/data/a.csv"),
        ("../a.csv", "../a.csv"),
        ("~/a.csv", "~/a.csv"),
        ("python:data", "python:data"),
    ],
)
def test_a_place_is_named_as_others_may_see_it(monkeypatch: pytest.MonkeyPatch, place: str, shown: str) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setattr(os, "getcwd", lambda: "/home/ann/project")
    assert shareable(place) == shown
    assert SourceSpec(Path(place), place, b"", "", "a").display == shown


def test_where_all_is_below_the_root_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")
    monkeypatch.setattr(os, "getcwd", lambda: "/")
    assert shareable("/data/a.csv") == "/data/a.csv"


def test_a_working_folder_that_has_gone_is_no_hindrance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert shareable("/data/a.csv") == "/data/a.csv"
