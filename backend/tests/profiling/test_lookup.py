"""Codes with what they stand for, read from a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ddgen.errors import DdgenError, InputError
from ddgen.model.dictionary import Field, Table
from ddgen.model.relation import Batch, Relation
from ddgen.profiling.lookup import Lookup, pairs
from ddgen.sources import objects


def relation(data: object) -> Relation:
    (one,) = objects.relations_of(data, "data") or []
    return one


def test_the_first_value_of_each_key() -> None:
    table = pa.table({"id": [1, 2, 2, None, 3], "name": ["Open", "Paid", "Sent", "Lost", None]})
    assert pairs(relation(table), "id", "name", number=True) == {"1": "Open", "2": "Paid"}


def test_documents_and_numbers_in_texts() -> None:
    records = [{"id": "1.0", "of": {"name": "Open"}}, {"id": "2", "of": {}}]
    assert pairs(relation(records), "id", "of.name", number=True) == {"1": "Open"}


class Broken(Relation):
    """A table that cannot be read again."""

    def batches(self) -> Iterator[Batch]:
        """Raises InputError."""
        raise InputError("gone", where=self.uri)


def test_trouble_is_told_and_nothing_is_found() -> None:
    told: list[DdgenError] = []
    key = Field(path="id", name="id", position=1, data_type="integer")
    table = Table(id="t", name="t", uri="u", format="csv", fields=[key])
    broken = Broken("t", "u", "csv")
    look = Lookup([(broken, table)], lambda error, _relation: told.append(error))
    assert look(table, "id", "name") == {}
    assert [error.message for error in told] == ["gone"]
    broken.rereadable = False
    assert (look(table, "id", "name"), len(told)) == ({}, 1)


def test_a_shop_with_a_table_of_codes(tmp_path: Path) -> None:
    import ddgen

    (tmp_path / "statuses.csv").write_text("status_id,name\n1,Open\n2,Paid\n3,Sent\n4,Lost\n5,Kept\n")
    rows = "".join(f"{number},{number % 3 + 1}\n" for number in range(90))
    (tmp_path / "orders.csv").write_text("order_id,status_id\n" + rows)
    orders = ddgen.build(tmp_path).table("orders")
    assert orders is not None
    field = orders.field("status_id")
    assert field is not None
    assert field.codes is not None
    assert {str(code.value): code.label for code in field.codes.codes} == {"1": "Open", "2": "Paid", "3": "Sent"}
    assert "one of 1 (Open), 2 (Paid), 3 (Sent), by statuses.name" in (field.description or "")
