"""Answers of a probe."""

from __future__ import annotations

from ddgen.model.question import Containment


def test_shares() -> None:
    answer = Containment(values=10, found=8, rows=50, orphans=5, target_values=16, most=9, target_most=1)
    assert (answer.inclusion, answer.coverage) == (0.9, 0.5)


def test_of_nothing_nothing_is_found() -> None:
    answer = Containment(values=0, found=0, rows=0, orphans=0, target_values=0, most=0, target_most=0)
    assert (answer.inclusion, answer.coverage) == (0.0, 0.0)
