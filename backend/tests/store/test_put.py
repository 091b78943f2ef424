"""Dictionaries go in and come out as they were; what did not change is kept once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from ddgen.errors import DocumentError
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store import schema
from ddgen.store.store import Store

from .dictionaries import dictionary, field, put


def bodies(store: Store) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.bodies)).scalar_one())


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


def test_two_fields_of_one_path_are_refused(store: Store, shop: Dictionary) -> None:
    shop.tables[0].fields.append(shop.tables[0].fields[0].model_copy(deep=True))
    with pytest.raises(DocumentError, match="more than one field customer_0"):
        put(store, shop)
    assert store.dictionaries().items == []
