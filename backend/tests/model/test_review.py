from __future__ import annotations

from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.review import Standing


def test_a_standing_gives_back_what_a_decision_changed() -> None:
    claim = Claim(kind=Kind.DESCRIPTION, value="It.", origin=Origin.RULE)
    before = Standing.of(claim)
    claim.status, claim.by, claim.note = Status.REJECTED, "Ada", "no"
    assert Standing.of(claim) != before
    before.give(claim)
    assert Standing.of(claim) == before


def test_who_decided_and_why_is_no_part_of_a_claims_id() -> None:
    one = Claim(kind=Kind.OWNER, value="Sales", origin=Origin.HUMAN)
    assert one.id == Claim(kind=Kind.OWNER, value="Sales", origin=Origin.HUMAN, by="Ada", note="since May").id
