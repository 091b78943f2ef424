"""Runs and people at once, and what is removed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ddgen import merge
from ddgen.errors import NotFound
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store import schema
from ddgen.store.store import Store

from .dictionaries import dictionary, put, recalled


def test_an_edit_while_a_run_was_under_way_is_not_lost(store: Store, shop: Dictionary) -> None:
    put(store, shop)
    base = recalled(store, "shop")
    made = dictionary(rows=120)
    merge.merge(made, base.dictionary)
    row = store.fields(dictionary_id=base.id, limit=1).items[0]
    store.edit_claim(row.id, Kind.DESCRIPTION, "Meanwhile.", actor="ann")
    store.put_run_result(made, actor="machine", merge=merge.merge, base=base.revision)
    assert store.field(row.id).field.description == "Meanwhile."


def test_an_edit_between_merging_and_writing_is_not_lost(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    said = iter(["first", "second", "third"])

    def interrupted(new: Dictionary, old: Dictionary) -> None:
        merge.merge(new, old)
        text = next(said, None)
        if text in {"first", "second"}:
            store.edit_claim(row.id, Kind.DESCRIPTION, text, actor="ann")

    store.put_run_result(dictionary(rows=130), actor="machine", merge=interrupted)
    assert store.field(row.id).field.description == "second"
    assert next(said, None) is None


def test_without_merging_where_the_head_is_what_it_was_made_from(store: Store, shop: Dictionary) -> None:
    put(store, shop)
    base = recalled(store, "shop")

    def never(_new: Dictionary, _old: Dictionary) -> None:
        raise AssertionError

    done = store.put_run_result(dictionary(rows=140), actor="machine", merge=never, base=base.revision)
    assert (done.version, done.cut) == (2, True)


def test_deleted_dictionaries_leave_nothing_but_the_trail(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    other = put(store, dictionary("other"))
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    store.edit_claim(row.id, Kind.DESCRIPTION, "Words.", actor="ann")
    store.delete(done.dictionary_id, actor="ann")
    assert store.recall("shop") is None
    with store.database.reading() as connection:
        for table in (schema.bodies, schema.versions, schema.tables, schema.fields, schema.history):
            left = connection.execute(select(table.c.dictionary_n).distinct()).scalars().all()
            assert len(left) <= 1, table.name
    assert store.document(other.dictionary_id, 1).name == "other"
    assert store.audit.page().items[0].action == "dictionary.delete"
    with pytest.raises(NotFound):
        store.dictionary(done.dictionary_id)
    with pytest.raises(NotFound):
        store.field(row.id)
