"""Units of measure by names and values."""

from __future__ import annotations

import pytest

from ddgen.types import units


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("weight kg", "kg"),
        ("height m", "m"),
        ("gender m", None),
        ("temp c", "°C"),
        ("vitamin c", None),
        ("duration s", "s"),
        ("price usd", "USD"),
        ("discount pct", "%"),
        ("kg", None),
        ("customer name", None),
        ("distance mi", "mi"),
        ("middle mi", None),
    ],
)
def test_units_of_names(name: str, symbol: str | None) -> None:
    found = units.of_name(name.split())
    assert (found.symbol if found else None) == symbol


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("12 kg", "kg"),
        ("-1,200.5 km", "km"),
        ("5%", "%"),
        ("3 m/s", "m/s"),
        ("20 °C", "°C"),
        ("12", None),
        ("kg", None),
    ],
)
def test_units_of_values(text: str, symbol: str | None) -> None:
    found = units.of_value(text)
    assert (found.symbol if found else None) == symbol


def test_what_is_no_unit_has_none() -> None:
    assert units.of_value("12 apples") is None
    assert units.of_value("1" * 100_000 + " kg") is None


@pytest.mark.parametrize(("name", "symbol"), [("Depth (mm)", "mm"), ("Speed [in km/h]", "km/h"), ("Name (en)", None)])
def test_units_in_brackets(name: str, symbol: str | None) -> None:
    found = units.in_brackets(name)
    assert (found.symbol if found else None) == symbol


def test_symbols_in_words() -> None:
    assert units.in_words("kg") == "kilograms"
    assert units.in_words("parsec") == "parsec"


def test_no_plain_name_stands_for_two_units() -> None:
    plain = [name for unit in units.known() if not unit.before for name in unit.names]
    assert len(plain) == len(set(plain))
