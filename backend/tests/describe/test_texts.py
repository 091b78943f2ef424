"""Texts and where they come from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ddgen.describe.facts import FieldFacts
from ddgen.describe.texts import FieldText, rule_text
from ddgen.errors import ExternalServiceError, RateLimitError
from ddgen.llm.failure import Cause, Failure
from ddgen.model.claim import Kind, Origin

FACTS = FieldFacts("a.b", "b", "string", samples=("secret",), rule_description="Text.", rule_name="B")


def test_a_rule_text_says_why_it_has_to_do() -> None:
    text = rule_text(FACTS, Failure(Cause.RATE, "slow down", retry_after=7), attempts=3)
    assert text.pair == ("Text.", "B")
    assert (text.origin, text.attempts, text.reason) == (Origin.RULE, 3, "rate: slow down")
    assert [claim.evidence for claim in text.claims()] == [["no text of a model: rate: slow down"]] * 2


def test_without_a_failure_there_is_nothing_to_raise() -> None:
    text = rule_text(FACTS, reason="turned off")
    assert text.or_error() is text
    assert text.reason == "turned off"
    assert rule_text(FACTS).claims()[0].evidence == ["rule"]


@pytest.mark.parametrize(
    ("cause", "kind"),
    [(Cause.RATE, RateLimitError), (Cause.QUOTA, RateLimitError), (Cause.NETWORK, ExternalServiceError)],
)
def test_a_failure_becomes_the_error_for_people(cause: Cause, kind: type[ExternalServiceError]) -> None:
    with pytest.raises(ExternalServiceError) as caught:
        rule_text(FACTS, Failure(cause, retry_after=7)).or_error()
    assert type(caught.value) is kind
    assert caught.value.retry_after == 7


def test_claims_of_a_model_carry_their_provenance() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    text = FieldText("What it is.", "It", Origin.AI, model="m", prompt_hash="h", at=at)
    name, description = text.claims()
    assert (name.kind, name.value, description.kind, description.value) == (
        Kind.BUSINESS_NAME,
        "It",
        Kind.DESCRIPTION,
        "What it is.",
    )
    assert {(claim.origin, claim.model, claim.prompt_hash, claim.time) for claim in (name, description)} == {
        (Origin.AI, "m", "h", at)
    }


def test_texts_of_rules_are_like_the_claims_of_rules() -> None:
    assert [claim.confidence for claim in rule_text(FACTS).claims()] == [0.5, 0.4]
