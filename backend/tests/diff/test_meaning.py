"""Semantic types, units, formats, codes and personal data."""

from __future__ import annotations

from typing import Any

import pytest

from ddgen.model.codes import Code, CodeList
from ddgen.model.dictionary import Pii
from ddgen.model.profile import Shape

from .parts import between, field, kinds, listed, only, profile


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ({"unit": "kg"}, {"unit": "g"}, "unit_changed"),
        ({"unit": "kg"}, {}, "unit_lost"),
        ({}, {"unit": "kg"}, "unit_won"),
        ({"semantic_type": "contact.email"}, {"semantic_type": "contact.phone"}, "semantic_type_changed"),
        ({"semantic_type": "contact.email"}, {}, "semantic_type_lost"),
        ({}, {"semantic_type": "contact.email"}, "semantic_type_won"),
    ],
)
def test_what_values_are(old: dict[str, Any], new: dict[str, Any], kind: str) -> None:
    assert kinds(field("x", "string", **old), field("x", "string", **new)) == [kind]


def dates(shape: str, count: int = 990) -> Any:
    return profile(shapes=[Shape(shape=shape, count=count), Shape(shape="-", count=10)])


def test_dates_written_in_another_way() -> None:
    one, other = field("x", "date", profile=dates("99/99/9999")), field("x", "date", profile=dates("9999-99-99"))
    change = only(between(one, other))
    assert (change.kind, change.before, change.after) == ("format_changed", "9/9/9", "9-9-9")
    assert kinds(one, field("x", "date", profile=dates("9999-99-99", 400))) == []


def test_values_of_a_list_that_came_and_went() -> None:
    old = field("x", "string", profile=listed(open=500, shipped=300, lost=1))
    new = field("x", "string", profile=listed(open=500, shipped=300, returned=4))
    change = only(between(old, new))
    assert (change.kind, change.message) == ("codes_widened", "new value returned")
    assert kinds(field("x", "string", profile=listed(a=500, b=300)), field("x", "string", profile=listed(a=800))) == [
        "codes_tightened"
    ]


def test_values_that_do_not_repeat_are_no_list() -> None:
    assert kinds(field("x", "string", profile=listed(a=1, b=1)), field("x", "string", profile=listed(c=1, d=1))) == []


def test_a_code_that_stands_for_something_else() -> None:
    def coded(label: str) -> Any:
        codes = CodeList(codes=[Code(value="A", label=label), Code(value="B", label="Beta")])
        return field("x", "string", profile=listed(A=500, B=500), codes=codes)

    assert only(between(coded("Active"), coded("Archived"))).message == "A stands for Archived, was Active"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (None, ("contact", 2), "pii_appeared"),
        (("contact", 2), None, "pii_vanished"),
        (("contact", 2), ("health", 3), "pii_more_sensitive"),
        (("contact", 2), ("contact", 1), "pii_less_sensitive"),
        (("contact", 2), ("identity", 2), "pii_category_changed"),
    ],
)
def test_personal_data(old: tuple[str, int] | None, new: tuple[str, int] | None, kind: str) -> None:
    one, other = (Pii(category=said[0], sensitivity=said[1]) if said else None for said in (old, new))
    assert kinds(field("x", "string", pii=one), field("x", "string", pii=other)) == [kind]
