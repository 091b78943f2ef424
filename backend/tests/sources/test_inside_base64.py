from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.sources.inside_base64 import Base64JsonInside, Base64XmlInside, decoded

JSON, XML = Base64JsonInside(), Base64XmlInside()
WAYS: list[Callable[[bytes], str]] = [
    lambda raw: base64.b64encode(raw).decode(),
    lambda raw: base64.urlsafe_b64encode(raw).decode(),
    lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="),
    lambda raw: base64.encodebytes(raw).decode().strip(),
]


@given(raw=st.binary(min_size=2), way=st.sampled_from(WAYS[:3]))
def test_every_way_of_writing_is_decoded(raw: bytes, way: Callable[[bytes], str]) -> None:
    assert decoded(way(raw).encode()) == raw


@pytest.mark.parametrize("text", [b"", b"a", b"abcde", b"ab!c", "äöü".encode(), b"abc=d", b"a b c d"])
def test_other_texts_are_not(text: bytes) -> None:
    assert decoded(text) is None


@pytest.mark.parametrize("way", WAYS, ids=["usual", "for addresses", "unpadded", "in lines"])
@pytest.mark.parametrize("document", [{}, [], {"a": [1, "ä" * 99]}, [{"b": "x" * 9_000}], {"?": "~~>>??"}])
def test_json(document: Any, way: Callable[[bytes], str]) -> None:
    for raw in (json.dumps(document).encode(), json.dumps(document, indent=2, ensure_ascii=False).encode()):
        text = way(raw)
        assert JSON.looks(text)
        assert len(text) < 200 or JSON.looks(text[:200], cut=True)
        assert JSON.open([text.encode()]).values == [document]


@pytest.mark.parametrize("way", WAYS)
def test_xml(way: Callable[[bytes], str]) -> None:
    text = way(b'<?xml version="1.0"?><order><id>5</id></order>')
    assert XML.looks(text)
    assert not JSON.looks(text)
    (document,) = XML.open([text.encode()]).values
    assert document.children["order"][0].children["id"][0].text == "5"


@pytest.mark.parametrize("text", ["Paris", "ev", "Ward", "PAID", "eyes", "W1", "hello", "e", "P", "Café", "ICD", "ey!"])
def test_words_do_not_look_so(text: str) -> None:
    assert not JSON.looks(text)
    assert not XML.looks(text)


def test_each_text_is_judged_by_itself() -> None:
    twice = base64.b64encode(base64.b64encode(b'{"a": 1}'))
    texts = [
        WAYS[0](b'{"a": 1}').encode(),
        b"null",
        b"!",
        WAYS[0](b"hello").encode(),
        twice,
        WAYS[0](b'{"a": 1, "a": 2}').encode(),
    ]
    opened = JSON.open(texts)
    assert (opened.indexes, opened.values) == ([0, 5], [{"a": 1}, {"a": 2}])
    assert opened.faults == dict.fromkeys((2, 3, 4), "not_json")
    assert opened.duplicates == [(("a",), 5)]
    assert JSON.open([WAYS[0](b'["\\ud800"]').encode()]).remarks == {0: "bad_encoding"}
