from __future__ import annotations

import pytest

from ddgen.errors import NotFound, PreconditionFailed, UsageError
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary
from ddgen.store.heads import Heads
from ddgen.store.store import Store

from .dictionaries import put


@pytest.fixture
def heads(store: Store) -> Heads:
    return Heads(store.database, store.clock)


def first(store: Store, shop: Dictionary) -> str:
    return store.fields(dictionary_id=put(store, shop).dictionary_id, limit=1).items[0].id


def test_several_texts_change_at_once_or_none(store: Store, heads: Heads, shop: Dictionary) -> None:
    field = first(store, shop)
    with pytest.raises(UsageError):
        heads.edit_field(field, {Kind.BUSINESS_NAME: "Name", Kind.DESCRIPTION: " "}, actor="mara", if_match=1)
    assert store.field(field).row.row_version == 1
    texts = {Kind.BUSINESS_NAME: "Name", Kind.DESCRIPTION: "Text."}
    assert heads.edit_field(field, texts, actor="mara", if_match=1, owner="zoe").row.row_version == 4
    row = store.field(field).row
    assert (row.business_name, row.description, row.owner, row.row_version) == ("Name", "Text.", "zoe", 4)
    with pytest.raises(PreconditionFailed):
        heads.edit_field(field, texts, actor="mara", if_match=1)
    assert len(store.undo(actor="mara")) == 2
    assert heads.edit_field(field, {}, actor="mara", owner="zoe").row.row_version == 6


def test_how_it_is_then_is_what_is_read_afterwards(store: Store, heads: Heads, shop: Dictionary) -> None:
    field = first(store, shop)
    assert heads.edit_field(field, {Kind.DESCRIPTION: "Text."}, actor="mara") == store.field(field)
    table = store.tables(store.field(field).row.dictionary_id).items[0].id
    assert heads.edit_table(table, {Kind.GRAIN: "one order"}, actor="mara") == store.table(table)
    with pytest.raises(NotFound):
        heads.edit_field(table, {Kind.DESCRIPTION: "Text."}, actor="mara")
    with pytest.raises(NotFound):
        heads.edit_table(field, {Kind.DESCRIPTION: "Text."}, actor="mara")
    assert store.table(table).row.row_version == 2


def test_what_a_machine_suggests_is_added_once_and_judged_as_it_was(
    store: Store, heads: Heads, shop: Dictionary
) -> None:
    field = first(store, shop)
    claim = Claim(kind=Kind.DESCRIPTION, value="Better.", origin=Origin.AI, model="m")
    assert heads.suggest(field, [claim], actor="mara") == 2
    store.review_batch([], actor="mara")
    assert heads.suggest(field, [claim], actor="mara") == 2
    kept = next(one for one in store.field(field).field.claims if one.value == "Better.")
    assert kept.status is Status.SUGGESTED


def test_whether_values_are_masked_and_which_versions_and_runs_there_are(
    store: Store, heads: Heads, shop: Dictionary
) -> None:
    shop.masked = True
    made = put(store, shop)
    assert heads.masked(made.dictionary_id)
    assert [row.number for row in heads.version(made.dictionary_id, 1)] == [1]
    assert heads.version(made.dictionary_id, 2) == []
    with pytest.raises(NotFound):
        heads.masked("none")
    store.runs.create("a", {}, actor="mara")
    store.runs.create("b", {}, actor="mara", state="running")
    assert heads.run_counts() == {"queued": 1, "running": 1}
