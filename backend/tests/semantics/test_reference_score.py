"""The parts of a reference's score."""

from __future__ import annotations

from typing import Any

import pytest

from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Distinct, Profile
from ddgen.model.question import Containment
from ddgen.semantics.reference_candidates import Candidate, Target
from ddgen.semantics.reference_score import APPROXIMATE, Scored, score


def part(name: str, low: int = 1, high: int = 20, count: int = 20) -> Field:
    profile = Profile(min=low, max=high, distinct=Distinct(count=count, exact=True), values=100, total=100)
    return Field(path=name, name=name, position=1, data_type="integer", profile=profile)


def candidate(name: float, chance: float = 1.0, field: Field | None = None, beside: str = "x") -> Candidate:
    field = field or part("sender_id")
    here = Table(id="a", name="a", uri="u", format="csv", fields=[field, part(beside)])
    there = Table(id="b", name="b", uri="u", format="csv", fields=[part("id")])
    return Candidate(here, field, Target(there, there.fields[0], 1.0), name, chance)


def answer(**facts: Any) -> Containment:
    full = {"values": 20, "found": 20, "rows": 100, "orphans": 0, "target_values": 20, "most": 9, "target_most": 1}
    return Containment(**(full | facts))


def scored(*args: Any, **facts: Any) -> Scored:
    found = score(candidate(*args), answer(**facts))
    assert found is not None
    return found


def test_a_telling_name_and_all_values_found() -> None:
    found = scored(1.0)
    assert found.accepted
    assert not found.approximate
    assert found.parts == {"name": 0.5, "inclusion": 0.25, "coverage": 0.1, "key": 0.15}
    assert found.confidence == 0.99


def test_numbers_from_one_on_say_nothing_without_a_name() -> None:
    assert "serial" in scored(0.4, found=10, values=10).parts
    assert not scored(0.4, found=10, values=10).accepted
    assert "serial" not in scored(0.9, found=10, values=10).parts


def test_values_that_cannot_agree_by_chance_speak_for_themselves() -> None:
    sparse = part("x", 1_000, 9_000_000)
    assert not scored(0.0, 1.0, sparse).accepted
    assert scored(0.0, 1e-9, sparse).parts["values"] > 0
    assert scored(0.0, 1e-9, sparse).accepted


@pytest.mark.parametrize(("name", "found", "kept"), [(1.0, 17, True), (1.0, 12, False), (0.6, 17, False)])
def test_too_many_values_that_are_not_found(name: float, found: int, kept: bool) -> None:
    assert (score(candidate(name), answer(found=found, orphans=25)) is not None) == kept


def test_what_is_not_unique_is_not_referred_to() -> None:
    assert score(candidate(1.0), answer(target_most=2)) is None


def test_a_field_with_a_type_beside_it_may_refer_to_several_tables() -> None:
    assert "typed" not in scored(0.75).parts
    found = score(candidate(0.75, beside="sender_type"), answer())
    assert found is not None
    assert found.score < scored(0.75).score


def test_without_all_data_confidence_is_capped() -> None:
    by_name = score(candidate(0.95), None)
    assert by_name is not None
    assert (by_name.approximate, by_name.confidence) == (True, APPROXIMATE)
    assert score(candidate(0.5), None) is None
    assert scored(1.0, exact=False).confidence == APPROXIMATE
