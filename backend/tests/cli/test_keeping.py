"""A dictionary in a file that several people decide on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ddgen.cli.keeping import Kept, laid_out, person
from ddgen.errors import DocumentError, UsageError
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary, load
from ddgen.review import decide
from ddgen.review.decide import Decision
from ddgen.review.items import part_at


@pytest.fixture
def document(shop: Dictionary, tmp_path: Path) -> Path:
    path = tmp_path / "d.json"
    path.write_text(shop.to_json(), encoding="utf-8")
    return path


def _note(held: Dictionary, place: str, said: str) -> None:
    decide.edit(held, part_at(held, place), Kind.NOTE, said, Decision(by="Ada"))


def test_what_another_person_saved_meanwhile_stays(document: Path) -> None:
    mine, theirs = Kept(document), Kept(document)
    theirs.change(lambda held: _note(held, "customers", "theirs"))
    mine.change(lambda held: _note(held, "customers.points", "mine"))
    now = load(document.read_bytes()).tables[0]
    assert (now.note, now.fields[0].note) == ("theirs", "mine")


WRITER = """
import sys
from functools import partial
from pathlib import Path
from ddgen.cli.keeping import Kept
from ddgen.model.claim import Kind
from ddgen.review import decide
from ddgen.review.items import part_at

def note(held, said):
    decide.edit(held, part_at(held, "customers"), Kind.NOTE, said, decide.Decision(by=sys.argv[2]))

kept = Kept(Path(sys.argv[1]))
for number in range(8):
    kept.change(partial(note, said=f"{sys.argv[2]}{number}"), more=True)
"""


def test_many_at_once_lose_nothing(document: Path) -> None:
    people = [subprocess.Popen([sys.executable, "-c", WRITER, document, who]) for who in "ab"]
    assert [one.wait() for one in people] == [0, 0]
    now = load(document.read_bytes())
    notes = {claim.value for claim in now.tables[0].claims if claim.kind is Kind.NOTE}
    assert notes == {f"{who}{number}" for who in "ab" for number in range(8)}
    assert len(now.reviews or []) == 16


def test_trying_out_changes_nothing(document: Path) -> None:
    before = document.read_bytes()
    kept = Kept(document)
    kept.try_out(lambda held: _note(held, "customers", "tried"))
    assert (document.read_bytes(), kept.dictionary.tables[0].note) == (before, None)


def test_a_verdict_on_personal_data_takes_values_out_at_once(document: Path, shop: Dictionary) -> None:
    shop.masked = True
    document.write_text(shop.to_json(), encoding="utf-8")
    kept = Kept(document)
    verdict = {"category": "health", "sensitivity": 3}
    kept.change(lambda held: decide.edit(held, part_at(held, "customers.points"), Kind.PII, verdict, Decision()))
    found = load(document.read_bytes()).tables[0].fields[0]
    assert (found.masked, found.profile.min) == ("counts", None)


@pytest.mark.parametrize("like", [b"{}", b'{\n\t"a": 1\n}\n', b'{\r\n  "a": 1\r\n}\r\n', b'{\n    "a": 1}'])
def test_a_document_is_laid_out_as_the_one_before(shop: Dictionary, like: bytes) -> None:
    made = laid_out(shop, like)
    assert load(made).name == shop.name
    assert made.endswith(b"\n") == like.endswith(b"\n")
    assert (b"\r\n" in made) == (b"\r\n" in like)
    assert (b"\n\t" in made) == (b"\n\t" in like)
    assert (b"\n" in made) == (b"\n" in like)


def test_only_dictionaries_in_files_are_kept(tmp_path: Path) -> None:
    yaml = tmp_path / "d.yaml"
    yaml.write_text("format: ddgen-yaml/1\n", encoding="utf-8")
    for path, kind in ((Path("-"), UsageError), (tmp_path / "none", UsageError), (yaml, DocumentError)):
        with pytest.raises(kind):
            Kept(path)


def test_who_decides() -> None:
    assert person(" Ada ") == "Ada"
    assert person(None)
