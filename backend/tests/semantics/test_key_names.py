"""How much a field looks like its table's key."""

from __future__ import annotations

import pytest

from ddgen.model.dictionary import Field, Table
from ddgen.semantics.key_names import OWN, POINTS, KeyNames, looks_like_key


def table(name: str, *columns: str, rows: int = 100) -> Table:
    fields = [Field(path=one, name=one, position=at, data_type="integer") for at, one in enumerate(columns, start=1)]
    return Table(id=name, name=name, uri="u", format="csv", rows_profiled=rows, fields=fields)


AUTHORS = table("author", "aid", "name")
PAPERS = table("publication", "pid", "title", "aid")
WRITES = table("author_publication", "aid", "pid")
NAMES = KeyNames([AUTHORS, PAPERS, WRITES])


def test_a_short_key_is_the_plainer_tables() -> None:
    assert NAMES.is_own(AUTHORS, AUTHORS.fields[0])
    assert not NAMES.is_own(WRITES, WRITES.fields[0])
    assert NAMES.points(WRITES, WRITES.fields[0]) >= POINTS


def test_a_field_that_names_another_table_points_to_it() -> None:
    assert NAMES.points(PAPERS, PAPERS.fields[2]) >= POINTS
    assert NAMES.points(PAPERS, PAPERS.fields[1]) < OWN


def test_parents_point_within_their_table() -> None:
    nodes = table("node", "id", "parent_id", "size")
    names = KeyNames([nodes])
    assert [names.points(nodes, part) >= POINTS for part in nodes.fields] == [False, True, False]


def test_confidence_orders_candidates() -> None:
    orders = table("orders", "order_id", "customer_id", "batch_no", "size")
    names = KeyNames([orders, table("customers", "customer_id")])
    sure = [names.confidence(orders, part, alone=False) for part in orders.fields]
    assert sure[0] > sure[2] > sure[1] > sure[3]


def test_a_table_without_rows_goes_by_names() -> None:
    empty = table("parcels", "weight", "parcel_id", rows=0)
    assert KeyNames([empty]).by_name(empty) == "parcel_id"
    assert KeyNames([PAPERS]).by_name(PAPERS) is None
    nested = table("parcels", "weight", "parcel_id", rows=1)
    nested.fields[1].path = "sender.parcel_id"
    assert KeyNames([nested]).by_name(nested) is None
    nameless = table("stuff", "weight", "size", rows=0)
    assert KeyNames([nameless]).by_name(nameless) is None


@pytest.mark.parametrize(
    ("name", "keyed"), [("order_no", True), ("sku", True), ("uid", True), ("paid", False), ("note", False)]
)
def test_names_that_end_like_a_key(name: str, keyed: bool) -> None:
    assert looks_like_key(name) == keyed
