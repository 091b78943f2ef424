"""Texts whose facts moved are marked, and the mark goes where it no longer holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import ddgen
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Field

ROWS = 200


def built(value: Any, previous: Dictionary | None = None, rows: int = ROWS) -> Dictionary:
    """A dictionary of one field of interest, its values made by `value`."""
    data = [{"id": number, "x": value(number)} for number in range(1, rows + 1)]
    made = ddgen.build({"t": data}, name="d", previous=previous)
    return Dictionary.model_validate_json(made.to_json())


def field(dictionary: Dictionary) -> Field:
    found = dictionary.tables[0].field("x")
    assert found is not None
    return found


def number(at: int) -> Any:
    return at % 90 + 100


def text(at: int) -> Any:
    return f"A-{at % 90 + 100}"


@pytest.fixture
def said() -> Dictionary:
    made = built(number)
    field(made).claims.append(Claim(kind=Kind.DESCRIPTION, value="How many.", origin=Origin.HUMAN))
    made.settle()
    return made


def test_a_type_that_changed_is_named_with_its_version(said: Dictionary) -> None:
    new = field(built(text, said))
    assert new.description == "How many."
    assert new.stale is not None
    assert "type integer -> string since version 2" in str(new.stale)
    assert str(new.stale).startswith("text may be stale: ")
    [mine] = [claim for claim in new.claims if claim.origin is Origin.HUMAN]
    assert mine.status is Status.APPROVED


def test_the_mark_stays_and_keeps_its_version(said: Dictionary) -> None:
    once = built(text, said)
    twice = built(text, once)
    assert (twice.version, field(twice).stale) == (once.version, field(once).stale)


def test_more_rows_of_the_same_mark_nothing(said: Dictionary) -> None:
    assert field(built(number, said, rows=ROWS + 2)).stale is None
    assert field(built(number, said, rows=3 * ROWS)).stale is None


def test_facts_that_are_what_they_were_take_the_mark_away(said: Dictionary) -> None:
    assert field(built(number, built(text, said))).stale is None


def test_a_text_written_anew_takes_the_mark_away(said: Dictionary) -> None:
    marked = built(text, said)
    field(marked).description = "Which kind."
    assert field(built(text, marked)).stale is None


def test_a_text_said_again_takes_the_mark_away(said: Dictionary) -> None:
    marked = built(text, said)
    [mine] = [claim for claim in field(marked).claims if claim.origin is Origin.HUMAN]
    mine.time = marked.generated_at + timedelta(days=1)
    assert field(built(text, marked)).stale is None


def test_texts_by_rule_are_never_stale() -> None:
    assert field(built(text, built(number))).stale is None


def test_an_approved_text_and_that_of_a_model_may_be() -> None:
    for origin, status in ((Origin.AI, Status.SUGGESTED), (Origin.RULE, Status.APPROVED)):
        made = built(number)
        claim = Claim(kind=Kind.BUSINESS_NAME, value="Count", origin=origin, status=status)
        field(made).claims.append(claim)
        assert field(built(text, made)).stale is not None


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        (lambda at: None if at % 3 else at % 90 + 100, "missing values full -> mostly missing"),
        (lambda at: at % 90 + 100_000, "magnitude 10^2 -> 10^5"),
        (lambda at: at % 3, 'values repeating -> ["0", "1", "2"]'),
    ],
)
def test_what_moves(said: Dictionary, value: Any, moved: str) -> None:
    stale = field(built(value, said)).stale
    assert stale is not None
    assert moved in str(stale)
