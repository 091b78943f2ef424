"""Statistics that moved, and those that only look so."""

from __future__ import annotations

from typing import Any

import pytest

from ddgen.diff.compare import compare
from ddgen.diff.rules import Rules, Thresholds
from ddgen.model.profile import Distinct, Lengths

from .parts import between, dictionary, field, kinds, listed, numbers, only, profile, table


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (1000, 0, "table_emptied"),
        (1000, 400, "row_count_collapsed"),
        (1000, 600, None),
        (20, 5, None),
        (1000, 20_000, "row_count_exploded"),
        (1000, 5000, None),
        (0, 1000, None),
    ],
)
def test_rows(old: int, new: int, kind: str | None) -> None:
    one, other = (dictionary(table("t", field("a"), rows=rows)) for rows in (old, new))
    assert [change.kind for change in compare(one, other).changes] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("old", "new", "drifted"),
    [
        (profile(900, 100), profile(700, 300), True),
        (profile(900, 100), profile(880, 120), False),
        (profile(9, 1), profile(7, 3), False),
        (profile(90_000, 10_000), profile(94_000, 6_000), False),
    ],
)
def test_the_share_of_missing_values(old: Any, new: Any, drifted: bool) -> None:
    assert kinds(field("x", profile=old), field("x", profile=new)) == (["missing_share_drifted"] if drifted else [])


def distinct(count: int, values: int) -> Any:
    return field("x", "string", profile=profile(values, distinct=Distinct(count=count, exact=True)))


def test_repeating_is_told_where_more_rows_do_not_explain_it() -> None:
    assert only(between(distinct(900, 1000), distinct(90, 1000))).message == "90 different in 1,000, was 900 in 1,000"
    assert kinds(distinct(50, 1000), distinct(50, 10_000)) == []
    assert kinds(distinct(900, 1000), distinct(9000, 10_000)) == []
    assert kinds(distinct(100, 1000), distinct(900, 1000)) == ["distinct_drifted"]


def test_ranges() -> None:
    one = field("x", "float", profile=numbers(0, 100))
    far = numbers(0, 100)
    far.max = 140.0
    assert kinds(one, field("x", "float", profile=far)) == []
    far.max = 5000.0
    assert only(between(one, field("x", "float", profile=far))).message == "0 to 5,000, was 0 to 100"
    below = numbers(0, 100)
    below.min = -1
    assert kinds(one, field("x", "float", profile=below)) == ["negative_values_appeared"]


def test_what_moves_on_by_itself_is_left_alone() -> None:
    for more in ({"is_unique": True}, {"references": "a.b"}, {"semantic_type": "time.epoch_seconds"}):
        old, new = (field("x", profile=numbers(low, low + 100), **more) for low in (0, 5000))
        assert kinds(old, new) == []


def test_texts_longer_than_ever() -> None:
    short, long = (profile(lengths=Lengths(min=1, max=most, mean=5)) for most in (20, 200))
    assert kinds(field("x", "string", profile=short), field("x", "string", profile=long)) == ["length_drifted"]


def test_distributions() -> None:
    one = field("x", "float", profile=numbers(0, 100))
    moved = numbers(0, 100)
    assert moved.quantiles is not None
    moved.quantiles = moved.quantiles.model_copy(update={"p5": 40.0, "p25": 65.0, "p50": 70.0})
    change = only(between(one, field("x", "float", profile=moved)))
    assert change.kind == "distribution_drifted"
    assert change.message.startswith("median 70, was 50 (stability index ")
    shares = kinds(
        field("x", "string", profile=listed(a=900, b=100)), field("x", "string", profile=listed(a=100, b=900))
    )
    assert shares == ["distribution_drifted"]


def test_thresholds_are_a_persons_to_set() -> None:
    rules = Rules(thresholds=Thresholds(missing_share=0.3, fewest=5000))
    old, new = field("x", profile=profile(900, 100)), field("x", profile=profile(700, 300))
    assert kinds(old, new, rules) == []
    assert kinds(distinct(900, 1000), distinct(90, 1000), rules) == []
