"""Edits and reviews of claims, one by one and in bulk."""

from __future__ import annotations

import pytest

from ddgen.errors import NotFound, PreconditionFailed, UsageError
from ddgen.model.claim import Kind, Origin, Status
from ddgen.store.records import Decision, FieldRow, TableRow
from ddgen.store.store import Store

from .dictionaries import claim_of, dictionary, put, status_of


def test_an_edit_wins_and_shows_everywhere(store: Store, row: FieldRow) -> None:
    done = store.edit_claim(row.id, Kind.DESCRIPTION, "  Ann's words. ", actor="ann", if_match=row.row_version)
    assert done.row_version == row.row_version + 1
    detail = store.field(row.id)
    assert detail.field.description == detail.row.description == "Ann's words."
    assert (detail.row.description_status, detail.row.status) == ("approved", "suggested")
    assert store.fields(dictionary_id=row.dictionary_id, limit=1).items[0] == detail.row
    mine = next(claim for claim in detail.field.claims if f"{row.id}.{claim.id}" == done.claim_id)
    assert (mine.origin, mine.status) == (Origin.HUMAN, Status.APPROVED)
    assert mine.time is not None
    assert store.document(row.dictionary_id).tables[0].fields[0] == detail.field


def test_a_stale_edit_is_refused_with_the_current_row(store: Store, row: FieldRow) -> None:
    store.edit_claim(row.id, Kind.DESCRIPTION, "First.", actor="ann", if_match=1)
    with pytest.raises(PreconditionFailed) as refused:
        store.edit_claim(row.id, Kind.DESCRIPTION, "Second.", actor="bob", if_match=1)
    assert isinstance(refused.value.current, FieldRow)
    assert (refused.value.current.description, refused.value.row_version) == ("First.", 2)
    assert refused.value.http_status == 412
    assert store.field(row.id).field.description == "First."


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.DESCRIPTION, "  "),
        (Kind.DESCRIPTION, "x" * 20_001),
        (Kind.PII, {"category": "contact", "sensitivity": 9}),
        (Kind.CODES, {"codes": "none"}),
    ],
)
def test_what_no_claim_can_say_is_refused(store: Store, row: FieldRow, kind: Kind, value: object) -> None:
    with pytest.raises(UsageError):
        store.edit_claim(row.id, kind, value, actor="ann")
    assert store.field(row.id).row.row_version == 1


def test_personal_data_said_by_a_person(store: Store, row: FieldRow) -> None:
    store.edit_claim(row.id, Kind.PII, {"category": "contact", "sensitivity": 3}, actor="ann")
    assert (store.field(row.id).row.pii_category, store.field(row.id).row.pii_sensitivity) == ("contact", 3)


def test_tables_are_edited_too(store: Store, row: FieldRow) -> None:
    done = store.edit_claim(row.table_id, Kind.GRAIN, "One row is one order.", actor="ann", if_match=1)
    store.edit_claim(row.table_id, Kind.PRIMARY_KEY, ["order_1"], actor="ann", if_match=done.row_version)
    assert store.table(row.table_id).table.grain == "One row is one order."
    document = store.document(row.dictionary_id)
    assert [field.path for field in document.tables[0].fields if field.is_primary_key] == ["order_1"]
    assert store.field_at(row.dictionary_id, "table_0", "order_1").field.is_primary_key
    assert not store.field(row.id).field.is_primary_key
    with pytest.raises(PreconditionFailed) as refused:
        store.edit_claim(row.table_id, Kind.DESCRIPTION, "Late.", actor="bob", if_match=1)
    assert isinstance(refused.value.current, TableRow)


def test_approved_rejected_and_written_anew(store: Store, row: FieldRow) -> None:
    name, text = claim_of(store, row.id, Kind.BUSINESS_NAME), claim_of(store, row.id, Kind.DESCRIPTION)
    store.review(Decision(name, "approve", if_match=1), actor="ann")
    assert (status_of(store, name), store.field(row.id).row.name_status) == (Status.APPROVED, "approved")
    store.review(Decision(text, "reject", comment="not so"), actor="ann")
    assert status_of(store, text) is Status.REJECTED
    assert store.field(row.id).row.description is None
    assert store.field(row.id).row.description_status == "missing"
    store.review(Decision(text, "edit", text="So it is."), actor="bob")
    assert (store.field(row.id).row.description, store.field(row.id).row.status) == ("So it is.", "approved")
    with pytest.raises(UsageError):
        store.review(Decision(text, "edit"), actor="bob")


def test_rejected_texts_stay_rejected_after_another_run(store: Store, row: FieldRow) -> None:
    text = claim_of(store, row.id, Kind.DESCRIPTION)
    store.review(Decision(text, "reject"), actor="ann")
    put(store, dictionary(rows=150))
    assert status_of(store, text) is Status.REJECTED
    assert store.field(row.id).row.description is None


def test_a_batch_tells_what_became_of_each(store: Store, row: FieldRow) -> None:
    rows = store.fields(dictionary_id=row.dictionary_id, limit=4).items
    store.edit_claim(rows[2].id, Kind.DESCRIPTION, "Meanwhile.", actor="bob")
    name, text = claim_of(store, rows[0].id, Kind.BUSINESS_NAME), claim_of(store, rows[0].id, Kind.DESCRIPTION)
    decisions = [
        Decision(name, "approve", if_match=1),
        Decision(text, "approve", if_match=1),
        Decision(claim_of(store, rows[1].id, Kind.DESCRIPTION), "edit", text="Mine.", if_match=1),
        Decision(claim_of(store, rows[2].id, Kind.BUSINESS_NAME), "approve", if_match=1),
        Decision(f"{rows[3].id}.nothing", "approve"),
        Decision("nowhere.nothing", "approve"),
    ]
    outcomes = store.review_batch(decisions, actor="ann")
    assert [outcome.claim_id for outcome in outcomes] == [decision.claim_id for decision in decisions]
    assert [outcome.decided is not None for outcome in outcomes] == [True, True, True, False, False, False]
    assert [type(outcome.error) for outcome in outcomes[3:]] == [PreconditionFailed, NotFound, NotFound]
    assert store.field(rows[0].id).row.status == "approved"
    assert store.field(rows[1].id).row.description == "Mine."
    with pytest.raises(UsageError):
        store.review_batch([decisions[0]] * 1001, actor="ann")
    taken = store.undo(actor="ann", dictionary_id=row.dictionary_id)
    assert len(taken) == 3
    assert [store.field(one.id).row.status for one in rows[:2]] == ["suggested", "suggested"]
    assert store.field(rows[1].id).row.description == rows[1].description
