"""References to keys of several fields: a return names an order and its line together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ddgen.model.dictionary import Field, Relationship, Table
from ddgen.model.question import Containment, End, Probe
from ddgen.semantics.key_names import KeyNames
from ddgen.semantics.reference_candidates import CHANCE
from ddgen.semantics.reference_evidence import evidence_of, facts_of
from ddgen.semantics.reference_names import same_column

LEAST_INCLUSION = 0.95
_ALIKE = 0.8
_LEAST = 3
_MOST_PARTS = 4


def find(
    tables: Sequence[Table], names: KeyNames, probe: Probe, *, known: Sequence[Relationship]
) -> list[Relationship]:
    """References to composite keys whose combinations of values are found, beside those that are `known`."""
    taken = {(tuple(link.from_), tuple(link.to)) for link in known}
    pairs = [pair for target in tables for pair in _pairs(tables, target, names) if _ends(*pair) not in taken]
    found = []
    for (start, target), answer in zip(pairs, probe.containment(pairs), strict=True):
        if answer is not None and _holds(answer, tables, target):
            found.append(_relationship(start, target, answer))
    return found


def _pairs(tables: Sequence[Table], target: Table, names: KeyNames) -> Iterator[tuple[End, End]]:
    if not 2 <= len(target.primary_key) <= _MOST_PARTS or not target.rows_profiled:
        return
    keys = [part for path in target.primary_key if (part := target.field(path)) is not None]
    for table in tables:
        if table is target or not table.rows_profiled:
            continue
        fitting = [_fitting(table, key, target, names) for key in keys]
        paths = tuple(part.path for part in fitting if part is not None)
        if len(set(paths)) == len(keys) and not _is_same_bridge(table, paths):
            yield End(table.name, paths), End(target.name, tuple(key.path for key in keys))


def _fitting(table: Table, key: Field, target: Table, names: KeyNames) -> Field | None:
    """The field of a table that is called like a part of the key."""
    prefixes = names.prefixes[table.name], names.prefixes[target.name]
    scores = [
        (same_column(part.name, key.name, target.name, prefixes), -part.position, part)
        for part in table.fields
        if part.data_type == key.data_type and part.profile.values
    ]
    score, _, part = max(scores, key=lambda one: one[:2], default=(0.0, 0, key))
    return part if score >= _ALIKE else None


def _is_same_bridge(table: Table, paths: tuple[str, ...]) -> bool:
    """Whether the fields are the whole key of the other table too, so that neither is the other's detail."""
    return set(paths) == set(table.primary_key)


def _holds(answer: Containment, tables: Sequence[Table], target: End) -> bool:
    """Whether combinations are found, and not just because nearly every combination exists."""
    if not answer.exact or answer.values < _LEAST or answer.target_most > 1 or answer.inclusion < LEAST_INCLUSION:
        return False
    table = next(table for table in tables if table.name == target.table)
    possible = 1
    for path in target.paths:
        part = table.field(path)
        possible *= part.profile.distinct.count if part is not None and part.profile.distinct is not None else 1
    return (answer.target_values / max(possible, 1)) ** answer.values <= CHANCE


def _ends(start: End, target: End) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(f"{start.table}.{path}" for path in start.paths), tuple(
        f"{target.table}.{path}" for path in target.paths
    )


def _relationship(start: End, target: End, answer: Containment) -> Relationship:
    from_, to = _ends(start, target)
    return Relationship(
        from_=list(from_),
        to=list(to),
        kind="inferred",
        confidence=0.8 if answer.orphans else 0.9,
        evidence=[f"together they are called like the key of {target.table}", *evidence_of(answer, private=True)],
        **facts_of(answer),
    )
