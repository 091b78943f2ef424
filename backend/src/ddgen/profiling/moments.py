"""Count, mean, variance, least and greatest of numbers, mergeable."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

Number = int | float | Decimal


class Moments:
    """Moments of finite numbers, each with a multiplicity (Chan, Golub, LeVeque 1979, pairwise update)."""

    __slots__ = ("count", "max", "mean", "min", "squares")

    def __init__(self) -> None:
        self.count = 0
        self.mean = 0.0
        self.squares = 0.0
        """Sum of squared differences from the mean."""
        self.min: Any = None
        self.max: Any = None

    def add(self, values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64], low: Number, high: Number) -> None:
        """Values with how often each occurs, and their exact extremes."""
        count = int(counts.sum())
        scale = float(np.abs(values).max()) or 1.0
        scaled = values / scale
        mean = float((scaled * counts).sum()) / count
        squares = float(((scaled - mean) ** 2 * counts).sum())
        self._combine(count, mean * scale, squares * scale * scale, low, high)

    def merge(self, other: Moments) -> None:
        """Take in what `other` has seen."""
        if other.count and other.min is not None and other.max is not None:
            self._combine(other.count, other.mean, other.squares, other.min, other.max)

    def _combine(self, count: int, mean: float, squares: float, low: Number, high: Number) -> None:
        total = self.count + count
        shift = mean - self.mean
        if math.isfinite(shift):
            self.mean += shift * (count / total)
        else:
            self.mean = self.mean * (self.count / total) + mean * (count / total)
        self.squares += squares + shift * shift * (self.count * (count / total))
        self.count = total
        self.min = low if self.min is None else min(self.min, low)
        self.max = high if self.max is None else max(self.max, high)

    @property
    def stddev(self) -> float | None:
        """Standard deviation of the sample (n - 1)."""
        if self.count < 2 or not math.isfinite(self.squares):
            return None
        return math.sqrt(max(self.squares, 0.0) / (self.count - 1))

    def to_state(self) -> list[object]:
        """Plain values; extremes as text so that integers of any size survive."""
        return [self.count, self.mean, self.squares, _text(self.min), _text(self.max)]

    @classmethod
    def from_state(cls, state: list[object]) -> Moments:
        """The inverse of `to_state`."""
        made = cls()
        count, mean, squares, low, high = state
        made.count, made.mean, made.squares = int(str(count)), float(str(mean)), float(str(squares))
        made.min, made.max = _number(low), _number(high)
        return made


def _text(value: Number | None) -> list[str] | None:
    return None if value is None else [type(value).__name__, str(value)]


def _number(state: object) -> Number | None:
    if not isinstance(state, list):
        return None
    makers: dict[str, type[int | float | Decimal]] = {"int": int, "float": float, "Decimal": Decimal}
    return makers[state[0]](state[1])
