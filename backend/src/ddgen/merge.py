"""Joins a new run with what was there before: people's words stay, machine claims are replaced.

A run adds machine claims and withdraws its own older ones. What a person wrote, approved or rejected is never
touched. Withdrawn rule claims are left out of the document, since a rule can always say them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from ddgen.model.claim import Claim, Kind, Origin, Status, judged
from ddgen.model.codes import PERSON, CodeList
from ddgen.model.content import content_hash as content_hash  # noqa: PLC0414 - asked for here by who merges
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.model.personal import Pii, said
from ddgen.model.problem import Problem, Severity
from ddgen.sources.spec import shareable

SAME_FIELDS = 0.8
"""Share of equal field paths from which a table of another name is the same table."""

_MOVING = re.compile(r"[\d]+|[-_. ]*(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d")


_TESTS: dict[str, Callable[[Table, Table], bool]] = {
    "name": lambda old, table: old.name == table.name and old.record_path == table.record_path,
    "uri": lambda old, table: shareable(old.uri) == table.uri and old.record_path == table.record_path,
    "file name pattern": lambda old, table: _pattern(old.name) == _pattern(table.name) != "",
    "fields": lambda old, table: bool(table.fields) and _overlap(old, table) >= SAME_FIELDS,
}


def match_tables(tables: list[Table], previous: list[Table]) -> list[tuple[Table, str] | None]:
    """For each table the one of a previous dictionary that it continues, and by what it was recognised.

    A table is continued once: by one of its name, whatever else there is that is like it.
    """
    found: list[tuple[Table, str] | None] = [None] * len(tables)
    left = list(previous)
    for how, test in _TESTS.items():
        for number, table in enumerate(tables):
            alike = [old for old in left if test(old, table)] if found[number] is None else []
            if alike:
                best = max(alike, key=lambda old: _overlap(old, table))
                found[number] = best, how
                left = [old for old in left if old is not best]
    return found


def _pattern(name: str) -> str:
    return _MOVING.sub("", name).strip("-_. ").lower()


def _overlap(one: Table, other: Table) -> float:
    """The share of fields that both have; those inside texts, which need not be looked into, do not count."""
    mine, theirs = (
        {field.path for field in table.fields if not field.removed and field.inside is None} for table in (one, other)
    )
    return len(mine & theirs) / max(1, len(mine | theirs))


def merge_table(table: Table, old: Table) -> None:
    """Carry over what a previous run and people said of the table and its fields."""
    table.id = old.id
    table.claims = merge_claims(old.claims, table.claims)
    known = {field.path: field for field in old.fields}
    for field in table.fields:
        before = known.pop(field.path, None)
        if before is not None:
            field.claims = merge_claims(before.claims, field.claims)
    table.fields.extend(_removed(field) for field in known.values() if _has_a_persons_word(field))


_EDITABLE = ((Kind.BUSINESS_NAME, "business_name"), (Kind.DESCRIPTION, "description"))


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
            kept.append(again.model_copy(update={"status": _status_again(claim), "time": _time_again(claim, again)}))
        elif judged(claim):
            kept.append(claim)
        elif claim.origin is Origin.AI:
            asked = any(claim.origin is Origin.AI for claim in new)
            kept.append(claim.model_copy(update={"status": Status.WITHDRAWN}) if asked else claim)
    return kept + list(made.values())


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


def _removed(field: Field) -> Field:
    return field.model_copy(update={"removed": True}, deep=True)


def _has_a_persons_word(part: Field | Table) -> bool:
    return any(claim.origin is Origin.HUMAN or claim.status is Status.APPROVED for claim in part.claims)


def merge(dictionary: Dictionary, previous: Dictionary) -> list[Problem]:
    """Join a new dictionary with the previous one; ids, people's words and the version number carry over.

    Returns a notice for each table that was recognised by something else than its name.
    """
    previous = with_edits(previous)
    notices = []
    matches = match_tables(dictionary.tables, previous.tables)
    for table, found in zip(dictionary.tables, matches, strict=True):
        if found is not None:
            old, how = found
            if how != "name":
                notices.append(_recognised(table, old, how))
            merge_table(table, old)
    continued = {id(found[0]) for found in matches if found is not None}
    for table in previous.tables:
        kept = _has_a_persons_word(table) or any(map(_has_a_persons_word, table.fields))
        if kept and id(table) not in continued:
            dictionary.tables.append(table.model_copy(update={"removed": True}, deep=True))
    dictionary.settle()
    dictionary.content_hash = content_hash(dictionary)
    same = dictionary.content_hash == previous.content_hash
    dictionary.version = previous.version if same else previous.version + 1
    return notices


def _recognised(table: Table, old: Table, how: str) -> Problem:
    return Problem(
        code="table_recognised",
        severity=Severity.WARNING,
        message=f"taken for the table {old.name} of the previous dictionary, by its {how}",
        source=table.uri,
        table=table.name,
    )
