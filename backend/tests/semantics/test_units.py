"""Units of fields, by name, comment, values and range."""

from __future__ import annotations

import pytest

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Profile, Scalar
from ddgen.model.values import Values
from ddgen.semantics.units import FRACTION, claim_units


def unit_of(field: Field, *values: str) -> str | None:
    table = Table(id="t", name="t", uri="u", format="csv", fields=[field])
    items: list[tuple[Scalar, int]] = [(value, 1) for value in values]
    claim_units(table, {field.path: Values(items)} if values else {})
    table.settle()
    return field.unit


def field(name: str, data_type: str = "float", low: float | None = None, high: float | None = None) -> Field:
    profile = Profile(total=9, values=9, min=low, max=high)
    return Field(path=f"`{name}`", name=name, position=1, data_type=data_type, profile=profile)


@pytest.mark.parametrize(
    ("one", "unit"),
    [
        (field("weight_kg"), "kg"),
        (field("weightKg"), "kg"),
        (field("Depth (mm)", "string"), "mm"),
        (field("weight_kg", "string"), None),
        (field("name"), None),
        (field("discount_pct", low=0, high=40), "%"),
        (field("discount_pct", low=0, high=0.4), FRACTION),
        (field("market_share", low=0, high=0.4), FRACTION),
        (field("market_share", low=0, high=40), None),
        (field("market_share"), None),
    ],
)
def test_units(one: Field, unit: str | None) -> None:
    assert unit_of(one) == unit


def test_a_comment_names_the_unit() -> None:
    one = field("net")
    one.claims.append(Claim(kind=Kind.COMMENT, value="Net weight, measured in grams.", origin=Origin.SOURCE))
    assert unit_of(one) == "g"
    other = field("net")
    other.claims.append(Claim(kind=Kind.COMMENT, value="Net weight in the box", origin=Origin.SOURCE))
    assert unit_of(other) is None


def test_values_that_all_end_with_one_unit() -> None:
    assert unit_of(field("net", "string"), *(f"{number} kg" for number in range(20))) == "kg"
    assert unit_of(field("net", "string"), *(f"{number} kg" for number in range(20)), "1 t") is None
    assert unit_of(field("net", "string"), *(f"{number} kg" for number in range(20)), "2", "3") is None
    assert unit_of(field("net", "string"), "1 kg") is None


def test_a_unit_that_is_said_stays_and_keys_have_none() -> None:
    one = field("weight_kg")
    one.claims.append(Claim(kind=Kind.UNIT, value="lb", origin=Origin.RULE))
    assert unit_of(one) == "lb"
    key = field("weight_kg")
    key.references = "weights.kg"
    claim_units(Table(id="t", name="t", uri="u", format="csv", fields=[key]), {})
    assert key.claims == []
