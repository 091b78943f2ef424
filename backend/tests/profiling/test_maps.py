"""When an object is a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from .feeding import facts_of, field, paths, trees

COUNTRIES = ["DE", "FR", "GB", "IT", "ES", "PL"]


def is_map(objects: Sequence[dict[str, Any]]) -> bool:
    found = facts_of(trees([{"m": value} for value in objects]))
    return "m{}" in paths(found)


def some(keys: Sequence[str], value: Any = 1) -> list[dict[str, Any]]:
    """Objects each of which lacks one of the keys."""
    return [{key: value for key in keys if key != left} for left in keys]


MAPS: dict[str, list[dict[str, Any]]] = {
    "by country": some(COUNTRIES),
    "by country with objects": some(COUNTRIES, {"count": 1, "sum": 2.5}),
    "days as keys": [{"2024-01-01": 1, "2024-01-02": 2, "2024-01-03": 3}],
    "months as keys": [{"2024-01": 1, "2024-02": 2, "2024-03": 3}],
    "numbers as keys": [{"1": "a", "2": "b", "17": "c"}],
    "identifiers as keys": [{str(UUID(int=number)): number for number in range(4)}],
    "hexadecimal ids as keys": [{f"56e1fc72e0c917e9c47141{number:02}": True for number in range(3)}],
    "codes as keys": [{f"WH-0{number}": number for number in range(5)}],
    "whole and broken numbers are alike": [{"1": 1, "2": 2.5, "3": 3}],
    "sparse keys": [{f"user {number}": 1} for number in range(30)],
    "some values are null": [*some(COUNTRIES), {"DE": None, "FR": 1}],
    "one address as key": [{"ada@example.org": 1}],
    "addresses as keys, whatever they hold": [{"ada@example.org": 1, "+49 151 2345678": {"x": "a"}}],
    "very many keys": [{f"key {number} {record}": 1 for number in range(200)} for record in range(11)],
}
FIELDS: dict[str, list[dict[str, Any]]] = {
    "fixed structure": [{"street": "a", "city": "b", "zip": "c"}] * 50,
    "optional attributes": [{"color": "red", "size": "L"}, {"color": "blue"}, {"size": "M", "brand": "x"}] * 9,
    "two keys only": [{"1": 1, "2": 2}],
    "always the same short codes": [dict.fromkeys(COUNTRIES, 1)] * 5,
    "values of different kinds": [{"1": 1, "2": "a", "3": [1], "4": {"x": 1}}],
    "objects that share no keys": [{"1": {"a": 1, "b": 1}, "2": {"c": 1, "d": 1}, "3": {"e": 1, "f": 1}}],
    "names among numbers": [{"1": 1, "2": 2, "total": 3}],
    "few upper-case names": some(["ID", "SKU", "EAN"]),
    "nothing but null": [{"1": None, "2": None, "3": None}],
    "many optional attributes, each common": [
        {f"attribute_{number}": "x" for number in range(25) if (number + record) % 3} for record in range(30)
    ],
}


@pytest.mark.parametrize("case", MAPS)
def test_maps(case: str) -> None:
    assert is_map(MAPS[case])


@pytest.mark.parametrize("case", FIELDS)
def test_objects_that_stay_objects(case: str) -> None:
    assert not is_map(FIELDS[case])


def test_what_was_decided_holds() -> None:
    documents = [{"m": {"1": 1, "2": 2, "3": 3}, "o": {"a": 1, "b": 2}}]
    found = facts_of(trees(documents), {"m": False, "o": True})
    assert paths(found) == ["m", "m.`1`", "m.`2`", "m.`3`", "o", "o{}"]
    assert found.maps == {"m": False, "o": True}


def test_decisions_are_told_for_objects_of_three_keys_or_more() -> None:
    found = facts_of(trees([{"m": {"1": 1, "2": 2, "3": 3}, "o": {"a": 1, "b": 2, "c": 3}, "p": {"a": 1}}]))
    assert found.maps == {"m": True, "o": False}


def test_records_with_years_as_fields_are_rows() -> None:
    years = {str(year): 1 for year in range(1990, 2020)}
    assert "`1990`" in paths(facts_of(trees([years] * 5)))
    assert paths(facts_of(trees([years]))) == ["$", "${}"]


def test_a_map_tells_its_keys_and_sizes() -> None:
    found = field(facts_of(trees([{"m": {"1": 5}}, {"m": {"1": 5, "2": 6, "3": 7}}])), "m")
    assert (found.data_type, found.types) == ("map[integer]", {"map": 2})
    assert [(key.value, key.count) for key in found.profile.top_values] == [("1", 2), ("2", 1), ("3", 1)]
    assert found.profile.elements is not None
    assert (found.profile.elements.min, found.profile.elements.max) == (1, 3)


def test_maps_in_maps() -> None:
    documents = [{"m": {day: some(COUNTRIES)[0] for day in ("2024-01-01", "2024-01-02", "2024-01-03")}}]
    documents += [{"m": {day: some(COUNTRIES)[1] for day in ("2024-01-04", "2024-01-05")}}]
    found = facts_of(trees(documents))
    assert paths(found) == ["m", "m{}", "m{}{}"]
    assert field(found, "m{}{}").profile.total == 25
