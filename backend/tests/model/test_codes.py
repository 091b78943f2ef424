"""Code lists in a document."""

from __future__ import annotations

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.codes import IN_WORDS, Code, CodeList
from ddgen.model.dictionary import Field


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
