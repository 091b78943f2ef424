"""The trail of who did what."""

from __future__ import annotations

from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store.store import Store

from .dictionaries import put


def test_every_change_leaves_a_line(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    store.edit_claim(row.id, Kind.DESCRIPTION, "Her words.", actor="ann")
    store.undo(actor="ann")
    store.audit.note("values.reveal", actor="bob", target=row.id, dictionary_id=done.dictionary_id)
    store.keys.create("ci", ["read"], actor="ann")
    lines = store.audit.page().items
    actions = ["key.create", "values.reveal", "claim.undo", "claim.edit", "dictionary.run"]
    assert [line.action for line in lines] == actions
    assert [line.seq for line in lines] == sorted((line.seq for line in lines), reverse=True)
    assert [line.action for line in store.audit.page(actor="bob").items] == ["values.reveal"]
    assert len(store.audit.page(dictionary_id=done.dictionary_id).items) == 4
    assert lines[-1].detail == {"added": 24, "changed": 0, "gone": 0, "version": 1}
    assert "Her words." not in str(lines)
