"""Cursors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.errors import UsageError
from ddgen.model.dictionary import Dictionary
from ddgen.store.pages import decode, encode
from ddgen.store.store import Store

from .dictionaries import put


@given(st.lists(st.text() | st.integers(), min_size=1, max_size=4))
def test_a_cursor_holds_its_keys(keys: list[str | int]) -> None:
    assert decode(encode(keys), len(keys)) == keys


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    try:
        keys = decode(text, 2)
    except UsageError as error:
        assert error.where == "cursor"
    else:
        assert len(keys) == 2


def test_limits_are_kept(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    assert len(store.fields(dictionary_id=done.dictionary_id, limit=0).items) == 1
    assert len(store.fields(dictionary_id=done.dictionary_id, limit=10**9).items) == 24
    with pytest.raises(UsageError):
        store.fields(dictionary_id=done.dictionary_id, cursor=encode([1, 2]))
