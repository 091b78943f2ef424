"""The sample of a field: the values whose record hashes are smallest, so random, and the same in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ddgen.profiling.hashing import Hashes

SAMPLE_SIZE = 10_000
_SLACK = 1.25
_LEAST_ARRAY = 32
"""Fewer values than this take less memory as Python objects than as an array of their own."""


@dataclass(slots=True)
class _Part:
    """Values with the hashes of their records. Arrays stay arrays: a short text takes a fifth of its Python object."""

    values: list[Any] | pa.Array
    hashes: Hashes

    def take(self, indexes: npt.NDArray[np.intp]) -> _Part:
        """Some of them, copied, so that the batch they came with can go."""
        if isinstance(self.values, list):
            return _Part([self.values[index] for index in indexes.tolist()], self.hashes[indexes])
        taken = self.values.take(pa.array(indexes))
        return _Part(taken.to_pylist() if len(taken) < _LEAST_ARRAY else taken, self.hashes[indexes])

    @property
    def kind(self) -> str:
        """Parts of one kind can be joined."""
        return "" if isinstance(self.values, list) else str(self.values.type)

    def listed(self) -> list[Any]:
        """The values as Python objects."""
        values: list[Any] = self.values if isinstance(self.values, list) else self.values.to_pylist()
        return values


class BottomK:
    """Keeps the `size` values with the smallest hashes; between compactions it may hold a quarter more."""

    __slots__ = ("_count", "_parts", "limit", "size")

    def __init__(self, size: int = SAMPLE_SIZE) -> None:
        self.size = size
        self.limit = np.uint64(np.iinfo(np.uint64).max)
        self._parts: list[_Part] = []
        self._count = 0

    def add(self, values: Sequence[Any] | pa.Array, hashes: Hashes) -> None:
        """Offer values with their record hashes (same order, same length)."""
        chosen = np.flatnonzero(hashes <= self.limit)
        if len(chosen) > self.size:
            chosen = np.sort(chosen[np.argpartition(hashes[chosen], self.size - 1)[: self.size]])
        if len(chosen):
            offered = values if isinstance(values, pa.Array | list) else list(values)
            self._parts.append(_Part(offered, hashes).take(chosen))
            self._count += len(chosen)
        if self._count > self.size * _SLACK:
            self.compact()

    def compact(self) -> None:
        """Drop all but the smallest."""
        hashes = self.joined()
        if len(hashes) > self.size:
            keep = np.zeros(len(hashes), np.bool_)
            keep[np.argpartition(hashes, self.size - 1)[: self.size]] = True
            ends = np.cumsum([len(part.hashes) for part in self._parts])[:-1]
            chosen = [np.flatnonzero(mask) for mask in np.split(keep, ends)]
            self._parts = [part.take(those) for part, those in zip(self._parts, chosen, strict=True) if len(those)]
            self._count = self.size
            self.limit = hashes[keep].max()
        self._parts = _joined_by_kind(self._parts)

    def shrink(self, size: int) -> None:
        """Keep fewer from now on; a bottom-k of a bottom-k is one."""
        self.size = min(self.size, size)
        if self._count > self.size * _SLACK:
            self.compact()

    def merge(self, other: BottomK) -> None:
        """Take in another sample; the smaller size holds."""
        self.size = min(self.size, other.size)
        self.limit = min(self.limit, other.limit)
        self._parts += other._parts
        self._count += other._count
        self.compact()

    def ordered(self) -> list[Any]:
        """The values by hash: a random order, the same whatever came first."""
        self.compact()
        values = self.values()
        return [values[index] for index in np.argsort(self.joined(), kind="stable").tolist()]

    def values(self) -> list[Any]:
        """The values held, in no particular order."""
        return [value for part in self._parts for value in part.listed()]

    def joined(self) -> Hashes:
        """The hashes of the values, in the same order."""
        empty: npt.NDArray[np.uint64] = np.zeros(0, np.uint64)
        return np.concatenate([empty, *(part.hashes for part in self._parts)])

    def __len__(self) -> int:
        """How many values are held."""
        return self._count


def _joined_by_kind(parts: list[_Part]) -> list[_Part]:
    ordered = sorted(parts, key=lambda part: part.kind)
    return [_joined(list(alike)) for _, alike in groupby(ordered, key=lambda part: part.kind)]


def _joined(parts: list[_Part]) -> _Part:
    """Parts of one kind as one."""
    if len(parts) == 1:
        return parts[0]
    hashes = np.concatenate([part.hashes for part in parts])
    if isinstance(parts[0].values, list):
        return _Part([value for part in parts for value in part.listed()], hashes)
    return _Part(pa.concat_arrays([part.values for part in parts]), hashes)


def rank_error(size: int) -> float:
    """How far, with 95 % confidence, a sample quantile's rank may be off (share of all values; binomial bound)."""
    return float(1.96 * 0.5 / np.sqrt(size)) if size else 1.0
