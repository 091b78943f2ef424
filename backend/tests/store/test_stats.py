"""How much is there."""

from __future__ import annotations

from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store.store import Store

from .dictionaries import put


def test_stats_count(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    store.edit_claim(row.id, Kind.DESCRIPTION, "Words.", actor="ann")
    found = store.stats()
    assert (found.dictionaries, found.versions, found.tables, found.fields) == (1, 1, 2, 24)
    assert (found.decisions, found.runs, found.cost) == (1, 0, 0.0)
    assert found.size > 10_000
