"""A field in a few words."""

from __future__ import annotations

from ddgen.cli import brief
from ddgen.model.dictionary import Dictionary, Field
from ddgen.model.profile import Distinct, Lengths, Profile, Shape, ValueCount


def text_profile(**facts: object) -> Profile:
    return Profile.model_validate({"total": 100, "values": 100, "lengths": Lengths(min=1, max=9, mean=5)} | facts)


def test_few_codes_are_all_listed() -> None:
    codes = [ValueCount(value="Y", count=60), ValueCount(value="N", count=40)]
    assert brief.values(text_profile(top_values=codes, all_values_listed=True)).plain == "Y, N"


def test_one_value_is_named() -> None:
    one = Distinct(count=1, exact=True)
    assert brief.values(Profile(total=9, values=9, min=1, max=1, distinct=one)).plain == ""
    numbers = Profile(total=9, values=9, min=1, max=1, distinct=one, top_values=[ValueCount(value=1, count=9)])
    assert brief.values(numbers).plain == "always 1"
    words = text_profile(distinct=one, top_values=[ValueCount(value="Feature", count=100)], all_values_listed=True)
    assert brief.values(words).plain == "always Feature"


def test_frequent_texts_come_with_their_share() -> None:
    frequent = [ValueCount(value="open", count=40), ValueCount(value="rare", count=1)]
    assert brief.values(text_profile(top_values=frequent)).plain == "open 40 %"


def test_a_common_shape_stands_for_unlike_texts() -> None:
    assert brief.values(text_profile(shapes=[Shape(shape="AA-99", count=90)])).plain == "as AA-99"
    assert brief.values(text_profile()).plain == "1 to 9 characters"


def test_ranges_and_elements() -> None:
    assert brief.values(Profile(total=2, values=2, min=1, max=12_000)).plain == "1 to 12,000"
    assert brief.values(Profile(total=2, values=2, elements=Lengths(min=0, max=4, mean=1))).plain == "0 to 4 elements"


def test_missing_is_louder_the_more_it_is() -> None:
    styles = [brief.missing(Profile(total=100, values=100 - n, null=n)).style for n in (0, 10, 60)]
    assert styles == ["dim", "yellow", "red"]
    assert brief.missing(Profile()).plain == ""


def test_estimates_are_marked() -> None:
    assert brief.distinct(Profile(distinct=Distinct(count=5000, exact=False))).plain == "~5,000"


def test_notes_name_keys_personal_data_and_tokens(shop: Dictionary) -> None:
    assert brief.notes(shop.tables[0].fields[0]).plain == "key · PII not looked for · “N/A” is null"
    assert brief.notes(shop.tables[0].fields[1]).plain == "PII contact.email · padding"
    gone = Field(path="x", name="x", position=0, data_type="string", removed=True, references="a.b", is_unique=True)
    assert brief.notes(gone).plain == "unique · → a.b · PII not looked for · no longer there"
    looked = Field(path="x", name="x", position=0, data_type="string", not_personal=["no kind fits"])
    assert brief.notes(looked).plain == brief.notes(looked.model_copy(update={"data_type": "object"})).plain == ""


def test_notes_name_what_texts_hold() -> None:
    looked = {"not_personal": ["no kind fits"]}
    text = Field(path="x", name="x", position=0, data_type="string", holds="query", is_unique=True, **looked)
    assert brief.notes(text).plain == "unique · holds a query string"


def test_noteworthy_of_a_table(shop: Dictionary) -> None:
    assert brief.noteworthy(shop.tables[1]).plain == "not read whole · 1 of mixed type · 1 mostly missing"
