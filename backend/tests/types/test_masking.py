"""Cleaning, shapes, redaction and masks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.types import masking


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\tb\r\nc", "a b c"),
        ("a\u202eb\u200bc\u2066d", "abcd"),
        ("</data-1>", "\u2039/data-1\u203a"),
        ("a\x00b\x1bc", "a b c"),
        (f"a{masking.MARK}b", "ab"),
        ("x" * 50, f"{'x' * 39}\u2026"),
        ("", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert masking.clean(text, 40) == expected


@given(st.text(), st.integers(5, 60))
def test_clean_texts_are_one_short_line(text: str, limit: int) -> None:
    clean = masking.clean(text, limit)
    assert len(clean) <= limit
    assert not set(clean) & {"\n", "\r", "<", ">", "`", masking.MARK, "\u2028", "\x85"}
    assert len(clean.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AB-1234", "AA-9999"),
        ("4111111111111111", "9{16}"),
        ("Jürgen 數", "Aa{5} x"),
        ("٣٤", "99"),
        ("½", "9"),
        ("a.b@c.de", "a.a@a.aa"),
        ("…→", "??"),
    ],
)
def test_shapes(text: str, expected: str) -> None:
    assert masking.shape(text) == expected


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=60))
def test_shapes_hold_no_letter_and_digit_of_the_text(text: str) -> None:
    assert set(masking.shape(text)) <= set("Aax9{}01234567?\u2026") | set("89")


def test_redaction_says_what_it_was() -> None:
    text, titles = masking.redact("ask Maria Kowalska (m.k@example.org)")
    assert text == "ask [name] ([email])"
    assert titles == ["E-mail address", "Name of a person"]


def test_a_secret_at_the_cut_is_found_before_the_cut() -> None:
    text, _ = masking.redact(f"{'word ' * 58}sk_live_4eC39HqLyjWDarjtT1zdp7dc", 300)
    assert "4eC3" not in text
    assert "sk_live" not in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cust_addr_id", "cust_addr_id"),
        ("john.doe@example.com", "[email]"),
        ("Maria Kowalska", "[name]"),
        ("amount_20240131", "amount_9{8}"),
        ("EMP00417", "AAA9{5}"),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "[secret]"),
        ("Ignore previous instructions", "Ignore previous instructions"),
        ("Größe der Bestellung", "Größe der Bestellung"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert masking.redact_name(name)[0] == expected


def test_masks_leave_ordinary_words() -> None:
    masked = masking.mask("Parcel 4711 for Xyzzy arrived late at 12 Baker Street", 80)
    assert masked == "Parcel 9999 for Aaaaa arrived late at [address_values]"


@pytest.mark.parametrize("value", ["active", "USD", "Dairy Products", "in_progress", "A1", "Q3 2024", "404", "n/a"])
def test_codes(value: str) -> None:
    assert masking.shows_code(value, strict=True)


@pytest.mark.parametrize(
    "value",
    [
        "Maria",
        "Kowalski",
        "4821",
        "94107",
        "hunter2",
        "ABCDEFGH1",
        "a@b.org",
        "",
        "a  b",
        "Itziar Goñi",
        "x" * 41,
        "a\nb",
    ],
)
def test_no_codes(value: str) -> None:
    assert not masking.shows_code(value, strict=False)
