"""Profiles: the measured facts of a field, as they stand in a document.

Numbers are exact unless the object that holds them says `exact: false` and gives its error.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ddgen.model.problem import Place

Scalar = str | int | float | bool | None


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Distinct(_Facts):
    """How many different values. `error` is the relative standard error where it is an estimate."""

    count: int
    exact: bool
    error: float = 0.0


class ValueCount(_Facts):
    """A value and how often it occurs; the true count lies between `count - error` and `count`."""

    value: Scalar
    count: int
    error: int = 0


class Quantiles(_Facts):
    """The values below which 1, 5, 25, 50, 75, 95 and 99 % lie; `rank_error` is 0 where exact."""

    p1: Scalar
    p5: Scalar
    p25: Scalar
    p50: Scalar
    p75: Scalar
    p95: Scalar
    p99: Scalar
    exact: bool
    rank_error: float = 0.0


class Histogram(_Facts):
    """At most 50 bins. Bin i holds the values from edges[i] up to edges[i+1]; the last includes its end.

    Edges of dates and timestamps are ISO 8601 texts, of lengths and numbers they are numbers.
    """

    of: Literal["number", "date", "length"]
    edges: list[float | str]
    counts: list[int]
    exact: bool


class Lengths(_Facts):
    """Lengths in characters (texts), bytes (binary) or elements (arrays, maps)."""

    min: int
    max: int
    mean: float
    histogram: Histogram | None = None


class Shape(_Facts):
    """A character shape (`AA-9999`: letters are A and a, digits 9, the rest itself) and its share of values."""

    shape: str
    count: int


class Oddity(_Facts):
    """A peculiarity of how values are written, counted over the whole input, with its first records."""

    kind: str
    count: int
    example: str | None = None
    first: list[Place] = Field(default_factory=list)


class Profile(_Facts):
    """The facts of one field path.

    For every record (or, below an array or map, every element of it) the path is in one of these states:
    `parent_absent` (what should hold it is not there or null), `missing` (the holder lacks it), `null`,
    or it has a value. `total` is the sum of the four.
    """

    total: int = 0
    values: int = 0
    null: int = 0
    missing: int = 0
    parent_absent: int = 0
    null_tokens: dict[str, int] = Field(default_factory=dict)
    empty: int = 0
    records: int | None = None
    """Records in which the path occurs at least once; only below an array or map."""

    distinct: Distinct | None = None
    unique: bool | None = None
    min: Scalar = None
    max: Scalar = None
    mean: float | None = None
    stddev: float | None = None
    quantiles: Quantiles | None = None
    histogram: Histogram | None = None
    lengths: Lengths | None = None
    elements: Lengths | None = None
    top_values: list[ValueCount] = Field(default_factory=list)
    all_values_listed: bool = False
    shapes: list[Shape] = Field(default_factory=list)
    shapes_exact: bool = True
    samples: list[Scalar] = Field(default_factory=list)
    sample_size: int = 0
    oddities: list[Oddity] = Field(default_factory=list)
    scale: int | None = None
    """Most digits after the decimal point."""

    notes: list[str] = Field(default_factory=list)
    """What limits these facts: a map of values given up for memory, a smaller sample."""

    @property
    def null_fraction(self) -> float:
        """Share of the total without a value: null, missing, parent absent, or a null token."""
        absent = self.null + self.missing + self.parent_absent + sum(self.null_tokens.values())
        return absent / self.total if self.total else 0.0


Json = dict[str, Any]
