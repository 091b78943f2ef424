"""How alike the facts of two fields are, and how much that tells.

Each fact that both fields have is a piece of evidence: how well it agrees (0 to 1), and what it weighs, in bits: how
unlikely it is to agree by chance. A constant or a boolean field has little that could tell it from another.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ddgen.model.dictionary import Field
from ddgen.model.profile import Scalar

_FEW = 2
"""So many different values, or fewer, and agreeing facts tell next to nothing."""

_MOST_LISTED = 0.5
"""Where the listed values are fewer than this share of all, they change with the rows: others say nothing against."""

_ALIKE = 0.8
_CONTRADICTION = 4.0
"""What it weighs against two fields that their types differ: these are half known by the name, which is another."""

_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One fact of both fields: how well it agrees (0 to 1) and what it weighs (bits)."""

    what: str
    share: float
    weight: float


class Facts:
    """The facts of a field that a rename leaves as they are; `around` are its neighbours that have kept their names."""

    def __init__(self, field: Field, around: tuple[str | None, str | None, int]) -> None:
        self.field = field
        self.profile = field.profile
        self.around = around
        self.kinds = frozenset(field.data_type.split(" | ")) - {"null"}
        self.distinct = None if field.profile.distinct is None else field.profile.distinct.count
        self.few = self.distinct is not None and self.distinct <= _FEW

    @cached_property
    def name(self) -> str:
        """The name without what spellings differ by: `customerId` and `customer_id` are one."""
        return _WORDS.sub("", self.field.name.lower())

    @cached_property
    def shares(self) -> dict[Scalar, float]:
        """The listed values that repeat, or all where all are listed, with their share of all values."""
        of = max(1, self.profile.values)
        listed = self.profile.all_values_listed
        return {entry.value: entry.count / of for entry in self.profile.top_values if listed or entry.count > 1}

    @cached_property
    def shapes(self) -> dict[str, float]:
        """The shapes with their share of those listed."""
        total = sum(shape.count for shape in self.profile.shapes)
        return {shape.shape: shape.count / total for shape in self.profile.shapes}

    @cached_property
    def points(self) -> tuple[float, ...] | None:
        """Five quantiles as numbers, dates as seconds."""
        found = self.profile.quantiles
        if found is None:
            return None
        ends = [_figure(end) for end in (found.p5, found.p25, found.p50, found.p75, found.p95)]
        return tuple(end for end in ends if end is not None) if None not in ends else None

    @cached_property
    def exact(self) -> tuple[Scalar, ...] | None:
        """What two different sets of numbers hardly ever share."""
        if self.profile.mean is None or self.profile.stddev is None or self.few:
            return None
        return self.profile.min, self.profile.max, self.profile.mean, self.profile.stddev


def _figure(value: Scalar) -> float | None:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    return float(value) if value is not None and math.isfinite(value) else None


def comparable(old: Facts, new: Facts) -> bool:
    """Whether two fields may be the same at all: of one type, and nothing that is known of both contradicts."""
    one, other = old.field, new.field
    if old.kinds != new.kinds or one.holds != other.holds or not (old.profile.values and new.profile.values):
        return False
    if one.unit is not None and other.unit is not None and one.unit != other.unit:
        return False
    return one.is_primary_key == other.is_primary_key or not (one.is_primary_key or one.is_unique)


def agreements(old: Facts, new: Facts) -> Iterator[Agreement]:
    """Every fact that both fields have, with how well it agrees."""
    yield from _roles(old, new)
    yield from _amounts(old, new)
    yield from _values(old, new)
    yield from _forms(old, new)
    yield from _place(old, new)


def _roles(old: Facts, new: Facts) -> Iterator[Agreement]:
    one, other = old.field, new.field
    if one.semantic_type is not None and one.semantic_type == other.semantic_type:
        yield Agreement("semantic type", 1.0, 1.0 if old.few else 3.0)
    elif one.semantic_type is not None and other.semantic_type is not None:
        yield Agreement("semantic type", 0.0, _CONTRADICTION)
    if one.is_primary_key and other.is_primary_key:
        yield Agreement("key", 1.0, 4.0)
    if one.references or other.references:
        yield Agreement("reference", float(one.references == other.references), 3.0)


def _amounts(old: Facts, new: Facts) -> Iterator[Agreement]:
    before, after = old.profile.null_fraction, new.profile.null_fraction
    if before or after:
        yield Agreement("missing values", max(0.0, 1 - 10 * abs(before - after)), 2.0)
    if old.distinct and new.distinct and not (old.few and new.few):
        close = min(old.distinct, new.distinct) / max(old.distinct, new.distinct)
        share = old.distinct / old.profile.values, new.distinct / new.profile.values
        close = max(close, min(share) / max(share))
        large = old.distinct > 20 and old.distinct != old.profile.values
        yield Agreement("different values", _steep(close, 0.8), (5.0 if close == 1 else 3.0) if large else 1.5)


def _values(old: Facts, new: Facts) -> Iterator[Agreement]:
    if old.shares and new.shares:
        common = sum(min(share, new.shares.get(value, 0.0)) for value, share in old.shares.items())
        listed = max(sum(old.shares.values()), sum(new.shares.values()))
        most = min(len(old.shares), len(new.shares))
        few = old.few or new.few
        if listed >= _MOST_LISTED or common >= _ALIKE * listed:
            yield Agreement("values", common / listed, 1.0 if few else min(12.0, 2.0 * most))
    if old.exact is not None and old.exact == new.exact:
        yield Agreement("mean and range", 1.0, 14.0)
    elif old.points is not None and new.points is not None and not (old.few or old.field.is_primary_key):
        spread = max(old.points[-1] - old.points[0], new.points[-1] - new.points[0])
        apart = sum(abs(one - other) for one, other in zip(old.points, new.points, strict=True)) / len(old.points)
        yield Agreement("quantiles", _steep(1 - apart / spread, 0.8) if spread else float(not apart), 6.0)


def _forms(old: Facts, new: Facts) -> Iterator[Agreement]:
    if old.shapes and new.shapes:
        common = sum(min(share, new.shapes.get(shape, 0.0)) for shape, share in old.shapes.items())
        kinds = {_class(character) for shape in old.shapes for character in shape}
        yield Agreement("shapes", common, 1.0 if old.few else min(5.0, 1.0 + len(kinds)))
    one, other = old.profile.lengths or old.profile.elements, new.profile.lengths or new.profile.elements
    if one is not None and other is not None:
        close = min(one.mean, other.mean) / max(one.mean, other.mean) if one.mean and other.mean else 0.0
        yield Agreement("lengths", _steep(close, 0.9), 1.0 if one.min == one.max else 2.0)


def _class(character: str) -> str:
    return character if character in "aA9" else "other"


def _place(old: Facts, new: Facts) -> Iterator[Agreement]:
    """Neighbours count for a field that stands among the same ones, and little against one that was moved."""
    before, after, rank = old.around
    same = (before == new.around[0]) + (after == new.around[1])
    if same == 2 and (before or after):
        yield Agreement("place", 1.0 if rank == new.around[2] else 0.7, 3.0)
    else:
        yield Agreement("place", same / 2, 1.0)
    if old.name == new.name:
        yield Agreement("spelling of the name", 1.0, 4.0)


def _steep(close: float, least: float) -> float:
    """The closeness stretched, so that `least` and what is below it counts as nothing."""
    return max(0.0, (close - least) / (1 - least))
