"""Combinations of fields that identify a row."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from .held import Rows, built, keys

DICE = random.Random(5)  # noqa: S311 - data of a test
ORDERS: Rows = [{"order_id": 100 + at, "placed": f"2024-01-{at % 28 + 1:02}"} for at in range(40)]
PRODUCTS: Rows = [{"product_id": 3 * at, "name": f"p{at}"} for at in range(30)]


def found(rows: Rows, name: str = "things", **others: Rows) -> list[str]:
    return keys(built({name: rows, **others}))[name]


def lines(**more: Any) -> Rows:
    pairs = DICE.sample(list(itertools.product(ORDERS, PRODUCTS)), 300)
    return [{"order_id": a["order_id"], "product_id": b["product_id"]} | more for a, b in pairs]


def test_the_two_ends_of_a_bridge() -> None:
    assert found(lines(), "basket", orders=ORDERS, products=PRODUCTS) == ["order_id", "product_id"]


def test_both_ends_of_a_bridge_even_where_one_is_unique() -> None:
    rows = [{"order_id": 100 + at % 7, "product_id": 3 * at} for at in range(30)]
    assert found(rows, "order_products", orders=ORDERS, products=PRODUCTS) == ["order_id", "product_id"]


def test_an_order_and_its_line() -> None:
    rows = [
        {"order_id": one["order_id"], "line_no": line, "quantity": DICE.randrange(99)}
        for one in ORDERS
        for line in range(1, 5)
    ]
    assert found(rows, "details", orders=ORDERS) == ["order_id", "line_no"]


def test_a_thing_and_a_day() -> None:
    rows = [
        {"product_id": one["product_id"], "day": f"2024-02-{day:02}", "price": DICE.random()}
        for one in PRODUCTS
        for day in range(1, 10)
    ]
    assert found(rows, "price_history", products=PRODUCTS) == ["product_id", "day"]


@pytest.mark.parametrize("name", ["amount", "created_at", "note"])
def test_measures_and_times_of_change_are_no_part_of_a_key(name: str) -> None:
    rows = [{"order_id": 100 + at % 40, name: at} for at in range(80)]
    assert found(rows, "payments", orders=ORDERS) == []


def test_three_fields() -> None:
    rows = [
        {"region_code": region, "year": year, "product_id": one["product_id"], "sold": DICE.randrange(9)}
        for region in ("N", "S")
        for year in (2020, 2021, 2022)
        for one in PRODUCTS
    ]
    assert found(rows, "sales", products=PRODUCTS) == ["region_code", "year", "product_id"]


def test_an_own_key_needs_no_combination() -> None:
    rows = [one | {"detail_id": at} for at, one in enumerate(lines())]
    assert found(rows, "details", orders=ORDERS, products=PRODUCTS) == ["detail_id"]
