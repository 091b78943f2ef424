"""What a text is, judged alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.profiling.hashing import canonical, number_text
from ddgen.profiling.text_kinds import LONGEST_TYPED, NULL_TOKENS, canonical_number, kind_of, possible

from .texts import TEXTS

NUMBERS: list[tuple[str, str, float, tuple[str, ...]]] = [
    ("0", "integer", 0, ()),
    ("-17", "integer", -17, ()),
    ("+17", "integer", 17, ()),
    ("-0", "integer", 0, ()),
    ("3.14", "float", 3.14, ()),
    (".5", "float", 0.5, ()),
    ("5.", "float", 5.0, ()),
    ("1e3", "float", 1000.0, ("exponent",)),
    ("1.5E-3", "float", 0.0015, ("exponent",)),
    ("007.5", "float", 7.5, ("leading_zeros",)),
    ("9223372036854775808", "integer", 2**63, ("beyond_64_bit",)),
    ("-9223372036854775808", "integer", -(2**63), ()),
    ("1,234,567", "integer", 1234567, ("thousands",)),
    ("1,234", "integer", 1234, ("thousands", "unclear_comma")),
    ("1,234.50", "float", 1234.5, ("thousands",)),
    ("12,34,567", "integer", 1234567, ("thousands",)),
    ("1.234.567", "integer", 1234567, ("thousands",)),
    ("1.234,5", "float", 1234.5, ("thousands", "decimal_comma")),
    ("3,14", "float", 3.14, ("decimal_comma",)),
    ("1 234", "integer", 1234, ("thousands",)),
    ("1\u202f234,5", "float", 1234.5, ("thousands", "decimal_comma")),
    ("1'234.5", "float", 1234.5, ("thousands",)),
    ("$5", "integer", 5, ("currency",)),
    ("-$5.10", "float", -5.1, ("currency",)),
    ("5 €", "integer", 5, ("currency",)),
    ("EUR 5", "integer", 5, ("currency",)),
    ("12%", "integer", 12, ("percent",)),
    ("(1,234.50)", "float", -1234.5, ("thousands", "parentheses")),
    ("inf", "float", float("inf"), ("infinity",)),
    ("-Infinity", "float", float("-inf"), ("infinity",)),
]
KINDS = [
    ("00501", "code", ("leading_zeros",)),
    ("-01", "code", ("leading_zeros",)),
    ("N/A", "token", ()),
    ("NaN", "token", ("nan",)),
    ("-", "token", ()),
    ("Yes", "boolean", ()),
    ("f", "boolean", ()),
    ("2024-01-31", "date", ()),
    ("03/04/2024", "date", ("unclear_date_order",)),
    ("9:05", "time", ()),
    ("2024-01-31T09:05:07Z", "timestamp", ()),
    ("12345678-1234-5678-1234-567812345678", "uuid", ()),
    ("  ", "blank", ("blank",)),
    (" 5 ", "integer", ("padding",)),
    (" x", "string", ("padding",)),
    ("5\x00", "string", ("control_characters",)),
    ("a\u200b", "string", ("control_characters",)),
    ("hello", "string", ()),
    ("+4915112345678", "string", ()),
    ("1-2-3", "string", ()),
    ("$", "string", ()),
    ("(5", "string", ()),
    ("1,23,4", "string", ()),
    ("1e999", "string", ()),
    ("٣٤", "string", ()),
    ("€٣٤", "string", ()),
    ("½", "string", ()),
    ("7" * LONGEST_TYPED, "integer", ("beyond_64_bit",)),
    ("7" * (LONGEST_TYPED + 1), "string", ()),
]


@pytest.mark.parametrize(("text", "kind", "number", "oddities"), NUMBERS)
def test_numbers(text: str, kind: str, number: float, oddities: tuple[str, ...]) -> None:
    found = kind_of(text)
    assert (found.kind, found.number, found.oddities) == (kind, number, oddities)
    assert type(found.number) is (int if kind == "integer" else float)


@pytest.mark.parametrize(("text", "kind", "oddities"), KINDS)
def test_other_kinds(text: str, kind: str, oddities: tuple[str, ...]) -> None:
    found = kind_of(text)
    assert (found.kind, found.oddities) == (kind, oddities)


@pytest.mark.parametrize("text", sorted(NULL_TOKENS))
def test_null_tokens_in_any_letter_case(text: str) -> None:
    assert kind_of(text).kind == kind_of(text.upper()).kind == kind_of(f" {text}").kind == "token"


@pytest.mark.parametrize(("text", "scale"), [("5", 0), ("5.10", 2), ("1,234.500", 3), ("3,14", 2), ("1.25e3", 0)])
def test_the_scale_counts_digits_after_the_decimal_mark(text: str, scale: int) -> None:
    assert kind_of(text).scale == scale


@given(st.integers(-(10**20), 10**20))
def test_integers_are_read_and_hashed_as_numbers(number: int) -> None:
    assert kind_of(str(number)).number == number
    assert canonical_number(str(number))
    assert b"n" + str(number).encode() == canonical(number)


@given(st.floats(-1e15, 1e15))
def test_floats_are_read_exactly(number: float) -> None:
    found = kind_of(repr(number))
    assert (found.kind, found.number) == ("float", number)


@given(TEXTS)
def test_padding_changes_nothing_but_the_oddities(text: str) -> None:
    bare, padded = kind_of(text.strip() or "x"), kind_of(f" {text.strip() or 'x'}\t")
    assert (padded.kind, padded.number, padded.moment) == (bare.kind, bare.number, bare.moment)
    assert "padding" in padded.oddities


@given(TEXTS)
def test_a_canonical_number_is_the_text_of_its_number(text: str) -> None:
    found = kind_of(text)
    assert canonical_number(text) == (found.number is not None and number_text(found.number) == text)


@given(TEXTS.filter(lambda text: not any(character.isalpha() for character in text)))
def test_what_has_a_type_has_a_possible_shape(text: str) -> None:
    stripped = text.strip()
    shape = "".join("9" if character.isdecimal() else character for character in stripped)
    typed = kind_of(stripped or "x").kind in {"integer", "float", "code", "date", "time", "timestamp"}
    assert not typed or possible(shape)
