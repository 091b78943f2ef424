"""Fields under another name: proposed as renames, with what people and models said of them carried over.

The words stay with the field that is gone too. Where the proposal turns out wrong - a person rejects it, or the old
field comes back - the copies that were carried over are withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ddgen.identity.renames import Alike, recognised
from ddgen.model.claim import Claim, Kind, Origin, Status, judged
from ddgen.model.dictionary import Field, Table

_TEXTS = frozenset({Kind.BUSINESS_NAME, Kind.DESCRIPTION})


def found(table: Table, old: Table) -> list[Alike]:
    """The fields of a table that look like fields of an earlier one which are there no more.

    A field that is known to be another under its new name is not looked for again.
    """
    now = {field.path for field in table.fields if not field.removed}
    before = {field.path for field in old.fields}
    spoken = {claim.value for field in (*old.fields, *table.fields) for claim in field.claims if _stands(claim)}
    told = {field.path for field in table.fields if any(map(_stands, field.claims))}
    return recognised(old, table, before - now - spoken, now - before - told)


def _stands(claim: Claim) -> bool:
    return claim.kind is Kind.RENAMED_FROM and claim.alive


def carried(one: Alike, old: Field) -> list[Claim]:
    """The claim that a field was renamed, and those that are carried over to it."""
    evidence = [f"it has the same {fact}" for fact in one.why]
    renamed = Claim(
        kind=Kind.RENAMED_FROM, value=old.path, origin=Origin.RULE, confidence=one.confidence, evidence=evidence
    )
    return [renamed, *(_copy(claim, old.path) for claim in old.claims if _goes_along(claim))]


def _goes_along(claim: Claim) -> bool:
    if claim.kind is Kind.RENAMED_FROM:
        return False
    return judged(claim) or (claim.origin is Origin.AI and claim.alive and claim.kind in _TEXTS)


def _copy(claim: Claim, path: str) -> Claim:
    copy = claim.model_copy(update={"evidence": [*claim.evidence, _from(path)]}, deep=True)
    copy.id = copy.content_id
    return copy


def _from(path: str) -> str:
    return f"carried over from {path}, which it looks like"


def retract(fields: Sequence[Field]) -> None:
    """Withdraw what was carried over from fields that are there again, or that a person says are others."""
    living = {field.path for field in fields if not field.removed}
    for field in fields:
        for path in _wrong(field, living):
            for claim in field.claims:
                renamed = claim.kind is Kind.RENAMED_FROM and claim.value == path and not judged(claim)
                if renamed or (claim.alive and _from(path) in claim.evidence):
                    claim.status = Status.WITHDRAWN


def _wrong(field: Field, living: Collection[str]) -> Iterator[str]:
    for claim in field.claims:
        if claim.kind is Kind.RENAMED_FROM:
            back = claim.value in living and not judged(claim)
            if back or claim.status is Status.REJECTED:
                yield claim.value
