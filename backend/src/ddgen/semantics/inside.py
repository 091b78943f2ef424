"""Texts that hold documents: what they are, and the personal data that their own samples would show.

A text that holds an e-mail address in one of its inner fields is as personal as that field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ddgen import registry
from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Field, Table
from ddgen.model.inside import TOO_DEEP, TOO_LARGE, title_of
from ddgen.model.personal import Pii
from ddgen.types.table import TypeTable

SURE = 0.99
_TOLD = 5
_SENSITIVITIES = ("none", "low", "medium", "high")


def claim(table: Table, types: TypeTable, before: Table | None = None) -> None:
    """Claim what texts hold, and pass on to them the personal data inside; innermost first.

    The fields have their own claims; `before` is the table of an earlier dictionary, with what people said.
    """
    for field in reversed(table.fields):
        if field.holds is not None and not field.removed:
            _claim_type(field, table, types)
            _pass_on(field, table, before)


def inner_fields(field: Field, table: Table) -> list[Field]:
    """The fields in the documents that a text holds."""
    return [part for part in table.fields if part.inside == field.path and not part.removed]


def _claim_type(field: Field, table: Table, types: TypeTable) -> None:
    assert field.holds is not None  # noqa: S101 - for the type checker: the caller has looked
    opener = registry.get("openers", field.holds)
    if types.get(opener.semantic_type) is None:
        return
    field.claims = [one for one in field.claims if one.kind not in {Kind.SEMANTIC_TYPE, Kind.UNIT}]
    refused = {opener.fault, TOO_LARGE, TOO_DEEP}
    count = sum(odd.count for odd in field.profile.oddities if odd.kind in refused)
    values, title = field.profile.values, title_of(field.holds)
    read = f"all {values:,} values were" if not count else f"{values - count:,} of {values:,} values were"
    evidence = [f"{read} read as {title}: {_counted(inner_fields(field, table))}"]
    field.claims.append(_made(Kind.SEMANTIC_TYPE, opener.semantic_type, evidence))


def _counted(inner: Sequence[Field]) -> str:
    return f"{len(inner):,} inner field{'' if len(inner) == 1 else 's'}"


def _pass_on(field: Field, table: Table, before: Table | None) -> None:
    """Make a text as personal as the most personal of its inner fields, or of what its name says."""
    found = [(part, Pii.model_validate(said)) for part in inner_fields(field, table) if (said := _said(part, before))]
    found = [(part, pii) for part, pii in found if pii.sensitivity > 0]
    if not found:
        return
    why = [
        f"its texts hold {part.path} ({pii.category}, {_SENSITIVITIES[pii.sensitivity]} sensitivity)"
        for part, pii in sorted(found, key=lambda pair: -pair[1].sensitivity)[:_TOLD]
    ]
    why += [f"and {len(found) - _TOLD} other inner fields with personal data"] if len(found) > _TOLD else []
    own = winner(field.claims, Kind.PII)
    verdicts = [said for said in [Pii.model_validate(own.value)] if said.sensitivity] if own is not None else []
    own_why = [reason for said in verdicts for reason in said.why]
    verdicts += [pii for _, pii in found]
    worst = max(verdicts, key=lambda pii: pii.sensitivity)
    laws = list(dict.fromkeys(law for pii in verdicts for law in pii.laws))
    inherited = Pii(category=worst.category, sensitivity=worst.sensitivity, why=[*own_why, *why], laws=laws)
    field.claims = [one for one in field.claims if one.kind is not Kind.PII]
    field.claims.append(_made(Kind.PII, inherited.model_dump(), inherited.why))


def _said(part: Field, before: Table | None) -> Any:
    """What is said of a field's personal data: by a person, if one has, else by a rule."""
    old = before.field(part.path) if before is not None else None
    kept = [one for one in old.claims if one.kind is Kind.PII] if old is not None else []
    refused = {one.id for one in kept if one.status is Status.REJECTED}
    judged = [one for one in kept if one.alive and (one.origin is Origin.HUMAN or one.status is Status.APPROVED)]
    said = winner([*(one for one in part.claims if one.id not in refused), *judged], Kind.PII)
    return said.value if said is not None else None


def _made(kind: Kind, value: object, evidence: list[str]) -> Claim:
    return Claim(kind=kind, value=value, origin=Origin.RULE, confidence=SURE, evidence=evidence)
