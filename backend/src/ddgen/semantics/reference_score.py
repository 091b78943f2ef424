"""How sure a reference is, from its parts: what names say, how many values are found, how many are used, the key.

The weights follow a measurement on public schemas; the order of magnitude matters, not the second digit.
"""

from __future__ import annotations

from dataclasses import dataclass

from ddgen.model.profile import Profile
from ddgen.model.question import Containment
from ddgen.semantics.reference_candidates import CHANCE, TELLING, Candidate

ACCEPTED = 0.65
"""Score from which a reference is proposed."""

APPROXIMATE = 0.5
"""Most confidence in a reference of which not all data could be asked."""

LEAST_INCLUSION = 0.9
"""Share of the different values that must be found."""

LEAST_FOR_NAMES = 0.8
"""The same where the name is telling."""

_NAME, _INCLUSION, _COVERAGE, _KEY = 0.5, 0.25, 0.1, 0.15
_ORPHANS = -0.1
_SERIAL = -0.35
_STRONG_VALUES, _MANY_VALUES, _MANY = 0.15, 0.25, 10
_ONCE = -0.15
_SERIAL_NAME = 0.75
_WEAK_NAME = 0.6
_TYPED = -0.25


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with the answer of the data, the parts of its score, and their sum."""

    candidate: Candidate
    answer: Containment | None
    parts: dict[str, float]

    @property
    def score(self) -> float:
        """The sum of the parts, between 0 and 1."""
        return round(max(0.0, min(0.99, sum(self.parts.values()))), 3)

    @property
    def accepted(self) -> bool:
        """Whether it is sure enough to be proposed."""
        return self.score >= ACCEPTED

    @property
    def approximate(self) -> bool:
        """Whether the data could not be asked in full."""
        return self.answer is None or not self.answer.exact

    @property
    def confidence(self) -> float:
        """The score, but no more than half where the data could not be asked in full."""
        return round(min(self.score, APPROXIMATE) if self.approximate else self.score, 2)


def score(candidate: Candidate, answer: Containment | None) -> Scored | None:
    """The parts of a candidate's score; None where too many values are not found."""
    if answer is None or not answer.rows:
        return _by_name(candidate)
    share = answer.found / answer.values
    least = LEAST_FOR_NAMES if candidate.name >= TELLING else LEAST_INCLUSION
    if max(share, answer.inclusion) < least or (answer.exact and answer.target_most > 1):
        return None
    parts = {
        "name": _NAME * candidate.name,
        "inclusion": _INCLUSION * share,
        "coverage": _COVERAGE * answer.coverage,
        "key": _KEY * candidate.target.strength,
    }
    here, there = candidate.field.profile, candidate.target.field.profile
    if answer.orphans:
        parts["orphans"] = _ORPHANS
    if candidate.name < _SERIAL_NAME and _serial(here) and _serial(there):
        parts["serial"] = _SERIAL * (1 - answer.coverage)
    if candidate.typed and candidate.name < TELLING:
        parts["typed"] = _TYPED
    if candidate.chance <= CHANCE and not answer.orphans:
        parts["values"] = _STRONG_VALUES if answer.values < _MANY else _MANY_VALUES
    if candidate.name < _WEAK_NAME and answer.most == 1:
        parts["once"] = _ONCE
    return Scored(candidate, answer, {name: round(part, 3) for name, part in parts.items()})


def refusal(candidate: Candidate, answer: Containment | None) -> str:
    """Why a candidate has no score, in words."""
    if answer is None or not answer.rows:
        return "there are no values to compare, and the names do not tell"
    if answer.exact and answer.target_most > 1:
        return f"a value of {candidate.target.field.name} occurs in {answer.target_most:,} rows, so it is no key"
    least = LEAST_FOR_NAMES if candidate.name >= TELLING else LEAST_INCLUSION
    needed = f"{least:.0%}".replace("%", " %")
    return f"{answer.found:,} of {answer.values:,} different values are found, {needed} are needed"


def _by_name(candidate: Candidate) -> Scored | None:
    """Without data only a telling name counts."""
    if candidate.name < TELLING:
        return None
    return Scored(candidate, None, {"name": round(_NAME * candidate.name + _INCLUSION, 3)})


def _serial(profile: Profile) -> bool:
    """Whether values are 1, 2, 3 ...: any such field lies within any longer one."""
    low, high, distinct = profile.min, profile.max, profile.distinct
    if not isinstance(low, int) or not isinstance(high, int) or distinct is None:
        return False
    return low in {0, 1} and distinct.count >= 0.5 * (high - low + 1)
