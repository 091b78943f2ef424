"""Ordinary words, names, and the words inside names of columns."""

from __future__ import annotations

import pytest

from ddgen.types import words


@pytest.mark.parametrize(
    "word", ["status", "Statuses", "shipped", "BEVERAGES", "Dezember", "março", "shipping", "cities"]
)
def test_ordinary(word: str) -> None:
    assert words.is_ordinary(word)


@pytest.mark.parametrize("word", ["Kowalski", "xqzpt", "Maria", "hunter"])
def test_not_ordinary(word: str) -> None:
    assert not words.is_ordinary(word)


def test_given_names_that_are_words() -> None:
    assert words.is_given_name("Grant")
    assert not words.is_given_name("Grant", only=True)
    assert words.is_given_name("JOSÉ")
    assert words.is_given_name("maria", only=True)
    assert not words.is_given_name("table")
    assert words.is_family_name("Müller")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("custFirstName", ["cust", "first", "name"]),
        ("agentfirstname", ["agent", "first", "name"]),
        ("custemail", ["cust", "email"]),
        ("addr2", ["addr", "2"]),
        ("order-date", ["order", "date"]),
        ("HTTPStatus", ["http", "status"]),
        ("business", ["business"]),
        ("xqzptv", ["xqzptv"]),
        ("", []),
    ],
)
def test_words_of_a_name(name: str, expected: list[str]) -> None:
    assert words.words_of(name) == expected


def test_abbreviations_written_out() -> None:
    assert words.expanded("cust_addr") == "customer_address"
    assert words.expanded("EMP_DOB") == "employee_date_of_birth"


def test_accents() -> None:
    assert words.plain("Łódź Straße Ærøskøbing José") == "lodz strasse æroskobing jose"
