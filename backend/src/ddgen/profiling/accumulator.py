"""The accumulator of one path: its values exactly while they are few, else sketches, statistics and a sample.

While a path has at most 4,096 different values nothing but those values and their counts is kept, and every
fact is computed from them at the end. Beyond that, statistics are kept up to date batch by batch, and the
number of different values is estimated. Accumulators merge: parts of an input may be measured apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ddgen.model.relation import Batch
from ddgen.profiling.digests import Digests
from ddgen.profiling.hashing import Hashes, canonical, record_hashes, source_seed
from ddgen.profiling.measure import (
    LONGEST_TEXT,
    LongText,
    as_array,
    measure_array,
    measure_objects,
    parts_of,
    shortened,
    text_array,
)
from ddgen.profiling.sample import BottomK
from ddgen.profiling.sketches import HeavyHitters, HyperLogLog
from ddgen.profiling.stats import Counts, Place, Stats

EXACT_VALUES = 4_096
_ENTRY_BYTES = 300
"""About what a value costs beyond its characters: the object and its places in two dicts."""


@dataclass(slots=True)
class Rows:
    """Which records a batch's values come from: their ordinals in a source, and their hashes for the sample."""

    source: str
    ordinals: npt.NDArray[np.int64]
    hashes: Hashes

    def take(self, indexes: npt.NDArray[np.intp]) -> Rows:
        """Some of them."""
        return Rows(self.source, self.ordinals[indexes], self.hashes[indexes])


def rows_of(batch: Batch) -> Rows:
    """The records of a batch."""
    if batch.ordinals is None:
        ordinals = np.arange(batch.first, batch.first + batch.count, dtype=np.int64)
    else:
        ordinals = np.array(batch.ordinals, np.int64)
    return Rows(batch.source, ordinals, record_hashes(source_seed(batch.source), ordinals))


class Accumulator:
    """Facts of the values at one path. A group holds values of one Python type, so that 1, True and 1.0 differ.

    The group `text` holds texts of a text format, whose types are read from them; `str` holds strings.
    """

    __slots__ = (
        "bytes_held",
        "digests",
        "exact",
        "firsts",
        "given_up",
        "group_counts",
        "heavy",
        "hll",
        "sample",
        "stats",
        "values",
    )

    def __init__(self) -> None:
        self.values = 0
        self.group_counts: Counter[str] = Counter()
        self.exact: dict[str, dict[Any, int]] | None = {}
        self.firsts: dict[str, dict[Any, Place]] = {}
        self.bytes_held = 0
        self.given_up = False
        """Whether the values were given up for memory before there were 4,096."""
        self.hll: HyperLogLog | None = None
        self.heavy: dict[str, HeavyHitters] = {}
        self.stats = Stats()
        self.sample = BottomK()
        self.digests: Digests | None = Digests()
        """Hashes of all values, until two of them are seen to be equal."""

    def add(self, group: str, values: Sequence[Any], rows: Rows) -> None:
        """Values of one group, none of them null, with the records they come from."""
        if not len(values):
            return
        if group in {"text", "str"}:
            array = text_array(values) if max(map(len, values)) <= LONGEST_TEXT else None
            if array is not None:
                self.add_text_array(group, array, rows)
                return
            values = [shortened(value) if len(value) > LONGEST_TEXT else value for value in values]
        self._add_objects(group, values, rows)

    def _add_objects(self, group: str, values: Sequence[Any], rows: Rows) -> None:
        counter = Counter(values)
        self._count(group, values, rows)
        if self.exact is None or not self._add_exactly(group, counter, _first_places(values, list(counter), rows)):
            self._add_to_sketches(group, counter, _first_places(values, list(counter), rows))

    def add_text_array(self, group: str, array: pa.Array, rows: Rows) -> None:
        """Texts as a large_string array without nulls; those empty or too long to keep are counted one by one."""
        sizes = pc.binary_length(array).to_numpy()
        usual = (sizes > 0) & (sizes <= LONGEST_TEXT)
        if usual.all():
            self.add_array(group, array, rows)
            return
        if usual.any():
            self.add_array(group, array.filter(pa.array(usual)), rows.take(np.flatnonzero(usual)))
        others = np.flatnonzero(~usual)
        texts = array.take(pa.array(others)).to_pylist()
        kept = [shortened(text) if len(text) > LONGEST_TEXT else text for text in texts]
        self._add_objects(group, kept, rows.take(others))

    def add_array(self, group: str, array: pa.Array, rows: Rows) -> None:
        """Values as an Arrow array without nulls.

        Texts (large_string, none empty), 64-bit integers, finite doubles, booleans, days, or timestamps.

        Minus zero is zero.
        """
        if group == "float":
            array = pc.add(array, 0.0)
        encoded = array.dictionary_encode()
        different, indexes = encoded.dictionary, encoded.indices.to_numpy()
        counts = np.bincount(indexes, minlength=len(different))
        self._count(group, array, rows)
        place = _encoded_places(indexes, len(different), rows)
        if self.exact is not None:
            if len(different) <= EXACT_VALUES:
                counter = dict(zip(different.to_pylist(), counts.tolist(), strict=True))
                if self._add_exactly(group, counter, place):
                    return
            self.spill()
        self._sketch(group, different, counts, place)

    def _count(self, group: str, values: Sequence[Any] | pa.Array, rows: Rows) -> None:
        self.values += len(values)
        self.group_counts[group] += len(values)
        self.sample.add(values, rows.hashes)

    def _add_exactly(self, group: str, counter: Mapping[Any, int], place: Callable[[int], Place]) -> bool:
        """Count values in exactly; where they are too many, give the exact values up and say so."""
        assert self.exact is not None  # noqa: S101 - for the type checker: the caller has looked
        known = self.exact.setdefault(group, {})
        fresh = [(index, value) for index, value in enumerate(counter) if value not in known]
        if fresh and sum(map(len, self.exact.values())) + len(fresh) > EXACT_VALUES:
            self.spill()
            return False
        firsts = self.firsts.setdefault(group, {})
        for index, value in fresh:
            known[value] = 0
            firsts[value] = place(index)
            self.bytes_held += _size(value)
        for value, count in counter.items():
            known[value] += count
        return True

    def _add_to_sketches(self, group: str, counter: Mapping[Any, int], place: Callable[[int], Place]) -> None:
        """Values that are Python objects: long texts go by their hash, others through arrays where there is one."""
        values = list(counter)
        counts = np.fromiter(counter.values(), np.int64, len(counter))
        for part, indexes in parts_of(group, values):
            chosen = values if indexes is None else [values[index] for index in indexes.tolist()]
            array = as_array(part, chosen)
            numbers = counts if indexes is None else counts[indexes]
            places = place if indexes is None else _through(place, indexes)
            if array is not None:
                self._sketch(part, array, numbers, places)
            else:
                self._saw(measure_objects(self.stats, part, chosen, numbers, places), numbers)
                heavy = self.heavy.setdefault(part, HeavyHitters())
                heavy.add(dict(zip(chosen, numbers.tolist(), strict=True)), int(numbers.max()))

    def _sketch(self, group: str, different: pa.Array, counts: Counts, place: Callable[[int], Place]) -> None:
        """Different values of an array with their counts."""
        self._saw(measure_array(self.stats, group, different, counts, place), counts)
        heavy = self.heavy.setdefault(group, HeavyHitters())
        largest = int(counts.max())
        if largest == 1:
            heavy.add_singles(len(different), lambda tracked: _tracked(different, tracked), different.to_pylist)
            return
        often = np.flatnonzero(counts > 1) if len(different) > EXACT_VALUES else np.arange(len(different))
        values = different.take(pa.array(often)).to_pylist()
        heavy.add(dict(zip(values, counts[often].tolist(), strict=True)), largest)
        if len(often) < len(different):
            rest = different.filter(pa.array(counts == 1))
            heavy.add_singles(len(rest), lambda tracked: _tracked(rest, tracked), rest.to_pylist)

    def _saw(self, hashes: Hashes, counts: Counts) -> None:
        assert self.hll is not None  # noqa: S101 - for the type checker: made when values were given up
        self.hll.add(hashes)
        if self.digests is not None and int(counts.max()) > 1:
            self.digests = None
        elif self.digests is not None:
            try:
                self.digests.add(hashes)
            except OSError:
                self.digests = Digests()

    def restore_exact(self, group: str, entries: Iterable[tuple[Any, int, Place]]) -> None:
        """Take exact values, with their counts and first records, as a state holds them."""
        assert self.exact is not None  # noqa: S101 - for the type checker: a new accumulator is exact
        known, firsts = self.exact.setdefault(group, {}), self.firsts.setdefault(group, {})
        for value, count, place in entries:
            known[value], firsts[value] = count, place
            self.bytes_held += _size(value)

    def spill(self) -> None:
        """Give up the exact values: from here on there are sketches and statistics."""
        if self.exact is None:
            return
        exact, firsts, self.exact, self.firsts = self.exact, self.firsts, None, {}
        self.hll = HyperLogLog()
        self.bytes_held = 0
        for group, counts in exact.items():
            if counts:
                self._add_to_sketches(group, counts, _known_places(list(counts), firsts[group]))

    def settled_stats(self) -> Stats:
        """The statistics of all values, computed now where the values are still exact; changes nothing."""
        if self.exact is None:
            return self.stats
        stats = Stats()
        stats.merge(self.stats)
        for group, counter in self.exact.items():
            values = list(counter)
            counts = np.fromiter(counter.values(), np.int64, len(counter))
            places = _known_places(values, self.firsts.get(group, {}))
            for part, indexes in parts_of(group, values):
                chosen = values if indexes is None else [values[index] for index in indexes.tolist()]
                numbers = counts if indexes is None else counts[indexes]
                measured = places if indexes is None else _through(places, indexes)
                array = as_array(part, chosen)
                if array is None:
                    measure_objects(stats, part, chosen, numbers, measured)
                else:
                    measure_array(stats, part, array, numbers, measured, hashed=False)
        return stats

    def merge(self, other: Accumulator) -> None:
        """Take in what `other` has seen; `other` is used up."""
        self.values += other.values
        self.group_counts.update(other.group_counts)
        self.given_up = self.given_up or other.given_up
        self.sample.merge(other.sample)
        if self.exact is not None and other.exact is not None:
            self.stats.merge(other.stats)
            self._merge_exact(other)
            return
        self.spill()
        other.spill()
        assert self.hll is not None and other.hll is not None  # noqa: S101, PT018 - for the type checker: both spilt
        self.hll.merge(other.hll)
        if self.digests is None or other.digests is None:
            self.digests = None
        else:
            self.digests.merge(other.digests)
        self.stats.merge(other.stats)
        for group, heavy in other.heavy.items():
            self.heavy.setdefault(group, HeavyHitters()).merge(heavy)

    def _merge_exact(self, other: Accumulator) -> None:
        assert self.exact is not None and other.exact is not None  # noqa: S101, PT018 - for the type checker
        for group, counts in other.exact.items():
            mine = self.exact.setdefault(group, {})
            places = self.firsts.setdefault(group, {})
            for value, count in counts.items():
                if value not in mine:
                    mine[value] = 0
                    places[value] = other.firsts[group][value]
                    self.bytes_held += _size(value)
                mine[value] += count
                places[value] = min(places[value], other.firsts[group][value])
            self.exact[group] = {value: mine[value] for value in sorted(mine, key=places.__getitem__)}
        if sum(map(len, self.exact.values())) > EXACT_VALUES:
            self.spill()

    def groups(self) -> set[str]:
        """The groups of values seen."""
        return set(self.group_counts)

    def counted(self) -> list[tuple[Any, int]]:
        """The exact values with their counts; values of equal canonical bytes, as 5 and 5.0 are, count as one."""
        groups = [counts for counts in (self.exact or {}).values() if counts]
        if len(groups) <= 1:
            return [pair for counts in groups for pair in counts.items()]
        merged: dict[Any, tuple[Any, int]] = {}
        for value, count in (pair for counts in groups for pair in counts.items()):
            key = value if isinstance(value, LongText) else canonical(value)
            first, before = merged.get(key, (value, 0))
            merged[key] = first, before + count
        return list(merged.values())

    def unique(self) -> bool | None:
        """Whether all values are different; None where only a second look at the data can tell."""
        if self.exact is not None:
            return len(self.counted()) == self.values
        if self.digests is None or self.digests.count != self.values:
            return False if self.digests is None else None
        return True if self.digests.all_different() else None

    def distinct(self) -> tuple[int, bool]:
        """How many different values, and whether that is exact."""
        if self.exact is not None:
            return len(self.counted()), True
        assert self.hll is not None  # noqa: S101 - for the type checker: values were given up
        return min(self.hll.estimate(), self.values), False


def _size(value: Any) -> int:
    return _ENTRY_BYTES + (len(value) if isinstance(value, str | bytes) else 0)


def _tracked(different: pa.Array, values: list[Any]) -> list[Any]:
    """Those of `values` that are among different ones."""
    asked = pa.array([value for value in values if _fits(value)], different.type)
    found: list[Any] = different.filter(pc.is_in(different, asked)).to_pylist()
    return found


def _fits(value: Any) -> bool:
    """Whether an array can hold the value: no number beyond 64 bits, no text that is no Unicode."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, str) or value.isascii() or value.encode("utf-8", "ignore").decode() == value


def _first_places(values: Sequence[Any], asked: list[Any], rows: Rows) -> Callable[[int], Place]:
    """The first record of each asked value in a batch; found when first needed."""
    first: dict[Any, int] = {}

    def place(index: int) -> Place:
        if not first:
            first.update(zip(reversed(values), range(len(values) - 1, -1, -1), strict=True))
        return rows.source, int(rows.ordinals[first[asked[index]]])

    return place


def _encoded_places(indexes: npt.NDArray[np.int32], different: int, rows: Rows) -> Callable[[int], Place]:
    """The first record of each different value of an encoded array; found when first needed."""
    first: list[npt.NDArray[np.int64]] = []

    def place(index: int) -> Place:
        if not first:
            found = np.empty(different, np.int64)
            found[indexes[::-1]] = np.arange(len(indexes) - 1, -1, -1)
            first.append(found)
        return rows.source, int(rows.ordinals[first[0][index]])

    return place


def _known_places(values: list[Any], firsts: dict[Any, Place]) -> Callable[[int], Place]:
    return lambda index: firsts[values[index]]


def _through(place: Callable[[int], Place], indexes: npt.NDArray[np.intp]) -> Callable[[int], Place]:
    return lambda index: place(int(indexes[index]))
