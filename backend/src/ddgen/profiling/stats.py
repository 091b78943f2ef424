"""Statistics of a field's values, computed from different values with how often each occurs; mergeable."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ddgen.model.relation import Tagged
from ddgen.profiling import dates
from ddgen.profiling.hashing import number_text
from ddgen.profiling.moments import Moments, Number
from ddgen.profiling.text_batch import Indexes, Mask, Sorted, sort_texts
from ddgen.profiling.text_kinds import TextKind, kind_of

FIRST_PLACES = 10
_WORDS_KEPT = 1_000
_LENGTHS_KEPT = 4_096
_SMALL_BATCH = 48
"""Below this many texts, reading them one by one is faster than sorting them together."""

_LARGEST_FLOAT = 1.7e308

Counts = npt.NDArray[np.int64]


@dataclass(slots=True)
class OddityCount:
    """How often a peculiarity occurs, an example, and the first records that show it."""

    count: int = 0
    example: str | None = None
    first: list[tuple[str, int]] = field(default_factory=list)

    def add(self, count: int, example: str, index: int = 0, places: Places = None) -> None:
        """Count more of it; records come in order, so once enough places are known no more are asked for."""
        self.count += count
        if places is not None and len(self.first) < FIRST_PLACES:
            self.first = sorted({*self.first, places(index)})
        if self.example is None or example < self.example:
            self.example = example


@dataclass(slots=True)
class Range:
    """Least and greatest of values that are ordered."""

    min: Any = None
    max: Any = None

    def add(self, low: Any, high: Any) -> None:
        """Widen to hold both."""
        self.min = low if self.min is None or low < self.min else self.min
        self.max = high if self.max is None or high > self.max else self.max

    def merge(self, other: Range) -> None:
        """Widen to hold the other."""
        if other.min is not None:
            self.add(other.min, other.max)


@dataclass(slots=True)
class Stats:
    """What is known of a field's values beyond the values themselves."""

    kinds: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    """Null tokens and boolean words as written, by text."""
    orders: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    oddities: dict[str, OddityCount] = field(default_factory=dict)
    numbers: Moments = field(default_factory=Moments)
    moments: dict[str, Range] = field(default_factory=dict)
    """Microseconds by reading: `fixed`, `day_first` and `month_first` for dates; `time` of day; `interval`."""
    texts: Range = field(default_factory=Range)
    scale: int = 0
    read_moments: Counter[str] = field(default_factory=Counter)
    """Of the dates, times and timestamps, those read from texts."""
    zoned: int = 0
    numeric: int = 0
    """Strings (of a format that knows numbers) that are written as numbers."""

    def merge(self, other: Stats) -> None:
        """Take in what `other` has seen."""
        for name in ("kinds", "words", "orders", "read_moments", "lengths"):
            getattr(self, name).update(getattr(other, name))
        for kind, oddity in other.oddities.items():
            mine = self.oddities.setdefault(kind, OddityCount())
            mine.add(oddity.count, oddity.example or "")
            mine.first = sorted({*mine.first, *oddity.first})[:FIRST_PLACES]
        self.numbers.merge(other.numbers)
        for reading, range_ in other.moments.items():
            self.moments.setdefault(reading, Range()).merge(range_)
        self.texts.merge(other.texts)
        self.scale = max(self.scale, other.scale)
        self.zoned += other.zoned
        self.numeric += other.numeric
        self._fold_lengths()

    def oddity(self, kind: str, count: int, example: str, index: int = 0, places: Places = None) -> None:
        """Count a peculiarity."""
        self.oddities.setdefault(kind, OddityCount()).add(count, example, index, places)

    def add_numbers(self, kind: str, values: Sequence[Number] | npt.NDArray[Any], counts: Counts) -> None:
        """Finite numbers of one kind (integer, float, decimal), with how often each occurs."""
        self.kinds[kind] += int(counts.sum())
        self._measure(values, counts)

    def _measure(self, values: Sequence[Any] | npt.NDArray[Any], counts: Counts) -> None:
        if not len(values):
            return
        if isinstance(values, np.ndarray):
            self.numbers.add(values.astype(np.float64), counts, values.min().item(), values.max().item())
            return
        fits = np.array([abs(value) <= _LARGEST_FLOAT for value in values], np.bool_)
        fitting = [value for value, fit in zip(values, fits.tolist(), strict=True) if fit]
        if fitting:
            self.numbers.add(np.array([float(value) for value in fitting]), counts[fits], min(fitting), max(fitting))
        if len(fitting) < len(values):
            beyond = min(str(value)[:40] for value in values if abs(value) > _LARGEST_FLOAT)
            self.oddity("beyond_float", int(counts[~fits].sum()), beyond)

    def add_moments(self, kind: str, reading: str, micros: npt.NDArray[np.int64], counts: Counts) -> None:
        """Dates, times or timestamps, as microseconds."""
        if len(micros):
            self.kinds[kind] += int(counts.sum())
            self.moments.setdefault(reading, Range()).add(int(micros.min()), int(micros.max()))

    def add_lengths(self, lengths: npt.NDArray[np.int64], counts: Counts) -> None:
        """Lengths of values."""
        if not len(lengths):
            return
        if int(lengths.max()) < _LENGTHS_KEPT:
            totals = np.bincount(lengths, weights=counts)
            present = np.flatnonzero(totals)
            self.lengths.update(dict(zip(present.tolist(), totals[present].astype(np.int64).tolist(), strict=True)))
        else:
            for length, count in zip(lengths.tolist(), counts.tolist(), strict=True):
                self.lengths[length] += count
        self._fold_lengths()

    def _fold_lengths(self) -> None:
        """Bound the memory: lengths above 4,096 fall into steps of a sixteenth of their power of two."""
        if len(self.lengths) > 2 * _LENGTHS_KEPT:
            folded: Counter[int] = Counter()
            ends = (min(self.lengths), max(self.lengths))
            for length, count in self.lengths.items():
                step = 1 if length < _LENGTHS_KEPT or length in ends else 1 << max(0, length.bit_length() - 5)
                folded[length // step * step] += count
            self.lengths = folded


Place = tuple[str, int]
"""A source and the ordinal of a record in it."""

Places = Callable[[int], Place] | None
"""For the index of a value the first record that has it, where known; asked only when it is needed."""


def add_texts(stats: Stats, texts: pa.Array, counts: Counts, places: Places, *, typed: bool) -> Mask:
    """Count different texts (a large_string array, none empty or null) in.

    `typed` reads numbers and words in them (CSV), else they are strings. Returns which are the canonical texts
    of numbers.
    """
    numeric = np.zeros(len(texts), np.bool_)
    stats.add_lengths(pc.utf8_length(texts).to_numpy().astype(np.int64), counts)
    ends = pc.min_max(texts)
    stats.texts.add(ends["min"].as_py(), ends["max"].as_py())
    if len(texts) < _SMALL_BATCH:
        others: Iterable[int] = range(len(texts))
        chosen = texts.to_pylist()
    else:
        found = sort_texts(texts)
        _add_sorted(stats, found, counts, numeric, typed=typed)
        others = found.other.tolist()
        chosen = texts.take(pa.array(found.other)).to_pylist()
    for index, text in zip(others, chosen, strict=True):
        kind = kind_of(text)
        for odd in kind.oddities:
            if typed or odd in _ODD_FOR_STRINGS:
                stats.oddity(odd, int(counts[index]), text[:80], index, places)
        numeric[index] = _add_one(stats, text, kind, int(counts[index]), typed=typed)
    return numeric


def _add_sorted(stats: Stats, found: Sorted, counts: Counts, numeric: Mask, *, typed: bool) -> None:
    """The certain cases, together."""
    stats.kinds["string"] += int(counts[found.strings].sum())
    stats.kinds["uuid"] += int(counts[found.uuids].sum())
    for form, rows, micros in found.moments:
        kind, count = "date" if form == "date" else "timestamp", int(counts[rows].sum())
        stats.add_moments(kind, "fixed", micros, counts[rows])
        stats.orders["Y-M-D"] += count
        stats.read_moments[kind] += count
        stats.zoned += count if form == "zoned" else 0
    if not typed:
        plain = int(counts[found.integers].sum() + counts[found.decimals].sum())
        stats.kinds["string"] += plain
        stats.numeric += plain
        return
    if len(found.integers):
        stats.add_numbers("integer", _cast(found.array, found.integers, pa.int64()), counts[found.integers])
        numeric[found.integers] = True
    if len(found.decimals):
        _add_decimals(stats, found, counts, numeric)


def _add_decimals(stats: Stats, found: Sorted, counts: Counts, numeric: Mask) -> None:
    rows = found.decimals
    values = _cast(found.array, rows, pa.float64())
    stats.add_numbers("float", values, counts[rows])
    taken = found.array.take(pa.array(rows))
    scales = pc.subtract(pc.subtract(pc.binary_length(taken), pc.find_substring(taken, ".")), 1)
    stats.scale = max(stats.scale, pc.max(scales).as_py())
    numeric[rows] = found.rounded & (np.abs(values) >= 1e-4)


def _cast(array: pa.Array, rows: Indexes, kind: pa.DataType) -> npt.NDArray[Any]:
    chosen: npt.NDArray[Any] = pc.cast(array.take(pa.array(rows)), kind).to_numpy()
    return chosen


def _add_one(stats: Stats, text: str, kind: TextKind, count: int, *, typed: bool) -> bool:
    """One text, as judged alone."""
    if kind.moment is not None:
        _add_moment(stats, kind.moment, count)
        return False
    name = kind.kind
    if not typed and name not in {"uuid", "blank"}:
        stats.numeric += count if kind.number is not None else 0
        name = "string"
    if name in {"token", "boolean"} and (len(stats.words) < _WORDS_KEPT or text.strip() in stats.words):
        stats.words[text.strip()] += count
    if name not in {"integer", "float"} or kind.number is None:
        stats.kinds[name] += count
        return False
    stats.scale = max(stats.scale, kind.scale)
    return _add_number(stats, text, name, kind.number, count)


_ODD_FOR_STRINGS = frozenset({"padding", "control_characters", "blank", "unclear_date_order", "two_digit_year"})


def _add_number(stats: Stats, text: str, name: str, number: float, count: int) -> bool:
    if math.isfinite(number):
        stats.add_numbers(name, [number], np.array([count]))
    else:
        stats.kinds[name] += count
    return text == number_text(number)


def _add_moment(stats: Stats, moment: dates.Moment, count: int) -> None:
    stats.kinds[moment.kind] += count
    stats.orders[moment.order] += count
    stats.read_moments[moment.kind] += count
    stats.zoned += count if moment.zoned else 0
    if moment.kind == "time":
        stats.moments.setdefault("time", Range()).add(moment.micros, moment.micros)
    elif moment.order == "?/?/Y":
        stats.moments.setdefault("day_first", Range()).add(moment.micros, moment.micros)
        stats.moments.setdefault("month_first", Range()).add(moment.other, moment.other)
    else:
        stats.moments.setdefault("fixed", Range()).add(moment.micros, moment.micros)


def add_scalars(stats: Stats, values: Sequence[Any], counts: Counts, places: Places) -> None:
    """Count different values of one type, other than texts, in."""
    match values[0]:
        case bool():
            stats.kinds["boolean"] += int(counts.sum())
        case int() | float() | Decimal():
            _add_python_numbers(stats, values, counts, places)
        case datetime() | date() | time():
            _add_python_moments(stats, values, counts)
        case timedelta():
            micros = [value // timedelta(microseconds=1) for value in values]
            stats.add_moments("interval", "interval", np.array(micros, np.int64), counts)
        case UUID():
            stats.kinds["uuid"] += int(counts.sum())
            stats.texts.add(str(min(values)), str(max(values)))
        case bytes():
            stats.kinds["binary"] += int(counts.sum())
            stats.add_lengths(np.array([len(value) for value in values], np.int64), counts)
        case Tagged():
            _add_tagged(stats, values, counts, places)
        case _:
            raise TypeError(f"no facts are defined for {type(values[0]).__name__}")


_MOMENTS = frozenset({"date", "time", "datetime"})


def _add_tagged(stats: Stats, values: Sequence[Tagged], counts: Counts, places: Places) -> None:
    for index, (value, count) in enumerate(zip(values, counts.tolist(), strict=True)):
        stats.kinds[f"tagged:{value.type}"] += count
        if value.type in _MOMENTS:
            stats.oddity("beyond_calendar", count, str(value.value)[:40], index, places)


def _add_python_numbers(stats: Stats, values: Sequence[Any], counts: Counts, places: Places) -> None:
    kind = {int: "integer", float: "float", Decimal: "decimal"}[type(values[0])]
    if kind == "float":
        _add_floats(stats, np.array(values, np.float64), counts, places)
    elif kind == "decimal":
        _add_decimal_numbers(stats, values, counts, places)
    else:
        _add_integers(stats, values, counts, places)


def _add_integers(stats: Stats, values: Sequence[int], counts: Counts, places: Places) -> None:
    try:
        stats.add_numbers("integer", np.array(values, np.int64), counts)
    except OverflowError:
        stats.add_numbers("integer", values, counts)
        for index, value in enumerate(values):
            if not -(2**63) <= value < 2**63:
                stats.oddity("beyond_64_bit", int(counts[index]), str(value)[:40], index, places)


def _add_floats(stats: Stats, values: npt.NDArray[np.float64], counts: Counts, places: Places) -> None:
    finite = np.isfinite(values)
    if finite.any():
        stats.add_numbers("float", values[finite], counts[finite])
    for index in np.flatnonzero(~finite).tolist():
        _add_not_finite(stats, "float", values[index].item(), int(counts[index]), index, places)


def _add_decimal_numbers(stats: Stats, values: Sequence[Decimal], counts: Counts, places: Places) -> None:
    finite = np.array([value.is_finite() for value in values], np.bool_)
    chosen = [value for value in values if value.is_finite()]
    if chosen:
        stats.add_numbers("decimal", chosen, counts[finite])
        stats.scale = max(stats.scale, *(max(0, -int(value.as_tuple().exponent)) for value in chosen))
    for index in np.flatnonzero(~finite).tolist():
        _add_not_finite(stats, "decimal", values[index], int(counts[index]), index, places)


def _add_not_finite(stats: Stats, kind: str, value: Any, count: int, index: int, places: Places) -> None:
    stats.oddity("nan" if value != value else "infinity", count, str(value), index, places)  # noqa: PLR0124 - NaN
    stats.kinds[kind] += count


def _add_python_moments(stats: Stats, values: Sequence[Any], counts: Counts) -> None:
    if isinstance(values[0], datetime):
        micros = [dates.micros_of(value) for value in values]
        stats.zoned += sum(
            count for value, count in zip(values, counts.tolist(), strict=True) if value.tzinfo is not None
        )
        kind, reading = "timestamp", "fixed"
    elif isinstance(values[0], date):
        micros = [(value - dates.EPOCH.date()).days * dates.MICROSECONDS_A_DAY for value in values]
        kind, reading = "date", "fixed"
    else:
        micros = [dates.clock_micros(value) for value in values]
        kind, reading = "time", "time"
    stats.add_moments(kind, reading, np.array(micros, np.int64), counts)
