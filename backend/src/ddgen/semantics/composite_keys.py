"""Combinations of fields that identify a row: the two ends of a bridge, an order and its line, a thing and a day."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from ddgen.model.dictionary import Field, Table
from ddgen.model.path import Step, parse
from ddgen.model.question import End, Probe
from ddgen.semantics.key_names import POINTS, KeyNames, looks_like_key
from ddgen.semantics.reference_names import entity_words, is_measure, plain_words, word_group

MOST_ASKED = 40
"""Combinations of one table that are looked up; the most plausible come first."""

_MOST_FIELDS = 8
_LEAST_SCORE = 0.5
_TYPES = frozenset({"integer", "string", "uuid", "date", "timestamp"})
_MOMENTS = frozenset({"date", "timestamp"})
"""What is no key alone, even where it happens to be unique."""

_TEXT_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Combination:
    """Fields that identify a row together."""

    paths: tuple[str, ...]
    confidence: float
    evidence: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    field: Field
    weight: float
    refers: bool


def find(table: Table, names: KeyNames, probe: Probe, *, beats: float) -> Combination | None:
    """The most plausible combination whose values are different in every row, if it is better than `beats`.

    A table that only joins others has both ends as its key, even where one of them happens to be unique.
    """
    parts = _parts(table, names)
    bridge = _bridge(table, parts)
    if bridge is not None and (found := _checked(table, [bridge], probe)):
        return found[0]
    if (table.rows_profiled or 0) < 2:
        return None
    pool = [part for part in parts if not part.field.profile.unique or part.field.data_type in _MOMENTS]
    for size in (2, 3):
        combinations = _plausible(table, pool, size)
        found = _checked(table, combinations[:MOST_ASKED], probe)
        if found:
            best = max(found, key=lambda one: one.confidence)
            return best if best.confidence > max(beats, _LEAST_SCORE) else None
    return None


def _parts(table: Table, names: KeyNames) -> list[_Part]:
    timed = bool(entity_words(table.name) & word_group("history"))
    parts = [_Part(part, _weight(part, refers=refers, timed=timed), refers) for part, refers in _eligible(table, names)]
    chosen = sorted((part for part in parts if part.weight > 0), key=lambda part: (-part.weight, part.field.position))
    return sorted(chosen[:_MOST_FIELDS], key=lambda part: part.field.position)


def _eligible(table: Table, names: KeyNames) -> Iterator[tuple[Field, bool]]:
    for part in table.fields:
        profile = part.profile
        flat = not any(isinstance(segment, Step) for segment in parse(part.path))
        short = profile.lengths is None or profile.lengths.max <= _TEXT_LENGTH
        empty = not table.rows_profiled
        plain = part.inside is None and part.holds is None
        if flat and plain and short and profile.values == profile.total and (empty or part.data_type in _TYPES):
            yield part, names.points(table, part) >= POINTS


def _weight(part: Field, *, refers: bool, timed: bool) -> float:
    """How much a field looks like a part of a key; `timed` is a table of states over time."""
    words = set(plain_words(part.name))
    if words & word_group("audit"):
        return 0.0
    if refers:
        return 0.9
    if looks_like_key(part.name):
        return 0.75
    if is_measure(part.name) or (part.profile.distinct is not None and part.profile.distinct.count == 1):
        return 0.0
    if timed and part.data_type in {"date", "timestamp"}:
        return 0.9
    if words & word_group("order") and _counted(part):
        return 0.8
    if part.data_type == "date":
        return 0.7
    if words & word_group("time") or part.data_type == "timestamp":
        return 0.6
    if words & word_group("category"):
        return 0.5
    return 0.4 if part.data_type in {"integer", "string", "uuid"} else 0.0


def _counted(part: Field) -> bool:
    """Whole numbers, or texts of digits."""
    ends = (part.profile.min, part.profile.max)
    return part.data_type == "integer" or all(isinstance(one, str) and one.isdigit() for one in ends)


def _bridge(table: Table, parts: list[_Part]) -> tuple[_Part, ...] | None:
    """All fields that refer, where next to nothing else stands in the table."""
    refers = tuple(part for part in parts if part.refers)
    others = [part for part in table.fields if part.path not in {one.field.path for one in refers}]
    beside = [part for part in others if not set(plain_words(part.name)) & word_group("audit")]
    return refers if 2 <= len(refers) <= 3 and not beside else None


def _plausible(table: Table, pool: list[_Part], size: int) -> list[tuple[_Part, ...]]:
    """Combinations with enough different values, the most key-like first."""
    rows = table.rows_profiled or 0
    enough = [
        chosen
        for chosen in itertools.combinations(pool, size)
        if math.prod(_different(part) for part in chosen) >= rows
        and (any(part.refers for part in chosen) or _leading(chosen))
    ]
    return sorted(enough, key=lambda chosen: -_score(table, chosen))


def _leading(chosen: tuple[_Part, ...]) -> bool:
    return {part.field.position for part in chosen} == set(range(1, len(chosen) + 1))


def _different(part: _Part) -> float:
    distinct = part.field.profile.distinct
    return distinct.count * (1 + 3 * distinct.error) if distinct is not None else 0.0


def _score(table: Table, chosen: tuple[_Part, ...]) -> float:
    """The weakest part decides; keys mostly stand first, and a few rows prove little."""
    weights = sorted(part.weight for part in chosen)
    score = 0.6 * weights[0] + 0.4 * sum(weights) / len(weights) + (0.12 if _leading(chosen) else 0.0)
    score -= 0.05 * (len(chosen) - 2) + 0.002 * sum(part.field.position for part in chosen)
    rows = table.rows_profiled or 0
    return score * min(1.0, 0.8 + 0.02 * rows) if rows else score * 0.6


def _checked(table: Table, combinations: list[tuple[_Part, ...]], probe: Probe) -> list[Combination]:
    """Those that hold in the data; of a table without rows names have to do."""
    paths = [tuple(part.field.path for part in chosen) for chosen in combinations]
    if not table.rows_profiled:
        evidence = ["by their names alone: the table has no rows"]
        return [Combination(paths[0], 0.5, evidence)] if paths else []
    answers = probe.uniqueness([End(table.name, chosen) for chosen in paths])
    return [
        Combination(chosen, round(min(0.95, _score(table, parts)), 2), _evidence(table, chosen, parts))
        for chosen, parts, answer in zip(paths, combinations, answers, strict=True)
        if answer is not None and answer.unique
    ]


def _evidence(table: Table, paths: tuple[str, ...], parts: tuple[_Part, ...]) -> list[str]:
    evidence = [f"{' and '.join(paths)} together are different in all {table.rows_profiled or 0:,} rows"]
    refers = [part.field.path for part in parts if part.refers]
    where = "refers to another table" if len(refers) == 1 else "refer to other tables"
    return [*evidence, f"{' and '.join(refers)} {where}"] if refers else evidence
