"""What happened, and taking it back."""

from __future__ import annotations

import pytest

from ddgen.errors import Conflict, NotFound, UsageError
from ddgen.model.claim import Kind, Status
from ddgen.model.dictionary import Dictionary
from ddgen.store.records import Decision, FieldRow
from ddgen.store.store import Store

from .dictionaries import claim_of, dictionary, put, status_of


def test_undo_takes_back_ones_own_last_decision(store: Store, row: FieldRow) -> None:
    store.edit_claim(row.id, Kind.DESCRIPTION, "First.", actor="ann")
    store.edit_claim(row.id, Kind.DESCRIPTION, "Second.", actor="ann")
    store.edit_claim(row.id, Kind.BUSINESS_NAME, "Bob's", actor="bob")
    for expected in ("First.", row.description):
        store.undo(actor="ann", part_id=row.id)
        assert store.field(row.id).row.description == expected
    assert store.field(row.id).row.business_name == "Bob's"
    with pytest.raises(NotFound):
        store.undo(actor="ann")


def test_undo_does_not_touch_what_another_has_decided_since(store: Store, row: FieldRow) -> None:
    text = claim_of(store, row.id, Kind.DESCRIPTION)
    store.review(Decision(text, "approve"), actor="ann")
    store.review(Decision(text, "reject"), actor="bob")
    with pytest.raises(Conflict):
        store.undo(actor="ann", part_id=row.id)
    assert status_of(store, text) is Status.REJECTED


def test_history_tells_who_did_what(store: Store, row: FieldRow) -> None:
    store.edit_claim(row.id, Kind.DESCRIPTION, "Ann's.", actor="ann", comment="better")
    store.assign(row.id, "carl", actor="ann", if_match=2)
    store.comment(row.id, "Is it so?", actor="bob")
    put(store, dictionary(rows=160), actor="nightly")
    lines = store.history(row.id)
    assert [(line.actor, line.action) for line in lines] == [
        ("nightly", "run"),
        ("bob", "comment"),
        ("ann", "assign"),
        ("ann", "edit"),
        ("machine", "run"),
    ]
    assert [line.comment for line in lines[1:4]] == ["Is it so?", "carl", "better"]
    edit = lines[3]
    assert edit.kind == "description"
    assert [(change.before, change.after and change.after.value) for change in edit.changes] == [(None, "Ann's.")]
    assert {change.after.kind for change in lines[-1].changes if change.after} >= {Kind.BUSINESS_NAME, Kind.DESCRIPTION}
    assert (lines[0].version, lines[-1].version) == (2, 1)
    assert store.field(row.id).row.owner == "carl"
    activity = store.activity(row.dictionary_id, limit=200).items
    assert {line.part_id for line in activity} >= {row.id}
    assert store.history(row.table_id)[-1].action == "run"
    assert store.fields(dictionary_id=row.dictionary_id, owner="carl").items[0].id == row.id
    with pytest.raises(UsageError):
        store.comment(row.id, " ", actor="bob")
    with pytest.raises(NotFound):
        store.history("nothing")


def test_what_a_run_says_otherwise_is_in_the_history(store: Store, row: FieldRow, shop: Dictionary) -> None:
    text = next(claim for claim in shop.tables[0].fields[0].claims if claim.kind is Kind.DESCRIPTION)
    text.value, text.id = "A better text.", ""
    text.id = text.content_id
    shop.settle()
    put(store, shop)
    changes = store.history(row.id)[0].changes
    assert {change.after.value for change in changes if change.after} >= {"A better text."}
    assert store.history(row.id)[0].version == 2
