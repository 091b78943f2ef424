"""What refers to a personal field is as personal."""

from __future__ import annotations

import pytest

from ddgen.model.claim import Claim, Kind, Origin, Status, verdict
from ddgen.model.dictionary import Field, Relationship, Table
from ddgen.semantics.pii_spread import spread


def claim(category: str, sensitivity: int, origin: Origin = Origin.RULE, **more: Status) -> Claim:
    return Claim(kind=Kind.PII, value={"category": category, "sensitivity": sensitivity}, origin=origin, **more)


def table(name: str, *claims: Claim) -> Table:
    field = Field(path="key", name="key", position=1, data_type="string", claims=list(claims))
    return Table(id=name, name=name, uri=name, format="csv", fields=[field])


def link(start: str, end: str) -> Relationship:
    return Relationship(from_=[f"{start}.key"], to=[f"{end}.key"], kind="declared")


def said(one: Table) -> tuple[str, int] | None:
    found = verdict(one.fields[0].claims)
    return (found.category, found.sensitivity) if found is not None else None


def test_it_follows_references_along_a_chain() -> None:
    a, b, c = table("a", claim("contact", 2)), table("b", claim("none", 0)), table("c")
    spread([a, b, c], [link("c", "b"), link("b", "a")])
    assert said(b) == said(c) == ("contact", 2)
    assert b.fields[0].claims[0].evidence[0] == "its values are those of a.key, to which it refers"
    assert len(b.fields[0].claims) == 1


@pytest.mark.parametrize(
    "own",
    [
        claim("none", 0, Origin.HUMAN),
        claim("contact", 2, status=Status.REJECTED),
        claim("health", 3),
    ],
)
def test_a_persons_verdict_and_a_graver_one_stay(own: Claim) -> None:
    a, b = table("a", claim("contact", 2)), table("b", own)
    before = said(b)
    spread([a, b], [link("b", "a")])
    assert said(b) == before


def test_what_may_be_shown_and_what_is_not_there_spread_nothing() -> None:
    a, b = table("a", claim("location", 1)), table("b")
    spread([a, b], [link("b", "a"), link("b", "gone")])
    assert said(b) is None
