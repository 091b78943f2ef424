"""Answers in words."""

from __future__ import annotations

import pytest

from ddgen.model.question import Containment
from ddgen.semantics.reference_evidence import cardinality, evidence_of, facts_of

SOME = Containment(
    values=10, found=9, rows=40, orphans=3, target_values=12, most=5, target_most=1, examples=["x", "y", "z", "w"]
)
ALL = Containment(values=10, found=10, rows=10, orphans=0, target_values=12, most=1, target_most=1)


def test_facts() -> None:
    assert facts_of(SOME) == {"inclusion": 0.925, "orphans": 3, "cardinality": "n:1"}
    assert facts_of(None) == {}
    assert facts_of(Containment(0, 0, 0, 0, 5, 0, 1)) == {}


def test_orphans_of_a_sample_are_not_counted() -> None:
    sampled = Containment(10, 9, 40, 3, 12, 5, 1, exact=False)
    assert facts_of(sampled)["orphans"] is None


@pytest.mark.parametrize(("most", "target_most", "said"), [(1, 1, "1:1"), (4, 1, "n:1"), (4, 2, "n:m"), (1, 2, "n:m")])
def test_cardinality(most: int, target_most: int, said: str) -> None:
    assert cardinality(Containment(4, 4, 9, 0, 9, most, target_most)) == said


def test_evidence() -> None:
    assert evidence_of(ALL, private=False) == ["all 10 different values are found"]
    start = "9 of 10 different values are found; 3 of 40 rows have none"
    assert evidence_of(SOME, private=False) == [f"{start}, such as x, y, z"]
    assert evidence_of(SOME, private=True) == [start]
