"""`ddgen export` and `ddgen import`, run for real."""

from __future__ import annotations

import json
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, load

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def document(shop: Dictionary, tmp_path: Path) -> Path:
    path = tmp_path / "d.json"
    path.write_text(shop.to_json(), encoding="utf-8")
    return path


@pytest.fixture
def edited(ddgen: Run, document: Path) -> Path:
    """A workbook in which a person has written something."""
    path = document.with_name("d.xlsx")
    assert ddgen("export", document, path).returncode == 0
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning)
        book = load_workbook(path)
    page = book["Review"]
    keys = {str(cell.value): number for number, cell in enumerate(page[1], 1)}
    page.cell(4, keys["ddgen:description"]).value = "How many points."
    page.cell(5, keys["ddgen:pii"]).value = "what?"
    book.save(path)
    return path


def test_a_workbook_goes_out_and_comes_home(ddgen: Run, document: Path, edited: Path) -> None:
    before = document.read_bytes()
    tried = ddgen("import", edited, "--into", document, "--dry-run")
    assert (tried.returncode, document.read_bytes()) == (0, before)
    assert "Nothing was written" in tried.stdout
    told = json.loads(ddgen("import", edited, "--into", document, "--by", "Ada", "--json").stdout)
    assert (told["applied"], told["ignored"], told["conflict"], told["already"]) == (1, 1, 0, 0)
    assert [change["place"] for change in told["changes"]] == ["customers.points", "customers.contact.email"]
    found = load(document.read_bytes())
    assert found.tables[0].fields[0].description == "How many points."
    assert found.tables[0].fields[0].claims[-1].by == "Ada"
    after = document.read_bytes()
    again = ddgen("import", edited, "--into", document)
    assert "Nothing has changed" in again.stdout
    assert document.read_bytes() == after


def test_the_result_may_go_elsewhere(ddgen: Run, document: Path, edited: Path, tmp_path: Path) -> None:
    before = document.read_bytes()
    other = tmp_path / "other.json"
    done = ddgen("import", edited, "--into", document, "-o", other)
    assert (done.returncode, document.read_bytes()) == (0, before)
    assert "customers.contact.email personal data" in done.stdout
    assert load(other.read_bytes()).tables[0].fields[0].description == "How many points."


def test_yaml_goes_out_and_comes_home(ddgen: Run, document: Path, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    assert ddgen("export", document, "-o", path).returncode == 0
    said = path.read_text(encoding="utf-8")
    path.write_text(said.replace("Where the customer reads mail.", "Their address.  # mine"), encoding="utf-8")
    base = tmp_path / "base.yaml"
    base.write_text(said, encoding="utf-8")
    assert ddgen("import", path, "--into", document, "--base", base, "--dry-run").returncode == 0
    assert ddgen("import", path, "--into", document).returncode == 0
    assert load(document.read_bytes()).tables[0].fields[1].description == "Their address."
    assert ddgen("export", document, path).returncode == 0
    assert "# mine" in path.read_text(encoding="utf-8")


def test_what_cannot_come_home_is_one_line(ddgen: Run, document: Path, edited: Path, tmp_path: Path) -> None:
    text = tmp_path / "d.txt"
    text.write_text("nothing", encoding="utf-8")
    other = load(document.read_bytes()).model_copy(update={"name": "other"})
    elsewhere = tmp_path / "other.json"
    elsewhere.write_text(other.to_json(), encoding="utf-8")
    for file, into, code, said in (
        (text, document, 2, "only workbooks and YAML files come home"),
        (edited, elsewhere, 3, "it is of the dictionary shop, not of other"),
        (edited, tmp_path / "none.json", 2, "no such file"),
        (tmp_path / "none.xlsx", document, 2, "no such file"),
    ):
        done = ddgen("import", file, "--into", into)
        assert (done.returncode, len(done.stderr.splitlines())) == (code, 1), done.stderr
        assert said in done.stderr
    assert ddgen("import", edited, "--into", elsewhere, "--force").returncode == 0


@pytest.mark.parametrize("command", [["build", "SOURCE", "--previous"], ["show"]])
def test_yaml_where_a_dictionary_is_wanted_says_what_to_do(
    ddgen: Run, document: Path, tmp_path: Path, command: list[str]
) -> None:
    path, source = tmp_path / "d.yaml", tmp_path / "a.csv"
    source.write_text("a,b\n1,2\n", encoding="utf-8")
    ddgen("export", document, path)
    done = ddgen(*(str(source) if word == "SOURCE" else word for word in command), path)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert "ddgen import" in done.stderr


def test_outputs_may_demand_approved_texts(ddgen: Run, tmp_path: Path) -> None:
    source, page, kept = tmp_path / "a.csv", tmp_path / "d.md", tmp_path / "d.json"
    source.write_text("amount,city\n1,Oslo\n", encoding="utf-8")
    done = ddgen("build", source, "-o", kept, "-o", page, "--require", "approved", "-q")
    assert (done.returncode, kept.exists(), page.exists()) == (2, True, False)
    assert "are not approved" in done.stderr
    assert ddgen("export", kept, page, "--require", "approved").returncode == 2
    assert ddgen("build", source, "-o", kept, "-o", page, "--only-approved", "-q").returncode == 0
    description = load(kept.read_bytes()).tables[0].fields[0].description
    assert description is not None
    assert description not in page.read_text(encoding="utf-8")
    assert ddgen("review", kept, "--approve", "a.amount").returncode == 0
    assert ddgen("export", kept, page, "--only-approved").returncode == 0
    assert description in page.read_text(encoding="utf-8")


def test_masked_texts_go_out_and_come_home_to_a_dictionary_in_clear(ddgen: Run, document: Path, tmp_path: Path) -> None:
    held = load(document.read_bytes())
    said = Claim(kind=Kind.DESCRIPTION, value="Such as ada@example.com.", origin=Origin.AI)
    held.tables[0].fields[0].claims = [said]
    held.settle()
    document.write_text(held.to_json(), encoding="utf-8")
    for name in ("d.xlsx", "d.yaml"):
        assert ddgen("export", document, tmp_path / name).returncode == 0
        told = json.loads(ddgen("import", tmp_path / name, "--into", document, "--json").stdout)
        assert told["changes"] == []
    path = tmp_path / "d.yaml"
    approved = path.read_text("utf-8").replace("data_type: integer", "status: approved\n        data_type: integer", 1)
    path.write_text(approved, encoding="utf-8")
    assert ddgen("import", path, "--into", document, "--by", "Ada").returncode == 0
    (claim,) = load(document.read_bytes()).tables[0].fields[0].claims
    assert (claim.value, claim.status.value, claim.by) == (said.value, "approved", "Ada")


@pytest.mark.parametrize("suffix", ["xlsx", "yaml"])
def test_edits_that_are_not_home_yet_are_not_replaced(
    ddgen: Run, document: Path, edited: Path, tmp_path: Path, suffix: str
) -> None:
    path = edited if suffix == "xlsx" else tmp_path / "d.yaml"
    if suffix == "yaml":
        ddgen("export", document, path)
        said = path.read_text(encoding="utf-8")
        path.write_text(said.replace("Where the customer reads mail.", "Theirs."), encoding="utf-8")
    before = path.read_bytes()
    done = ddgen("export", document, path)
    assert (done.returncode, path.read_bytes(), len(done.stderr.splitlines())) == (2, before, 1)
    assert "people have edited it" in done.stderr
    assert ddgen("import", path, "--into", document).returncode == 0
    assert ddgen("export", document, path).returncode == 0
    assert path.read_bytes() != before
    path.write_bytes(before)
    other = load(document.read_bytes()).model_copy(update={"name": "other"})
    (tmp_path / "other.json").write_text(other.to_json(), encoding="utf-8")
    assert ddgen("export", tmp_path / "other.json", path).returncode == 2
    assert ddgen("export", tmp_path / "other.json", path, "--force").returncode == 0


def test_export_wants_to_know_where(ddgen: Run, document: Path) -> None:
    assert ddgen("export", document).returncode == 2
    assert json.loads(ddgen("export", document, "-f", "json").stdout)["name"] == "shop"
