"""`ddgen review`, run for real: by commands, by lines, and by keys on a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ddgen.model.claim import Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field, load

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def document(shop: Dictionary, tmp_path: Path) -> Path:
    for table in shop.tables:
        for field in table.fields:
            field.claims += [_said(Kind.BUSINESS_NAME, field.name.title()), _said(Kind.DESCRIPTION, f"A {field.name}.")]
    shop.settle()
    path = tmp_path / "d.json"
    path.write_text(shop.to_json(), encoding="utf-8")
    return path


def _said(kind: Kind, value: str) -> Any:
    from ddgen.model.claim import Claim

    return Claim(kind=kind, value=value, origin=Origin.RULE)


def points(document: Path) -> Field:
    found = load(document.read_bytes()).tables[0].field("points")
    assert found is not None
    return found


def status(document: Path, kind: Kind) -> Status | None:
    won = winner(points(document).claims, kind)
    return won.status if won is not None else None


def test_listing_and_approving_by_id(ddgen: Run, document: Path) -> None:
    listed = json.loads(ddgen("review", document, "--list", "--json", "--tables", "customers").stdout)
    ids = [one["id"] for one in listed if one["place"] == "customers.points"]
    done = ddgen("review", document, "--approve", "-", "--by", "Ada", "--json", input="\n".join(ids))
    assert (done.returncode, [one["done"] for one in json.loads(done.stdout)]) == (0, [True, True])
    assert status(document, Kind.DESCRIPTION) is Status.APPROVED
    left = json.loads(ddgen("review", document, "--list", "--json").stdout)
    assert not {one["id"] for one in left} & set(ids)


def test_what_is_not_there_is_told_and_the_rest_is_done(ddgen: Run, document: Path) -> None:
    done = ddgen("review", document, "--reject", "customers.points:description", "--reject", "nobody", "--note", "no")
    assert done.returncode == 2
    assert "not done: reject nobody" in done.stdout
    assert points(document).description is None
    assert ddgen("review", document, "--undo").returncode == 0
    assert points(document).description == "A points."
    assert ddgen("review", document, "--undo").returncode == 2


def test_a_persons_own_words_by_command(ddgen: Run, document: Path) -> None:
    done = ddgen("review", document, "--set", "customers.points:owner=Sales", "--set", "customers.points:note=Why?")
    assert done.returncode == 0
    assert (points(document).owner, points(document).note) == ("Sales", "Why?")
    assert "Sales" in ddgen("show", document, "customers", "--field", "points").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--set", "points"],
        ["--set", "customers.nobody:owner=a"],
        ["--kind", "nonsense", "--list"],
        ["--status", "nonsense", "--list"],
        ["--same-name", "nobody"],
        ["--decision", "nonsense"],
    ],
)
def test_wrong_usage_is_one_line(ddgen: Run, document: Path, arguments: list[str]) -> None:
    before = document.read_bytes()
    done = ddgen("review", document, *arguments)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert document.read_bytes() == before


def test_answers_by_lines_are_saved_one_by_one(ddgen: Run, document: Path) -> None:
    answers = "a\nu\na\ne\nMine.\n?\nx\nn\nAsk Bo.\nr\n"
    done = ddgen("review", document, "--by", "Ada", "--tables", "customers", input=answers)
    assert done.returncode == 0, done.stderr
    found = points(document)
    assert (found.business_name, found.description, status(document, Kind.BUSINESS_NAME)) == (
        "Points",
        "Mine.",
        Status.APPROVED,
    )
    told = [review.action for review in load(document.read_bytes()).reviews or []]
    assert told == ["approve", "undo", "approve", "edit", "edit", "reject"]
    email = load(document.read_bytes()).tables[0].fields[1]
    assert (email.note, email.business_name) == ("Ask Bo.", "Email")
    assert "There is no key x" in done.stdout


def test_the_same_text_for_fields_of_the_same_name(ddgen: Run, document: Path) -> None:
    done = ddgen("review", document, "--tables", "customers", "--kind", "description", input="A\n7\nA\ny\nq\n")
    assert "no numbers of the list" in done.stdout
    both = [field.claims[-1].status for _, field in load(document.read_bytes()).fields() if field.name == "points"]
    assert both == [Status.APPROVED, Status.APPROVED]
    listed = json.loads(ddgen("review", document, "--same-name", "customers.points", "--json").stdout)
    assert [one["settled"] for one in listed] == [True]


def test_keys_on_a_terminal(document: Path) -> None:
    pty = pytest.importorskip("pty", reason="this system has no terminals of this kind")
    command = [sys.executable, "-m", "ddgen", "review", str(document), "--by", "Ada", "--tables", "customers"]
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, command)  # noqa: S606 - our own command
    seen = ""
    for answer in ("a", "e", "\x15Typed.\r", "n", "Look.\r", "q"):
        seen += _until(terminal, "> " if answer in "aenq" else "text: " if "Typed" in answer else "note: ")
        os.write(terminal, answer.encode())
    seen += _until(terminal, "saved in")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, seen
    found = points(document)
    assert (found.description, status(document, Kind.BUSINESS_NAME)) == ("Typed.", Status.APPROVED)
    assert load(document.read_bytes()).tables[0].fields[1].note == "Look."


def test_a_process_that_is_killed_has_saved_what_was_decided(document: Path) -> None:
    command = [sys.executable, "-m", "ddgen", "review", str(document), "--by", "Ada", "--tables", "customers"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as sitting:
        assert sitting.stdin is not None
        assert sitting.stdout is not None
        sitting.stdin.write(b"a\n")
        seen = b""
        while seen.count(b"[?] >") < 2:
            seen += sitting.stdout.read(1)
        sitting.kill()
    assert status(document, Kind.BUSINESS_NAME) is Status.APPROVED
    assert [path.name for path in document.parent.iterdir()] == [document.name]


def _until(terminal: int, mark: str) -> str:
    seen = ""
    while mark not in seen:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            piece = b""
        if not piece:
            break
        seen += piece.decode("utf-8", "replace")
    return seen


def test_the_layout_of_the_file_stays(ddgen: Run, document: Path) -> None:
    wide = json.dumps(json.loads(document.read_text(encoding="utf-8")), indent=4, ensure_ascii=False)
    document.write_text(wide, encoding="utf-8")
    assert ddgen("review", document, "--approve", "customers.points").returncode == 0
    now = document.read_text(encoding="utf-8")
    assert now == json.dumps(json.loads(now), indent=4, ensure_ascii=False)
    assert len(now.splitlines()) > len(wide.splitlines())


def test_coverage_and_history(ddgen: Run, document: Path) -> None:
    ddgen("review", document, "--approve", "customers.points", "--by", "Ada")
    (customers, _) = json.loads(ddgen("review", document, "--coverage", "--json").stdout)
    assert (customers["approved"], customers["table"]) == (2, "customers")
    assert "customers" in ddgen("review", document, "--coverage").stdout
    assert "approve customers.points:description by Ada" in ddgen("review", document, "--history").stdout
    (first, _) = json.loads(ddgen("review", document, "--history", "--json").stdout)
    assert ddgen("review", document, "--undo", "--decision", first["decision"]).returncode == 0


def test_personal_values_are_not_shown(ddgen: Run, document: Path) -> None:
    held = load(document.read_bytes())
    email = held.tables[0].field("contact.email")
    assert email is not None
    email.claims = [*email.claims, _said(Kind.DESCRIPTION, "Such as ada@example.com.")]
    held.settle()
    document.write_text(held.to_json(), encoding="utf-8")
    listed = ddgen("review", document, "--list", "--status", "suggested", "--kind", "description", "--json").stdout
    assert "ada@example.com" not in listed
