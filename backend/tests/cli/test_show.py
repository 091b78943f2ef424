"""`ddgen show`, `ddgen schema` and `ddgen formats`, run for real."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ddgen import registry
from ddgen.model.dictionary import Dictionary, Field, Relationship, Table

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


def test_an_overview_lists_every_table_and_reference_and_points_to_the_rest(
    ddgen: Run, shop: Dictionary, tmp_path: Path
) -> None:
    keys = [Field(path=f"k{number}", name="k", position=number, data_type="integer") for number in range(50)]
    shop.tables = [Table(id=str(number), name=f"t{number}", uri="", format="csv", fields=keys) for number in range(50)]
    shop.relationships = [
        Relationship(from_=["t0.k0"], to=[f"t{number}.k0"], kind="inferred") for number in range(1, 50)
    ]
    path = tmp_path / "many.json"
    path.write_text(shop.to_json(), encoding="utf-8")
    said = ddgen("show", path).stdout
    assert all(f"t0.k0 → t{number}.k0" in said for number in range(1, 50))
    assert f"more fields: ddgen show {path} t0" in said
    assert not [words for words in ("more table", "more reference", "-o FILE.json") if words in said]


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
