"""Documents come out as they went in."""

from __future__ import annotations

from ddgen import merge
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store.store import Store

from .dictionaries import put, recalled


def test_a_dictionary_comes_back_as_it_was_put_in(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    assert (done.version, done.cut) == (1, True)
    assert store.document(done.dictionary_id, 1) == shop
    assert store.document(done.dictionary_id) == shop
    assert recalled(store, "shop").dictionary == shop
    assert store.document(done.dictionary_id, 1).to_json() == shop.to_json()


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
