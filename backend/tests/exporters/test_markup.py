from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from ddgen.exporters.markup import Html, Slugs, breakable, escape, join, tag


def test_children_and_attributes_are_escaped_and_html_is_not() -> None:
    made = tag("p", "<b>", Html("<i></i>"), title='"&', hidden=True, id=None, class_="x", data_v=0, lang=False)
    assert made == '<p title="&quot;&amp;" hidden class="x" data-v="0">&lt;b&gt;<i></i></p>'


def test_void_elements_have_no_end() -> None:
    assert tag("br") == "<br>"
    assert tag("meta", name="a") == '<meta name="a">'


@given(st.text())
def test_no_text_can_make_a_tag(content: str) -> None:
    escaped = escape(content)
    assert not set(escaped) & set("<>\"'\u202e\x00")
    assert escape(escaped) is escaped
    if content.isascii() and content.isprintable():
        assert html.unescape(escaped) == content


def test_joining_leaves_empty_parts_out() -> None:
    assert join(["a", "", Html("<br>")], " & ") == "a &amp; <br>"


@given(st.lists(st.text(), max_size=30))
def test_slugs_are_safe_and_given_out_once(names: list[str]) -> None:
    slugs = Slugs()
    made = [slugs.make(name, "table-1") for name in names]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in made)


def test_slugs_read_like_the_names() -> None:
    slugs = Slugs()
    assert [slugs.make(name, "x") for name in ("Café Orders", "cafe/orders", "字段", "x-2", "x")] == [
        "cafe-orders",
        "cafe-orders-2",
        "x",
        "x-2",
        "x-3",
    ]


def test_names_break_between_their_parts() -> None:
    assert breakable("account.business_profile.url") == "account.<wbr>business_<wbr>profile.<wbr>url"
    assert breakable("items[].<b>.sku") == "items[].&lt;b&gt;.<wbr>sku"
    assert breakable("_id") == "_id"
    assert breakable("") == ""
