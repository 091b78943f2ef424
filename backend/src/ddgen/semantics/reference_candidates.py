"""Which fields may refer to which keys: gates by type, name, range and the values at hand, before data are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ddgen.model.claim import Kind, winners
from ddgen.model.dictionary import Field, Table
from ddgen.model.path import parse
from ddgen.model.values import Values
from ddgen.semantics.key_names import OWN, KeyNames, looks_like_key
from ddgen.semantics.reference_names import (
    counts_things,
    is_measure,
    is_moment,
    is_plain_key,
    names_table,
    plain_words,
    points_within,
    same_column,
)

TELLING = 0.85
"""Score of a name that tells by itself: some values may be wrong."""

SUGGESTIVE = 0.3
"""Score of a name below which only values that cannot agree by chance make a candidate."""

CHANCE = 1e-4
"""Most probability that values agree by chance, for them to say something."""

_NAMED = 0.7
"""Score of a name from which values need not lie within the range of those referred to: some may be wrong."""

_SELF_KEYED = 0.9
_SELF = 0.8
_COUNT = 0.35
_ALTERNATE = 0.6
_UNNAMED = 0.5
_LEAST_TEXTS = 20
_LEAST_DISTINCT = 3
_LEAST_LETTERS = 10
_CHECKED = 12
_MISSES = 0.25
_CLASSES = {"integer": "number", "decimal": "number", "float": "number", "string": "text", "uuid": "text"}


@dataclass(frozen=True, slots=True)
class Target:
    """A field that others may refer to."""

    table: Table
    field: Field
    strength: float
    """How sure it is that it is a key."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field, a key it may refer to, and what their names say."""

    table: Table
    field: Field
    target: Target
    name: float
    chance: float
    """The probability that the field's values stand in the key by chance."""

    @property
    def typed(self) -> bool:
        """Whether a field beside it says to which of several tables it refers: `sender_id` and `sender_type`."""
        head = "_".join(plain_words(self.field.name)[:-1])
        kinds = {f"{head}_type", f"{head}_kind", f"{head}_class", f"{head}_table"}
        return bool(head) and any("_".join(plain_words(other.name)) in kinds for other in self.table.fields)

    @property
    def same_table(self) -> bool:
        """Whether rows refer to rows of their own table."""
        return self.table is self.target.table


def targets(tables: Sequence[Table], names: KeyNames) -> list[Target]:
    """The key of each table, unique texts that look like another key of it, and what is unique where none does.

    Nothing inside texts is referred to.
    """
    return [target for table in tables for target in _of_table(table, names)]


def _of_table(table: Table, names: KeyNames) -> Iterator[Target]:
    single = table.primary_key[0] if len(table.primary_key) == 1 else None
    own = [part for part in table.fields if part.inside is None]
    unnamed = next((part for part in own if winners(part.claims, Kind.KEY)), None) if not single else None
    for part in own:
        if part.path == single:
            strength = max((claim.confidence for claim in table.claims if claim.kind is Kind.PRIMARY_KEY), default=0.5)
            yield Target(table, part, 1.0 if names.is_own(table, part) else strength)
        elif winners(part.claims, Kind.KEY) and (names.is_own(table, part) or _alternate(part)):
            yield Target(table, part, _ALTERNATE)
        elif part is unnamed and not table.primary_key:
            yield Target(table, part, _UNNAMED)


def _alternate(part: Field) -> bool:
    distinct = part.profile.distinct
    enough = distinct is not None and distinct.count >= _LEAST_TEXTS
    return _class(part) == "text" and enough and looks_like_key(part.name)


def _class(part: Field) -> str | None:
    """Numbers refer to numbers and texts to texts; texts of digits, and fields without values, may be either."""
    if part.data_type == "unknown":
        return "any"
    if part.data_type == "string" and _digits(part.profile.min) and _digits(part.profile.max):
        return "any"
    integral = part.data_type not in {"float", "decimal"} or _integral(part)
    return _CLASSES.get(part.data_type) if integral else None


def _integral(part: Field) -> bool:
    """Whether numbers have no fraction, though they are written with one, as where integers are missing in pandas."""
    numbers = [part.profile.min, part.profile.max, *part.profile.samples]
    try:
        return all(float(number).is_integer() for number in numbers if number is not None)
    except ValueError:
        return False


def _digits(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()


def called(part: Field) -> str:
    """The name by which a field refers: `id` in an object `customer` is `customer_id`."""
    if part.path == part.name or not is_plain_key(part.name):
        return part.name
    parents = [segment for segment in parse(part.path)[:-1] if isinstance(segment, str)]
    return f"{parents[-1]}_{part.name}" if parents else part.name


def candidates(
    tables: Sequence[Table],
    evidence: Mapping[str, Mapping[str, Values]],
    names: KeyNames,
    turned_away: list[Candidate] | None = None,
) -> list[Candidate]:
    """Pairs of fields worth an exact question; those whose names fit and whose values do not are `turned_away`."""
    known, found = _Known(evidence), []
    keys = [(target, _class(target.field)) for target in targets(tables, names)]
    for table in tables:
        for part in table.fields:
            kind = _class(part)
            if kind is None or not _may_refer(table, part, names):
                continue
            for target, other in keys:
                if target.field is part or not (kind == other or "any" in {kind, other}):
                    continue
                candidate = _candidate(table, part, target, names)
                if candidate is None:
                    continue
                if _within_range(candidate) and known.agrees(candidate):
                    found.append(candidate)
                elif turned_away is not None and candidate.name >= SUGGESTIVE:
                    turned_away.append(candidate)
    return found


def _may_refer(table: Table, part: Field, names: KeyNames) -> bool:
    """Whether a field may be a reference, unless it is named like a key only if it is no measure and no moment.

    A text that holds documents is none, nor is a field that has no values although there are rows.
    """
    if part.holds is not None or (table.rows_profiled and not part.profile.values):
        return False
    return names.owned(part.name) or not (is_measure(part.name) or is_moment(part.name))


def _candidate(table: Table, part: Field, target: Target, names: KeyNames) -> Candidate | None:
    if table is target.table and not points_within(part.name):
        return None
    name = _name(table, part, target, names)
    own = part.path in table.primary_key and len(table.primary_key) == 1
    if own and (name < TELLING or names.is_own(table, part)):
        return None
    if name < SUGGESTIVE and (own or not _looks_referring(part)):
        return None
    chance = _chance(part, target.field)
    if name < SUGGESTIVE and chance > CHANCE:
        return None
    return Candidate(table, part, target, name, chance)


def _looks_referring(part: Field) -> bool:
    """Values alone speak for a field only where it is no measure, date or text for people to read."""
    return _class(part) == "text" or looks_like_key(part.name) or len(part.name) <= _LEAST_DISTINCT


def _name(table: Table, part: Field, target: Target, names: KeyNames) -> float:
    name = called(part)
    prefixes = names.prefixes[table.name], names.prefixes[target.table.name]
    if table is target.table:
        return _SELF_KEYED if looks_like_key(name) else _SELF
    same = same_column(name, target.field.name, target.table.name, prefixes)
    named = names_table(name, target.table.name, prefixes[0])
    if named and not names.is_own(target.table, target.field) and not is_plain_key(target.field.name):
        named *= OWN + (1 - OWN) * target.strength
    if part.data_type == "integer" and counts_things(name, target.table.name) and "[" not in part.path:
        named *= _COUNT
    return max(same, named)


def _chance(part: Field, key: Field) -> float:
    """The probability that as many values, taken at random from the same range, would all stand in the key."""
    here, there = part.profile, key.profile
    if here.distinct is None or there.distinct is None:
        return 1.0
    if isinstance(there.min, int | float) and isinstance(there.max, int | float):
        span = there.max - there.min + 1
        density = min(1.0, there.distinct.count / span) if span > 0 else 1.0
        return float(density**here.distinct.count)
    letters = here.lengths.mean if here.lengths is not None else 0.0
    enough = here.distinct.count >= _LEAST_DISTINCT and here.distinct.count * letters >= _LEAST_LETTERS
    return 0.0 if enough else 1.0


def _within_range(candidate: Candidate) -> bool:
    """Values that are referred to must cover those that refer, unless the name says enough that some may be wrong."""
    here, there = candidate.field.profile, candidate.target.field.profile
    if candidate.name >= _NAMED or here.distinct is None or there.distinct is None:
        return True
    if here.distinct.count > 1.1 * there.distinct.count * (1 + 3 * there.distinct.error) + 2:
        return False
    low, high, least, most = here.min, here.max, there.min, there.max
    if isinstance(low, int | float) and isinstance(high, int | float):
        if not (isinstance(least, int | float) and isinstance(most, int | float)):
            return True
        return least <= low and high <= most
    return not (
        isinstance(low, str) and isinstance(high, str) and isinstance(least, str) and isinstance(most, str)
    ) or (least[:8] <= low[:8] and high[:8] <= most[:8])


class _Known:
    """The values at hand: where they are all of a key's, a few of a field's tell whether to ask."""

    def __init__(self, evidence: Mapping[str, Mapping[str, Values]]) -> None:
        self._evidence = evidence
        self._sets: dict[tuple[str, str], frozenset[str] | None] = {}

    def agrees(self, candidate: Candidate) -> bool:
        """False where too many of the field's first values do not stand in the key."""
        target = candidate.target
        there = self._set(target.table.name, target.field.path) if target.table.whole else None
        held = self._evidence.get(candidate.table.name, {}).get(candidate.field.path)
        if there is None or held is None or not held.items:
            return candidate.name >= SUGGESTIVE or target.field.profile.distinct is not None
        few = [_text(value) for value, _ in held.items[:_CHECKED]]
        misses = sum(text not in there for text in few)
        return misses <= (_MISSES * len(few) if candidate.name >= SUGGESTIVE else 0)

    def _set(self, table: str, path: str) -> frozenset[str] | None:
        place = (table, path)
        if place not in self._sets:
            held = self._evidence.get(table, {}).get(path)
            complete = held is not None and held.complete
            self._sets[place] = frozenset(_text(value) for value, _ in held.items) if held and complete else None
        return self._sets[place]


def _text(value: object) -> str:
    """As profiling compares values: 42.0 is 42, and a UUID's case does not matter here."""
    text = str(value).strip().lower()
    return text.removesuffix(".0")
