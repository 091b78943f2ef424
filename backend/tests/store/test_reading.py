"""Pages, filters and order of what is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ddgen.errors import Conflict, NotFound, PreconditionFailed, UsageError
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store.records import Page
from ddgen.store.store import Store

from .dictionaries import dictionary, put


def walked(ask: Callable[..., Page[Any]], limit: int = 3) -> list[Any]:
    """All items, page by page."""
    items, cursor = [], None
    while True:
        found = ask(cursor=cursor, limit=limit)
        assert len(found.items) <= limit
        items += found.items
        cursor = found.next_cursor
        if cursor is None:
            return items


def test_dictionaries_by_name_and_by_time(store: Store) -> None:
    names = ["b", "a", "d", "c", "e"]
    for name in names:
        put(store, dictionary(name, tables=1, fields=2))
    assert [row.name for row in walked(store.dictionaries, 2)] == sorted(names)
    newest = walked(lambda **page: store.dictionaries(sort="-updated_at", **page), 2)
    assert [row.name for row in newest] == names[::-1]
    backwards = walked(lambda **page: store.dictionaries(sort="-name", **page))
    assert [row.name for row in backwards] == sorted(names, reverse=True)
    assert [row.name for row in store.dictionaries(like="D").items] == ["d"]
    assert store.dictionaries(like="%").items == []
    with pytest.raises(UsageError):
        store.dictionaries(sort="size")


def test_fields_come_in_the_order_of_the_document(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    rows = walked(lambda **page: store.fields(dictionary_id=done.dictionary_id, **page), 5)
    assert [(row.table, row.path) for row in rows] == [(table.name, field.path) for table, field in shop.fields()]
    backwards = walked(lambda **page: store.fields(dictionary_id=done.dictionary_id, sort="-position", **page), 5)
    assert backwards == rows[::-1]
    names = walked(lambda **page: store.fields(dictionary_id=done.dictionary_id, sort="name", **page), 5)
    assert [row.name for row in names] == sorted(row.name for row in rows)
    [table] = [row for row in store.tables(done.dictionary_id).items if row.name == "table_1"]
    inside = walked(lambda **page: store.fields(table_id=table.id, **page), 5)
    assert [row.path for row in inside] == [field.path for field in shop.tables[1].fields]
    full = walked(lambda **page: store.fields_full(table_id=table.id, **page), 5)
    assert [detail.field for detail in full] == shop.tables[1].fields


def test_filters(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    put(store, dictionary("other"))
    one = done.dictionary_id
    assert {row.path for row in store.fields(dictionary_id=one, semantic_type="contact.email").items} == {"email_2"}
    assert len(store.fields(dictionary_id=one, pii_min=2).items) == 2
    assert len(store.fields(pii_category="contact.email").items) == 4
    assert len(store.fields(dictionary_id=one, name="city_3").items) == 2
    assert {row.path for row in store.fields(dictionary_id=one, like="CITY").items} == {"city_3"}
    assert store.fields(dictionary_id=one, data_type="integer").items == []
    assert store.fields(dictionary_id=one, status="approved").items == []
    assert store.fields(dictionary_id=one, removed=True).items == []
    with pytest.raises(NotFound):
        store.fields(dictionary_id="nothing")
    with pytest.raises(TypeError):
        store.fields(colour="red")


def test_full_pages_hold_what_people_said(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    store.edit_claim(row.id, Kind.BUSINESS_NAME, "Buyer", actor="ann")
    assert store.fields_full(dictionary_id=done.dictionary_id).items[0].field.business_name == "Buyer"


@pytest.mark.parametrize("cursor", ["", "x", "!!", "WzFd", "bnVsbA", "W1sxXSxbMl0sWzNdLFs0XV0"])
def test_cursors_that_are_none(store: Store, shop: Dictionary, cursor: str) -> None:
    done = put(store, shop)
    with pytest.raises(UsageError, match="no cursor"):
        store.fields(dictionary_id=done.dictionary_id, cursor=cursor)


def test_a_cursor_of_another_list_is_told(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    found = store.fields(dictionary_id=done.dictionary_id, sort="name", limit=1).next_cursor
    with pytest.raises(UsageError, match="no cursor"):
        store.dictionaries(cursor=found)


def test_renaming(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    put(store, dictionary("other"))
    row = store.rename(done.dictionary_id, actor="ann", name="market", title="The market", if_match=done.revision)
    assert (row.name, row.title, row.revision) == ("market", "The market", done.revision + 1)
    assert store.document(done.dictionary_id).name == "market"
    assert store.dictionary_named("market").id == done.dictionary_id
    with pytest.raises(Conflict):
        store.rename(done.dictionary_id, actor="ann", name="other")
    with pytest.raises(PreconditionFailed):
        store.rename(done.dictionary_id, actor="ann", title="", if_match=done.revision)
    assert store.rename(done.dictionary_id, actor="ann", title="").title is None
    with pytest.raises(NotFound):
        store.dictionary_named("shop")
