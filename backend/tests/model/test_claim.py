"""Which claim wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ddgen.model.claim import Claim, Kind, Origin, Status, judged_by_a_person, verdict, winner, winners

NOW = datetime(2024, 1, 31, tzinfo=UTC)


def claim(value: str, origin: Origin, status: Status = Status.SUGGESTED, days_ago: int = 0) -> Claim:
    time = NOW - timedelta(days=days_ago)
    return Claim(kind=Kind.DESCRIPTION, value=value, origin=origin, status=status, time=time)


CLAIMS = st.lists(
    st.builds(claim, st.sampled_from("abc"), st.sampled_from(Origin), st.sampled_from(Status), st.integers(0, 3)),
    max_size=6,
)


def won(*claims: Claim) -> str | None:
    best = winner(claims, Kind.DESCRIPTION)
    return best.value if best else None


def test_the_order_of_origins() -> None:
    ranked = [claim("rule", Origin.RULE), claim("ai", Origin.AI), claim("source", Origin.SOURCE)]
    ranked += [claim("approved", Origin.RULE, Status.APPROVED), claim("human", Origin.HUMAN)]
    for count in range(1, len(ranked) + 1):
        assert won(*ranked[:count]) == ranked[count - 1].value


def test_an_older_human_beats_a_newer_machine() -> None:
    assert won(claim("human", Origin.HUMAN, days_ago=99), claim("ai", Origin.AI)) == "human"


def test_the_newest_of_equals_wins() -> None:
    assert won(claim("old", Origin.AI, days_ago=2), claim("new", Origin.AI, days_ago=1)) == "new"


def test_rejected_and_withdrawn_never_win() -> None:
    assert won(claim("x", Origin.HUMAN, Status.REJECTED), claim("y", Origin.AI, Status.WITHDRAWN)) is None


def test_a_persons_text_is_approved_by_being_written() -> None:
    assert claim("x", Origin.HUMAN).status is Status.APPROVED


def test_equal_claims_are_one() -> None:
    assert claim("x", Origin.AI, days_ago=1).id == claim("x", Origin.AI).id
    assert claim("x", Origin.AI).id != claim("y", Origin.AI).id


@given(CLAIMS, st.randoms())
def test_the_order_of_writing_does_not_matter(claims: list[Claim], random: Random) -> None:
    shuffled = sorted(claims, key=lambda _: random.random())
    assert winner(shuffled, Kind.DESCRIPTION) == winner(claims, Kind.DESCRIPTION)


@given(CLAIMS)
def test_several_values_hold_once_each_best_first(claims: list[Claim]) -> None:
    best = winners(claims, Kind.DESCRIPTION)
    assert {claim.value for claim in best} == {claim.value for claim in claims if claim.alive}
    assert len(best) == len({claim.value for claim in best})
    assert best[:1] == ([found] if (found := winner(claims, Kind.DESCRIPTION)) else [])


def personal(category: str, sensitivity: int, origin: Origin = Origin.RULE, **more: Any) -> Claim:
    value = {"category": category, "sensitivity": sensitivity, **more.pop("said", {})}
    return Claim(kind=Kind.PII, value=value, origin=origin, **more)


def test_reasons_and_counts_are_no_part_of_what_a_claim_says() -> None:
    assert (
        personal("contact", 2, said={"why": ["3 of 4 fit"]}).id == personal("contact", 2, said={"why": ["4 of 5"]}).id
    )
    assert personal("contact", 2).id != personal("contact", 3).id
    lists = [{"codes": [{"value": "A", "count": count, "label": "Open"}]} for count in (1, 2)]
    assert len({Claim(kind=Kind.CODES, value=value, origin=Origin.RULE).id for value in lists}) == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.PII, {"category": "contact"}), (Kind.PII, "contact"), (Kind.CODES, {"codes": [{"label": "x"}]})],
)
def test_claims_that_others_read_have_a_form(kind: Kind, value: object) -> None:
    with pytest.raises(ValidationError):
        Claim(kind=kind, value=value, origin=Origin.HUMAN)


def test_the_verdict_is_the_winning_claim() -> None:
    assert verdict([]) is None
    rule, person = personal("contact", 2), personal("none", 0, Origin.HUMAN)
    found = verdict([rule])
    assert found is not None
    assert (found.category, found.sensitivity) == ("contact", 2)
    found = verdict([rule, person])
    assert found is not None
    assert not found.personal


def test_null_of_a_person_says_none() -> None:
    found = verdict([personal("health", 3), Claim(kind=Kind.PII, value=None, origin=Origin.HUMAN)])
    assert found is not None
    assert not found.personal


def test_what_a_person_has_refused_is_none() -> None:
    refused = personal("contact", 2, status=Status.REJECTED)
    found = verdict([refused])
    assert found is not None
    assert found.why == ["a person has refused: contact"]
    assert judged_by_a_person([refused])
    assert verdict([personal("none", 0, status=Status.REJECTED)]) is None


def test_who_judged() -> None:
    assert not judged_by_a_person([])
    assert not judged_by_a_person([personal("contact", 2)])
    assert judged_by_a_person([personal("contact", 2, status=Status.APPROVED)])
    assert judged_by_a_person([personal("contact", 2), personal("none", 0, Origin.HUMAN)])
