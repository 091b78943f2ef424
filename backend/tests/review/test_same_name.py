"""Fields of one name in several places."""

from __future__ import annotations

import pytest

from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.review import same_name
from ddgen.review.decide import Decision
from ddgen.review.items import part_at

from . import house


@pytest.fixture
def shop() -> Dictionary:
    return house.shop()


def test_fields_of_one_name_are_listed_first_and_only_listed_ones_change(shop: Dictionary) -> None:
    part = part_at(shop, "customers.customer_id")
    found = same_name.namesakes(shop, part, Kind.DESCRIPTION)
    assert [one.place for one in found] == ["orders.customer_id"]
    assert same_name.suggested(found) == ["orders.customer_id"]
    told = same_name.apply(shop, ["orders.customer_id"], Kind.DESCRIPTION, "Who buys.", Decision(by="Ada"))
    assert [one.done for one in told] == [True]
    assert part_at(shop, "orders.customer_id").thing.description == "Who buys."
    assert part.thing.description == "What customer_id is about."
    assert same_name.suggested(same_name.namesakes(shop, part, Kind.DESCRIPTION)) == []
    assert same_name.namesakes(shop, part_at(shop, "orders"), Kind.DESCRIPTION) == []
