"""Values tried: which types they are of, and why not others."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

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


def tried(ddgen: Run, *arguments: object, **options: str) -> dict[str, dict[str, object]]:
    done = ddgen("types", "test", *arguments, "--json", **options)
    assert done.returncode == 0, done.stderr
    return {one["type"]: one for one in json.loads(done.stdout)["types"]}


def test_values_show_which_types_fit_and_why_others_do_not(ddgen: Run) -> None:
    assert tried(ddgen, "a@b.org", "c@d.org")["contact.email"]["claimed"]
    card = tried(ddgen, "4111111111111111")["finance.credit_card"]
    assert (card["fits"], card["miss"]) == (False, "too_few")
    assert "4 different values are needed, or a name that says it, such as credit_card" in str(card["why"])
    wrong = tried(ddgen, "4111111111111112", "--name", "card_no")["finance.credit_card"]
    assert (wrong["miss"], wrong["formed"], wrong["confirmed"]) == ("members", 1, 0)
    vetoed = tried(ddgen, "a@b.org", "--name", "email_sent")["contact.email"]
    assert (vetoed["miss"], "the name speaks against it: sent" in str(vetoed["why"])) == ("veto", True)
    named = tried(ddgen, "2", "4", "--name", "bathrooms", "--type", "location.postal_code")
    assert named["location.postal_code"]["miss"] == "unnamed"


def test_what_is_drawn_of_a_test(ddgen: Run, own: Path) -> None:
    said = ddgen("types", "test", "POL-1234", "POL-12", "--type", "acme.policy", "--types", own).stdout
    assert "1 of 2 different values have its form" in said
    assert "POL-12 does not match" in said
    said = ddgen("types", "test", "94107").stdout
    assert "No semantic type fits." in said
    assert "location.postal_code" in said.partition("Would fit if the name said so")[2]
    assert "Fits" in ddgen("types", "test", "POL-1234", "--name", "policy_no", "--types", own).stdout


def test_values_of_standard_input_are_not_shown(ddgen: Run) -> None:
    given = "536-90-4399\r\n\n123-45-678\n"
    done = ddgen("types", "test", "-", "--name", "ssn", "--type", "government.ssn", input=given)
    assert "line 2 does not match" in done.stdout
    assert "536" not in done.stdout + done.stderr
    assert "123" not in done.stdout + done.stderr
    empty = ddgen("types", "test", "-", input="\n\n")
    assert (empty.returncode, empty.stderr) == (2, "ddgen: standard input: there are no values. Give one a line\n")


def test_many_values_are_looked_at_as_in_a_build(ddgen: Run) -> None:
    given = "\n".join(f"user{n}@example.org" for n in range(5000))
    found = json.loads(ddgen("types", "test", "-", "--json", input=given).stdout)
    assert (found["values"], found["looked_at"]) == (5000, 100)
    assert "of which 100 are looked at" in ddgen("types", "test", "-", input=given).stdout
