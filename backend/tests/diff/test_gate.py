"""What is let pass, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from ddgen.diff.change import Verdict
from ddgen.diff.compare import compare
from ddgen.diff.gate import passed, read
from ddgen.diff.rules import Rule, Rules
from ddgen.errors import UsageError
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary, Pii

from .parts import dictionary, field, table, text

OLD = dictionary(table("t", field("a"), field("b"), field("c", "string")))


def changed() -> Dictionary:
    """A field went, one has personal data now, one became a decimal."""
    private = field("c", "string", pii=Pii(category="contact", sensitivity=2))
    mine = field("a", "decimal", claims=[text(Kind.DESCRIPTION, "Mine.")])
    mine.settle()
    return dictionary(table("t", mine, private, field("d", "date")))


def outcome(*fail_on: str, least: tuple[str, ...] = (), rules: Rules | None = None) -> list[str]:
    new, asked, rules = changed(), read(fail_on, least), rules or Rules()
    gate = passed(compare(OLD, new, rules), new, asked, rules).gate
    assert gate is not None
    assert gate.passed is not bool(gate.failed)
    return gate.failed


@pytest.mark.parametrize(
    ("fail_on", "failed"),
    [
        ("breaking", ["2 breaking changes"]),
        ("risky", ["2 breaking changes", "1 risky change"]),
        ("pii", ["1 change of the kind pii_appeared"]),
        ("undocumented", ["2 fields that nobody has described"]),
        ("undocumented, field_removed", ["2 fields that nobody has described", "1 change of the kind field_removed"]),
        ("field_renamed", []),
        ("none", []),
        ("prose", ["1 prose change"]),
    ],
)
def test_what_is_failed_on(fail_on: str, failed: list[str]) -> None:
    assert outcome(fail_on) == failed


@pytest.mark.parametrize(
    ("least", "failed"),
    [
        ("30%", []),
        ("0.3", []),
        ("90%", ["33.3 % of the fields are described, not 90 %"]),
        ("person:40%", ["33.3 % of the fields are described by a person, not 40 %"]),
        ("approved:40%", ["33.3 % of the fields are described or approved by a person, not 40 %"]),
    ],
)
def test_how_much_has_to_be_described(least: str, failed: list[str]) -> None:
    assert outcome("none", least=(least,)) == failed


def test_rules_hold_for_the_gate_too() -> None:
    rules = Rules(over={"undocumented": Rule(Verdict.BREAKING, "We describe all.")}, ignore=("t.d",))
    assert outcome("undocumented,breaking", rules=rules) == [
        "1 field that nobody has described",
        "3 breaking changes",
    ]


def test_personal_data_in_a_new_field_or_table_appeared() -> None:
    def private(path: str) -> Any:
        return field(path, "string", pii=Pii(category="contact", sensitivity=2))

    new = dictionary(*OLD.tables, table("more", private("x")))
    assert [one.kind for one in compare(OLD, new).changes] == ["pii_appeared", "table_added"]
    new = dictionary(table("t", *OLD.tables[0].fields, private("y")))
    assert [(one.kind, one.path) for one in compare(OLD, new).changes] == [("pii_appeared", "y"), ("field_added", "y")]


@pytest.mark.parametrize(
    ("fail_on", "least", "said"),
    [
        ("braking", None, "--fail-on: no such change to fail on: braking"),
        (None, "lots", "--min-described: this is no share of fields: lots"),
        (None, "90", "this is no share of fields: 90"),
        (None, "boss:90%", "the levels are person, approved, any"),
    ],
)
def test_words_that_nobody_knows(fail_on: str | None, least: str | None, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read([fail_on] if fail_on else [], [least] if least else [])
    assert said in str(caught.value)
