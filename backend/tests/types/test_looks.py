"""Checks by looks and by lists of words."""

from __future__ import annotations

import pytest

from ddgen.types import looks


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("names_given", "Maria", "Invoice"),
        ("names_given", "Anne-Marie", "North"),
        ("names_family", "Garcia", "Southeast"),
        ("names_full", "Anna Weber", "Dairy Products"),
        ("names_full", "Dr. Anna Weber", "Lake Baikal"),
        ("names_full", "Smith, John", "Unnamed location"),
        ("occupation", "Senior Sales Manager", "Blue Sky"),
        ("place", "Berlin", "Invoice"),
        ("place", "East Harbor", "Open"),
        ("company", "Acme Inc.", "Acme"),
        ("company", "Müller GmbH & Co. KG", "Müller"),
        ("company", "Nowak Sp. z o.o.", "Nowak"),
        ("company", "Miller, Lee and Sons", "Miller"),
        ("company", "\u682a\u5f0f\u4f1a\u793e\u9ad8\u6a4b", "\u9ad8\u6a4b"),
        ("password_like", "aB3)kLm9Q!", "hello world"),
        ("sentence_like", "This is a sentence of words.", "In progress"),
        ("currency_word", "Swiss franc", "Swiss cheese"),
        ("color_word", "MediumSeaGreen", "Medium"),
        ("whole_address", "5 Main St, Springfield, IL 62701", "5 Main St"),
        ("whole_address", "Hauptstraße 12, 10115 Berlin", "Hauptstraße 12"),
        ("date_parts", "31.01.2024", "45/45/2020"),
        ("date_parts", "Jan 31, 2024", "Foo 31, 2024"),
    ],
)
def test_one_passes_and_the_other_does_not(check: str, good: str, bad: str) -> None:
    assert looks.NAMED[check](good)
    assert not looks.NAMED[check](bad)
