"""Keys: those a source declares, fields whose values identify every row, and which of them is the primary key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.model.path import Step, parse
from ddgen.model.profile import Distinct
from ddgen.model.question import End, Probe, Uniqueness
from ddgen.semantics import composite_keys, key_names

FEWEST_ROWS = 2
PROPOSED = 0.5
"""Confidence from which a unique field is proposed as the primary key; below it stays a candidate."""

SURE_OF_SAMPLE = 0.5
"""Most confidence in a key where only a sample, or a name, was looked at."""

NEARLY = 0.98
"""Share of different values from which a field that looks like a key is said to be nearly unique."""

_KEY_TYPES = frozenset({"integer", "string", "uuid", "decimal", "binary"})
_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Declared:
    """The keys that a source declares of a table, as paths."""

    primary: tuple[str, ...] = ()
    unique: list[tuple[str, ...]] = field(default_factory=list)


def maybe_unique(part: Field) -> bool:
    """Whether sketches suggest that the field identifies rows, and only an exact look can tell."""
    profile = part.profile
    return (
        _eligible(part)
        and profile.unique is None
        and profile.distinct is not None
        and profile.distinct.count >= profile.values * (1 - 3 * profile.distinct.error)
    )


def is_key(part: Field) -> bool:
    """Whether the field is known to identify every row."""
    return _eligible(part) and part.profile.unique is True


def _eligible(part: Field) -> bool:
    """A field of every row, never without a value, of a type and length that keys have; no document in a text."""
    profile = part.profile
    top_level = not any(isinstance(segment, Step) for segment in parse(part.path))
    complete = profile.values == profile.total >= FEWEST_ROWS
    short = profile.lengths is None or profile.lengths.max <= _LONGEST_KEY
    return top_level and complete and short and part.data_type in _KEY_TYPES and part.holds is None


def find(tables: Sequence[Table], declared: Mapping[str, Declared], probe: Probe) -> None:
    """Add the claims about keys to tables and their fields, each table looked at with the names of all others.

    A declared primary key is the source's word, and checked; without one the most key-like unique field, or the
    combination of fields that identifies a row, is proposed. Raises what the probe raises.
    """
    _look_again(tables, probe)
    names = key_names.KeyNames(tables)
    for table in tables:
        said = declared.get(table.name, Declared())
        _claim_unique(table, said.unique)
        candidates = _claim_candidates(table, names)
        if said.primary:
            table.claims.append(_declared(table, said.primary, probe))
        else:
            _propose(table, candidates, names, probe)


def _look_again(tables: Sequence[Table], probe: Probe) -> None:
    """Ask the data about fields of which sketches cannot tell, and show what repeats in those that are nearly keys."""
    asked = [(table, part) for table in tables for part in table.fields if maybe_unique(part) or _nearly(part)]
    answers = probe.uniqueness([End(table.name, (part.path,)) for table, part in asked])
    for (_, part), answer in zip(asked, answers, strict=True):
        if answer is not None:
            _note(part, answer)


def _note(part: Field, answer: Uniqueness) -> None:
    profile = part.profile
    profile.unique = answer.unique
    if answer.unique:
        profile.distinct = Distinct(count=profile.values, exact=True)
        return
    shown = f", such as {', '.join(answer.examples[:3])}" if answer.examples and part.masking is None else ""
    count = f"{answer.repeated:,} {'value repeats' if answer.repeated == 1 else 'values repeat'}"
    profile.notes.append(f"{count}{shown}")


def _nearly(part: Field) -> bool:
    """Whether a field named like a key is almost one: what repeats may be a mistake."""
    profile = part.profile
    return (
        _eligible(part)
        and profile.unique is False
        and profile.distinct is not None
        and NEARLY * profile.values <= profile.distinct.count < profile.values
        and key_names.looks_like_key(part.name)
    )


def _claim_unique(table: Table, declared: list[tuple[str, ...]]) -> None:
    for columns in declared:
        part = table.field(columns[0]) if len(columns) == 1 else None
        if part is not None:
            part.claims.append(_claim(Kind.KEY, "unique", Origin.SOURCE, 1.0, ["declared unique in the source"]))
        elif len(columns) > 1:
            said = ["declared unique together in the source"]
            table.claims.append(_claim(Kind.KEY, list(columns), Origin.SOURCE, 1.0, said))


def _claim_candidates(table: Table, names: key_names.KeyNames) -> dict[str, float]:
    """Claim every field that is unique as a candidate; how much each looks like the key, by path.

    What stands inside a text identifies rows, but is no key of the table.
    """
    found = {}
    unique = list(filter(is_key, table.fields))
    alone = sum(part.inside is None for part in unique) == 1
    for part in unique:
        confidence = names.confidence(table, part, alone=alone)
        sure = round(min(confidence, SURE_OF_SAMPLE) if sampled(table) else confidence, 2)
        evidence = [f"all {part.profile.values:,} values are different and none is missing{sampled(table)}"]
        part.claims.append(_claim(Kind.KEY, "candidate", Origin.RULE, sure, evidence))
        if part.inside is None:
            found[part.path] = sure
    return found


def _propose(table: Table, candidates: dict[str, float], names: key_names.KeyNames, probe: Probe) -> None:
    """The best single field, unless it is none by its name and a combination of fields is a better key."""
    best = max(candidates, key=lambda path: candidates[path], default=None)
    score = candidates[best] if best is not None else 0.0
    chosen = table.field(best) if best is not None else None
    if chosen is None or not names.is_own(table, chosen):
        together = composite_keys.find(table, names, probe, beats=score)
        if together is not None:
            sure = min(together.confidence, SURE_OF_SAMPLE) if sampled(table) else together.confidence
            value = list(together.paths)
            table.claims.append(_claim(Kind.PRIMARY_KEY, value, Origin.RULE, sure, together.evidence))
            return
    if best is not None and score >= PROPOSED:
        evidence = [f"{best} is unique and complete over {table.rows_profiled or 0:,} rows{sampled(table)}"]
        evidence += names.reasons(table, best)
        table.claims.append(_claim(Kind.PRIMARY_KEY, [best], Origin.RULE, score, evidence))
    elif best is None and (guess := names.by_name(table)) is not None:
        evidence = [f"by its name alone: the table has {'one row' if table.rows_profiled else 'no rows'}"]
        table.claims.append(_claim(Kind.PRIMARY_KEY, [guess], Origin.RULE, SURE_OF_SAMPLE, evidence))


def _declared(table: Table, columns: tuple[str, ...], probe: Probe) -> Claim:
    """A declared primary key, and whether the data keep to it."""
    evidence = ["declared as primary key in the source"]
    parts = [table.field(path) for path in columns]
    missing = [part.path for part in parts if part is not None and part.profile.values < part.profile.total]
    evidence += [f"but {path} is missing in some rows" for path in missing]
    (answer,) = probe.uniqueness([End(table.name, columns)]) if None not in parts and not sampled(table) else [None]
    if answer is not None and answer.unique and not missing:
        evidence.append(f"checked: it is different in all {table.rows_profiled or 0:,} rows")
    elif answer is not None and not answer.unique:
        shown = "" if any(part is not None and part.masking for part in parts) else f": {answer.examples[0]}"
        evidence.append(f"but {answer.repeated:,} of its values occur more than once{shown}")
    return _claim(Kind.PRIMARY_KEY, list(columns), Origin.SOURCE, 1.0, evidence)


def sampled(table: Table) -> str:
    """What to add to a fact of a table of which only a sample was looked at, else nothing."""
    rows, read = table.row_count, table.rows_profiled
    return f", of {rows:,} rows sampled" if rows is not None and read is not None and read < rows else ""


def _claim(kind: Kind, value: object, origin: Origin, confidence: float, evidence: list[str]) -> Claim:
    return Claim(kind=kind, value=value, origin=origin, confidence=confidence, evidence=evidence)
