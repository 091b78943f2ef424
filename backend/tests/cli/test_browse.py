"""Finding what a person means."""

from __future__ import annotations

import pytest

from ddgen.cli.browse import field_of, table_of
from ddgen.errors import UsageError
from ddgen.model.dictionary import Dictionary, Field


def test_tables_by_name_in_any_case(shop: Dictionary) -> None:
    assert table_of(shop, "customers") is shop.tables[0]
    assert table_of(shop, "CUSTOMERS") is shop.tables[0]


def test_a_near_name_is_proposed(shop: Dictionary) -> None:
    with pytest.raises(UsageError, match="customers"):
        table_of(shop, "custmers")


def test_a_path_is_found_without_its_table(shop: Dictionary) -> None:
    assert field_of(shop, None, "items[].status")[0] is shop.tables[1]


def test_a_path_of_several_tables_needs_one(shop: Dictionary) -> None:
    with pytest.raises(UsageError, match=r"several tables have points: customers, orders\\x07"):
        field_of(shop, None, "points")
    assert field_of(shop, "customers", "points")[1].position == 0


def test_a_name_may_stand_without_backticks(shop: Dictionary) -> None:
    field = Field(path="`unit price`", name="unit price", position=9, data_type="float")
    shop.tables[0].fields.append(field)
    assert field_of(shop, None, "unit price")[1] is field
    assert field_of(shop, None, "`unit price`")[1] is field


def test_an_unknown_path_is_an_error(shop: Dictionary) -> None:
    with pytest.raises(UsageError, match="no such field: emial"):
        field_of(shop, "customers", "emial")
