"""Code lists in a document."""

from __future__ import annotations

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.codes import IN_WORDS, Code, CodeList
from ddgen.model.dictionary import Field
from ddgen.model.profile import ValueCount


def test_codes_without_a_label_are_unexplained_unless_they_are_words() -> None:
    codes = [Code(value="A", label="Open"), Code(value="B")]
    assert CodeList(codes=codes).unexplained == [codes[1]]
    assert CodeList(codes=codes, source=IN_WORDS).unexplained == []


def test_a_field_spells_out_its_claim() -> None:
    value = CodeList(codes=[Code(value=1, count=3)]).model_dump(exclude_none=True)
    one = Field(path="x", name="x", position=1, data_type="integer")
    one.claims = [Claim(kind=Kind.CODES, value=value, origin=Origin.RULE)]
    one.settle()
    assert one.codes == CodeList(codes=[Code(value=1, count=3)])
    one.claims = []
    one.settle()
    assert one.codes is None


def test_words_among_codes_explain_themselves() -> None:
    codes = [Code(value="gift", word=True), Code(value="b2b")]
    assert CodeList(codes=codes).unexplained == [codes[1]]


def test_a_persons_labels_are_counted_anew_with_the_data_of_today() -> None:
    one = Field(path="x", name="x", position=1, data_type="string")
    told = CodeList(codes=[Code(value="A", count=3, label="Open"), Code(value="B", count=1, label="Shut")])
    one.claims = [Claim(kind=Kind.CODES, value=told.model_dump(exclude_none=True), origin=Origin.HUMAN)]
    one.profile.top_values = [ValueCount(value="A", count=7), ValueCount(value="C", count=2)]
    one.settle()
    assert one.codes == told
    one.profile.all_values_listed = True
    one.settle()
    assert one.codes is not None
    assert [(code.value, code.count, code.label) for code in one.codes.codes] == [
        ("A", 7, "Open"),
        ("B", 0, "Shut"),
        ("C", 2, None),
    ]
    assert one.codes.labels == {"A": "Open", "B": "Shut"}
