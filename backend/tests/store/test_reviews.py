"""People speak: edits, reviews, batches, undo, owners, comments, history."""

from __future__ import annotations

import pytest

from ddgen.errors import Conflict, NotFound, PreconditionFailed, UsageError
from ddgen.model.claim import Kind, Origin, Status
from ddgen.model.dictionary import Dictionary
from ddgen.store.records import Decision, FieldRow, TableRow
from ddgen.store.store import Store

from .dictionaries import dictionary, put


@pytest.fixture
def row(store: Store, shop: Dictionary) -> FieldRow:
    return store.fields(dictionary_id=put(store, shop).dictionary_id, limit=1).items[0]


def claim_of(store: Store, field_id: str, kind: Kind) -> str:
    found = next(claim for claim in store.field(field_id).field.claims if claim.kind is kind)
    return f"{field_id}.{found.id}"


def status_of(store: Store, claim_id: str) -> Status:
    field_id, _, name = claim_id.rpartition(".")
    return next(claim.status for claim in store.field(field_id).field.claims if claim.id == name)


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


def test_texts_wait_for_review_page_by_page(store: Store, row: FieldRow) -> None:
    seen, cursor = [], None
    while True:
        found = store.to_review(dictionary_id=row.dictionary_id, cursor=cursor, limit=5)
        seen += found.items
        cursor = found.next_cursor
        if cursor is None:
            break
    assert len(seen) == len({item.claim_id for item in seen}) == 2 * 2 * 12
    store.review_batch([Decision(item.claim_id, "approve", if_match=1) for item in seen], actor="ann")
    assert store.to_review(dictionary_id=row.dictionary_id).items == []
    approved = store.to_review(status="approved", kinds=[Kind.DESCRIPTION], limit=100).items
    assert len(approved) == 2 * 12
    tables = store.to_review(dictionary_id=row.dictionary_id, of="tables").items
    assert [(item.table, item.path, item.kind) for item in tables] == [
        ("table_0", None, Kind.DESCRIPTION),
        ("table_1", None, Kind.DESCRIPTION),
    ]
    assert store.review(Decision(tables[0].claim_id, "approve"), actor="ann").part_id == tables[0].part_id


def test_coverage_counts_fields(store: Store, row: FieldRow) -> None:
    store.review(Decision(claim_of(store, row.id, Kind.DESCRIPTION), "reject"), actor="ann")
    found = store.coverage(row.dictionary_id)
    assert (found.fields, found.described, found.approved, found.personal) == (24, 23, 0, 2)
