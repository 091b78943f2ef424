"""`ddgen show`, `ddgen schema` and `ddgen formats`, run for real."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ddgen import registry
from ddgen.model.dictionary import Dictionary

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def document(shop: Dictionary, tmp_path: Path) -> Path:
    path = tmp_path / "d.json"
    path.write_text(shop.to_json(), encoding="utf-8")
    return path


def test_an_overview_a_table_and_a_field(ddgen: Run, document: Path) -> None:
    assert "orders\\x07" in ddgen("show", document).stdout
    assert "contact.email" in ddgen("show", document, "customers").stdout
    assert "1,188 of 1,200 values match" in ddgen("show", document, "customers", "--field", "contact.email").stdout


def test_standard_input(ddgen: Run, document: Path) -> None:
    assert "customers" in ddgen("show", "-", input=document.read_text(encoding="utf-8")).stdout


@pytest.mark.parametrize("arguments", [["nobody"], ["--field", "points"], ["customers", "--field", "emial"]])
def test_what_is_not_there_is_2(ddgen: Run, document: Path, arguments: list[str]) -> None:
    done = ddgen("show", document, *arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("content", ["", "nonsense", "[]", '{"format": "ddgen/9"}'])
def test_what_is_no_dictionary_is_3(ddgen: Run, tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    done = ddgen("show", path)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert "not a dictionary" in done.stderr


def test_formats_lists_everything(ddgen: Run) -> None:
    said = ddgen("formats").stdout
    assert [
        name for family in ("exporters", "sources") for name in registry.names(family) if f"  {name}" not in said
    ] == []


def test_standard_input_that_is_closed_is_told() -> None:
    command = ["/bin/sh", "-c", '"$0" -m ddgen show - <&-', sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "ddgen: standard input: it is closed\n")
