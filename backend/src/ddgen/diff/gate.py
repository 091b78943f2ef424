"""Whether a change may pass: which changes are not let through, and how many fields have to be described."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ddgen.diff.change import VERDICTS, Change, Diff, Outcome, counted
from ddgen.diff.coverage import LEVELS, described, undocumented
from ddgen.diff.rules import KINDS, STANDARD, Rules
from ddgen.errors import UsageError
from ddgen.exporters.text import count, percent
from ddgen.model.dictionary import Dictionary

UNDOCUMENTED = "undocumented"

_WORDS: dict[str, tuple[str, ...]] = {
    "breaking": ("breaking",),
    "risky": ("breaking", "risky"),
    "safe": ("breaking", "risky", "safe"),
    "prose": ("prose",),
    "any": tuple(verdict.value for verdict in VERDICTS),
    "pii": ("pii_appeared", "pii_more_sensitive"),
    UNDOCUMENTED: (UNDOCUMENTED,),
    "none": (),
}
"""What `--fail-on` takes besides kinds of changes, and what it stands for."""

_SHARE = re.compile(r"(?:(?P<level>\w+):)?(?P<share>\d+(?:\.\d+)?)\s*(?P<sign>%?)")


@dataclass(frozen=True, slots=True)
class Gate:
    """What is not let pass: verdicts and kinds of changes, and shares of described fields that are not reached."""

    failing: tuple[str, ...] = ()
    least: Mapping[str, float] = field(default_factory=dict)

    @property
    def wants_documents(self) -> bool:
        """Whether fields that nobody described are to be told."""
        return UNDOCUMENTED in self.failing


def read(fail_on: Iterable[str], min_described: Iterable[str] = ()) -> Gate:
    """The gate that a person asks for. Raises UsageError for words that nobody knows."""
    words = [word.strip() for given in fail_on for word in given.split(",") if word.strip()]
    failing = [kind for word in words for kind in _failing(word)]
    return Gate(tuple(dict.fromkeys(failing)), dict(map(_least, min_described)))


def _failing(word: str) -> tuple[str, ...]:
    if word in _WORDS:
        return _WORDS[word]
    if word in KINDS:
        return (word,)
    known = f"Known: {', '.join(_WORDS)}, or a kind of change such as type_changed"
    raise UsageError(f"no such change to fail on: {word}", where="--fail-on", hint=known)


def _least(said: str) -> tuple[str, float]:
    found = _SHARE.fullmatch(said.strip())
    share = float(found["share"]) / (100 if found["sign"] else 1) if found else -1.0
    level = (found["level"] or "any") if found else ""
    if level not in LEVELS or not 0 <= share <= 1:
        hint = "Say it as in 90%, or approved:0.5; the levels are " + ", ".join(LEVELS)
        raise UsageError(f"this is no share of fields: {said}", where="--min-described", hint=hint)
    return level, share


def passed(diff: Diff, new: Dictionary, gate: Gate, rules: Rules = STANDARD) -> Diff:
    """The comparison with what the gate says of it; where it asks for that, with the fields nobody has described."""
    lacking = _lacking(new, rules) if gate.wants_documents else []
    changes = [*diff.changes, *lacking]
    shares = described(new)
    outcome = Outcome(passed=True, failing=list(gate.failing), described={at: round(shares[at], 4) for at in shares})
    failed = [*_failed(changes, outcome), *_uncovered(shares, gate)]
    outcome = outcome.model_copy(update={"passed": not failed, "failed": failed})
    return diff.model_copy(update={"changes": changes, "counts": counted(changes), "gate": outcome})


def _lacking(new: Dictionary, rules: Rules) -> list[Change]:
    verdict, why = rules.rule(UNDOCUMENTED)
    return [
        Change(kind=UNDOCUMENTED, verdict=verdict, table=table.name, path=one.path, message="not described", why=why)
        for table, one in undocumented(new)
        if not rules.ignores(UNDOCUMENTED, table.name, one.path)
    ]


def _failed(changes: Sequence[Change], outcome: Outcome) -> list[str]:
    """One sentence for each verdict or kind that is not let pass and occurs."""
    numbers = Counter(word for change in changes for word in (change.verdict.value, change.kind))
    return [_said(word, numbers[word]) for word in outcome.failing if numbers[word]]


def _said(word: str, number: int) -> str:
    if word == UNDOCUMENTED:
        return f"{count(number, 'field')} that nobody has described"
    return count(number, f"{word} change") if word not in KINDS else f"{count(number, 'change')} of the kind {word}"


def _uncovered(shares: Mapping[str, float], gate: Gate) -> list[str]:
    words = {"person": "described by a person", "approved": "described or approved by a person", "any": "described"}
    return [
        f"{percent(shares[level])} of the fields are {words[level]}, not {percent(least)}"
        for level, least in gate.least.items()
        if shares[level] < least
    ]
