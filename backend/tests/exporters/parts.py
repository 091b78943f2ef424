"""What test dictionaries are made of: fields, profiles and claims in short words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Engine, Field, Table
from ddgen.model.path import leaf_name, parse
from ddgen.model.profile import Histogram, Profile, Quantiles, Scalar, ValueCount

WHEN = datetime(2026, 5, 1, 14, 5, 9, tzinfo=UTC)
ROWS = 12_480


def field(path: str, data_type: str, position: int = 0, profile: Profile | None = None, **more: Any) -> Field:
    """A field named by its path."""
    name = leaf_name(parse(path))
    return Field(path=path, name=name, position=position, data_type=data_type, profile=profile or profile_of(), **more)


def profile_of(total: int = ROWS, **facts: Any) -> Profile:
    """A profile whose values are what the absences leave of the total."""
    absent = sum(facts.get(way, 0) for way in ("null", "missing", "parent_absent"))
    return Profile(total=total, values=total - absent, **facts)


def says(kind: Kind, value: Any, origin: Origin, **more: Any) -> Claim:
    """A claim made at a fixed time."""
    return Claim(kind=kind, value=value, origin=origin, time=WHEN, **more)


def described(
    name: str, description: str, origin: Origin = Origin.RULE, confidence: float = 0.8, **more: Any
) -> list[Claim]:
    """Claims of a business name and a description."""
    return [
        says(Kind.BUSINESS_NAME, name, Origin.RULE, confidence=0.7),
        says(Kind.DESCRIPTION, description, origin, confidence=confidence, **more),
    ]


def tops(values: dict[Any, int]) -> list[ValueCount]:
    """Values with their counts."""
    return [ValueCount(value=value, count=count) for value, count in values.items()]


def bell(of: Any, edges: list[Any], exact: bool = True) -> Histogram:
    """A histogram with a hump."""
    bins = len(edges) - 1
    return Histogram(of=of, edges=edges, counts=[(i + 1) * (bins - i) * 7 for i in range(bins)], exact=exact)


def quantiles(*points: Scalar, exact: bool = True) -> Quantiles:
    """The seven quantiles, from the first per cent to the last."""
    names = ("p1", "p5", "p25", "p50", "p75", "p95", "p99")
    return Quantiles(**dict(zip(names, points, strict=True)), exact=exact, rank_error=0.0 if exact else 0.01)


def settled(name: str, tables: list[Table], **more: Any) -> Dictionary:
    """A dictionary whose shown values are the winning claims."""
    dictionary = Dictionary(name=name, generated_at=WHEN, engine=Engine(version="0.1.0"), tables=tables, **more)
    dictionary.settle()
    return dictionary
