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
from ddgen.semantics import neighbours, pii
from ddgen.semantics.column import Column, columns
from ddgen.semantics.scoring import Fit, fit
from ddgen.semantics.verdict import considered
from ddgen.types.table import TypeTable

LEAST = 0.6
"""The least confidence of a type that is claimed."""

_HOLDERS = frozenset({"object", "array", "map", "binary"})


def detect(table: Table, evidence: Mapping[str, Values], types: TypeTable) -> list[tuple[Column, list[Fit]]]:
    """Claim the semantic type, the personal data and the unit of each field of a table.

    `evidence` has values at hand by path; a field without any is judged by its name. What was looked at is returned,
    with the types that fit, best first.
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
        _claim(by_path[column.path], fits)
        by_path[column.path].considered = considered(column, types, fits) or None
    return list(zip(seen, settled, strict=True))


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


def _claim(field: Field, fits: Sequence[Fit]) -> None:
    best = next(iter(fits), None)
    if best is None or best.confidence < LEAST:
        return
    value = best.type.counts_as
    also = [one for one in fits[1:] if one.type.counts_as != value]
    others = [f"could also be {one.type.title.lower()} ({one.confidence:.2f})" for one in also[:2]]
    evidence = [*pii.reasons(best, field.name), *pii.doubts(best, field.name), *others]
    field.claims.append(_made(Kind.SEMANTIC_TYPE, value, best.confidence, evidence))
    personal = pii.judged(best, field.name)
    if personal is not None:
        field.claims.append(_made(Kind.PII, personal.model_dump(), best.confidence, personal.why))
    if best.type.unit is not None:
        field.claims.append(
            _made(Kind.UNIT, best.type.unit, best.confidence, [f"the unit of {best.type.title.lower()}"])
        )


def _made(kind: Kind, value: object, confidence: float, evidence: list[str]) -> Claim:
    return Claim(kind=kind, value=value, origin=Origin.RULE, confidence=confidence, evidence=evidence)
