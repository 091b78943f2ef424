"""Keys: those a source declares, and fields whose values identify every row."""

from __future__ import annotations

import re

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.model.path import Step, parse

FEWEST_ROWS = 2
PROPOSED = 0.5
"""Confidence from which a unique field is proposed as the primary key; below it stays a candidate."""

_KEY_TYPES = frozenset({"integer", "string", "uuid", "decimal", "binary"})
SURE_OF_SAMPLE = 0.5
"""Most confidence in a key where only a sample was looked at."""

_LONGEST_KEY = 64
_ID_WORDS = re.compile(r"(?:^|_)(?:id|uid|uuid|guid|key|pk|code|sku|no|nr|num|number|isbn|ref)$")
_PLAIN_ID = frozenset({"id", "_id", "uid", "uuid", "guid", "pk", "key", "rowid"})


def maybe_unique(field: Field) -> bool:
    """Whether sketches suggest that the field identifies rows, and only an exact look can tell."""
    profile = field.profile
    return (
        _eligible(field)
        and profile.unique is None
        and profile.distinct is not None
        and profile.distinct.count >= profile.values * (1 - 3 * profile.distinct.error)
    )


def _eligible(field: Field) -> bool:
    """A field of every row, never without a value, of a type and length that keys have."""
    profile = field.profile
    top_level = not any(isinstance(segment, Step) for segment in parse(field.path))
    complete = profile.values == profile.total >= FEWEST_ROWS
    short = profile.lengths is None or profile.lengths.max <= _LONGEST_KEY
    return top_level and complete and short and field.data_type in _KEY_TYPES


def is_key(field: Field) -> bool:
    """Whether the field is known to identify every row."""
    return _eligible(field) and field.profile.unique is True


def claim_keys(table: Table, declared_primary: tuple[str, ...], declared_unique: list[tuple[str, ...]]) -> None:
    """Add the claims about keys to a table and its fields.

    A declared primary key is claimed as the source's; without one the most key-like unique field is proposed.
    """
    for columns in declared_unique:
        field = table.field(columns[0]) if len(columns) == 1 else None
        if field is not None:
            field.claims.append(_claim(Kind.KEY, "unique", Origin.SOURCE, 1.0, ["declared unique in the source"]))
    candidates = [field for field in table.fields if is_key(field)]
    for field in candidates:
        evidence = [f"all {field.profile.values:,} values are different and none is missing{_sampled(table)}"]
        confidence = _confidence(table, field)
        field.claims.append(_claim(Kind.KEY, "candidate", Origin.RULE, confidence, evidence))
    if declared_primary:
        evidence = ["declared as primary key in the source"]
        table.claims.append(_claim(Kind.PRIMARY_KEY, list(declared_primary), Origin.SOURCE, 1.0, evidence))
        return
    best = max(candidates, key=lambda field: (_confidence(table, field), -field.position), default=None)
    if best is not None and _confidence(table, best) >= PROPOSED:
        evidence = [f"{best.path} is unique and complete over {table.rows_profiled or 0:,} rows{_sampled(table)}"]
        table.claims.append(_claim(Kind.PRIMARY_KEY, [best.path], Origin.RULE, _confidence(table, best), evidence))


def _confidence(table: Table, field: Field) -> float:
    """How key-like the name, the type and the place are; few rows prove little, and a sample nothing."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field.name).lower()
    own = name in {f"{stem}_id" for stem in _singulars(table.name)}
    score = 0.45
    if name in _PLAIN_ID or own:
        score = 0.95
    elif _ID_WORDS.search(name):
        score = 0.8
    elif field.data_type == "uuid":
        score = 0.75
    rows = table.rows_profiled or 0
    enough = min(1.0, 0.4 + 0.06 * rows)
    return round(min(score * enough, SURE_OF_SAMPLE if _sampled(table) else 1.0), 2)


def _sampled(table: Table) -> str:
    rows, read = table.row_count, table.rows_profiled
    return f", of {rows:,} rows sampled" if rows is not None and read is not None and read < rows else ""


def _singulars(name: str) -> set[str]:
    lowered = name.lower()
    found = {lowered, lowered.removesuffix("s"), lowered.removesuffix("es")}
    return found | ({lowered.removesuffix("ies") + "y"} if lowered.endswith("ies") else set())


def _claim(kind: Kind, value: object, origin: Origin, confidence: float, evidence: list[str]) -> Claim:
    return Claim(kind=kind, value=value, origin=origin, confidence=confidence, evidence=evidence)
