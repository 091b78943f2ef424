"""What an output may demand of the texts in it: that people have approved them.

A text counts as approved where a person wrote or approved it, or where the source itself states it.
"""

from __future__ import annotations

from ddgen.errors import UsageError
from ddgen.model.claim import Claim, Origin, Status
from ddgen.model.dictionary import Dictionary
from ddgen.review.items import TEXTS, Item, parts, shown

_NAMED = 5


def is_approved(claim: Claim) -> bool:
    """Whether a person or the source stands for it."""
    return claim.status is Status.APPROVED or claim.origin in {Origin.HUMAN, Origin.SOURCE}


def unapproved(dictionary: Dictionary) -> list[Item]:
    """The shown texts of what is in the data that nobody stands for."""
    standing = (part for part in parts(dictionary) if not part.table.removed and not part.thing.removed)
    return [item for part in standing for item in shown(part) if not is_approved(item.claim)]


def _require(dictionary: Dictionary) -> None:
    """Raise UsageError, naming the first, where a shown text is not approved."""
    left = unapproved(dictionary)
    if left:
        first = ", ".join(f"{item.part.place}:{item.claim.kind.value}" for item in left[:_NAMED])
        more = f" and {len(left) - _NAMED:,} more" if len(left) > _NAMED else ""
        raise UsageError(
            f"{len(left):,} texts are not approved: {first}{more}",
            where="--require approved",
            hint="Approve them with ddgen review, or leave them out with --only-approved",
        )


def _only_approved(dictionary: Dictionary) -> Dictionary:
    """A copy in which texts that nobody stands for are left out; facts, types, verdicts and what was rejected stay."""
    copy = dictionary.model_copy(deep=True)
    for part in parts(copy):
        part.thing.claims = [one for one in part.claims if one.kind not in TEXTS or is_approved(one) or not one.alive]
    copy.settle()
    return copy


def met(dictionary: Dictionary, *, require: str | None, only_approved: bool) -> Dictionary:
    """The dictionary as an output may have it. Raises UsageError where it lacks what is required."""
    found = _only_approved(dictionary) if only_approved else dictionary
    if require is not None:
        _require(found)
    return found
