"""What a person decides with the status of a row: it is about the texts that were seen, whatever stands there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ddgen.exporters.editable import digest
from ddgen.model.claim import Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary
from ddgen.review.decide import Decision, edit, set_status
from ddgen.review.items import Item, Part
from ddgen.review.returned import Verdict

_ORDER: tuple[Verdict, ...] = ("conflict", "applied", "ignored", "already")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a status, and why."""

    verdict: Verdict
    reason: str | None = None


def decide(
    dictionary: Dictionary, part: Part, seen: Part, wanted: str, texts: Mapping[Kind, str | None], made: Decision
) -> Outcome:
    """Give the texts that a person saw the wanted status; those that the person wrote anew (None) have theirs.

    `seen` is the part as it was shown, with the same claims in the same order as `part`.
    """
    outcomes = [
        _one(dictionary, part, seen, Status(wanted), (kind, text), made)
        for kind, text in texts.items()
        if text is not None and text.strip()
    ]
    if not outcomes:
        written = any(text is None for text in texts.values())
        if written and wanted == Status.APPROVED.value:
            return Outcome("already", "texts that you write are approved by that")
        return Outcome("ignored", "no text stands there to decide on")
    return min(outcomes, key=lambda outcome: _ORDER.index(outcome.verdict))


def _one(
    dictionary: Dictionary, part: Part, seen: Part, wanted: Status, said: tuple[Kind, str], made: Decision
) -> Outcome:
    kind, text = said
    number = _number(part, seen, kind, text)
    if number is None:
        return _unknown(dictionary, part, wanted, said, made)
    claim = part.claims[number]
    if wanted is Status.APPROVED:
        if claim.alive and (claim.status is wanted or claim.origin is Origin.HUMAN):
            return Outcome("already", "approved already")
        moved = winner(part.claims, kind) is not claim
        set_status(dictionary, Item(part, claim), wanted, made)
        if winner(part.claims, kind) is not claim:
            return Outcome("conflict", "another text was written since: that one is shown, the approved one kept")
        return Outcome("conflict" if moved else "applied", "another text had taken its place since" if moved else None)
    if wanted is Status.REJECTED and not claim.alive:
        return Outcome("already", "it is not shown any more")
    reason = set_status(dictionary, Item(part, claim), wanted, made)
    return Outcome("applied") if reason is None else Outcome(_verdict(reason), reason)


def _verdict(reason: str) -> Verdict:
    return "already" if reason.startswith("already") else "ignored"


def _number(part: Part, seen: Part, kind: Kind, text: str) -> int | None:
    """The number of the claim that says the text: the shown one, else a living one, else any."""
    said = [
        number
        for number, claim in enumerate(seen.claims)
        if claim.kind is kind and isinstance(claim.value, str) and digest(claim.value) == digest(text)
    ]
    won = winner(part.claims, kind)
    ranked = sorted(said, key=lambda number: (part.claims[number] is not won, not part.claims[number].alive))
    return ranked[0] if ranked else None


def _unknown(dictionary: Dictionary, part: Part, wanted: Status, said: tuple[Kind, str], made: Decision) -> Outcome:
    """The text has gone from the dictionary since: who approved it says it; nothing else can become of it."""
    if wanted is not Status.APPROVED:
        return Outcome("ignored", "the text is not in the dictionary any more")
    kind, text = said
    won = winner(part.claims, kind)
    if won is not None and won.origin is Origin.HUMAN:
        return Outcome("ignored", "another person has written a text since, and the approved one is gone")
    edit(dictionary, part, kind, text, made)
    return Outcome("conflict", "another text had taken its place since: the approved one is shown")
