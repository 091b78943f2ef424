"""References that are found in data."""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ddgen.model.claim import Kind, Status
from ddgen.model.dictionary import Relationship

from .held import Rows, built, references

DICE = random.Random(3)  # noqa: S311 - data of a test
CUSTOMERS: Rows = [{"customer_id": 1_000 + 3 * at, "name": f"c{at}"} for at in range(200)]
PEOPLE: Rows = [{"id": at, "name": f"n{at}", "manager_id": None if at < 3 else at // 3} for at in range(1, 60)]


def orders(count: int = 400, **more: Any) -> Rows:
    return [{"order_id": at, "customer_id": DICE.choice(CUSTOMERS)["customer_id"]} | more for at in range(1, count)]


def one_link(*sources: object, **request: Any) -> Relationship:
    (link,) = built(*sources, **request).relationships
    return link


def test_a_reference_says_what_it_rests_on() -> None:
    rows = [*orders(), {"order_id": 900, "customer_id": 5}]
    dictionary = built({"customers": CUSTOMERS, "orders": rows})
    (link,) = dictionary.relationships
    assert (link.from_, link.to, link.kind) == (["orders.customer_id"], ["customers.customer_id"], "inferred")
    assert (link.orphans, link.cardinality, link.approximate) == (1, "n:1", None)
    assert link.inclusion == pytest.approx(399 / 400)
    assert link.confidence > 0.8
    assert sum(link.parts.values()) == pytest.approx(link.confidence, abs=0.02)
    assert "1 of 400 rows have none, such as 5" in link.evidence[1]
    table = dictionary.table("orders")
    assert table is not None
    (claim,) = (claim for claim in table.fields[1].claims if claim.kind is Kind.REFERENCES)
    assert (claim.value, claim.evidence) == ("customers.customer_id", link.evidence)
    assert table.fields[1].references == "customers.customer_id"


def test_a_field_with_too_many_orphans_refers_to_nothing() -> None:
    rows = [{"order_id": at, "customer_id": at} for at in range(400)]
    assert built({"customers": CUSTOMERS, "orders": rows}).relationships == []


def test_rows_of_one_table_refer_to_each_other() -> None:
    link = one_link({"employees": PEOPLE})
    assert (link.from_, link.to) == (["employees.manager_id"], ["employees.id"])


def test_a_role_refers_to_a_table_of_another_name() -> None:
    rows = [{"branch_id": 70 + at, "manager_id": DICE.randrange(1, 60)} for at in range(30)]
    assert references(built({"employees": PEOPLE, "branches": rows}))["branches.manager_id"] == "employees.id"


def test_one_to_one_points_to_the_table_that_it_names() -> None:
    details = [{"customer_id": one["customer_id"], "shoe_size": DICE.randrange(30, 50)} for one in CUSTOMERS]
    link = one_link({"customer_details": details, "customers": CUSTOMERS})
    assert (link.from_, link.cardinality) == (["customer_details.customer_id"], "1:1")


def test_a_bridge_relates_many_to_many() -> None:
    films: Rows = [{"film_id": at, "title": f"f{at}"} for at in range(1, 80)]
    actors: Rows = [{"actor_id": at, "name": f"a{at}"} for at in range(1, 50)]
    pairs = DICE.sample(list(itertools.product(range(1, 50), range(1, 80))), 300)
    cast = [{"actor_id": actor, "film_id": film} for actor, film in pairs]
    links = built({"films": films, "actors": actors, "cast": cast}).relationships
    (through,) = (link for link in links if link.via)
    assert (through.from_, through.to, through.cardinality) == (["actors.actor_id"], ["films.film_id"], "n:m")


def test_names_that_say_nothing_need_values_that_do() -> None:
    codes = [f"K{DICE.randrange(10**7):07}" for _ in range(50)]
    one: Rows = [{"c1": code, "c2": at} for at, code in enumerate(codes)]
    other: Rows = [{"d1": at % 7, "d2": DICE.choice(codes)} for at in range(900)]
    assert references(built({"a": one, "b": other})) == {"b.d2": "a.c1"}


def test_times_are_no_references() -> None:
    slots: Rows = [{"slot": f"s{at}", "begin_time": 900 + 7 * at} for at in range(50)]
    trips: Rows = [{"trip_id": at, "departure_time": 900 + 7 * (at % 50)} for at in range(300)]
    assert references(built({"time_slots": slots, "trips": trips})) == {}


def test_small_numbers_without_a_name_refer_to_nothing() -> None:
    rows: Rows = [
        {"order_id": at, "rooms": at % 9 + 1, "kids": at % 4 + 1, "stop_code": at % 5 + 1} for at in range(99)
    ]
    assert built({"employees": PEOPLE, "houses": rows}).relationships[1:] == []


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Customers in a database, orders in a CSV file, carts in documents."""
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as database:
        database.execute("CREATE TABLE customers (customer_id INTEGER, name TEXT)")
        database.executemany("INSERT INTO customers VALUES (:customer_id, :name)", CUSTOMERS)
        database.execute("CREATE TABLE products (sku TEXT, label TEXT)")
        database.executemany("INSERT INTO products VALUES (?, ?)", [(f"P-{at:04}", f"l{at}") for at in range(1_500)])
        database.commit()
    rows = "".join(f"{one['order_id']},{one['customer_id']}.0\n" for one in orders())
    (tmp_path / "orders.csv").write_text(f"order_id,cust_id\n{rows}", encoding="utf-8")
    carts = [
        {
            "customer": {"id": str(DICE.choice(CUSTOMERS)["customer_id"])},
            "items": [{"sku": f"P-{DICE.randrange(1_500):04}"} for _ in range(at % 4)],
        }
        for at in range(2_000)
    ]
    (tmp_path / "carts.jsonl").write_text("\n".join(map(json.dumps, carts)), encoding="utf-8")
    return tmp_path


ACROSS = {
    "orders.cust_id": "customers.customer_id",
    "carts.customer.id": "customers.customer_id",
    "carts.items[].sku": "products.sku",
}


def test_references_across_sources(shop: Path) -> None:
    dictionary = built(shop)
    assert references(dictionary) == ACROSS
    assert [link.orphans for link in dictionary.relationships] == [0, 0, 0]
    assert dictionary.problems == []


def test_a_sample_is_asked_by_names_alone(shop: Path) -> None:
    found = {link.from_[0]: link for link in built(shop, sample=500).relationships}
    assert found["orders.cust_id"].approximate is None, "all its rows fit the sample"
    cart = found["carts.customer.id"]
    assert (cart.approximate, cart.confidence, cart.orphans) == (True, 0.5, None)


def test_what_cannot_be_read_again_is_asked_as_far_as_it_is_known() -> None:
    def stream() -> Iterator[dict[str, int]]:
        for at in range(20_000):
            yield {"order_id": at, "customer_id": 1_000 + 3 * (at % 5_000)}

    many: Rows = [{"customer_id": 1_000 + 3 * at, "name": f"c{at}"} for at in range(5_000)]
    link = one_link({"customers": many}, stream())
    assert (link.to, link.approximate) == (["customers.customer_id"], True)
    assert link.confidence <= 0.5


def test_inference_can_be_turned_off() -> None:
    assert built({"customers": CUSTOMERS, "orders": orders()}, relations=False).relationships == []


def test_declared_references_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE city (id INTEGER PRIMARY KEY); CREATE TABLE person (town INTEGER REFERENCES city(id));"
            "INSERT INTO city VALUES (1), (2); INSERT INTO person VALUES (1), (1), (2), (9), (NULL);"
        )
    link = one_link(path)
    assert (link.kind, link.confidence) == ("declared", 1.0)
    assert (link.inclusion, link.orphans, link.cardinality) == (0.75, 1, "n:1")
    assert link.evidence == ["2 of 3 different values are found; 1 of 4 rows have none, such as 9"]


def test_a_refused_reference_is_not_proposed_again() -> None:
    tables = {"customers": CUSTOMERS, "orders": orders()}
    first = built(tables)
    table = first.table("orders")
    assert table is not None
    (claim,) = (claim for claim in table.fields[1].claims if claim.kind is Kind.REFERENCES)
    claim.status = Status.REJECTED
    again = built(tables, previous=first)
    assert again.relationships == []
    assert not any(part.references for _, part in again.fields())
