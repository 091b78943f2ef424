"""How far people have come."""

from __future__ import annotations

import pytest

from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.review import decide
from ddgen.review.coverage import Coverage, coverage, total
from ddgen.review.decide import Decision
from ddgen.review.items import part_at

from . import house


@pytest.fixture
def shop() -> Dictionary:
    return house.shop()


def test_coverage_counts_each_text_once(shop: Dictionary) -> None:
    decide.approve(shop, ["orders"], Decision(by="Ada"))
    decide.edit(shop, part_at(shop, "orders.customer_id"), Kind.DESCRIPTION, "Who buys.", Decision(by="Ada"))
    decide.clear(shop, part_at(shop, "orders.customer_id"), Kind.BUSINESS_NAME, Decision(by="Ada"))
    orders = next(one for one in coverage(shop) if one.table == "orders")
    counts = (orders.suggested, orders.approved, orders.edited, orders.rejected, orders.missing)
    assert counts == (2, 2, 1, 1, 1)
    assert orders.done == 0.5
    assert total(coverage(shop)).suggested == 2 + 10


def test_what_wants_nothing_is_done_and_what_is_removed_does_not_count(shop: Dictionary) -> None:
    assert Coverage("a").done == 1
    shop.tables[1].removed = True
    shop.tables[0].fields[0].removed = True
    (customers,) = coverage(shop)
    assert customers.suggested == 8
