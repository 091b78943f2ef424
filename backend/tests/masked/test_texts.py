"""Texts in which values are quoted."""

from __future__ import annotations

import pytest

from ddgen.masked.texts import HIDDEN, Texts, quotable

TEXTS = Texts(quotable(["Wilhelmina", "Grzybowska, W.", "ab", "red", True, None, 4711, 48317, "Mispelgasse 64b"]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("such as Wilhelmina, Bob", f"such as {HIDDEN}, Bob"),
        ("it is 'wilhelmina'", f"it is '{HIDDEN}'"),
        ("by Grzybowska, W.: twice", f"by {HIDDEN}.: twice"),
        ("at Mispelgasse  64b; once", f"at {HIDDEN}; once"),
        ("write to ada@example.org now", f"write to {HIDDEN} now"),
        ("4711 rows, ab, red", "4711 rows, ab, red"),
        ("48317 is one", f"{HIDDEN} is one"),
        ("such as a***@example.org and 999-99-9999", "such as a***@example.org and 999-99-9999"),
        ("Wilhelminas", "Wilhelminas"),
        ("", ""),
    ],
)
def test_what_is_personal_is_taken_out(text: str, shown: str) -> None:
    assert TEXTS.shown(text) == shown


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Could not convert string '+49 30 1234567' to INT32", f"Could not convert string '{HIDDEN}' to INT32"),
        ('Invalid "12 rue de Rivoli" here', f'Invalid "{HIDDEN}" here'),
        ("the file +49 30 1234567 is short", "the file +49 30 1234567 is short"),
        ("no such table 'orders'", "no such table 'orders'"),
    ],
)
def test_what_a_library_quotes_is_looked_at_closely(message: str, shown: str) -> None:
    assert Texts().message(message) == shown


def test_ordinary_words_and_short_values_are_not_known_again() -> None:
    assert list(quotable(["customer", "Ann", 123, "", "1.5"])) == []
    assert list(quotable(["Annika", " two  words ", 12345])) == ["annika", "two words", "12345"]
