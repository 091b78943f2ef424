"""Decisions of people: approve, edit, reject, reopen, and taking any of these back; kept with who and when.

All functions change the dictionary that they are given, and write down what they did in its `reviews`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ddgen import merge
from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary
from ddgen.model.likeness import alike
from ddgen.model.review import Action, Review, Standing
from ddgen.review.items import TEXTS, Item, Part, find, part_of, parts

UNKNOWN = "there is no such table, field or claim"
OPEN_NOTHING = "nothing is suggested there"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one reference: `done`, or why not; `items` are those that it named."""

    ref: str
    done: bool
    reason: str | None = None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, when, and under which id it is written down."""

    by: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    id: str = field(default_factory=lambda: secrets.token_hex(6))


def approve(dictionary: Dictionary, refs: Iterable[str], made: Decision, note: str | None = None) -> list[Outcome]:
    """Approve exactly what is named (see `find`); one outcome for each reference, in their order."""
    return _bulk(dictionary, refs, lambda item: set_status(dictionary, item, Status.APPROVED, made, note))


def reject(dictionary: Dictionary, refs: Iterable[str], made: Decision, note: str | None = None) -> list[Outcome]:
    """Reject what is named, and what programs say of the same in nearly the same words; see `approve`."""
    return _bulk(dictionary, refs, lambda item: set_status(dictionary, item, Status.REJECTED, made, note))


def _bulk(dictionary: Dictionary, refs: Iterable[str], decide: Callable[[Item], str | None]) -> list[Outcome]:
    wanted = list(dict.fromkeys(refs))
    found = find(dictionary, wanted)
    places = {part.place for part in parts(dictionary)}
    outcomes = []
    for ref in wanted:
        if not found[ref]:
            outcomes.append(Outcome(ref, done=False, reason=OPEN_NOTHING if ref in places else UNKNOWN))
            continue
        reasons = [decide(item) for item in found[ref]]
        told = next((reason for reason in reasons if reason is not None), None)
        outcomes.append(Outcome(ref, done=None in reasons, reason=told, items=tuple(found[ref])))
    return outcomes


_ACTIONS: dict[Status, Action] = {
    Status.APPROVED: "approve",
    Status.REJECTED: "reject",
    Status.SUGGESTED: "reopen",
    Status.WITHDRAWN: "reject",
}


def set_status(
    dictionary: Dictionary, item: Item, status: Status, made: Decision, note: str | None = None
) -> str | None:
    """Give a claim a status; why not, where it has that already or cannot have it."""
    claim = item.claim
    if claim.status is status:
        return f"already {status.value}"
    if claim.origin is Origin.HUMAN and status is Status.SUGGESTED:
        return "a person's text is approved by being written"
    also = _like(item) if status is Status.REJECTED else []
    for one in (claim, *also):
        before = Standing.of(one)
        one.status, one.by = status, made.by
        one.note = note if note is not None else one.note
        _write_down(dictionary, Item(item.part, one), _ACTIONS[status], made, before)
    item.part.settle()
    return None


def _like(item: Item) -> list[Claim]:
    """What programs say in nearly the same words: who refuses one would be shown the other next."""
    mine = item.claim
    return [
        claim
        for claim in item.part.claims
        if claim is not mine
        and claim.kind is mine.kind
        and claim.kind in TEXTS
        and claim.origin in {Origin.AI, Origin.RULE}
        and claim.status is Status.SUGGESTED
        and alike(claim.value, mine.value)
    ]


def edit(dictionary: Dictionary, part: Part, kind: Kind, value: Any, made: Decision, note: str | None = None) -> Claim:
    """Write a person's own claim; what was said before stays, and is shown no more.

    Where a person has said the very same before, that claim is the newest again.
    """
    made_at = after(part, kind, made.at)
    said = Claim(kind=kind, value=value, origin=Origin.HUMAN, time=made_at, by=made.by, note=note)
    known = next((claim for claim in part.claims if claim.id == said.id), None)
    before = Standing.of(known) if known is not None else None
    if known is None:
        part.claims.append(said)
    else:
        Standing.of(said).give(known)
    written = known or said
    _write_down(dictionary, Item(part, written), "edit", made, before)
    part.settle()
    return written


def clear(dictionary: Dictionary, part: Part, kind: Kind, made: Decision, note: str | None = None) -> int:
    """Leave a table or field without a value of a kind: what is said of it is rejected, a person's word withdrawn.

    How many claims that took.
    """
    taken = 0
    while (won := winner(part.claims, kind)) is not None:
        status = Status.WITHDRAWN if won.origin is Origin.HUMAN else Status.REJECTED
        set_status(dictionary, Item(part, won), status, made, note)
        taken += 1
    return taken


def after(part: Part, kind: Kind, time: datetime) -> datetime:
    """The time, or just after the newest word of a person of that kind: what is said last holds."""
    told = [claim.time for claim in part.claims if claim.kind is kind and claim.time and claim.origin is Origin.HUMAN]
    newest = max(told, key=datetime.timestamp, default=None)
    later = newest is not None and newest.timestamp() >= time.timestamp()
    return newest + timedelta(microseconds=1) if newest is not None and later else time


def _write_down(
    dictionary: Dictionary,
    item: Item,
    action: Action,
    made: Decision,
    before: Standing | None,
    undoes: str | None = None,
) -> None:
    told = Review(
        decision=made.id,
        action=action,
        time=made.at,
        by=made.by,
        table=item.part.table_id,
        path=None if item.part.field is None else item.part.field.path,
        kind=item.claim.kind,
        claim=item.claim.id,
        before=before,
        after=Standing.of(item.claim),
        undoes=undoes,
    )
    dictionary.reviews = dictionary.reviews if dictionary.reviews is not None else []
    dictionary.reviews.append(told)


def last(dictionary: Dictionary) -> str | None:
    """The id of the newest decision that is neither taken back nor takes one back."""
    undone = {review.undoes for review in dictionary.reviews or ()}
    open_ = (review for review in reversed(dictionary.reviews or ()) if review.undoes is None)
    return next((review.decision for review in open_ if review.decision not in undone), None)


def undo(dictionary: Dictionary, made: Decision, decision: str | None = None) -> list[Outcome]:
    """Take a decision back, the last one where none is named: each claim stands as before, and both are kept.

    What has been decided anew since then stays, and its outcome says so. No outcomes where there is no such decision.
    """
    wanted = decision or last(dictionary)
    told = [review for review in dictionary.reviews or () if review.decision == wanted]
    return [_take_back(dictionary, review, made) for review in reversed(told)]


def _take_back(dictionary: Dictionary, review: Review, made: Decision) -> Outcome:
    part = part_of(dictionary, review.table, review.path)
    claim = next((one for one in part.claims if one.id == review.claim), None) if part is not None else None
    if part is None or claim is None:
        return Outcome(review.claim, done=False, reason="it is not in the dictionary any more")
    item = Item(part, claim)
    if Standing.of(claim) != review.after:
        return Outcome(item.id, done=False, reason="it was decided anew since then", items=(item,))
    before = Standing.of(claim)
    (review.before or before.model_copy(update={"status": Status.WITHDRAWN})).give(claim)
    _write_down(dictionary, item, "undo", made, before, undoes=review.decision)
    part.settle()
    return Outcome(item.id, done=True, items=(item,))


def finish(dictionary: Dictionary) -> None:
    """Spell out everything and hash it anew, when decisions are done; the version is a run's to count."""
    dictionary.settle()
    dictionary.content_hash = merge.content_hash(dictionary)
