from __future__ import annotations

import pytest

from ddgen import registry
from ddgen.model.inside import TITLES, bytes_saying_nothing, saying_nothing, title_of, with_article


@pytest.mark.parametrize("text", ["", "  ", "null", " null\n"])
def test_blank_and_null_say_nothing(text: str) -> None:
    assert saying_nothing(text)
    assert bytes_saying_nothing(text.encode())


@pytest.mark.parametrize("text", ["x", "NULL", "{}", "0", "nul"])
def test_everything_else_does(text: str) -> None:
    assert not saying_nothing(text)
    assert not bytes_saying_nothing(text.encode())


def test_every_opener_has_a_title() -> None:
    assert list(TITLES) == ["json", "xml", "query", "base64_json", "base64_xml"]
    assert set(TITLES) == set(registry.names("openers"))


def test_titles_as_objects_of_sentences() -> None:
    assert (title_of("json"), with_article("json")) == ("JSON", "JSON")
    assert (title_of("query"), with_article("query")) == ("query string", "a query string")
    assert title_of("toml") == "toml"
