"""Which fields need a model's words, and how the words become claims."""

from __future__ import annotations

import pytest

from ddgen.describe import wanted
from ddgen.describe.texts import FieldText
from ddgen.llm.failure import Cause, Failure
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Field, Table


def table(*fields: Field) -> Table:
    return Table(id="t", name="orders", uri="orders.csv", format="csv", fields=list(fields))


def field(path: str = "status", *claims: Claim) -> Field:
    rule = Claim(kind=Kind.DESCRIPTION, value="Text.", origin=Origin.RULE)
    return Field(path=path, name=path, position=1, data_type="string", claims=[rule, *claims])


def human(kind: Kind = Kind.DESCRIPTION) -> Claim:
    return Claim(kind=kind, value="A person's words.", origin=Origin.HUMAN)


AI = FieldText("State of the order.", "Order Status", origin=Origin.AI, model="m", prompt_hash="h", attempts=1)


def test_a_field_without_words_needs_both_kinds() -> None:
    [found] = wanted.wanted(table(field()))
    assert found.kinds == {Kind.BUSINESS_NAME, Kind.DESCRIPTION}


@pytest.mark.parametrize(
    "claim",
    [
        human(),
        Claim(kind=Kind.DESCRIPTION, value="A comment.", origin=Origin.SOURCE),
        Claim(kind=Kind.DESCRIPTION, value="Approved.", origin=Origin.AI, status=Status.APPROVED),
    ],
    ids=["human", "source", "approved"],
)
def test_what_is_said_is_not_asked_for(claim: Claim) -> None:
    [found] = wanted.wanted(table(field("status", claim)))
    assert found.kinds == {Kind.BUSINESS_NAME}


def test_nobody_pays_for_what_a_person_wrote_in_the_previous_dictionary() -> None:
    before = table(field("status", human(), human(Kind.BUSINESS_NAME)), field("total", human()))
    found = wanted.wanted(table(field("status"), field("total"), field("new")), before)
    assert {one.field.path: set(one.kinds) for one in found} == {
        "total": {Kind.BUSINESS_NAME},
        "new": {Kind.BUSINESS_NAME, Kind.DESCRIPTION},
    }


def test_a_rejected_text_of_a_person_settles_nothing() -> None:
    rejected = human().model_copy(update={"status": Status.REJECTED})
    [found] = wanted.wanted(table(field("status", rejected)))
    assert Kind.DESCRIPTION in found.kinds


def test_a_models_words_become_claims_of_the_kinds_that_lacked() -> None:
    asked = table(field("status", Claim(kind=Kind.DESCRIPTION, value="A comment.", origin=Origin.SOURCE)))
    those = wanted.wanted(asked)
    wanted.add_texts(those, [AI])
    asked.settle()
    [shown] = asked.fields
    assert (shown.business_name, shown.description) == ("Order Status", "A comment.")
    [claim] = [claim for claim in shown.claims if claim.origin is Origin.AI]
    assert (claim.kind, claim.model, claim.prompt_hash, claim.status) == (
        Kind.BUSINESS_NAME,
        "m",
        "h",
        Status.SUGGESTED,
    )


def test_a_failure_is_told_by_the_claim_by_rule_and_as_one_problem_for_all() -> None:
    asked = table(*(field(f"f{number}") for number in range(8)))
    those = wanted.wanted(asked)
    failure = Failure(Cause.BREAKER_OPEN, "the server failed 3 times")
    lost = FieldText("Text.", "F", reason="breaker_open: the server failed 3 times", failure=failure)
    texts = [lost] * 7 + [AI]
    wanted.add_texts(those, texts)
    assert asked.fields[0].claims[0].evidence == ["no text of a model: breaker_open: the server failed 3 times"]
    assert asked.fields[7].claims[0].evidence == []
    [problem] = wanted.problems("http://127.0.0.1:1", [(asked, those, texts)])
    assert problem.code == "ai_breaker_open"
    assert problem.message.startswith("7 fields have their texts by rule: breaker_open")
    assert "orders.f0" in problem.message
    assert "and 2 more" in problem.message


def test_an_unfit_model_is_one_problem_with_one_way_out() -> None:
    asked = table(*(field(f"f{number}") for number in range(8)))
    those = wanted.wanted(asked)
    failures = [
        Failure(Cause.BAD_OUTPUT, "the model's item was not usable: echo"),
        Failure(Cause.UNFIT, "of the latest 40 fields 0 got a text that could be used"),
    ]
    texts = [
        FieldText("Text.", "F", reason=f"{one.cause.value}: {one.detail}", failure=one)
        for one in (failures[number > 4] for number in range(8))
    ]
    [problem] = wanted.problems("http://127.0.0.1:1", [(asked, those, texts)])
    assert problem.code == "ai_unfit"
    assert problem.message.startswith("8 fields have their texts by rule: unfit: of the latest 40 fields")
    assert "ddgen ai check" in (problem.hint or "")
    assert "OPENAI_MODEL" in (problem.hint or "")
