"""Texts: what people and models said, not the echo of facts."""

from __future__ import annotations

from ddgen.diff.change import Verdict
from ddgen.diff.compare import compare
from ddgen.model.claim import Kind, Origin, Status
from ddgen.model.dictionary import Field

from .parts import dictionary, field, kinds, table, text


def described(value: str, origin: Origin = Origin.HUMAN, status: Status = Status.SUGGESTED) -> Field:
    made = field("x", claims=[text(Kind.DESCRIPTION, value, origin, status=status)])
    made.settle()
    return made


def test_texts_that_changed() -> None:
    old, new = table("t", field("x")), table("t", field("x"))
    new.claims = [text(Kind.BUSINESS_NAME, "Orders"), text(Kind.GRAIN, "One row is one order.")]
    new.settle()
    changes = compare(dictionary(old), dictionary(new)).changes
    assert [(change.kind, change.verdict) for change in changes] == [
        ("business_name_changed", Verdict.PROSE),
        ("grain_changed", Verdict.PROSE),
    ]
    assert changes[0].message == "name “Orders”"
    [gone] = [change.message for change in compare(dictionary(new), dictionary(old)).changes if "grain" in change.kind]
    assert gone == "no grain any more, was “One row is one order.”"


def test_texts_by_rule_are_told_only_where_they_take_the_place_of_others() -> None:
    rule, other = described("5 rows", Origin.RULE), described("6 rows", Origin.RULE)
    assert kinds(rule, other) == []
    assert kinds(rule, described("6 rows", Origin.RULE, Status.APPROVED)) == ["description_changed"]
    assert kinds(described("Mine."), other) == ["description_changed"]
    assert kinds(described("Mine."), described("Mine.")) == []
