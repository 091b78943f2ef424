"""Personal data that fields share: what refers to a personal field holds its values, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ddgen.model.claim import Claim, Kind, Origin, judged_by_a_person, verdict
from ddgen.model.dictionary import Field, Relationship, Table
from ddgen.model.personal import Pii

_PASSES = 8
"""Lengths of chains of references that are followed."""


def spread(tables: Sequence[Table], links: Iterable[Relationship]) -> None:
    """Claim of fields that refer to personal ones what is claimed of these, where it is more than is known of them."""
    places = {f"{table.name}.{field.path}": field for table in tables for field in table.fields}
    ends = [pair for link in links if link.via is None for pair in zip(link.from_, link.to, strict=False)]
    for _ in range(_PASSES):
        changed = [_follow(places, start, end) for start, end in ends if start in places and end in places]
        if not any(changed):
            return


def _follow(places: dict[str, Field], start: str, end: str) -> bool:
    """Let the field at `start` be as personal as the one at `end`; whether that changed anything."""
    field, known = places[start], verdict(places[end].claims)
    if known is None or known.masking not in {"shapes", "counts"}:
        return False
    mine = verdict(field.claims)
    if mine is not None and mine.personal and mine.sensitivity >= known.sensitivity:
        return False
    if judged_by_a_person(field.claims):
        return False
    field.claims = [claim for claim in field.claims if claim.kind is not Kind.PII or not claim.alive]
    field.claims.append(_claim(known, end))
    return True


def _claim(known: Pii, end: str) -> Claim:
    why = [f"its values are those of {end}, to which it refers", *known.why]
    value = known.model_copy(update={"why": why}).model_dump()
    return Claim(kind=Kind.PII, value=value, origin=Origin.RULE, confidence=0.8, evidence=why)
