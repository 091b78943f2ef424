from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ddgen.exporters import markdown_text as md
from ddgen.exporters import text
from ddgen.exporters.base import NoOptions
from ddgen.exporters.markdown import MarkdownExporter, MarkdownOptions
from ddgen.model.dictionary import Dictionary

from . import dictionaries

_READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_OURS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "li", "p", "strong", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip


class _Shown(HTMLParser):
    """What a reader of the rendered Markdown would see."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(_READER.render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def _one(dictionary: Dictionary) -> str:
    made = MarkdownExporter().render(dictionary, NoOptions())
    assert isinstance(made, bytes)
    return made.decode()


def _split(dictionary: Dictionary) -> dict[str, str]:
    made = MarkdownExporter().render(dictionary, MarkdownOptions(split=True))
    assert isinstance(made, dict)
    return {name: content.decode() for name, content in made.items()}


@given(st.text())
def test_any_text_is_shown_as_it_is(raw: str) -> None:
    shown = _Shown(md.inline(raw))
    wanted = text.visible(raw, keep="\u00a0\u202f").strip()
    assert shown.text.strip() == wanted
    assert {tag for tag, _ in shown.tags} <= {"p"}


@given(st.text())
def test_any_name_is_shown_as_code_in_a_table(raw: str) -> None:
    shown = _Shown("\n".join(md.table(["a", "b"], [[md.code(raw), md.cell(raw)], ["x", "y"]])))
    assert [tag for tag, _ in shown.tags if tag in {"tr", "td", "th", "code"}].count("td") == 4
    assert (text.visible(raw) or '""').strip(" ") in shown.text.replace("\u00a0", " ")
    assert {tag for tag, _ in shown.tags} <= {"table", "thead", "tbody", "tr", "th", "td", "code", "br"}


@pytest.mark.parametrize(
    "raw",
    [
        "# x",
        "- x",
        "+ x",
        "1. x",
        "12) x",
        "---",
        "===",
        "> x",
        "* x",
        "```",
        "<!-- x",
        "| a | b |",
        "    x",
        "[a]: b",
        "~~x~~",
    ],
)
def test_no_text_begins_a_heading_list_rule_or_block(raw: str) -> None:
    shown = _Shown(f"before\n\n{md.paragraph(raw)}\n\nafter")
    assert [tag for tag, _ in shown.tags] == ["p", "p", "p"]
    assert raw.strip() in shown.text


def test_addresses_do_not_become_links() -> None:
    assert md.inline("see https://example.org or www.example.org") == r"see https\://example.org or www\.example.org"


def test_padding_of_a_value_shows() -> None:
    assert md.code(" a ") == "<code>&nbsp;a&nbsp;</code>"
    assert md.code("") == '`""`'


def test_hostile_texts_make_no_mark_up() -> None:
    shown = _Shown(_one(dictionaries.hostile()))
    assert {tag for tag, _ in shown.tags} <= _OURS
    for tag, attributes in shown.tags:
        assert set(attributes) <= {"id", "href", "style"} if tag == "a" else set(attributes) <= {"style"}
        assert re.fullmatch(r"#[a-z0-9-]+", attributes.get("href") or "#x")
    for hostile in dictionaries.HOSTILE:
        assert text.visible(hostile) in shown.text


def test_every_row_of_a_table_has_all_its_cells() -> None:
    tags = [tag for tag, _ in _Shown(_one(dictionaries.hostile())).tags]
    fields = sum(len(table.fields) for table in dictionaries.hostile().tables)
    tables = len(dictionaries.hostile().tables)
    assert tags.count("td") == fields * 8 + tables * 6
    assert tags.count("h2") == tables + 3


def test_the_document_says_what_is_known() -> None:
    shown = _Shown(_one(dictionaries.shop())).text
    for said in (
        "Web shop", "version 1", "2026-05-01 14:05 UTC", "Sample.",
        "the file ends inside a string", "one row per customer",
        "E-mail Address", "PII, contact.email, medium sensitivity: 2,092 of 2,098 values are e-mail addresses",
        "shipped 9,100, paid 2,205", "Leading zero: 212 times, such as 01234; first at line 2, byte 61",
        "Stand for no value: N/A 14, - 3", "orders.customer_id → customers.id", "This table has no fields.",
    ):  # fmt: skip
        assert said in shown, said


def test_links_of_one_file_reach_their_anchors() -> None:
    tags = _Shown(_one(dictionaries.hostile())).tags
    anchors = [attributes["id"] for tag, attributes in tags if tag == "a" and "id" in attributes]
    links = [
        (attributes["href"] or "").removeprefix("#") for tag, attributes in tags if tag == "a" and "href" in attributes
    ]
    assert links == anchors
    assert len(set(anchors)) == len(dictionaries.HOSTILE)


def test_split_gives_an_index_and_a_file_for_each_table() -> None:
    files = _split(dictionaries.hostile())
    names = [name for name in files if name != "index.md"]
    assert len(names) == len(dictionaries.HOSTILE)
    assert all(re.fullmatch(r"tables/[a-z0-9]+(-[a-z0-9]+)*\.md", name) for name in names)
    assert "tables/con.md" not in files
    assert "tables/table-con.md" in files
    linked = [attributes["href"] for tag, attributes in _Shown(files["index.md"]).tags if tag == "a"]
    assert linked == names
    assert "](../index.md)" in files["tables/etc-passwd.md"]


def test_an_empty_dictionary_says_so() -> None:
    assert "This dictionary has no tables." in _one(dictionaries.empty())
    assert list(_split(dictionaries.empty())) == ["index.md"]


def test_the_same_dictionary_gives_the_same_bytes() -> None:
    assert _one(dictionaries.hostile()) == _one(dictionaries.hostile())
    assert _split(dictionaries.shop()) == _split(dictionaries.shop())
