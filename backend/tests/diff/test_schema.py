"""Types and missing values."""

from __future__ import annotations

import pytest

from ddgen.diff.change import Verdict

from .parts import between, field, kinds, only, profile


def test_a_type_that_changed() -> None:
    change = only(between(field("x"), field("x", "integer | string")))
    assert (change.kind, change.verdict, change.path) == ("type_mixed", Verdict.BREAKING, "x")
    assert change.message == "type changed from integer to integer | string"


def test_declared_types() -> None:
    short, long = field("x", "string", physical_type="varchar(20)"), field("x", "string", physical_type="varchar(50)")
    assert only(between(short, long)).message == "declared varchar(50), was varchar(20)"
    assert kinds(short, field("x", "string", physical_type="VARCHAR(20)")) == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (profile(), profile(900, 100), "became_nullable"),
        (profile(20), profile(19, 1), "first_missing"),
        (profile(900, 100), profile(), "became_required"),
        (profile(999, 1), profile(), None),
        (profile(900, 100), profile(0, 1000), "field_emptied"),
        (profile(0, 1000), profile(), "field_filled"),
        (profile(), profile(900, null_tokens={"N/A": 0}), None),
        (profile(500), profile(0), None),
    ],
)
def test_missing_values(old: object, new: object, kind: str | None) -> None:
    assert kinds(field("x", profile=old), field("x", profile=new)) == ([kind] if kind else [])


def test_where_the_holder_is_absent_its_fields_are_not_missing() -> None:
    inner = profile(900)
    inner.total, inner.parent_absent = 1000, 100
    assert kinds(field("a.b"), field("a.b", profile=inner)) == []


def test_what_the_source_declares() -> None:
    nulls = profile(900, 100)
    assert kinds(field("x", nullable=False), field("x", nullable=True)) == ["constraint_dropped"]
    assert kinds(field("x", nullable=True), field("x", nullable=False)) == ["became_required"]
    assert kinds(field("x", nullable=True), field("x", nullable=True, profile=nulls)) == ["first_missing"]
    assert kinds(field("x", nullable=False), field("x", nullable=True, profile=nulls)) == ["became_nullable"]
