"""What is kept of values when there are too many to keep: how many (HyperLogLog), and which are frequent."""

from __future__ import annotations

import heapq
import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ddgen.profiling.hashing import Hashes

PRECISION = 14
REGISTERS = 1 << PRECISION
RELATIVE_ERROR = 1.04 / math.sqrt(REGISTERS)
"""Standard error of the estimate: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog" (2007)."""

_TAIL = 64 - PRECISION
HEAVY_HITTERS = 512


class HyperLogLog:
    """Counts different hashes in 16 KB. Adding and merging commute, so any order gives the same registers."""

    __slots__ = ("registers",)

    def __init__(self, registers: npt.NDArray[np.uint8] | None = None) -> None:
        self.registers = np.zeros(REGISTERS, np.uint8) if registers is None else registers

    def add(self, hashes: Hashes) -> None:
        """Register index: the upper 14 bits; rank: leading zeros of the other 50, plus one."""
        if not len(hashes):
            return
        index = (hashes >> np.uint64(_TAIL)).astype(np.intp)
        tail = hashes & np.uint64((1 << _TAIL) - 1)
        bits = np.frexp(tail.astype(np.float64))[1]
        np.maximum.at(self.registers, index, (_TAIL + 1 - bits).astype(np.uint8))

    def merge(self, other: HyperLogLog) -> None:
        """Take in what `other` has seen."""
        np.maximum(self.registers, other.registers, out=self.registers)

    def estimate(self) -> int:
        """How many different hashes were added: Ertl, "New cardinality estimation algorithms" (2017), algorithm 6."""
        counts = np.bincount(self.registers, minlength=_TAIL + 2)
        total = REGISTERS * _tau(1.0 - counts[_TAIL + 1] / REGISTERS)
        for rank in range(_TAIL, 0, -1):
            total = 0.5 * (total + int(counts[rank]))
        total += REGISTERS * _sigma(counts[0] / REGISTERS)
        return 0 if math.isinf(total) else round(REGISTERS * REGISTERS / (2.0 * math.log(2.0) * total))

    def to_state(self) -> str:
        """The registers as base64."""
        return b64encode(self.registers.tobytes()).decode()

    @classmethod
    def from_state(cls, state: str) -> HyperLogLog:
        """The inverse of `to_state`."""
        return cls(np.frombuffer(b64decode(state), np.uint8).copy())


def _sigma(share: float) -> float:
    if share == 1.0:
        return math.inf
    power, total, step = share, share, 1.0
    while True:
        power *= power
        before, total, step = total, total + power * step, step * 2.0
        if total == before:
            return total


def _tau(share: float) -> float:
    if share in (0.0, 1.0):
        return 0.0
    root, total, step = share, 1.0 - share, 1.0
    while True:
        root = math.sqrt(root)
        step *= 0.5
        before, total = total, total - (1.0 - root) ** 2 * step
        if total == before:
            return total / 3.0


class HeavyHitters:
    """The most frequent values with counts and errors, in at most 512 counters.

    A batch of exact counts is merged as a summary: Agarwal et al., "Mergeable summaries" (2012). A value's
    true count lies between its count here less its error, and its count; every value that occurs more often
    than `error` times in all is here.
    """

    __slots__ = ("counts", "error")

    def __init__(self, counts: dict[Hashable, int] | None = None, error: int = 0) -> None:
        self.counts: dict[Hashable, int] = counts or {}
        self.error = error

    def add(self, batch: Mapping[Hashable, int], largest: int) -> None:
        """Count a batch's values in; `largest` is its highest count (1 where all differ)."""
        if largest == 1:
            self.add_singles(len(batch), lambda tracked: [value for value in tracked if value in batch], lambda: batch)
            return
        frequent = heapq.nlargest(HEAVY_HITTERS + 1, batch.items(), key=lambda item: item[1])
        cut = frequent[HEAVY_HITTERS][1] if len(frequent) > HEAVY_HITTERS else 0
        self._combine({value: count - cut for value, count in frequent if count > cut}, cut)

    def add_singles(
        self,
        count: int,
        present: Callable[[list[Any]], list[Any]],
        values: Callable[[], Iterable[Any]],
    ) -> None:
        """Count values in that occur once each: `present` says which tracked values are among them."""
        tracked = present(list(self.counts))
        if count - len(tracked) <= HEAVY_HITTERS - len(self.counts):
            self._combine(dict.fromkeys(values(), 1), 0)
            return
        self._combine(dict.fromkeys(tracked, 1), 0)
        self._shed(1)

    def merge(self, other: HeavyHitters) -> None:
        """Take in what `other` has seen."""
        self._combine(other.counts, other.error)

    def top(self, limit: int) -> list[tuple[Any, int]]:
        """The most frequent values with the upper bounds of their counts."""
        best = heapq.nlargest(limit, self.counts.items(), key=lambda item: item[1])
        return [(value, count + self.error) for value, count in best]

    def _combine(self, counts: Mapping[Hashable, int], error: int) -> None:
        mine = self.counts
        for value, count in counts.items():
            mine[value] = mine.get(value, 0) + count
        self.error += error
        if len(mine) > HEAVY_HITTERS:
            self._shed(heapq.nlargest(HEAVY_HITTERS + 1, mine.values())[-1])

    def _shed(self, amount: int) -> None:
        self.counts = {value: count - amount for value, count in self.counts.items() if count > amount}
        self.error += amount
