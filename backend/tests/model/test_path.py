"""Paths: what is written can be read, and no two places share a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.path import ROOT, Attribute, Path, Step, format_path, leaf_name, parse

SEGMENTS = st.one_of(st.text(max_size=8), st.sampled_from(list(Step)), st.builds(Attribute, st.text(max_size=8)))
PATHS = st.lists(SEGMENTS, max_size=8).map(tuple)

WRITTEN = [
    (("email",), "email"),
    (("user", "address", "city"), "user.address.city"),
    (("items", Step.ELEMENT, "sku"), "items[].sku"),
    (("by_country", Step.MAP_VALUE, "count"), "by_country{}.count"),
    (("book", Attribute("isbn")), "book.@isbn"),
    (("a.b",), "`a.b`"),
    (("a`b", ""), "`a``b`.``"),
    (("1st", "größe"), "`1st`.größe"),
    (ROOT, "$"),
    ((Step.ELEMENT,), "$[]"),
    ((Step.ELEMENT, "x"), "$[].x"),
]


@pytest.mark.parametrize(("path", "text"), WRITTEN)
def test_the_grammar(path: Path, text: str) -> None:
    assert format_path(path) == text
    assert parse(text) == path


@given(PATHS)
def test_what_is_written_can_be_read(path: Path) -> None:
    assert parse(format_path(path)) == path


@given(PATHS, PATHS)
def test_two_places_never_share_a_name(one: Path, other: Path) -> None:
    assert (format_path(one) == format_path(other)) == (one == other)


@pytest.mark.parametrize("text", ["", "a..b", ".a", "a.", "1a", "a b", "`a", "a[0]", "a.[]", "$.a", "$a", "[", "a{"])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "name"), [("items[].sku", "sku"), ("tags[]", "tags"), ("book.@isbn", "isbn"), ("$[]", "value")]
)
def test_the_leaf_is_what_people_call_the_field(text: str, name: str) -> None:
    assert leaf_name(parse(text)) == name
