"""Single values as they may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.profile import Scalar
from ddgen.types import shown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ada.lovelace@example.org", "a***@example.org"),
        (" Ada@EXAMPLE.org ", "A***@example.org"),
        ("grace@hopper-family.net", "g***@***"),
        ("ABC-1234", "AAA-9999"),
        ("Zoë O'Neil", "Aaa A'Aaaa"),
        ("+49 30 1234", "+99 99 9999"),
        (4711, "9999"),
        (-22.9576, "-99.9999"),
        ("!!§§", "????"),
        ("\u0e2a\u0e21\u0e31\u0e22", "aa?a"),
        ("", None),
        (True, None),
        (None, None),
    ],
)
def test_masks(value: Scalar, expected: str | None) -> None:
    assert shown.masked(value, frozenset({"example.org"})) == expected


@given(st.text(min_size=1))
def test_no_letter_or_digit_is_left(text: str) -> None:
    drawn = shown.shape(text)
    assert {one for one in drawn if one.isalnum()} <= set("Aa9")
    assert all(one.isascii() or one == "\u2026" for one in drawn)


def test_domains_count_if_five_different_addresses_share_them() -> None:
    five = [f"user{number}@example.org" for number in range(5)]
    assert shown.domains([*five, "a@b.net", 3, None]) == {"example.org"}
    assert shown.domains(five[:4]) == shown.domains(["a@example.org"] * 9) == frozenset()


@pytest.mark.parametrize(
    "value", ["ada@example.org", "ask ada@example.org", "DE89370400440532013000", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"]
)
def test_strays_are_masked(value: str) -> None:
    assert shown.stray(value) != value


@pytest.mark.parametrize(
    "value", ["open", "2 @ 3.50", "Basic Subscription", "978-84-1234-567-8", "a***@***", 7, None, 1.5]
)
def test_plain_values_stay(value: Scalar) -> None:
    assert shown.stray(value) == value
