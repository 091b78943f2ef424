"""What there is to decide, and how it is named."""

from __future__ import annotations

import pytest

from ddgen.errors import UsageError
from ddgen.exporters.excel_form import row_id
from ddgen.model.claim import Kind, Status
from ddgen.model.dictionary import Dictionary
from ddgen.review.items import Item, find, items, part_at, part_of, parts

from . import house


@pytest.fixture
def shop() -> Dictionary:
    return house.shop()


def test_ids_differ_where_the_same_is_said_twice(shop: Dictionary) -> None:
    ids = [item.id for item in items(shop)]
    claims = [item.claim.id for item in items(shop)]
    assert len(set(ids)) == len(ids) > len(set(claims))


def test_items_are_what_readers_see(shop: Dictionary) -> None:
    pii = list(items(shop, [Kind.PII, Kind.OWNER]))
    assert [(item.part.place, item.shown) for item in pii] == [("customers.email", True)]
    hidden = next(one for one in part_at(shop, "customers.email").claims if one.value == "What email is about.")
    assert not Item(part_at(shop, "customers.email"), hidden).shown
    hidden.status = Status.REJECTED
    assert [item.claim for item in items(shop, statuses=[Status.REJECTED])] == [hidden]


def test_tags_are_items_of_their_own(shop: Dictionary) -> None:
    shop.tables[0].fields[0].claims += [house.said(Kind.TAG, "a"), house.said(Kind.TAG, "b")]
    assert [item.claim.value for item in items(shop, [Kind.TAG]) if item.shown] == ["a", "b"]


@pytest.mark.parametrize(
    ("ref", "count"),
    [("orders", 2), ("orders:description", 1), ("orders.items[].sku:business_name", 1), ("orders:owner", 0), ("o", 0)],
)
def test_a_place_names_what_is_shown_there(shop: Dictionary, ref: str, count: int) -> None:
    assert len(find(shop, [ref])[ref]) == count


def test_a_part_is_known_again_by_its_table_and_path(shop: Dictionary) -> None:
    for part in parts(shop):
        path = None if part.field is None else part.field.path
        assert part_of(shop, part.table_id, path) == part
        assert part.id == row_id(part.table, part.field)
    assert len({part.id for part in parts(shop)}) == len(list(parts(shop)))
    assert part_of(shop, "id-orders", "nothing") is None
    with pytest.raises(UsageError, match="no such table or field"):
        part_at(shop, "nothing")
