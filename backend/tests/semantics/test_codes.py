"""Code lists, and where what codes stand for is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.codes import IN_WORDS, CodeList
from ddgen.model.dictionary import Field, Pii, Table
from ddgen.model.profile import Distinct, Profile, ValueCount
from ddgen.model.questions import open_questions
from ddgen.semantics import codes


def field(name: str, *values: str | int, count: int = 20, **facts: Any) -> Field:
    top = [ValueCount(value=value, count=count) for value in values]
    total = count * len(values)
    profile = Profile(
        total=total,
        values=total,
        top_values=top,
        all_values_listed=True,
        distinct=Distinct(count=len(values), exact=True),
    )
    kind = "integer" if all(isinstance(value, int) for value in values) else "string"
    return Field(**({"path": name, "name": name, "position": 1, "data_type": kind, "profile": profile} | facts))


def table(name: str, *fields: Field) -> Table:
    return Table(id=name, name=name, uri="u", format="csv", row_count=4, fields=list(fields))


def nothing(_table: Table, _key: str, _value: str) -> Mapping[str, str]:
    return {}


def explained(one: Field) -> CodeList | None:
    codes.claim_codes([of := table("orders", one)], nothing)
    of.settle()
    return one.codes


@pytest.mark.parametrize(
    ("one", "is_one"),
    [
        (field("status", "A", "B"), True),
        (field("status", 1, 2), True),
        (field("children", 1, 2), False),
        (field("status_count", 1, 2), False),
        (field("city_id", 1, 2, references="cities.id"), True),
        (field("status", "A"), False),
        (field("status", "A", "B", count=2), False),
        (field("status", *map(str, range(20)), count=10), False),
        (field("status", *map(str, range(20)), count=40), True),
        (field("note", "a" * 41, "b"), False),
        (field("party", "A", "B", pii=Pii(category="special", sensitivity=3)), False),
        (field("city", "A", "B", pii=Pii(category="location", sensitivity=1)), True),
        (field("id", "A", "B", is_primary_key=True), False),
        (field("ratio", "A", "B", data_type="float"), False),
    ],
)
def test_what_is_a_code_list(one: Field, is_one: bool) -> None:
    assert codes.is_code_list(one) is is_one


def test_labels_of_a_lookup_table() -> None:
    labels = table("statuses", field("status_id", 1, 2, 3), field("note", "x y", "z"), field("name", "Open", "Paid"))
    one = field("status_id", 1, 2, 7, references="statuses.status_id")
    asked = []

    def lookup(there: Table, key: str, value: str) -> Mapping[str, str]:
        asked.append((there.name, key, value))
        return {"1": "Open", "2": "Paid"}

    codes.claim_codes([orders := table("orders", one), labels], lookup)
    orders.settle()
    assert asked == [("statuses", "status_id", "name")]
    assert one.codes is not None
    assert [(code.value, code.label) for code in one.codes.codes] == [(1, "Open"), (2, "Paid"), (7, None)]
    assert one.codes.source == "statuses.name"
    assert [question.text for question in open_questions([orders])] == ["What does 7 stand for in orders.status_id?"]


def test_a_person_is_no_label_and_a_large_table_no_lookup() -> None:
    names = field("name", "Ann Smith", "Bob Jones", pii=Pii(category="identity", sensitivity=2))
    assert codes.label_field(table("staff", field("id", 1, 2), names), "id") is None
    large = table("items", field("id", 1, 2), field("name", "a", "b"))
    large.row_count = 100_000
    one = field("item_id", 1, 2, references="items.id")
    codes.claim_codes([orders := table("orders", one), large], nothing)
    orders.settle()
    assert one.codes is None, "a mere reference is no code"


def test_labels_that_codes_share_explain_nothing() -> None:
    staff = table("staff", field("id", 1, 2, 3), field("country", "Canada", "Peru"))
    one = field("rep_id", 1, 2, 3, references="staff.id")
    codes.claim_codes([orders := table("orders", one), staff], lambda *_asked: dict.fromkeys("123", "Canada"))
    orders.settle()
    assert one.codes is None


def test_words_among_codes_are_not_asked_for() -> None:
    one = field("tag_code", "gift", "express", "b2b")
    codes.claim_codes([orders := table("orders", one)], nothing)
    orders.settle()
    assert one.codes is not None
    assert [code.value for code in one.codes.unexplained] == ["b2b"]
    assert [question.text for question in open_questions([orders])] == ["What does b2b stand for in orders.tag_code?"]


def test_a_standard_list_explains_what_it_knows_of_nearly_all() -> None:
    one = field("country_code", "DE", "FR", "NL", "BE", "ZZ")
    codes.claim_codes([orders := table("orders", one)], nothing)
    orders.settle()
    assert one.codes is not None
    assert one.codes.source == "ISO 3166-1"
    assert [code.label for code in one.codes.codes] == ["Germany", "France", "Netherlands", "Belgium", None]


def test_what_is_masked_is_no_code_list() -> None:
    told = {"category": "contact", "sensitivity": 2}
    one = field("kind", "A", "B", pii=Pii(**told))
    assert not codes.is_code_list(one)
    one.claims = [Claim(kind=Kind.PII, value=None, origin=Origin.HUMAN)]
    assert codes.is_code_list(one)


def test_the_only_text_and_the_table_s_own_word_are_labels() -> None:
    only = table("x", field("id", 1, 2), field("remark", "a", "b"))
    assert (found := codes.label_field(only, "id")) is not None
    assert found.path == "remark"
    own = table("cities", field("id", 1, 2), field("mayor", "a", "b"), field("city", "a", "b"))
    assert (found := codes.label_field(own, "id")) is not None
    assert found.path == "city"
    none = table("x", field("id", 1, 2), field("mayor", "a", "b"), field("river", "a", "b"))
    assert codes.label_field(none, "id") is None


def test_standards_and_words_explain_themselves_and_other_codes_are_asked_for() -> None:
    sex = explained(field("sex", "F", "M"))
    assert sex is not None
    assert ([code.label for code in sex.codes], sex.question) == (["female", "male"], None)
    words = explained(field("status", "open", "on hold"))
    assert words is not None
    assert (words.source, words.unexplained, words.question) == (IN_WORDS, [], None)
    other = explained(field("status", "A", "Q"))
    assert other is not None
    assert (other.source, other.question) == (None, "What do A, Q stand for in status?")
    many = explained(field("status", *(f"{letter}1" for letter in "ABCDEFGHIJ")))
    assert many is not None
    assert many.question == "What do A1, B1, C1, D1, E1, F1, G1, H1 and 2 more stand for in status?"


def test_texts_paths_and_nothing_are_not_asked_for() -> None:
    one = field("page_type", "/", "/cart/7", "A & B", "", "x7")
    codes.claim_codes([orders := table("orders", one)], nothing)
    orders.settle()
    assert [question.text for question in open_questions([orders])] == ["What does x7 stand for in orders.page_type?"]
