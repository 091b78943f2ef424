"""What does not hold in a store is found."""

from __future__ import annotations

import pytest
from sqlalchemy import Executable, delete, text, update

from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store import schema
from ddgen.store.store import Store

from .dictionaries import put


def test_a_whole_store_has_no_findings(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    store.edit_claim(row.id, Kind.DESCRIPTION, "Words.", actor="ann")
    assert store.check() == []
    store.publish(done.dictionary_id, actor="ann")
    assert store.check() == []


HARMS: dict[str, Executable] = {
    "what is shown is not what is claimed: description": update(schema.fields)
    .where(schema.fields.c.ordinal == 0)
    .values(description="Other."),
    "lacks 1 bodies": delete(schema.bodies).where(schema.bodies.c.n == 3),
    "is damaged": update(schema.bodies).where(schema.bodies.c.n == 5).values(data=b"\x01x"),
    "its last version": update(schema.dictionaries).values(version=7),
    "it names 99 fields": update(schema.dictionaries).values(fields=99),
    "cannot be searched for": text("DELETE FROM search"),
}


@pytest.mark.parametrize("said", HARMS)
def test_harm_is_found(store: Store, shop: Dictionary, said: str) -> None:
    put(store, shop)
    with store.database.transaction() as connection:
        connection.execute(HARMS[said])
    assert [finding for finding in store.check() if said in finding.message]


def test_the_index_can_be_made_anew(store: Store, shop: Dictionary) -> None:
    put(store, shop)
    before = [hit.row.id for hit in store.search("emial").items]
    with store.database.transaction() as connection:
        connection.execute(text("DELETE FROM search"))
        connection.execute(delete(schema.word_slips))
    assert store.search("emial").items == []
    assert store.reindex() == 2 + 24
    assert [hit.row.id for hit in store.search("emial").items] == before
    assert store.check() == []
