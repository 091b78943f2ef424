"""`ddgen why`, run for real on dictionaries and on data."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
POLICY = (
    "- {id: acme.code, title: Acme code, group: acme, values: {regex: 'A-[0-9]+'}, decide: {need: values, chance: 0}}"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    lines = ["cust_id,email,code"]
    lines += [f"{n % 40},user{n}@example.org,A-{n}" for n in range(50)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def document(ddgen: Run, data: Path, tmp_path: Path) -> Path:
    path = tmp_path / "d.json"
    assert ddgen("build", data, "-q", "-o", path).returncode == 0
    return path


def sections(said: str) -> list[str]:
    titles = ("Claims", "Semantic types considered", "Personal data", "Key and references", "Name")
    return [line for line in said.splitlines() if line in titles]


def test_a_dictionary_and_its_data_say_why(ddgen: Run, data: Path, document: Path) -> None:
    for source in (document, data):
        done = ddgen("why", source, "people.email", env={"COLUMNS": "120", "HOME": str(data.parent)})
        assert (done.returncode, done.stderr) == (0, "")
        assert sections(done.stdout) == [
            "Claims",
            "Semantic types considered",
            "Personal data",
            "Key and references",
            "Name",
        ]
        assert "contact.email  E-mail address  taken, 99 % sure" in done.stdout
        assert "user7@" not in done.stdout
        assert ("Name the data instead" in done.stdout) is (source is document)


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_it_fits_the_terminal(ddgen: Run, document: Path, width: str) -> None:
    done = ddgen("why", document, "email", env={"COLUMNS": width, "HOME": str(document.parent)})
    assert max(len(line) for line in done.stdout.splitlines()) <= int(width)


def test_as_json(ddgen: Run, document: Path) -> None:
    found = json.loads(ddgen("why", document, "cust_id", "--json").stdout)
    assert (found["table"], found["path"], found["live"], found["hidden"]) == ("people", "cust_id", False, False)
    assert [piece["words"] for piece in found["name"]["pieces"]] == ["customer", "id"]
    assert {one["claim"]["kind"] for one in found["claims"]} >= {"business_name", "description"}


def test_standard_input(ddgen: Run, document: Path, data: Path) -> None:
    assert json.loads(ddgen("why", "-", "email", "--json", input=document.read_text("utf-8")).stdout)["live"] is False
    assert json.loads(ddgen("why", "-", "email", "--json", input=data.read_text("utf-8")).stdout)["live"] is True


def test_what_a_person_wrote_in_the_document_counts(ddgen: Run, document: Path) -> None:
    edited = json.loads(document.read_text("utf-8"))
    edited["tables"][0]["fields"][0]["business_name"] = "Client"
    document.write_text(json.dumps(edited), encoding="utf-8")
    names = [
        (one["claim"]["value"], one["shown"], one.get("why"))
        for one in json.loads(ddgen("why", document, "cust_id", "--json").stdout)["claims"]
        if one["claim"]["kind"] == "business_name"
    ]
    assert names == [("Client", True, None), ("Customer ID", False, "a person's word comes first")]


def test_with_types_and_a_glossary_of_ones_own(ddgen: Run, data: Path, tmp_path: Path) -> None:
    own, words = tmp_path / "acme.yaml", tmp_path / "words.csv"
    own.write_text(POLICY, encoding="utf-8")
    words.write_text("cust,client\n", encoding="utf-8")
    done = ddgen("why", data, "people.code", "--types", own, "--json")
    assert json.loads(done.stdout)["meaning"]["type"] == "acme.code"
    done = ddgen("why", data, "cust_id", "--glossary", words, "--json")
    assert json.loads(done.stdout)["name"]["text"] == "Client ID"


@pytest.mark.parametrize("field", ["nothing", "people.nothing", "nobody.email"])
def test_what_is_not_there_is_2(ddgen: Run, document: Path, field: str) -> None:
    done = ddgen("why", document, field)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "no such field" in done.stderr


def test_a_source_that_is_not_there(ddgen: Run, tmp_path: Path) -> None:
    done = ddgen("why", tmp_path / "none.csv", "x")
    assert done.returncode == 2
    assert "none.csv" in done.stderr
