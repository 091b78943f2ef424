"""Joins a new run with what was there before: people's words stay, machine claims are replaced.

A run adds machine claims and withdraws its own older ones. What a person wrote, approved or rejected is never
touched. Withdrawn rule claims are left out of the document, since a rule can always say them again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Field, Table
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
    mine = {field.path for field in one.fields if not field.removed}
    theirs = {field.path for field in other.fields if not field.removed}
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


def adopt_edits(part: Field | Table) -> None:
    """Take for a person's words what was changed by hand in a document.

    That is a claim whose id does not fit what it says, else a shown text that no claim backs.
    """
    before, part.claims = part.claims, [_adopted(claim) for claim in part.claims]
    changed = {claim.kind for claim, was in zip(part.claims, before, strict=True) if claim is not was}
    kinds = (*_EDITABLE, (Kind.GRAIN, "grain")) if isinstance(part, Table) else _EDITABLE
    for kind, name in kinds:
        shown, said = getattr(part, name), [claim.value for claim in part.claims if claim.kind is kind]
        if shown and kind not in changed and shown not in said:
            part.claims.append(Claim(kind=kind, value=shown, origin=Origin.HUMAN, evidence=[_EDITED]))


def with_edits(document: Dictionary) -> Dictionary:
    """A copy of a dictionary in which what was changed by hand is a person's words."""
    document = document.model_copy(deep=True)
    for table in document.tables:
        adopt_edits(table)
        for field in table.fields:
            adopt_edits(field)
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
            kept.append(again.model_copy(update={"status": _status_again(claim), "time": claim.time}))
        elif claim.origin is Origin.HUMAN or claim.status in {Status.APPROVED, Status.REJECTED}:
            kept.append(claim)
        elif claim.origin is Origin.AI:
            asked = any(claim.origin is Origin.AI for claim in new)
            kept.append(claim.model_copy(update={"status": Status.WITHDRAWN}) if asked else claim)
    return kept + list(made.values())


def _status_again(old: Claim) -> Status:
    return Status.SUGGESTED if old.status is Status.WITHDRAWN else old.status


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


def content_hash(dictionary: Dictionary) -> str:
    """SHA-256 of what the dictionary says: without times, version, engine, problems, samples and approximate tails."""
    document = dictionary.model_dump(mode="json", by_alias=True, exclude_none=True)
    for name in ("version", "generated_at", "engine", "generation", "content_hash", "problems"):
        document.pop(name, None)
    for table in document["tables"]:
        for part in (table, *table["fields"]):
            for claim in part["claims"]:
                claim.pop("time", None)
        for field in table["fields"]:
            _drop_tails(field["profile"])
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _drop_tails(profile: dict[str, Any]) -> None:
    for name in ("samples", "sample_size"):
        profile.pop(name, None)
    if not profile.get("distinct", {}).get("exact", True):
        for name in ("top_values", "shapes", "quantiles", "histogram"):
            profile.pop(name, None)
        for oddity in profile.get("oddities", ()):
            oddity.pop("first", None)
