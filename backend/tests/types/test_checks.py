"""Checks of single values."""

from __future__ import annotations

import random

import pytest

from ddgen.types import checks


@pytest.mark.parametrize("text", ["4111111111111111", "5500000000000004", "340000000000009", "6011000000000004"])
def test_cards(text: str) -> None:
    assert checks.card(text)
    assert not checks.card(text[:-1] + str((int(text[-1]) + 1) % 10))


@pytest.mark.parametrize("text", ["", "0000000000000000", "4444", "9111111111111111", "41111111111111x1"])
def test_no_cards(text: str) -> None:
    assert not checks.card(text)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("10.1.2.3", True),
        ("10.1.2.3:8080", True),
        ("10.1.2.0/24", True),
        ("2001:db8::1", True),
        ("fe80::1%eth0", True),
        ("[::1]", True),
        ("10.1.2", False),
        ("12:30:45", False),
        ("x", False),
    ],
)
def test_addresses(text: str, *, valid: bool) -> None:
    assert checks.ip(text) is valid


def test_telephones_are_no_dates() -> None:
    assert checks.phone_digits("030/1234567")
    assert not checks.phone_digits("2024-01-31")
    assert not checks.phone_digits("31.12.2024")
    assert not checks.phone_digits("123")


def test_vehicles() -> None:
    assert checks.vin("1HGCM82633A004352")
    assert not checks.vin("1HGCM82633A004353")
    assert not checks.vin("12345678901234567")
    assert not checks.vin("1HGCM8263IA004352")


def test_an_iban_at_the_beginning() -> None:
    assert checks.iban_start("DE89370400440532013000")
    assert checks.iban_start("DE89370400440532013000THANKS")
    assert not checks.iban_start("DE89370400440532013001THANKS")


@pytest.mark.parametrize("text", ["111.444.777-35", "RSSMRA85T10A562S", "44051401359", "12345678Z"])
def test_national_numbers(text: str) -> None:
    assert checks.national_id(text)


def test_every_country_is_there() -> None:
    rng = random.Random(1)  # noqa: S311 - a test's data
    for name in checks.NATIONAL:
        check = checks.standard(f"stdnum.{name}")
        passed = sum(check("".join(rng.choice("0123456789") for _ in range(11))) for _ in range(200))
        assert passed < 200, name


@pytest.mark.parametrize(
    "text", ["Maria Kowalska", "Smith, John", "Dr. Anna Weber", "José García", "Ludwig van Beethoven", "Nguyen"]
)
def test_names_of_persons(text: str) -> None:
    assert checks.person_name(text)


@pytest.mark.parametrize(
    "text",
    ["Dairy Products", "Berlin", "In Progress", "maria", "April", "Grant Application", "New York", "", "A B C D E F"],
)
def test_no_names_of_persons(text: str) -> None:
    assert not checks.person_name(text)
