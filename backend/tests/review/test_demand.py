"""Outputs that demand approved texts."""

from __future__ import annotations

import pytest

from ddgen.errors import UsageError
from ddgen.model.claim import Kind, Origin, Status
from ddgen.review import decide, demand
from ddgen.review.decide import Decision
from ddgen.review.items import items, part_at

from . import house


def test_what_nobody_stands_for_is_left_out() -> None:
    shop = house.shop()
    shop.tables[1].claims.append(house.said(Kind.DESCRIPTION, "From the catalogue.", Origin.SOURCE))
    decide.edit(shop, part_at(shop, "customers.email"), Kind.DESCRIPTION, "Mine.", Decision())
    decide.approve(shop, ["customers.customer_id"], Decision())
    decide.reject(shop, ["customers.remark:description"], Decision())
    shown = demand.met(shop, require=None, only_approved=True)
    texts = {
        f"{item.part.place}:{item.claim.kind.value}"
        for item in items(shown, statuses=[Status.APPROVED, Status.SUGGESTED])
    }
    assert texts == {
        "orders:description",
        "customers.email:description",
        "customers.customer_id:business_name",
        "customers.customer_id:description",
    }
    assert part_at(shown, "customers.email").thing.business_name is None
    assert any(not claim.alive for claim in part_at(shown, "customers.remark").claims)
    assert part_at(shop, "customers.email").thing.business_name == "Email"


def test_what_is_required_and_not_there_is_named() -> None:
    shop = house.shop()
    with pytest.raises(UsageError, match=r"16 texts are not approved: customers:business_name, .* and 11 more"):
        demand.met(shop, require="approved", only_approved=False)
    decide.approve(shop, [item.id for item in items(shop)], Decision())
    assert demand.met(shop, require="approved", only_approved=False) is shop
    assert demand.met(house.shop(), require="approved", only_approved=True).tables
