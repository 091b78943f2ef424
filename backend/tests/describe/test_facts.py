"""Facts of fields of dictionaries, and of requests."""

from __future__ import annotations

from typing import Any

import pytest

from ddgen.describe.facts import facts_of, facts_of_request, table_facts_of
from ddgen.errors import UsageError
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Pii, Table
from ddgen.model.profile import Distinct, Lengths, Profile, Shape, ValueCount


def table(field: Field) -> Table:
    gone = Field(path="old", name="old", position=2, data_type="string", removed=True)
    return Table(
        id="t",
        name="orders",
        uri="x",
        format="csv",
        row_count=200,
        primary_key=["id"],
        fields=[field, gone],
        comment="c",
    )


def status() -> Field:
    profile = Profile(
        total=200,
        values=100,
        null=100,
        distinct=Distinct(count=2, exact=True),
        top_values=[ValueCount(value="paid", count=60), ValueCount(value="open", count=40)],
        all_values_listed=True,
        samples=["paid", True, 3, None],
        shapes=[Shape(shape="aaaa", count=60), Shape(shape="aaaaaa", count=30), Shape(shape="A-9", count=10)],
        lengths=Lengths(min=4, max=6, mean=4.5),
        min="open",
        max="paid",
    )
    pii = Pii(category="contact.email", sensitivity=2)
    return Field(path="id", name="id", position=1, data_type="string", profile=profile, pii=pii, references="a.b")


def test_a_field_of_a_dictionary_keeps_what_a_text_may_rest_on() -> None:
    field = status()
    facts = facts_of(table(field), field)
    assert facts.samples == ("paid", "true", "3")
    assert [(value.value, value.share, value.count) for value in facts.values] == [("paid", 0.6, 60), ("open", 0.4, 40)]
    assert (facts.missing, facts.distinct, facts.count, facts.lengths) == (0.5, 2, 100, (4, 6))
    assert (facts.low, facts.high, facts.values_closed, facts.is_primary_key) == ("open", "paid", True, True)
    assert (facts.pii, facts.references) == ("contact.email", "a.b")
    assert (facts.pattern, facts.pattern_share) == ("a", 0.9)


def test_the_rule_text_comes_along() -> None:
    facts = facts_of(table(status()), status())
    assert facts.rule_name == "ID"
    assert facts.rule_description.startswith("Unique identifier of the order (primary key); text")


def test_a_table_lists_the_fields_that_are_still_there() -> None:
    facts = table_facts_of(table(status()))
    assert (facts.name, facts.comment, facts.row_count, facts.primary_key) == ("orders", "c", 200, ("id",))
    assert facts.siblings == ("id",)


def test_a_request_as_documented() -> None:
    facts = facts_of_request(
        {
            "field_path": "user.email",
            "field_name": "email",
            "data_type": "string",
            "semantic_type": "email_address",
            "sample_values": ["user@example.com", "test@test.com"],
        }
    )
    assert (facts.path, facts.name, facts.data_type, facts.semantic_type) == (
        "user.email",
        "email",
        "string",
        "email_address",
    )
    assert facts.samples == ("user@example.com", "test@test.com")
    assert facts.shapes == ("aaaa@aaaaaaa.aaa", "aaaa@aaaa.aaa")
    assert (facts.pattern, facts.pattern_share) == ("a@a.a", 1.0)
    assert facts.rule_name == "Email"
    assert facts.rule_description == "Email of User: text (email address)."


@pytest.mark.parametrize(
    ("request_", "path", "name"),
    [
        ({"field_path": "a.b[]"}, "a.b[]", "b"),
        ({"field_name": "total"}, "total", "total"),
        ({"field_path": " a.b ", "field_name": "B"}, "a.b", "B"),
    ],
)
def test_a_name_or_a_path_will_do(request_: dict[str, Any], path: str, name: str) -> None:
    facts = facts_of_request(request_)
    assert (facts.path, facts.name) == (path, name)
    assert facts.rule_name
    assert facts.rule_description.endswith(".")


@pytest.mark.parametrize("wrong", [{}, {"field_path": ""}, {"field_path": 3}, {"field_name": "a", "data_type": ["x"]}])
def test_a_request_that_names_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        facts_of_request(wrong)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(None, ()), ("one", ("one",)), ([1, None, 2.5], ("1", "2.5")), (7, ("7",)), ([{"a": 1}], ("{'a': 1}",))],
)
def test_samples_of_any_kind(given: object, kept: tuple[str, ...]) -> None:
    assert facts_of_request({"field_name": "x", "sample_values": given}).samples == kept


@pytest.mark.parametrize("data_type", ["str", "VARCHAR", "string"])
def test_names_of_types_that_other_programs_use(data_type: str) -> None:
    assert facts_of_request({"field_name": "x", "data_type": data_type}).data_type == "string"


def test_a_persons_verdict_is_a_fact() -> None:
    table = Table(id="t", name="t", uri="t", format="csv")
    one = Field(path="x", name="x", position=1, data_type="string")
    one.claims = [Claim(kind=Kind.PII, value={"category": "health", "sensitivity": 3}, origin=Origin.RULE)]
    one.settle()
    assert (facts_of(table, one).masking, facts_of(table, one).cleared) == ("counts", False)
    one.claims.append(Claim(kind=Kind.PII, value=None, origin=Origin.HUMAN))
    one.settle()
    assert (facts_of(table, one).masking, facts_of(table, one).cleared, facts_of(table, one).pii) == (None, True, None)
