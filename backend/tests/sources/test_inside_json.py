from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.inside import DEEPEST, LARGEST
from ddgen.sources.inside_json import JsonInside

JSON = JsonInside()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)
DOCUMENTS = st.lists(VALUES) | st.dictionaries(st.text(max_size=4), VALUES)


@given(st.lists(DOCUMENTS, max_size=6), st.booleans())
def test_objects_and_arrays_are_read_as_they_are(documents: list[Any], padded: bool) -> None:
    texts = [json.dumps(document).encode() for document in documents]
    opened = JSON.open([b" \n" + text + b"\t" for text in texts] if padded else texts)
    assert opened.values == documents
    assert opened.indexes == list(range(len(documents)))
    assert (opened.faults, opened.remarks, opened.duplicates) == ({}, {}, [])


@given(DOCUMENTS)
def test_every_document_looks_like_one(document: Any) -> None:
    assert JSON.looks(json.dumps(document))
    assert JSON.looks(json.dumps(document)[:1], cut=True)


@pytest.mark.parametrize("text", ["5", '"x"', "true", "{a}x", "x{}", "(1)", "[1}"])
def test_other_texts_do_not(text: str) -> None:
    assert not JSON.looks(text)


def test_each_text_is_judged_by_itself() -> None:
    deep, long = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), '["' + "x" * LARGEST + '"]'
    texts = ['{"a": 1}', "x", "null", "", "5", '"x"', "{", '{"a": 2}', "{'a': 1}", "[1] [2]", "[1, 2", deep, long]
    opened = JSON.open([text.encode() for text in texts])
    assert (opened.indexes, opened.values) == ([0, 7], [{"a": 1}, {"a": 2}])
    bad = dict.fromkeys((1, 4, 5, 6, 8, 9, 10), "not_json")
    assert opened.faults == bad | {11: "too_deep", 12: "too_large"}


def test_the_deepest_that_is_read_is_read() -> None:
    (value,) = JSON.open([b"[" * DEEPEST + b"]" * DEEPEST]).values
    assert json.dumps(value) == "[" * DEEPEST + "]" * DEEPEST


def test_what_other_readers_lose_is_kept() -> None:
    opened = JSON.open(
        [b'{"n": 98765432109876543210}', b'{"k": 1, "k": 2}', b'[{"a": NaN}, -Infinity]', b'["\\ud800"]']
    )
    assert opened.indexes == [0, 1, 2, 3]
    assert opened.values[:2] == [{"n": 98765432109876543210}, {"k": 2}]
    assert opened.duplicates == [(("k",), 1)]
    assert math.isnan(opened.values[2][0]["a"])
    assert (opened.values[3], opened.remarks) == (["\ufffd"], {3: "bad_encoding"})


def test_the_order_stays_when_one_is_odd() -> None:
    opened = JSON.open([b'{"a": 1}', b'{"a": NaN, "a": 5}', b"x", b'{"a": 3}'])
    assert (opened.indexes, [value["a"] for value in opened.values]) == ([0, 1, 3], [1, 5, 3])


def test_extended_json_is_made_plain_as_in_files() -> None:
    opened = JSON.open([b'{"n": {"$numberInt": "5"}}', b'{"n": {"$numberInt": "6"}, "x": NaN}'])
    assert [value["n"] for value in opened.values] == [5, 6]
