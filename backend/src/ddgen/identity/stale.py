"""Whether the texts of a field may no longer fit: coarse facts moved since they were written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ddgen.identity.coarse import MEASURED, Facts, coarse
from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Field, Table
from ddgen.model.stale import Moved, Stale

_TEXTS = (Kind.BUSINESS_NAME, Kind.DESCRIPTION)


def mark(field: Field, table: Table, before: Field, old: Table, *, version: int, at: datetime) -> None:
    """Mark a field whose facts moved since its texts were written; `before` is what it was in the table `old`.

    The mark stays until the texts are written anew, or the facts are what they were. Texts by rule follow the facts.
    """
    texts = _texts(field)
    if not texts:
        field.stale = None
        return
    was, now = coarse(old, before), coarse(table, field)
    if before.masked != field.masked:
        was, now = ({fact: facts[fact] for fact in facts if fact not in MEASURED} for facts in (was, now))
    standing = _standing(before.stale, texts)
    kept = [one for one in standing if one.fact in now and one.before not in now[one.fact]]
    known = {one.fact for one in standing}
    moved = [one.model_copy(update={"after": now[one.fact][0]}) for one in kept]
    moved += [
        Moved(fact=fact, before=was[fact][0], after=now[fact][0], since=version)
        for fact in now
        if fact not in known and _apart(was, now, fact)
    ]
    first = before.stale.at if before.stale is not None and kept else at
    field.stale = Stale(moved=moved, texts=[claim.id for claim in texts], at=first) if moved else None


def _texts(field: Field) -> list[Claim]:
    """The texts that are shown and that no rule makes anew."""
    found = (winner(field.claims, kind) for kind in _TEXTS)
    return [claim for claim in found if claim is not None and _lasts(claim)]


def _lasts(claim: Claim) -> bool:
    return claim.origin in {Origin.HUMAN, Origin.AI} or claim.status is Status.APPROVED


def _standing(stale: Stale | None, texts: Sequence[Claim]) -> list[Moved]:
    """What had moved already, unless the texts were written or said again since."""
    if stale is None or {claim.id for claim in texts} - set(stale.texts):
        return []
    again = stale.at is not None and any(claim.time is not None and claim.time > stale.at for claim in texts)
    return [] if again else stale.moved


def _apart(was: Facts, now: Facts, fact: str) -> bool:
    """Whether neither is what the other is or is near to."""
    return now[fact][0] not in was[fact] and was[fact][0] not in now[fact]
