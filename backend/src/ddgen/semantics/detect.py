"""What values mean: the semantic type of each field, whether it is personal, and its unit.

Tiers: facts of the profile rule types out, the words of the name and the form of a dozen values leave a few, and only
for these all values at hand are tested, by lists and check digits too. Then neighbours are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.model.values import Values
from ddgen.semantics import inside, neighbours, pii
from ddgen.semantics.column import Column, columns, owned
from ddgen.semantics.pii_inside import Inside, look
from ddgen.semantics.scoring import Fit, fit
from ddgen.semantics.verdict import considered
from ddgen.types.table import TypeTable
from ddgen.types.words import words_of

LEAST = 0.6
"""The least confidence of a type that is claimed."""

_HOLDERS = frozenset({"object", "array", "map", "binary"})
_FREE_TEXT = "text.free_text"
_MAP = "map"
_MEDIUM = 2
_PRIVATE = frozenset(
    "applicant attendee beneficiary borrower child claimant client contact customer donor employee guest insured member"
    " parent participant passenger patient person resident spouse staff student subscriber tenant user visitor"
    " worker".split()
)
"""Words for persons whose names are no public matter."""

_LEAST_KNOWN = 0.5


def detect(
    table: Table, evidence: Mapping[str, Values], types: TypeTable, *, before: Table | None = None
) -> list[tuple[Column, list[Fit]]]:
    """Claim the semantic type, the personal data and the unit of each field of a table.

    `evidence` has values at hand by path; a field without any is judged by its name. `before` is the table of an
    earlier dictionary, with what people said of its fields. What was looked at is returned, with the types that fit,
    best first.
    """
    seen = columns(table, evidence)
    names = list({name for column in seen for name in column.names})
    for one in types:
        if one.user:
            one.foresee(names=names)
    found = [candidates(column, types) for column in seen]
    settled = neighbours.settled(seen, found, types)
    by_path = {field.path: field for field in table.fields}
    for column, fits in zip(seen, settled, strict=True):
        seen_as, fitting = _by_owner(column, fits, table, types)
        _claim(by_path[column.path], seen_as, fitting, evidence.get(column.path))
        by_path[column.path].considered = considered(column, types, fits) or None
    inside.claim(table, types, before)
    return list(zip(seen, settled, strict=True))


def _by_owner(column: Column, fits: Sequence[Fit], table: Table, types: TypeTable) -> tuple[Column, Sequence[Fit]]:
    """The types that fit; where the name says little, the personal ones by what owns it as well."""
    known = bool(fits) and fits[0].confidence >= LEAST
    other = owned(column, table) if not known and "string" in column.data_types else None
    if other is None:
        return column, fits
    found = (fit(declared, other) for declared in types if declared.pii is not None)
    named = [one for one in found if one is not None and one.said == "strong" and _of_persons(one, other)]
    return (other, sorted([*named, *fits], key=lambda one: -one.confidence)) if named else (column, fits)


def _of_persons(one: Fit, column: Column) -> bool:
    """Whether a name is a person's: of customers it is, of artists and authors where some are known given names."""
    check = one.type.values.validator
    if check is None or not column.texts or not _PRIVATE.isdisjoint(words_of(column.name)):
        return True
    return sum(map(one.type.confirms, column.texts)) >= _LEAST_KNOWN * len(column.texts)


def candidates(column: Column, types: TypeTable) -> list[Fit]:
    """The types that fit a column, the best first."""
    if column.data_types <= _HOLDERS:
        return []
    for one in types:
        if one.user:
            one.foresee(values=column.texts)
    found = [one for one in (fit(declared, column) for declared in types) if one is not None]
    return sorted((_refined(one, found) for one in found), key=_best_first)


def _best_first(one: Fit) -> tuple[float, bool, bool, float]:
    """The surest first; of equals a person's own, one that the name says, the one that fewer arbitrary values pass."""
    return -one.confidence, not one.type.user, one.said is None, one.type.decide.chance


def _refined(one: Fit, found: Sequence[Fit]) -> Fit:
    """A type that is a case of another one that fits as well is at least as sure, unless only the other is named.

    A person's own type is so in any case: it was said to be preferred.
    """
    wider = [other for other in found if other.type.id in one.type.refines]
    known = [other.confidence for other in wider if one.type.user or one.said is not None or other.said is None]
    highest = max(known, default=0.0)
    return replace(one, confidence=min(0.995, highest + 0.005)) if highest >= one.confidence else one


def _claim(field: Field, column: Column, fits: Sequence[Fit], values: Values | None) -> None:
    best = next(iter(fits), None)
    sure = best if best is not None and best.confidence >= LEAST else None
    personal = pii.claim(column, fits, LEAST, _inside(column, sure, values))
    field.claims += [personal] if personal is not None else []
    if sure is None or field.data_type.startswith(_MAP):
        return
    value = sure.type.counts_as
    also = [one for one in fits[1:] if one.type.counts_as != value]
    others = [f"could also be {one.type.title.lower()} ({one.confidence:.2f})" for one in also[:2]]
    evidence = [*pii.reasons(sure, column), *pii.doubts(sure, column), *others]
    field.claims.append(_made(Kind.SEMANTIC_TYPE, value, sure.confidence, evidence))
    if sure.type.unit is not None:
        field.claims.append(
            _made(Kind.UNIT, sure.type.unit, sure.confidence, [f"the unit of {sure.type.title.lower()}"])
        )


def _inside(column: Column, sure: Fit | None, values: Values | None) -> Inside:
    """What stands inside of texts; all at hand are looked into, not only those that their type was told by."""
    known = sure is not None and sure.type.pii is not None and sure.type.pii.sensitivity >= _MEDIUM
    if known or "string" not in column.data_types:
        return Inside()
    free = sure is not None and (sure.type.parent or sure.type.id) == _FREE_TEXT
    held = [value for value, _ in values.items if isinstance(value, str)] if values is not None else []
    return look(held or column.texts, free=free, settled=sure is not None and not free)


def _made(kind: Kind, value: object, confidence: float, evidence: list[str]) -> Claim:
    return Claim(kind=kind, value=value, origin=Origin.RULE, confidence=confidence, evidence=evidence)
