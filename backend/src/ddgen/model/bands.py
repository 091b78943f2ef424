"""Coarse bands of measured numbers: they stay while data grow, and change when a text may have become wrong.

A number near the edge of two bands belongs to both: its own band comes first, then the neighbour. So one per cent more
rows moves nothing, wherever the edges lie.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

MOST_CODES = 50
"""Longer lists of values are no code lists."""

CODE_TYPES = frozenset({"string", "integer", "boolean"})
"""The data types that code lists are of."""

_REPEATS = 3.0
"""How often values of a code list occur on average, at least: of rarer ones the next rows would bring new ones."""

_GROWTH = 0.011
"""How far a share can move when one per cent more rows come."""

_LOG_GROWTH = 0.03
"""How near to a power of ten, in its logarithm, a mean belongs to both sides."""

_REPEATED = re.compile(r"(.)\1+", re.DOTALL)


def missing(share: float) -> list[str]:
    """How much is missing."""
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


def repetition(distinct: int | None, count: int | None, codes: Iterable[str] | None) -> list[object]:
    """The `codes` of a closed list, where they repeat; else whether values do."""
    if distinct is None or not count:
        return ["unmeasured"]
    ratio = distinct / count
    repeating: list[object] = list(_banded(ratio, ((0.9, "repeating"), (math.inf, "distinct")), 2 * _GROWTH))
    if codes is None or not ratio:
        return repeating
    listed = sorted(codes)
    repeats = 1 / ratio
    if repeats < _REPEATS * 0.9:
        return repeating
    if repeats < _REPEATS:
        return [*repeating, listed]
    return [listed, *repeating] if repeats < _REPEATS * 1.1 else [listed]


def magnitude(mean: float | None) -> list[object]:
    """The power of ten of the mean, with its sign."""
    if mean is None or not math.isfinite(mean) or mean == 0:
        return [None]
    sign = -1 if mean < 0 else 1
    exponent = math.log10(abs(mean))
    near = (math.floor(exponent), math.floor(exponent - _LOG_GROWTH), math.floor(exponent + _LOG_GROWTH))
    return [[sign, power] for power in dict.fromkeys(near)]


def form_of(shapes: Iterable[tuple[str, int]]) -> tuple[str | None, float]:
    """The most frequent shape without lengths (`A-9`), and its share of the listed shapes."""
    counts: Counter[str] = Counter()
    for shape, count in shapes:
        counts[_REPEATED.sub(r"\1", shape)] += count
    if not counts:
        return None, 0.0
    form, most = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return form, most / counts.total()


def form(found: str | None, share: float) -> list[str | None]:
    """The form that four in five values have, if there is one."""
    if found is None:
        return [None]
    bands = _banded(share, ((0.8, "varied"), (math.inf, "one")), 0.05)
    return [found if band == "one" else None for band in bands]
