"""Claims as they may be shown, and the members of a document that spell out the winning ones."""

from __future__ import annotations

from typing import Any

from ddgen.identity.coarse import MEASURED
from ddgen.masked.texts import Texts
from ddgen.model.claim import Claim, Kind, Origin, verdict, winner
from ddgen.model.codes import CodeList
from ddgen.model.dictionary import Field, Table
from ddgen.model.personal import Masking
from ddgen.model.stale import Stale
from ddgen.types import shown as values

_ENDS = ("before", "after")
_SPELT = ((Kind.DESCRIPTION, "description"), (Kind.COMMENT, "comment"), (Kind.GRAIN, "grain"))
_QUOTING = frozenset(kind for kind, _ in _SPELT)
"""Kinds whose texts may quote values."""


def mask_table(table: Table, texts: Texts) -> None:
    """Mask the claims of a table itself."""
    table.claims = [_claim(claim, texts, None) for claim in table.claims]
    _spell(table, texts)


def mask_field(field: Field, texts: Texts) -> None:
    """Mask the claims of a field, and the facts that are quoted where its texts may be stale."""
    field.claims = [_claim(claim, texts, field.masked) for claim in field.claims]
    field.stale = _stale(field.stale, texts, field.masked)
    _spell(field, texts)
    found = verdict(field.claims)
    if found is not None:
        field.pii, field.not_personal = (found, None) if found.personal else (None, found.why)
    if winner(field.claims, Kind.CODES) is not None:
        field.codes = field.code_list()
    elif field.codes is not None:
        field.codes = _codes(field.codes, field.masked)


def _stale(found: Stale | None, texts: Texts, masking: Masking | None) -> Stale | None:
    if found is None:
        return None
    moved = [
        one.model_copy(
            update={end: None if (said := getattr(one, end)) is None else texts.shown(said) for end in _ENDS}
        )
        for one in found.moved
        if not (masking and one.fact in MEASURED)
    ]
    return found.model_copy(update={"moved": moved}) if moved else None


def _spell(part: Table | Field, texts: Texts) -> None:
    """Spell out the winning texts anew; a text that no claim backs is masked as it stands."""
    for kind, name in _SPELT:
        shown = getattr(part, name, None)
        won = winner(part.claims, kind)
        if shown is not None:
            setattr(part, name, won.value if won is not None else texts.shown(shown))


def _claim(claim: Claim, texts: Texts, masking: Masking | None) -> Claim:
    """The claim as it may be shown; its id fits what it says then, if it did before."""
    if claim.origin is Origin.HUMAN:
        return claim
    said = _said(claim, texts, masking)
    evidence = [texts.shown(line) for line in claim.evidence]
    if said == claim.value and evidence == claim.evidence:
        return claim
    changed = claim.model_copy(update={"value": said, "evidence": evidence})
    if claim.id == claim.content_id:
        changed.id = changed.content_id
    return changed


def _said(claim: Claim, texts: Texts, masking: Masking | None) -> Any:
    if claim.kind is Kind.CODES:
        return _codes(CodeList.model_validate(claim.value), masking).model_dump(exclude_none=True)
    if claim.kind is Kind.PII:
        reasons = {name: claim.value[name] for name in ("why", "against") if name in claim.value}
        return claim.value | {name: [texts.shown(line) for line in lines] for name, lines in reasons.items()}
    return texts.shown(claim.value) if claim.kind in _QUOTING and isinstance(claim.value, str) else claim.value


def _codes(found: CodeList, masking: Masking | None) -> CodeList:
    """A code list: of a masked field its codes by their shapes and without labels, or none of them."""
    if masking == "counts":
        return CodeList(source=found.source)
    shown = [values.masked(code.value) if masking else values.stray(code.value) for code in found.codes]
    if shown == [code.value for code in found.codes]:
        return found
    codes = [
        code.model_copy(update={"value": one} | ({"label": None} if masking else {}))
        for code, one in zip(found.codes, shown, strict=True)
    ]
    return found.model_copy(update={"codes": codes, "question": None})
