"""What the evaluation says of one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Severity
from torture.product import Outcome

Expectation = Mapping[str, Any]
"""One entry of `expectations.json`."""


@dataclass(slots=True)
class Verdict:
    """The differences between what is stated of a file and what ddgen made of it."""

    file: str
    kind: str
    differences: list[str] = field(default_factory=list)
    paths_stated: int = 0
    paths_found: int = 0
    paths_right: int = 0

    def expect(self, what: str, stated: object, found: object) -> None:
        """Note a difference unless both are the same."""
        if stated != found:
            self.differences.append(f"{what}: {stated!r} is stated, {found!r} found")


def judge_reception(verdict: Verdict, expect: str, outcome: Outcome, *, placed: bool = True) -> None:
    """Whether a file was accepted or rejected as stated.

    `accept`: exit code 0 and no problem. `reject`: exit code 3 and an error, with its line or byte where `placed`.
    `either`: one of these exit codes.
    """
    if outcome.code is None:
        verdict.differences.append(outcome.said)
        return
    problems = outcome.dictionary.problems if outcome.dictionary is not None else []
    told = "; ".join(str(problem) for problem in problems) or outcome.said.strip() or "nothing told"
    if outcome.code not in {0, 3}:
        verdict.differences.append(f"exit code {outcome.code}: {told}")
    elif expect == "accept" and (outcome.code or problems):
        verdict.differences.append(f"not accepted (exit code {outcome.code}): {told}")
    elif expect == "reject" and not outcome.code:
        verdict.differences.append(f"not rejected: {told}")
    elif expect == "reject" and placed and not (outcome.dictionary is not None and _placed(outcome.dictionary)):
        verdict.differences.append(f"rejected without a place: {told}")


def _placed(dictionary: Dictionary) -> bool:
    return any(
        place.line is not None or place.byte is not None
        for problem in dictionary.problems
        if problem.severity is Severity.ERROR
        for place in problem.places
    )
