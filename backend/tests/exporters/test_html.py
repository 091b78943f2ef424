from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from ddgen.exporters import text
from ddgen.exporters.base import NoOptions
from ddgen.exporters.html import HtmlExporter
from ddgen.model.dictionary import Dictionary

from . import dictionaries

_VOID = {"br", "img", "input", "link", "meta", "wbr"}


class _Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"script", "style"}:
            self.texts.append(data)

    def attributes(self, name: str) -> list[str]:
        return [found for _, attributes in self.tags if (found := attributes.get(name)) is not None]


def _source(dictionary: Dictionary) -> str:
    return HtmlExporter().render(dictionary, NoOptions()).decode()


@cache
def _page(name: str) -> _Page:
    return _Page(_source(getattr(dictionaries, name)()))


_NAMES = pytest.mark.parametrize("name", ["shop", "hostile", "empty"])


@_NAMES
def test_the_page_is_well_formed_with_unique_ids_and_no_dead_links(name: str) -> None:
    page = _page(name)
    ids = page.attributes("id")
    assert page.open == []
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9-]+", identifier) for identifier in ids)
    links = [href for href in page.attributes("href") if not href.startswith("data:")]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert set(page.attributes("aria-labelledby")) <= set(ids)


@_NAMES
def test_the_page_loads_nothing_and_runs_only_its_own_script(name: str) -> None:
    source, page = _source(getattr(dictionaries, name)()), _page(name)
    scripts = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    assert len(scripts) == sum(tag == "script" for tag, _ in page.tags) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = next(attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes) or ""
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy
    assert not page.attributes("src")
    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "iframe", "object", "embed", "form", "base"})
    assert not [key for _, attributes in page.tags for key in attributes if key.startswith("on")]
    style = "".join(re.findall(r"<style>(.*?)</style>", source, re.DOTALL))
    assert "url(" not in style
    assert "@import" not in style


def test_hostile_texts_are_shown_and_nothing_more() -> None:
    shown = "".join(_page("hostile").texts)
    for hostile in dictionaries.HOSTILE:
        assert text.visible(hostile) in shown


def test_no_hidden_character_reaches_the_page() -> None:
    source = _source(dictionaries.hostile())
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", source)


def test_everything_is_there_without_the_script() -> None:
    shown = " ".join(_page("shop").texts).replace("\u00a0", " ")
    for said in (
        "Web shop",
        "2026-05-01 14:05 UTC",
        "The facts here describe at most 12,480 records",
        "the file ends inside a string",
        "byte 104857600",
        "Customers",
        "one row per customer",
        "master data",
        "E-mail Address",
        "Address used to sign in",
        "E-mail address of the customer.",
        "not shown",
        "PII · contact.email",
        "medium sensitivity",
        "→ customers.id",
        "string | integer (0.2 %)",
        "15.5 %",
        "Leading zero",
        "line 2, byte 61",
        "aaaa.aaaa@aaaa.aaa",
        "Quantiles",
        "cancelled",
        "1,101",
        "99.8 % of values found",
        "3 orphans",
        "This table has no fields.",
        "not read whole",
        "data[]",
    ):
        assert said in shown, said


def test_nested_paths_say_their_depth() -> None:
    source = _source(dictionaries.shop())
    assert (
        '<code style="--d:1"><a href="#f-orders-items-sku"><span class="dim">items[].</span><wbr>sku</a></code>'
        in source
    )


def test_problems_that_broke_the_input_come_first() -> None:
    source = _source(dictionaries.shop())
    assert source.index("the file ends inside a string") < source.index("a row has 9 cells")


def test_rows_carry_what_the_filters_ask_for() -> None:
    rows = {attributes.get("id"): attributes for tag, attributes in _page("shop").tags if tag == "tbody"}
    assert rows["f-customers-email"]["data-f"] == "pii missing odd"
    assert rows["f-customers-id"]["data-f"] == "key"
    assert rows["f-customers-zip"]["data-t"] == "string integer"


def test_histograms_are_drawn_once_and_used_twice() -> None:
    source = _source(dictionaries.shop())
    assert source.count('id="s-customers-email"') == source.count('href="#s-customers-email"') == 1
    assert "<title>Histogram of lengths from 9 to 41</title>" in source


def test_the_same_dictionary_gives_the_same_bytes() -> None:
    assert _source(dictionaries.hostile()) == _source(dictionaries.hostile())


def test_a_wide_table_stays_lean() -> None:
    small, large = len(_source(dictionaries.wide(50))), len(_source(dictionaries.wide(250)))
    assert (large - small) / 200 < 4_096
