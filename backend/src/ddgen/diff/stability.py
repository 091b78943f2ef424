"""The population stability index: how far a distribution has moved, and how far chance alone would move it.

PSI = sum over bands of (q - p) * ln(q / p), with p and q the shares of a band in the old and new values (Siddiqi,
Credit Risk Scorecards, 2006). Without any move it is (1/n + 1/m) times a chi-square of as many degrees of freedom as
there are bands, less one (Yurdakul, Statistical Properties of Population Stability Index, 2018).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ddgen.exporters.text import number, percent, value
from ddgen.model.profile import Profile

_RANKS = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
_MEDIAN = 4
_SURE = 4.0
_LEAST = 0.5
"""What an empty band counts as, in values: none of n seen does not mean that there are none."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a distribution moved; `by_chance`: what an index may be without any move."""

    index: float
    by_chance: float
    said: str
    ends: tuple[Any, Any]


def shift(before: Profile, after: Profile) -> Shift | None:
    """How far the values moved, where both profiles tell how they are spread."""
    if before.all_values_listed and after.all_values_listed:
        return _of_lists(before, after)
    one, other = _curve(before), _curve(after)
    return _of_numbers(one, other) if one is not None and other is not None else None


def _of_lists(before: Profile, after: Profile) -> Shift | None:
    """Of values that are listed; those that only one side has are a matter of code lists."""
    was = {entry.value: entry.count for entry in before.top_values}
    now = {entry.value: entry.count for entry in after.top_values}
    common = [one for one in was if one in now]
    if len(common) < 2:
        return None
    old, new = [was[one] for one in common], [now[one] for one in common]
    one = max(common, key=lambda item: abs(was[item] / sum(old) - now[item] / sum(new)))
    said = f"{value(one)} is {percent(now[one] / sum(new))}, was {percent(was[one] / sum(old))}"
    return Shift(*index(old, new), said, (was[one] / sum(old), now[one] / sum(new)))


def _of_numbers(one: _Curve, other: _Curve) -> Shift | None:
    edges = sorted(set(one.points[2:-2]))
    was, now = one.points[_MEDIAN], other.points[_MEDIAN]
    said = f"median {number(now)}, was {number(was)}"
    return Shift(*index(one.between(edges), other.between(edges)), said, (was, now)) if edges else None


def index(old: Sequence[float], new: Sequence[float]) -> tuple[float, float]:
    """The population stability index of counts by band, and what it may be by chance."""
    n, m = sum(old), sum(new)
    moved = 0.0
    for before, after in zip(old, new, strict=True):
        p, q = max(before, _LEAST) / n, max(after, _LEAST) / m
        moved += (q - p) * math.log(q / p)
    free = max(1, len(old) - 1)
    return moved, (free + _SURE * math.sqrt(2 * free)) * (1 / n + 1 / m)


class _Curve:
    """Below which value which share lies, straight between the quantiles; `count` values stand behind it."""

    def __init__(self, points: Sequence[float], count: float) -> None:
        self.points = points
        self.count = count

    def between(self, cuts: Sequence[float]) -> list[float]:
        """How many values lie up to the first cut, between each two, and above the last."""
        shares = [0.0, *map(self._upto, cuts), 1.0]
        return [(high - low) * self.count for low, high in pairwise(shares)]

    def _upto(self, cut: float) -> float:
        place = bisect_right(self.points, cut)
        if place in {0, len(self.points)}:
            return float(place > 0)
        low, high = self.points[place - 1], self.points[place]
        return _RANKS[place - 1] + (cut - low) / (high - low) * (_RANKS[place] - _RANKS[place - 1])


def _curve(profile: Profile) -> _Curve | None:
    found = profile.quantiles
    if found is None:
        return None
    inner = (found.p1, found.p5, found.p25, found.p50, found.p75, found.p95, found.p99)
    ends = [profile.min, *inner, profile.max]
    points = [float(end) for end in ends if isinstance(end, int | float) and math.isfinite(end)]
    if len(points) < len(_RANKS) or points != sorted(points):
        return None
    known = profile.values if found.exact or not found.rank_error else min(profile.values, found.rank_error**-2)
    return _Curve(points, known)
