"""Dictionaries go in and come out as they were; what did not change is kept once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from ddgen import merge
from ddgen.errors import DocumentError, NotFound
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store import schema
from ddgen.store.records import Recalled
from ddgen.store.store import Store

from .dictionaries import dictionary, field, put


def bodies(store: Store) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.bodies)).scalar_one())


def recalled(store: Store, name: str) -> Recalled:
    found = store.recall(name)
    assert found is not None
    return found


def test_a_dictionary_comes_back_as_it_was_put_in(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    assert (done.version, done.cut) == (1, True)
    assert store.document(done.dictionary_id, 1) == shop
    assert store.document(done.dictionary_id) == shop
    assert recalled(store, "shop").dictionary == shop
    assert store.document(done.dictionary_id, 1).to_json() == shop.to_json()


def test_no_change_makes_no_version(store: Store, shop: Dictionary) -> None:
    first = put(store, shop)
    later = shop.model_copy(update={"generated_at": shop.generated_at.replace(day=1)}, deep=True)
    again = put(store, later)
    assert (again.cut, again.version, again.revision) == (False, 1, first.revision)
    assert [row.number for row in store.versions(first.dictionary_id).items] == [1]


def test_five_changed_fields_are_five_bodies(store: Store) -> None:
    done = put(store, dictionary(tables=1, fields=400))
    before = bodies(store)
    changed = dictionary(tables=1, fields=400)
    for place in (3, 4, 5, 100, 399):
        changed.tables[0].fields[place] = field(place, rows=101)
        changed.tables[0].fields[place].settle()
    again = put(store, changed)
    head_of_it = 1
    assert bodies(store) - before == 5 + head_of_it
    assert (again.version, again.cut) == (2, True)
    assert store.versions(done.dictionary_id).items[0].summary == {
        "tables": 1,
        "fields": 400,
        "added": 0,
        "changed": 5,
        "gone": 0,
    }
    assert store.document(done.dictionary_id, 2).tables == changed.tables
    with store.database.reading() as connection:
        sizes = connection.execute(select(func.length(schema.versions.c.manifest))).scalars().all()
    assert max(sizes) < 200


def test_a_run_after_edits_keeps_them_and_their_ids(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    store.edit_claim(row.id, Kind.DESCRIPTION, "What Ann says.", actor="ann")
    assert not put(store, shop).cut
    assert store.field(row.id).field.description == "What Ann says."
    again = put(store, dictionary(rows=120))
    assert again.version == 2
    assert store.field(row.id).field.description == "What Ann says."
    assert store.document(done.dictionary_id, 2).tables[0].fields[0].description == "What Ann says."
    assert store.document(done.dictionary_id, 1) == shop


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


def test_publishing_cuts_a_version_of_what_people_said(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    assert not store.publish(done.dictionary_id, actor="ann").cut
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    version = store.edit_claim(row.id, Kind.DESCRIPTION, "What Ann says.", actor="ann").row_version
    head = store.document(done.dictionary_id)
    published = store.publish(done.dictionary_id, actor="ann")
    assert (published.version, published.cut) == (2, True)
    assert not store.publish(done.dictionary_id, actor="ann").cut
    stored = store.document(done.dictionary_id, 2)
    assert stored.tables == head.tables
    assert stored.content_hash == merge.content_hash(stored)
    assert store.field(row.id).row.row_version == version
    latest = store.versions(done.dictionary_id).items[0]
    assert (latest.cause, latest.author, latest.number) == ("publish", "ann", 2)
    assert not store.dictionary(done.dictionary_id).edited


def test_fields_that_go_and_come_back_keep_their_id(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.field_at(done.dictionary_id, "table_1", "city_3").row
    fewer = dictionary()
    del fewer.tables[1].fields[3]
    put(store, fewer)
    assert "city_3" not in {one.path for one in store.fields(table_id=row.table_id).items}
    assert [one.action for one in store.history(row.id)] == ["gone", "run"]
    put(store, shop)
    assert store.field_at(done.dictionary_id, "table_1", "city_3").row.id == row.id
    without = dictionary(tables=1)
    put(store, without)
    assert [table.name for table in store.tables(done.dictionary_id).items] == ["table_0"]
    assert store.document(done.dictionary_id).tables == without.tables


def test_tables_of_one_id_are_told_apart(store: Store, shop: Dictionary) -> None:
    shop.tables[1].id = shop.tables[0].id
    done = put(store, shop)
    assert store.document(done.dictionary_id, 1).tables == shop.tables
    assert not put(store, shop).cut


def test_two_fields_of_one_path_are_refused(store: Store, shop: Dictionary) -> None:
    shop.tables[0].fields.append(shop.tables[0].fields[0].model_copy(deep=True))
    with pytest.raises(DocumentError, match="more than one field customer_0"):
        put(store, shop)
    assert store.dictionaries().items == []


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
