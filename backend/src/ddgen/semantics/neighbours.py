"""What fields say of each other: coordinates come in pairs, and codes of countries beside languages are told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ddgen.semantics.column import Column
from ddgen.semantics.scoring import Fit
from ddgen.types import declaration
from ddgen.types.table import TypeTable

_DEGREES = re.compile(r"[+\-]?\d{1,3}[.,]\d{4,}")
_PRECISE = 0.7
_PAIR = 0.72
_ALONE = 0.1
LATITUDE, LONGITUDE = "location.latitude", "location.longitude"


def settled(columns: Sequence[Column], fits: Sequence[list[Fit]], types: TypeTable) -> list[list[Fit]]:
    """The types of all columns of a table, best first, after a look at their neighbours."""
    found = [list(one) for one in fits]
    _pair_unnamed(columns, found, types)
    _doubt_alone(found)
    return [sorted(one, key=lambda fit: -fit.confidence) for one in found]


def _doubt_alone(found: list[list[Fit]]) -> None:
    """A latitude without a longitude, or the other way round, is less sure."""
    best = {one[0].type.id for one in found if one}
    for mine, partner in ((LATITUDE, LONGITUDE), (LONGITUDE, LATITUDE)):
        if mine in best and partner not in best:
            for one in found:
                if one and one[0].type.id == mine:
                    one[0] = replace(one[0], confidence=round(one[0].confidence - _ALONE, 3))


def _pair_unnamed(columns: Sequence[Column], found: list[list[Fit]], types: TypeTable) -> None:
    """Two precise columns of degrees, one up to 90 and one beyond, are coordinates even without names.

    Where three and more look so, these are measurements of another kind.
    """
    precise = [place for place, column in enumerate(columns) if not found[place] and _degrees(column)]
    if len(precise) != 2:
        return
    first, second = sorted(precise, key=lambda place: _largest(columns[place]))
    north, east = types.get(LATITUDE), types.get(LONGITUDE)
    if north is None or east is None or _largest(columns[first]) > 90 or not 90 < _largest(columns[second]) <= 180:
        return
    for place, one in ((first, north), (second, east)):
        tested = len(columns[place].texts)
        found[place] = [Fit(one, _PAIR, None, tested, tested)]


def _degrees(column: Column) -> bool:
    if column.data_types.isdisjoint({"float", "decimal"}) or len(column.texts) < 5:
        return False
    precise = sum(_DEGREES.fullmatch(text) is not None for text in column.texts)
    return precise >= _PRECISE * len(column.texts)


def _largest(column: Column) -> float:
    numbers = (declaration.number(text) for text in column.texts)
    return max((abs(one) for one in numbers if one is not None), default=0.0)
