"""Rows of the head, as versions come."""

from __future__ import annotations

from ddgen.model.dictionary import Dictionary
from ddgen.store.store import Store

from .dictionaries import dictionary, put


def test_fields_that_go_and_come_back_keep_their_id(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.field_at(done.dictionary_id, "table_1", "city_3").row
    fewer = dictionary()
    del fewer.tables[1].fields[3]
    put(store, fewer)
    assert "city_3" not in {one.path for one in store.fields(table_id=row.table_id, removed=False).items}
    assert "city_3" in {one.path for one in store.fields(table_id=row.table_id, removed=True).items}
    assert [one.action for one in store.history(row.id)] == ["gone", "run"]
    put(store, shop)
    assert store.field_at(done.dictionary_id, "table_1", "city_3").row.id == row.id
    without = dictionary(tables=1)
    put(store, without)
    assert [table.name for table in store.tables(done.dictionary_id, removed=False).items] == ["table_0"]
    first, second = store.document(done.dictionary_id).tables
    assert ([first], second.removed) == (without.tables[:1], True)


def test_names_with_a_character_that_a_database_does_not_know(store: Store, shop: Dictionary) -> None:
    shop.tables[0].name = "ta\0ble"
    shop.tables[0].fields[0].name = shop.tables[0].fields[0].path = "a\0b"
    done = put(store, shop)
    assert store.document(done.dictionary_id, 1).tables == shop.tables
    assert store.fields(dictionary_id=done.dictionary_id, limit=1).items[0].path == "a\ufffdb"
    shop.tables[0].fields[0].profile.total += 1
    assert put(store, shop).version == 2
    assert store.check() == []


def test_tables_of_one_id_are_told_apart(store: Store, shop: Dictionary) -> None:
    shop.tables[1].id = shop.tables[0].id
    done = put(store, shop)
    assert store.document(done.dictionary_id, 1).tables == shop.tables
    assert not put(store, shop).cut
