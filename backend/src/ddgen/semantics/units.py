"""Units of numbers: from the name, from the comment of the source, from values that hold them, and shares by range."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from ddgen.model.claim import Claim, Kind, Origin, winner
from ddgen.model.dictionary import Field, Table
from ddgen.model.values import Values
from ddgen.types import units
from ddgen.types.words import words_of

FRACTION = "fraction of 1"
"""Unit of a share that is no percentage."""

_NUMBERS = frozenset({"integer", "float", "decimal", "interval", "unknown"})
_SHARES = frozenset("share proportion fraction probability prob chance pct percent percentage ratio".split())
_PERCENT = frozenset("pct percent percentage perc".split())
_IN = re.compile(r"\b(?:in|measured in|unit:?|units:?)\s+([A-Za-z°%/23]+(?: [a-z]+)?)", re.IGNORECASE)
_FEWEST_VALUES = 5
_MOST = 0.95


def claim_units(table: Table, evidence: Mapping[str, Values]) -> None:
    """Add a claim about its unit to every field that shows one."""
    for field in table.fields:
        if winner(field.claims, Kind.UNIT) is not None or field.is_primary_key or field.references:
            continue
        found = _share(field) or _named(field) or _told(field) or _written(field, evidence.get(field.path))
        if found is not None:
            symbol, confidence, why = found
            field.claims.append(
                Claim(kind=Kind.UNIT, value=symbol, origin=Origin.RULE, confidence=confidence, evidence=[why])
            )


def _named(field: Field) -> tuple[str, float, str] | None:
    bracketed = units.in_brackets(field.name)
    if bracketed is not None:
        return bracketed.symbol, 0.95, f"the name says {bracketed.words} in brackets"
    found = units.of_name(words_of(field.name))
    if found is None or field.data_type not in _NUMBERS:
        return None
    return found.symbol, 0.8, f"the name ends with {found.words}"


def _told(field: Field) -> tuple[str, float, str] | None:
    comment = winner(field.claims, Kind.COMMENT)
    if comment is None or field.data_type not in _NUMBERS:
        return None
    for said in _IN.findall(str(comment.value)):
        found = units.of_text(said) or units.of_text(said.split(" ")[0])
        if found is not None:
            return found.symbol, 0.8, f"the comment says in {said}"
    return None


def _share(field: Field) -> tuple[str, float, str] | None:
    """A share between 0 and 1 is a fraction, whatever its name calls it; above, a name must say percent."""
    low, high = field.profile.min, field.profile.max
    said = _SHARES.intersection(words_of(field.name))
    if (
        not said
        or field.data_type not in _NUMBERS
        or not isinstance(low, int | float)
        or not isinstance(high, int | float)
    ):
        return None
    if 0 <= low < high <= 1:
        return FRACTION, 0.8, f"the name says {min(said)}, and the values are between 0 and 1"
    if said & _PERCENT:
        return "%", 0.8, f"the name says {min(said)}"
    return None


def _written(field: Field, values: Values | None) -> tuple[str, float, str] | None:
    """The unit that stands behind nearly every value of a text."""
    if field.data_type != "string" or values is None or len(values.items) < _FEWEST_VALUES:
        return None
    items = [str(value) for value, _ in values.items[:1000]]
    counts = Counter(unit.symbol for unit in map(units.of_value, items) if unit is not None)
    if counts.total() < _MOST * len(items):
        return None
    symbol, most = counts.most_common(1)[0]
    if most < counts.total():
        return None
    return symbol, 0.95, f"{most:,} of {len(items):,} different values end with {symbol}"
