from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from ddgen.model.inside import DEEPEST, LARGEST, Element
from ddgen.sources import inside_xml
from ddgen.sources.inside_xml import XmlInside

XML = XmlInside()


def plain(element: Element) -> Any:
    """An element as nested data: its text, or a dict of its attributes and of lists of elements."""
    attributes = {f"@{name}": text for name, text in (element.attributes or {}).items()}
    if element.children is None:
        return attributes | {"": element.text} if attributes else element.text
    return attributes | {name: [plain(each) for each in inner] for name, inner in element.children.items()}


def read(text: str) -> Any:
    opened = XML.open([text.encode()])
    assert opened.faults == {}
    return plain(opened.values[0])


def fault(text: str) -> str:
    opened = XML.open([text.encode()])
    assert (opened.values, opened.indexes) == ([], [])
    return opened.faults[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<r/>", None),
        ("<r>5</r>", "5"),
        ("<r> padded \n</r>", "padded"),
        ("<r><![CDATA[<5>]]> &amp; &#228;</r>", "<5> & ä"),
        ('<r id="1"/>', {"@id": "1", "": None}),
        ('<r id="1">x</r>', {"@id": "1", "": "x"}),
        ("<r><a>1</a><b/><a>2</a></r>", {"a": ["1", "2"], "b": [None]}),
        ("<r>text <b>with</b> marks</r>", "text with marks"),
        ("<r>\n <a>1</a>\n</r>", {"a": ["1"]}),
        ('<?xml version="1.0" encoding="UTF-16"?>\n<!-- x --><s:r xmlns:s="urn:x"><s:a/></s:r>', {"s:a": [None]}),
    ],
)
def test_documents(text: str, value: Any) -> None:
    (name,) = read(text)
    assert read(text) == {name: [value]}


@pytest.mark.parametrize(
    "text",
    ["x", "<r>", "<r></s>", "<r>&unknown;</r>", "<r/><r/>", "<p>a page</p>", "<html><body/></html>", "<svg/>", "a < b"],
)
def test_other_texts_and_pages(text: str) -> None:
    assert fault(text) == "not_xml"


def test_declared_entities_end_the_reading() -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    assert fault(f"<!DOCTYPE r [{lines}]><r>&l9;</r>") == "not_xml"
    assert fault('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>') == "not_xml"


def test_nothing_is_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        text = f'<!DOCTYPE r SYSTEM "http://127.0.0.1:{port}/r.dtd"><r><a>1</a></r>'
        assert read(text) == {"r": [{"a": ["1"]}]}
        with pytest.raises(TimeoutError):
            server.accept()


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fault("<r>" * (DEEPEST + 1) + "</r>" * (DEEPEST + 1)) == "too_deep"
    assert read("<r>" * DEEPEST + "</r>" * DEEPEST)
    assert fault("<r>" + "x" * LARGEST + "</r>") == "too_large"
    monkeypatch.setattr(inside_xml, "MOST_ELEMENTS", 5)
    monkeypatch.setattr(inside_xml, "MOST_NAMES", 3)
    assert fault("<r><a/><a/><a/><a/><a/></r>") == "too_large"
    assert fault("<r><a/><b/><c/><d/><e/></r>") == "too_large"
    assert read("<r><a/><a/><a/><a/></r>") == {"r": [{"a": [None] * 4}]}
    assert fault('<r a="" b="" c="" d=""/>') == "too_large"


@pytest.mark.parametrize("text", ["<r/>", '<?xml version="1.0"?>\n<r>', "<!-- a --> <r a='1'>"])
def test_what_looks_like_data(text: str) -> None:
    assert XML.looks(text)
    assert XML.looks(text[:-1], cut=True)


@pytest.mark.parametrize("text", ["<p>x</p>", "<5>", "x", "<r", "<DIV >x</DIV>", "< r>"])
def test_what_does_not(text: str) -> None:
    assert not XML.looks(text)


def test_many_comments_are_read_at_once() -> None:
    started = time.monotonic()
    assert not XML.looks("<!-- -->" * 5_000 + "x>")
    assert XML.looks("<!-- -->" * 5_000 + "<r/>")
    assert time.monotonic() - started < 5


def test_null_and_blank_are_no_faults() -> None:
    opened = XML.open([b"null", b" ", b"<r/>"])
    assert (opened.indexes, opened.faults) == ([2], {})
