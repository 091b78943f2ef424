"""The sample of a field: the values whose record hashes are smallest, so random, and the same in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from ddgen.profiling.hashing import Hashes

SAMPLE_SIZE = 10_000
_SLACK = 1.25


@runtime_checkable
class Takeable(Protocol):
    """Values of which some can be taken together."""

    def take(self, indexes: npt.NDArray[np.intp]) -> list[Any]:
        """Those at the indexes."""


class BottomK:
    """Keeps the `size` values with the smallest hashes; between compactions it may hold a quarter more."""

    __slots__ = ("hashes", "limit", "size", "values")

    def __init__(self, size: int = SAMPLE_SIZE) -> None:
        self.size = size
        self.limit = np.uint64(np.iinfo(np.uint64).max)
        self.hashes: list[Hashes] = []
        self.values: list[Any] = []

    def add(self, values: Sequence[Any], hashes: Hashes) -> None:
        """Offer values with their record hashes (same order, same length)."""
        chosen = np.flatnonzero(hashes <= self.limit)
        if len(chosen) > self.size:
            chosen = np.sort(chosen[np.argpartition(hashes[chosen], self.size - 1)[: self.size]])
        if len(chosen) == len(values):
            self.values.extend(values)
            self.hashes.append(hashes)
        elif len(chosen):
            taken = (
                values.take(chosen) if isinstance(values, Takeable) else [values[index] for index in chosen.tolist()]
            )
            self.values.extend(taken)
            self.hashes.append(hashes[chosen])
        if len(self.values) > self.size * _SLACK:
            self.compact()

    def compact(self) -> None:
        """Drop all but the smallest."""
        hashes = self.joined()
        if len(hashes) > self.size:
            keep = np.sort(np.argpartition(hashes, self.size - 1)[: self.size])
            self.values = [self.values[index] for index in keep.tolist()]
            hashes = hashes[keep]
            self.limit = hashes.max()
        self.hashes = [hashes]

    def shrink(self, size: int) -> None:
        """Keep fewer from now on; a bottom-k of a bottom-k is one."""
        if size < self.size:
            self.size = size
            self.compact()

    def merge(self, other: BottomK) -> None:
        """Take in another sample; the smaller size holds."""
        self.size = min(self.size, other.size)
        self.limit = min(self.limit, other.limit)
        self.values.extend(other.values)
        self.hashes.append(other.joined())
        self.compact()

    def ordered(self) -> list[Any]:
        """The values by hash: a random order, the same whatever came first."""
        self.compact()
        return [self.values[index] for index in np.argsort(self.joined(), kind="stable").tolist()]

    def joined(self) -> Hashes:
        """The hashes of the values, in their order."""
        empty: npt.NDArray[np.uint64] = np.zeros(0, np.uint64)
        return np.concatenate([empty, *self.hashes])

    def __len__(self) -> int:
        """How many values are held."""
        return len(self.values)


def rank_error(size: int) -> float:
    """How far, with 95 % confidence, a sample quantile's rank may be off (share of all values; binomial bound)."""
    return float(1.96 * 0.5 / np.sqrt(size)) if size else 1.0
