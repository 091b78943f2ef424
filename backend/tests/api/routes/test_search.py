from __future__ import annotations

from ddgen.store.records import Put

from .conftest import Ask


def test_misspelt_words_are_understood_and_what_is_found_is_counted(ask: Ask, put: Put) -> None:
    found = ask("GET", "search", params={"q": "emial", "dictionary_id": put.dictionary_id, "limit": 1})
    assert found["meant"]["emial"] == ["email"]
    assert found["items"][0]["field"]["name"] == "email_2"
    assert {facet["value"]: facet["count"] for facet in found["facets"]["kind"]} == {"field": 2}
    rest = ask("GET", "search", params={"q": "emial", "cursor": found["next_cursor"]})
    assert len(rest["items"]) == 1
    assert ask("GET", "search", params={"q": "rows", "kind": "table"})["items"][0]["table"]["name"] == "table_0"
