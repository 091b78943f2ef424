"""Why a type is a column's or is not: the same verdict as the decision, in words that a person can check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ddgen.semantics import scoring
from ddgen.semantics.column import Column
from ddgen.semantics.detect import candidates
from ddgen.semantics.verdict import Miss, considered, name_for, values_needed, verdict, verdicts
from ddgen.types.declaration import Declaration
from ddgen.types.table import TypeTable, standard

CODES = ["AB", "CD", "EF", "GH"]


def declared(**said: Any) -> Declaration:
    base: dict[str, Any] = {"id": "a.code", "title": "Code", "group": "g", "decide": {"need": "values", "chance": 0.1}}
    names = {"strong": ["code"], "weak": ["mark"], "veto": ["veto"]}
    return Declaration.model_validate(base | {"values": {"regex": "[A-Z]{2}"}, "names": names} | said)


def column(name: str, texts: Sequence[str], kind: str = "string") -> Column:
    return Column(name, name, frozenset({kind}), tuple(texts), len(texts))


BOTH = {"need": "both", "chance": 0.1}


@pytest.mark.parametrize(
    ("said", "at", "miss", "why"),
    [
        ({}, column("code", CODES), None, ["the name says it: code", "4 of 4 different values fit"]),
        (
            {},
            column("c1", CODES[:2]),
            Miss.TOO_FEW,
            [
                "4 different values are needed, or a name that says it, such as code",
                "2 of 2 different values have its form",
            ],
        ),
        (
            {},
            column("c1", ["AB"], "date"),
            Miss.DATA_TYPE,
            ["it is string, the values are date", "the value has its form"],
        ),
        (
            {},
            column("code", ["AB", "x", "y", "z"]),
            Miss.FORM,
            ["the name says it: code", "1 of 4 different values have its form, 50 % must"],
        ),
        (
            {},
            column("code_veto", CODES),
            Miss.VETO,
            ["the name says it: code", "the name speaks against it: veto", "4 of 4 different values have its form"],
        ),
        (
            {"decide": BOTH},
            column("c1", CODES),
            Miss.UNNAMED,
            ["a name must say it, such as code", "4 of 4 different values have its form"],
        ),
        (
            {"decide": BOTH},
            column("code_count", CODES),
            Miss.UNNAMED,
            [
                "the name has code, but speaks of a number, a flag or a state of it",
                "4 of 4 different values have its form",
            ],
        ),
        (
            {"values": {"regex": "[A-Za-z]+", "list": "genders"}, "decide": BOTH},
            column("mark", ["male", "Nobody"]),
            Miss.MEMBERS,
            ["the name hints at it: mark", "1 of 2 different values are on its list, 95 % must"],
        ),
        (
            {"values": {"regex": "[0-9]+", "validator": "luhn"}},
            column("code", ["4111111111111112"]),
            Miss.MEMBERS,
            ["the name says it: code", "the value does not pass its check"],
        ),
        (
            {"decide": {"need": "values", "chance": 0.1, "max_distinct": 3}},
            column("code", CODES),
            Miss.TOO_MANY,
            [
                "there are more than 3 different values",
                "the name says it: code",
                "4 of 4 different values have its form",
            ],
        ),
        ({}, column("code", []), None, ["the name says it: code", "no value is tested"]),
    ],
)
def test_the_gate_and_the_reasons(said: dict[str, Any], at: Column, miss: Miss | None, why: list[str]) -> None:
    found = verdict(declared(**said), at)
    assert (found.miss, found.reasons()) == (miss, why)


@pytest.mark.parametrize(
    "at",
    [
        column("email", ["a@example.org", "nothing", "b@example.org"]),
        column("c1", ["4111111111111111", "5500005555555559"]),
        column("zip", ["2139", "94107"], "integer"),
        column("is_country", ["Germany", "Spain", "Italy"]),
        column("lat", ["52.5200", "48.1372"], "float"),
        column("ip_address", []),
        column("customer_name", ["Ada Bell", "x", "y z"]),
    ],
    ids=lambda at: at.name,
)
def test_a_verdict_never_says_other_than_the_decision(at: Column) -> None:
    for one in standard():
        found = verdict(one, at)
        assert (found.fit is None) is (scoring.fit(one, at) is None)
        assert (found.miss is None) is (found.fit is not None)
        assert found.reasons()


def test_those_that_fit_come_first_then_the_nearest() -> None:
    at = column("email", ["a@example.org", "b@example.org", "c@example.org"])
    found = verdicts(at, standard(), candidates(at, standard()))
    assert found[0].type.id == "contact.email"
    near = [one.near for one in found]
    assert near == sorted(near, reverse=True)
    assert 1 <= sum(near) < 20


def test_a_document_notes_what_was_not_taken() -> None:
    types = TypeTable({one.id: one for one in (declared(), declared(id="a.other", title="Other", decide=BOTH))})
    at = column("code", CODES)
    fits = candidates(at, types)
    assert [one.type.id for one in fits] == ["a.code", "a.other"]
    (noted,) = considered(at, types, fits)
    assert (noted.type, noted.why) == ("a.other", "the name says it: code; 4 of 4 different values fit")
    assert noted.confidence == fits[1].confidence
    vetoed = column("code_veto", CODES)
    assert [one.confidence for one in considered(vetoed, types, candidates(vetoed, types))] == [None, None]


def test_another_form_of_the_type_that_was_taken_is_not_noted() -> None:
    types = TypeTable({one.id: one for one in (declared(), declared(id="a.form", parent="a.code"))})
    at = column("code", CODES)
    assert considered(at, types, candidates(at, types)) == []


@pytest.mark.parametrize(
    ("decide", "needed"),
    [
        ({"need": "values", "chance": 0.1}, 4),
        ({"need": "values", "chance": 0.0, "min_distinct": 2}, 2),
        ({"need": "values", "chance": 0.0001, "min_distinct": 3}, 3),
        ({"need": "values", "chance": 0.887}, None),
        ({"need": "values", "chance": 1.0}, None),
        ({"need": "both", "chance": 0.1}, None),
    ],
)
def test_how_many_values_tell_a_type_without_its_name(decide: dict[str, Any], needed: int | None) -> None:
    one = declared(decide=decide)
    assert values_needed(one) == needed
    for count in range(1, 31):
        texts = [f"{chr(65 + place // 26)}{chr(65 + place % 26)}" for place in range(count)]
        enough = scoring.fit(one, column("c1", texts)) is not None
        assert enough is (needed is not None and count >= needed)


@pytest.mark.parametrize(
    "one", [one for one in standard() if one.names.strong or one.names.whole], ids=lambda one: one.id
)
def test_the_name_that_is_proposed_says_the_type(one: Declaration) -> None:
    name = name_for(one)
    assert name is not None
    assert one.named(name) == "strong" or name in {*one.names.strong, *one.names.whole}
