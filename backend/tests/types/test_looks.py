"""Checks by looks and by lists of words."""

from __future__ import annotations

import pytest

from ddgen.types import looks


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("names_given", "Maria", "Invoice"),
        ("names_given", "Anne-Marie", "North"),
        ("names_given", "Maria José", "Maria Garcia"),
        ("names_family", "Garcia", "Southeast"),
        ("names_family", "García López", "Maria Garcia"),
        ("names_family", "van den Berg", "North Sea"),
        ("names_family", "Ionescu", "Summer"),
        ("names_full", "Nagy Andrea", "Andrea"),
        ("names_full", "Anna Weber", "Dairy Products"),
        ("names_full", "Dr. Anna Weber", "Lake Baikal"),
        ("names_full", "Smith, John", "Unnamed location"),
        ("occupation", "Senior Sales Manager", "Blue Sky"),
        ("place", "Berlin", "Invoice"),
        ("place", "East Harbor", "Open"),
        ("place", "Sommersted", "Sommersted Airport"),
        ("honorific", "Prof. Dr. med.", "Dr. Strange"),
        ("phone_written", "+31(0)550 068107", "8950693199"),
        ("phone_written", "06-75/720 3848", "192.168.10.250"),
        ("phone_written", "601 516 957", "529-18-1656"),
        ("street", "Simonlaan 513", "Windows 10"),
        ("street", "12/11, Basu Marg", "Basu 12"),
        ("slug_like", "how-to-cook", "529-18-1656"),
        ("with_host", "db01.prod.example.org", "example.co.uk"),
        ("company", "Acme Inc.", "Acme"),
        ("company", "Müller GmbH & Co. KG", "Müller"),
        ("company", "Nowak Sp. z o.o.", "Nowak"),
        ("company", "Miller, Lee and Sons", "Miller"),
        ("company", "\u682a\u5f0f\u4f1a\u793e\u9ad8\u6a4b", "\u9ad8\u6a4b"),
        ("password_like", "aB3)kLm9Q!", "hello world"),
        ("sentence_like", "This is a sentence of words.", "In progress"),
        ("currency_word", "Swiss franc", "Swiss cheese"),
        ("color_word", "MediumSeaGreen", "Medium"),
        ("color_word", "Tomatenrot", "gold"),
        ("currency_word", "Gold franc", "gold"),
        ("password_like", "|>|/@JEz", "a-b.c"),
        ("whole_address", "5 Main St, Springfield, IL 62701", "5 Main St"),
        ("whole_address", "Hauptstraße 12, 10115 Berlin", "Hauptstraße 12"),
        ("date_parts", "31.01.2024", "45/45/2020"),
        ("date_parts", "Jan 31, 2024", "Foo 31, 2024"),
    ],
)
def test_one_passes_and_the_other_does_not(check: str, good: str, bad: str) -> None:
    assert looks.NAMED[check](good)
    assert not looks.NAMED[check](bad)
