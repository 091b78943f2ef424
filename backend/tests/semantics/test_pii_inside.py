"""Personal data inside of texts, or in a part of the values."""

from __future__ import annotations

from ddgen.semantics.pii_inside import Inside, look

NOTES = ["The parcel came late and the customer was not amused", "Call +49 30 1234567 before noon", "All is well again"]


def test_of_sentences_a_single_one_is_enough() -> None:
    found = look(NOTES, free=True)
    assert dict(found.holding) == {"contact.phone_formatted": 1}
    verdict = found.verdict()
    assert verdict is not None
    assert (verdict.category, verdict.sensitivity) == ("freetext", 2)
    assert verdict.why == ["1 of 3 different values hold: telephone number (punctuated or international)"]
    assert verdict.against == ["2 of 3 hold nothing of the kind"]
    assert "GDPR Art. 4(1)" in verdict.laws


def test_the_worst_that_is_held_decides() -> None:
    verdict = look([*NOTES, "password: hunter22 as ever"], free=True).verdict()
    assert verdict is not None
    assert verdict.sensitivity == 3


def test_persons_are_seen_by_their_names() -> None:
    assert look(["Spoke with Maria Kowalski about it"], free=True).holding["person.name"] == 1


def test_other_texts_count_by_their_share() -> None:
    some = [f"Lamp {number}" for number in range(30)]
    assert look([*some, "ada@example.org"], free=False).verdict() is None
    mixed = look([*some, *(f"user{number}@example.org" for number in range(9))], free=False).verdict()
    assert mixed is not None
    assert mixed.category == "contact"


def test_strays_are_told_where_they_are_too_few() -> None:
    found = look([*(f"Lamp {number}" for number in range(30)), "ada@example.org"], free=False)
    assert found.strays() == ["1 of 31 different values hold: e-mail address; where such a value is shown it is masked"]
    assert look(NOTES, free=True).strays() == []
    assert Inside().strays() == []


def test_less_is_looked_for_where_the_type_is_known() -> None:
    address = "https://shop.example/list?key=summer2024"
    assert look([address], free=False).verdict() is not None
    assert look([address], free=False, settled=True).verdict() is None
