from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.sources.inside_query import QueryInside

QUERY = QueryInside()
NAMES = st.text("abc_ä&= ", min_size=1).map(lambda text: "n" + text)


def read(text: str) -> dict[str, list[str | None]]:
    opened = QUERY.open([text.encode()])
    assert opened.faults == {}
    return {name: [each.text for each in values] for name, values in opened.values[0].children.items()}


@given(st.lists(st.tuples(NAMES, st.text(max_size=5)), min_size=2, max_size=5))
def test_what_is_encoded_is_read(pairs: list[tuple[str, str]]) -> None:
    text = urlencode(pairs, errors="replace")
    expected: dict[str, list[str | None]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value or None)
    assert QUERY.looks(text)
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("?a=1&b=", {"a": ["1"], "b": [None]}),
        ("a=1", {"a": ["1"]}),
        ("tag=x&tag=y%20z+z", {"tag": ["x", "y z z"]}),
        ("filter[size]=3&q=a%26b&", {"filter[size]": ["3"], "q": ["a&b"]}),
        ("a=%FF&b=1", {"a": ["\ufffd"], "b": ["1"]}),
        ("token=abc==&b=1", {"token": ["abc=="], "b": ["1"]}),
    ],
)
def test_forms(text: str, value: dict[str, list[str | None]]) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    "text", ["a", "R&D", "a = 1 & b = 2", "x=1=2&", "a=1#b", "5=1&6=2", "a=b c", "&a=1", "http://x/?a=1&b=2"]
)
def test_other_texts(text: str) -> None:
    assert QUERY.open([text.encode()]).faults == {0: "not_query_string"}
    assert not QUERY.looks(text)


def test_one_pair_alone_does_not_look_like_a_query() -> None:
    assert not QUERY.looks("a=1")
    assert QUERY.looks("a=1&b=2&c", cut=True)
    assert not QUERY.looks("a=1&b", cut=True)


def test_bounds() -> None:
    assert QUERY.open(["&".join(f"a{n}=1" for n in range(2_000)).encode()]).faults == {0: "too_large"}
    assert QUERY.open([b"null", b""]).faults == {}
