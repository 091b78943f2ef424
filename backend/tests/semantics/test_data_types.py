"""Data types that texts alone cannot tell."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

import ddgen
from ddgen.model.dictionary import Field


def field(folder: Path, name: str, values: list[object], suffix: str = "csv") -> Field:
    path = folder / f"t.{suffix}"
    path.write_text(f"{name},other\n" + "".join(f"{value},x{n}\n" for n, value in enumerate(values)), encoding="utf-8")
    [table] = ddgen.build(path).tables
    return table.fields[0]


@pytest.mark.parametrize(
    "name", ["is_active", "hasLab", "mfa_enabled", "marketing_opt_in", "Discontinued", "allow_audit"]
)
def test_zeros_and_ones_of_a_flag_are_booleans(name: str, tmp_path: Path) -> None:
    found = field(tmp_path, name, [0, 1, 1, 0, 1, 0])
    assert found.data_type == "boolean"
    assert found.types == {"integer": 6}
    assert any("0 and 1" in note for note in found.profile.notes)


@pytest.mark.parametrize("name", ["quantity", "n", "level", "children"])
def test_zeros_and_ones_of_anything_else_stay_numbers(name: str, tmp_path: Path) -> None:
    assert field(tmp_path, name, [0, 1, 1, 0, 1, 0]).data_type == "integer"


def test_a_flag_that_is_more_than_zero_and_one_is_none(tmp_path: Path) -> None:
    assert field(tmp_path, "is_active", [0, 1, 2, 0, 1]).data_type == "integer"


@pytest.mark.parametrize("name", ["salary", "min_purchase_amount", "unit_price", "credit_limit"])
def test_whole_amounts_of_money_are_decimals(name: str, tmp_path: Path) -> None:
    assert field(tmp_path, name, [100, 250, 250, 4000]).data_type == "decimal"


@pytest.mark.parametrize("name", ["min_salary", "max_wage"])
def test_bounds_of_pay_are_whole(name: str, tmp_path: Path) -> None:
    assert field(tmp_path, name, [15000, 20080, 3000, 4200]).data_type == "integer"


def test_a_secret_is_a_text_though_it_is_written_as_a_uuid(tmp_path: Path) -> None:
    values: list[object] = [str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))) for number in range(4)]
    assert field(tmp_path, "api_key", values).data_type == "string"
    assert field(tmp_path, "request_id", values).data_type == "uuid"


@pytest.mark.parametrize("name", ["zip_code", "postalcode", "plz", "currency_code", "phone_extension"])
def test_digits_of_codes_are_texts(name: str, tmp_path: Path) -> None:
    assert field(tmp_path, name, [94103, 10115, 94103, 10115]).data_type == "string"


def test_long_hexadecimal_texts_are_binary(tmp_path: Path) -> None:
    assert field(tmp_path, "picture", ["ffd8ffe0" * 40, "89504e47" * 50]).data_type == "binary"


def test_declared_and_typed_sources_are_left_alone() -> None:
    [table] = ddgen.build([{"is_active": 1, "salary": 5}, {"is_active": 0, "salary": 7}]).tables
    assert [found.data_type for found in table.fields] == ["integer", "integer"]
