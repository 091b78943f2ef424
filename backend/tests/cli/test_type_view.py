"""Semantic types as they are listed and explained."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ddgen.cli import type_view
from ddgen.types.table import standard

Run = Callable[..., subprocess.CompletedProcess[str]]
GOOD = """\
- id: acme.policy
  title: Policy number
  group: acme
  values: {regex: "POL-[0-9]{4}"}
  names: {strong: ["policy_(no|number)"]}
  decide: {need: values, chance: 0.0001, min_distinct: 2}
  pii: {category: identifier, sensitivity: 2, gdpr: art4}
  examples: [POL-1234]
  counter_examples: [POL-1]
- id: contact.email
  extends: contact.email
  title: Mail
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def listed(ddgen: Run, *arguments: object) -> dict[str, dict[str, object]]:
    return {one["id"]: one for one in json.loads(ddgen("types", *arguments, "--json").stdout)}


def test_all_types_are_listed(ddgen: Run) -> None:
    done = ddgen("types", env={"COLUMNS": "150"})
    assert (done.returncode, done.stderr) == (0, "")
    assert [one.id for one in standard() if f" {one.id} " not in done.stdout] == []
    assert f"{len(standard())} types in" in done.stdout
    assert set(listed(ddgen)) == {one.id for one in standard()}


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_list_fits_the_terminal(ddgen: Run, width: int) -> None:
    for arguments in (["types"], ["types", "show", "contact.phone"]):
        lines = ddgen(*arguments, env={"COLUMNS": str(width)}).stdout.splitlines()
        assert max(map(len, lines)) <= width


def test_some_types_are_found(ddgen: Run, own: Path) -> None:
    assert set(listed(ddgen, "--find", "BIRTH")) >= {"person.date_of_birth", "person.birth_year"}
    assert {one["group"] for one in listed(ddgen, "--group", "health").values()} == {"health"}
    personal = listed(ddgen, "--personal")
    assert "contact.email" in personal
    assert "time.date" not in personal
    found = listed(ddgen, "--types", own, "--group", "acme")
    assert [(name, one["own"]) for name, one in found.items()] == [("acme.policy", True)]
    assert "0 types" in ddgen("types", "--find", "no such thing").stdout


def test_one_type_is_explained(ddgen: Run, own: Path) -> None:
    said = ddgen("types", "show", "finance.credit_card", env={"COLUMNS": "200"}).stdout
    for part in ("payment_card: A payment card's number", "PCI DSS", "4111 1111 1111 1111", "3 % of arbitrary values"):
        assert part in said
    said = ddgen("types", "show", "acme.policy", "--types", own).stdout
    for part in ("one of your own", "POL-[0-9]{4}", "identifier, medium sensitivity", "GDPR Art. 4(1)", "POL-1 "):
        assert part in said
    assert "phone_formatted" in ddgen("types", "show", "contact.phone").stdout
    found = json.loads(ddgen("types", "show", "contact.email", "--types", own, "--json").stdout)
    assert (found["title"], found["own"], found["values_needed"]) == ("Mail", True, 2)


def test_every_type_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for one in standard():
        type_view.draw(one, standard())
        assert capsys.readouterr().out.startswith(f"{one.id} · ")
        assert type_view.document(one)["id"] == one.id
