"""People speak: edits, reviews, batches, undo, owners, comments, history."""

from __future__ import annotations

from ddgen.model.claim import Kind
from ddgen.store.records import Decision, FieldRow
from ddgen.store.store import Store

from .dictionaries import claim_of


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
