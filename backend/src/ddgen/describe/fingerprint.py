"""The fingerprint of a field's coarse facts: it stays while data grow, and changes when a text may have become wrong.

Measured numbers count by bands only. A number near the edge of two bands belongs to both: the field then has a second
fingerprint, with the neighbouring band, under which an older text is found as well. So one per cent more rows moves
nothing, wherever the edges lie.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Sequence

from ddgen.describe.facts import FieldFacts, TableFacts

MOST_CODES = 50
"""Longer lists of values are no code lists."""

_CODE_TYPES = frozenset({"string", "integer", "boolean"})
_REPEATS = 3.0
"""How often values of a code list occur on average, at least: of rarer ones the next rows would bring new ones."""

_GROWTH = 0.011
"""How far a share can move when one per cent more rows come."""

_LOG_GROWTH = 0.03
"""How near to a power of ten, in its logarithm, a mean belongs to both sides."""


def fingerprint(table: TableFacts, field: FieldFacts) -> str:
    """The fingerprint under which a text about this field is kept: 32 hexadecimal digits."""
    return fingerprints(table, field)[0]


def fingerprints(table: TableFacts, field: FieldFacts) -> tuple[str, ...]:
    """The field's own fingerprint first, then those of the bands that its numbers are near to."""
    fixed = [
        table.name,
        table.comment,
        field.path,
        field.name,
        sorted(field.data_type.split(" | ")),
        field.semantic_type,
        field.unit,
        field.comment,
        field.is_primary_key,
        field.references,
    ]
    bands = (_missing(field.missing), _distinctness(field), _magnitude(field.mean), _pattern(field))
    return tuple(_digest([*fixed, *chosen]) for chosen in itertools.product(*bands))


def _digest(facts: Sequence[object]) -> str:
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _missing(share: float) -> list[str]:
    return _banded(share, ((0.01, "full"), (0.5, "gaps"), (0.99, "mostly missing"), (math.inf, "empty")), _GROWTH)


def _banded(value: float, bands: Sequence[tuple[float, str]], near: float) -> list[str]:
    """The band that holds the value, then those that hold values near it."""
    limits = [limit for limit, _ in bands]
    own = next(index for index, limit in enumerate(limits) if value < limit)
    found = [bands[own][1]]
    if own and value - limits[own - 1] < near:
        found.append(bands[own - 1][1])
    if limits[own] - value <= near:
        found.append(bands[own + 1][1])
    return found


def _distinctness(field: FieldFacts) -> list[object]:
    """The codes of a closed list; else whether values repeat."""
    if field.distinct is None or not field.count:
        return ["unmeasured"]
    ratio = field.distinct / field.count
    repeating: list[object] = list(_banded(ratio, ((0.9, "repeating"), (math.inf, "distinct")), 2 * _GROWTH))
    if not _may_be_codes(field):
        return repeating
    codes = sorted(value.value for value in field.values)
    repeats = 1 / ratio
    if repeats < _REPEATS * 0.9:
        return repeating
    if repeats < _REPEATS:
        return [*repeating, codes]
    return [codes, *repeating] if repeats < _REPEATS * 1.1 else [codes]


def _may_be_codes(field: FieldFacts) -> bool:
    closed = field.values_closed and field.distinct is not None and field.distinct <= MOST_CODES
    return closed and field.data_type in _CODE_TYPES


def _magnitude(mean: float | None) -> list[object]:
    """The power of ten of the mean, with its sign."""
    if mean is None or not math.isfinite(mean) or mean == 0:
        return [None]
    sign = -1 if mean < 0 else 1
    exponent = math.log10(abs(mean))
    near = (math.floor(exponent), math.floor(exponent - _LOG_GROWTH), math.floor(exponent + _LOG_GROWTH))
    return [[sign, power] for power in dict.fromkeys(near)]


def _pattern(field: FieldFacts) -> list[str | None]:
    """The shape that four in five values have, if there is one."""
    if field.pattern is None:
        return [None]
    bands = _banded(field.pattern_share, ((0.8, "varied"), (math.inf, "one")), 0.05)
    return [field.pattern if band == "one" else None for band in bands]
