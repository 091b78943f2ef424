"""Keys and references."""

from __future__ import annotations

import pytest

from ddgen.diff.compare import compare
from ddgen.model.profile import Distinct

from .parts import between, dictionary, field, kinds, only, profile, table


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (["a"], [], "primary_key_lost"),
        ([], ["a"], "primary_key_won"),
        (["a"], ["b"], "primary_key_changed"),
        (["a", "b"], ["b", "a"], None),
    ],
)
def test_primary_keys(old: list[str], new: list[str], kind: str | None) -> None:
    one, other = (dictionary(table("t", field("a"), field("b"), primary_key=key)) for key in (old, new))
    assert [change.kind for change in compare(one, other).changes] == ([kind] if kind else [])


def test_unique_values_that_repeat() -> None:
    same = profile(unique=True, distinct=Distinct(count=1000, exact=True))
    twice = profile(unique=False, distinct=Distinct(count=998, exact=True))
    key = field("x", is_unique=True, profile=same)
    change = only(between(key, field("x", profile=twice)))
    assert (change.kind, change.message) == ("uniqueness_lost", "values repeat (998 different of 1,000), were unique")
    assert kinds(field("x", profile=twice), key) == ["uniqueness_won"]
    assert kinds(field("x", profile=same), field("x", profile=twice)) == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("a.id", None, "reference_lost"),
        (None, "a.id", "reference_won"),
        ("a.id", "b.id", "reference_retargeted"),
    ],
)
def test_references(old: str | None, new: str | None, kind: str) -> None:
    assert kinds(field("x", references=old), field("x", references=new)) == [kind]
