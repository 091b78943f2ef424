"""Joins a new run with what was there before: people's words stay, machine claims are replaced.

A run adds machine claims and withdraws its own older ones. What a person wrote, approved or rejected is never
touched. Withdrawn rule claims are left out of the document, since a rule can always say them again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from ddgen.identity import carry, stale
from ddgen.identity.renames import Alike
from ddgen.identity.tables import match_tables as match_tables  # noqa: PLC0414 - a part of merging, for who calls it
from ddgen.model.claim import Claim, Kind, Origin, Status, judged
from ddgen.model.codes import PERSON, CodeList
from ddgen.model.content import content_hash as content_hash  # noqa: PLC0414 - asked for here by who merges
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.model.likeness import alike
from ddgen.model.personal import Pii, said
from ddgen.model.problem import Problem, Severity

KEPT_VERSIONS = 20
"""For so many versions a part that is gone is kept, if no person has said anything of it; else for ever."""


def merge_table(table: Table, old: Table, version: int = 1) -> None:
    """Carry over what a previous run and people said of the table and its fields; `version` is that of the result.

    Fields that are there no more are kept as removed.
    """
    table.id = old.id
    table.claims = merge_claims(old.claims, table.claims)
    known = {field.path: field for field in old.fields}
    for field in table.fields:
        before = known.pop(field.path, None)
        if before is not None:
            field.claims = merge_claims(before.claims, field.claims)
    table.fields.extend(_removed(field, version) for field in known.values())
    carry.retract(table.fields)


def carry_over(dictionary: Dictionary, previous: Dictionary) -> list[Problem]:
    """Propose renames: what was said of fields that are gone goes to fields of another name that look like them.

    Returns a notice for each table that has any. A second time there is nothing to do.
    """
    notices = []
    for table, found in zip(dictionary.tables, match_tables(dictionary.tables, previous.tables), strict=True):
        alike = carry.found(table, found[0]) if found is not None else []
        if found is not None and alike:
            _take_over(table, found[0], alike)
            notices.append(_renamed(table, [(one.old, one.new) for one in alike]))
    return notices


def _take_over(table: Table, old: Table, alike: Sequence[Alike]) -> None:
    before = {field.path: field for field in old.fields}
    now = {field.path: field for field in table.fields}
    for one in alike:
        field = now[one.new]
        field.claims = merge_claims(carry.carried(one, before[one.old]), field.claims)


def as_continued(table: Table, old: Table | None) -> Table | None:
    """The earlier table with its renamed fields under their new names too, so that nobody is asked for them again."""
    if old is None:
        return None
    before = {field.path: field for field in old.fields}
    more = [before[one.old].model_copy(update={"path": one.new}) for one in carry.found(table, old)]
    return old.model_copy(update={"fields": [*old.fields, *more]})


_EDITABLE = ((Kind.BUSINESS_NAME, "business_name"), (Kind.DESCRIPTION, "description"), (Kind.OWNER, "owner"))


def adopt_edits(part: Field | Table, at: datetime | None = None) -> None:
    """Take for a person's words what was changed by hand in a document, `at` a time after which it was made.

    That is a claim whose id does not fit what it says, else a shown text, verdict or label that no claim backs.
    """
    before, part.claims = part.claims, [_adopted(claim) for claim in part.claims]
    changed = {claim.kind for claim, was in zip(part.claims, before, strict=True) if claim is not was}
    kinds = (*_EDITABLE, (Kind.GRAIN, "grain")) if isinstance(part, Table) else _EDITABLE
    for kind, name in kinds:
        shown, said = getattr(part, name), [claim.value for claim in part.claims if claim.kind is kind]
        if shown and kind not in changed and shown not in said:
            part.claims.append(Claim(kind=kind, value=shown, origin=Origin.HUMAN, evidence=[_EDITED]))
    if isinstance(part, Field):
        part.claims += _edited_verdict(part, changed) + _edited_codes(part, changed)
    for claim in part.claims:
        if claim.evidence == [_EDITED] and claim.time is None:
            claim.time = at


def _edited_verdict(field: Field, changed: Collection[Kind]) -> list[Claim]:
    """What a person made of the member `pii`, where no claim says so."""
    known = [said(claim.value) for claim in field.claims if claim.kind is Kind.PII]
    shown = field.pii
    if shown is None or Kind.PII in changed or any(_alike(shown, one) for one in known):
        return []
    told = shown.model_copy(update={"why": [_EDITED], "laws": [], "against": []})
    return [Claim(kind=Kind.PII, value=told.model_dump(), origin=Origin.HUMAN, evidence=[_EDITED])]


def _alike(one: Pii, other: Pii) -> bool:
    return (one.category, one.sensitivity) == (other.category, other.sensitivity)


def _edited_codes(field: Field, changed: Collection[Kind]) -> list[Claim]:
    """The labels that a person has written to the codes of a field."""
    shown, known = field.codes, [claim.value for claim in field.claims if claim.kind is Kind.CODES]
    labels = [CodeList.model_validate(value).labels for value in known]
    if shown is None or not shown.labels or Kind.CODES in changed or shown.labels in labels:
        return []
    told = shown.model_copy(update={"source": PERSON, "question": None}).model_dump(exclude_none=True)
    return [Claim(kind=Kind.CODES, value=told, origin=Origin.HUMAN, evidence=[_EDITED])]


def with_edits(document: Dictionary) -> Dictionary:
    """A copy of a dictionary in which what was changed by hand is a person's words."""
    document = document.model_copy(deep=True)
    at = document.generated_at + timedelta(seconds=1)
    for table in document.tables:
        adopt_edits(table, at)
        for field in table.fields:
            adopt_edits(field, at)
    return document


_EDITED = "edited in the document"


def _adopted(claim: Claim) -> Claim:
    if claim.id == claim.content_id or claim.origin is Origin.AI:
        return claim
    evidence = claim.evidence if claim.origin is Origin.HUMAN else [_EDITED]
    return Claim(kind=claim.kind, value=claim.value, origin=Origin.HUMAN, evidence=evidence, time=claim.time)


def merge_claims(old: list[Claim], new: list[Claim]) -> list[Claim]:
    """All claims of both, each once: the old first, machine claims that were not made again withdrawn.

    A model's claims stand where this time no model was asked.
    """
    made = {claim.id: claim for claim in new}
    kept = []
    for claim in old:
        again = made.pop(claim.id, None)
        if again is not None:
            judgement = {"status": _status_again(claim), "time": _time_again(claim, again)}
            kept.append(again.model_copy(update=judgement | {"by": again.by or claim.by, "note": claim.note}))
        elif judged(claim) or claim.kind is Kind.RENAMED_FROM:
            kept.append(claim)
        elif claim.origin is Origin.AI:
            asked = any(claim.origin is Origin.AI for claim in new)
            kept.append(claim.model_copy(update={"status": Status.WITHDRAWN}) if asked else claim)
    refused = [claim for claim in old if claim.status is Status.REJECTED and claim.kind in _TEXTS]
    for claim in made.values() if refused else ():
        if any(claim.kind is was.kind and _says_again(claim, was) for was in refused):
            claim.status = Status.REJECTED
    return kept + list(made.values())


_TEXTS = frozenset({Kind.BUSINESS_NAME, Kind.DESCRIPTION, Kind.GRAIN})


def _says_again(claim: Claim, refused: Claim) -> bool:
    """Whether a program says in nearly the same words what a person has refused."""
    return claim.origin in {Origin.AI, Origin.RULE} and alike(claim.value, refused.value)


def _status_again(old: Claim) -> Status:
    return Status.SUGGESTED if old.status is Status.WITHDRAWN else old.status


def _time_again(old: Claim, new: Claim) -> datetime | None:
    """When it was first said; of a person's word when last, since of two the newer holds."""
    times = [claim.time for claim in (old, new) if claim.time is not None]
    return max(times, key=datetime.timestamp, default=None) if old.origin is Origin.HUMAN else old.time


def recall_verdicts(table: Table, before: Table | None) -> None:
    """Take over what people said of personal data in the table that this one continues, before anything rests on it.

    What a person has refused is not claimed again, under whatever name a machine finds it.
    """
    known = {field.path: field.claims for field in before.fields} if before is not None else {}
    for field in table.fields:
        told = [claim for claim in known.get(field.path, []) if claim.kind is Kind.PII and judged(claim)]
        standing = any(claim.alive for claim in told)
        refused = not standing and any(said(claim.value).personal for claim in told)
        for claim in field.claims:
            if claim.kind is Kind.PII and refused and said(claim.value).personal:
                claim.status = Status.REJECTED
        mine = {claim.id for claim in field.claims}
        field.claims += [claim.model_copy(deep=True) for claim in told if claim.id not in mine]
        for claim in field.claims:
            claim.status = next((old.status for old in told if old.id == claim.id), claim.status)


_Part = TypeVar("_Part", Field, Table)


def _removed(part: _Part, version: int) -> _Part:
    """A part that is there no more, since this version unless it was gone already."""
    since = part.removed_in if part.removed and part.removed_in is not None else version
    return part.model_copy(update={"removed": True, "removed_in": since}, deep=True)


def _expired(part: Field | Table, version: int) -> bool:
    """Whether a part has been gone for long, and nobody has said anything of it or of what is in it."""
    old = part.removed and part.removed_in is not None and version - part.removed_in >= KEPT_VERSIONS
    within = part.fields if isinstance(part, Table) else []
    return old and not any(judged(claim) for one in (part, *within) for claim in one.claims)


def merge(dictionary: Dictionary, previous: Dictionary) -> list[Problem]:
    """Join a new dictionary with the previous one; ids, people's words and the version number carry over.

    Returns a notice for each table that was recognised by something else than its name, and for renamed fields.
    """
    previous = with_edits(previous)
    notices = carry_over(dictionary, previous)
    matches = match_tables(dictionary.tables, previous.tables)
    version = previous.version + 1
    continued = []
    for table, found in zip(dictionary.tables, matches, strict=True):
        if found is not None:
            old, how = found
            if how != "name":
                notices.append(_recognised(table, old, how))
            merge_table(table, old, version)
            continued.append((table, old))
    known = {id(old) for _, old in continued}
    dictionary.tables += [_removed(table, version) for table in previous.tables if id(table) not in known]
    dictionary.reviews = previous.reviews
    dictionary.settle()
    for table, old in continued:
        _mark_stale(table, old, version, dictionary.generated_at)
    _settle_version(dictionary, previous)
    return notices


def _mark_stale(table: Table, old: Table, version: int, at: datetime) -> None:
    before = {field.path: field for field in old.fields if not field.removed}
    for field in table.fields:
        if not field.removed and field.path in before:
            stale.mark(field, table, before[field.path], old, version=version, at=at)


def _settle_version(dictionary: Dictionary, previous: Dictionary) -> None:
    """Cut a new version where anything changed; what has been gone for long goes with it."""
    dictionary.content_hash = content_hash(dictionary)
    dictionary.version = previous.version
    if dictionary.content_hash == previous.content_hash:
        return
    dictionary.version += 1
    dictionary.tables = [table for table in dictionary.tables if not _expired(table, dictionary.version)]
    for table in dictionary.tables:
        table.fields = [field for field in table.fields if not _expired(field, dictionary.version)]
    dictionary.content_hash = content_hash(dictionary)


def _renamed(table: Table, pairs: Sequence[tuple[str, str]]) -> Problem:
    shown = ", ".join(f"{old} -> {new}" for old, new in pairs[:_RENAMES_NAMED])
    more = f" and {len(pairs) - _RENAMES_NAMED} more" if len(pairs) > _RENAMES_NAMED else ""
    return Problem(
        code="fields_renamed",
        severity=Severity.WARNING,
        message=f"fields taken for renamed, by their facts: {shown}{more}",
        source=table.uri,
        table=table.name,
        hint="What was said of them is carried over; reject the claim renamed_from where it is wrong",
    )


_RENAMES_NAMED = 5


def _recognised(table: Table, old: Table, how: str) -> Problem:
    return Problem(
        code="table_recognised",
        severity=Severity.WARNING,
        message=f"taken for the table {old.name} of the previous dictionary, by its {how}",
        source=table.uri,
        table=table.name,
    )
