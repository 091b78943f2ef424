"""Turns what an accumulator holds into the profile of a field."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ddgen.model.problem import Place
from ddgen.model.profile import Distinct, Lengths, Oddity, Profile, Quantiles, Scalar, Shape, ValueCount
from ddgen.model.relation import Tagged
from ddgen.model.types import DataType
from ddgen.model.values import Values
from ddgen.profiling import dates
from ddgen.profiling.accumulator import Accumulator
from ddgen.profiling.decide import Decision
from ddgen.profiling.hashing import number_text, timestamp_text
from ddgen.profiling.histogram import histogram
from ddgen.profiling.measure import LongText, readable
from ddgen.profiling.readings import micros_of, numbers_of
from ddgen.profiling.sample import rank_error
from ddgen.profiling.sketches import RELATIVE_ERROR
from ddgen.profiling.stats import Range, Stats
from ddgen.profiling.text_kinds import NULL_TOKENS
from ddgen.types.shapes import shape_of

ALL_LISTED = 50
"""A field with at most this many different values lists them all."""

TOP_VALUES = 20
SAMPLES = 10
SHAPES = 10
_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_PREVIEW = 120
_CERTAIN = 5
"""Standard errors by which an estimate must lie below the number of values to prove that some are equal."""
_DRAWN = 1e300
_EVIDENCE_CHARACTERS = 1 << 18


class Summary:
    """One field's values on the way to its profile."""

    def __init__(self, accumulator: Accumulator, stats: Stats, decision: Decision, *, text: bool) -> None:
        self.accumulator = accumulator
        self.stats = stats
        self.decision = decision
        self.text = text
        self.sample: list[Any] = accumulator.sample.ordered()
        self.weighted = self._weighted()
        """Values with counts: all of them where exact, else the sample."""

    @property
    def exact(self) -> bool:
        """Whether all values are known."""
        return self.accumulator.exact is not None

    def fill(self, profile: Profile) -> None:
        """Write the facts of the values into a profile."""
        profile.null_tokens = dict(self.decision.null_tokens)
        profile.values = self.accumulator.values - sum(profile.null_tokens.values())
        if not profile.values:
            return
        profile.sample_size = len(self.accumulator.sample)
        profile.notes.extend(self.decision.notes)
        if self.accumulator.given_up:
            profile.notes.append("values are not listed in full: the memory for them was needed elsewhere")
        self._distinct(profile)
        self._ordered(profile)
        self._lengths(profile)
        self._values(profile)
        profile.oddities = [oddity(kind, odd) for kind, odd in sorted(self.stats.oddities.items())]
        profile.scale = self.stats.scale if self.decision.numeric and self.stats.scale else None

    def values(self, limit: int) -> Values:
        """At most `limit` of the different values with their counts, whole but for long texts, in random order."""
        pairs = self.weighted
        if self.exact:
            pairs = random.Random(0).sample(pairs, min(limit, len(pairs)))  # noqa: S311 - the same order every time
        chosen, size = [], 0
        for value, count in pairs[:limit]:
            size += len(value) if isinstance(value, str) else 0
            if size > _EVIDENCE_CHARACTERS:
                break
            chosen.append((value if isinstance(value, str) else shown(value), count))
        return Values(chosen, complete=self.exact and len(chosen) == len(self.weighted))

    def _weighted(self) -> list[tuple[Any, int]]:
        pairs: Iterable[tuple[Any, int]]
        if self.exact:
            pairs = self.accumulator.counted()
        elif len(self.accumulator.groups()) == 1:
            pairs = Counter(self.sample).items()
        else:
            keyed = Counter((type(value), value) for value in self.sample).items()
            pairs = ((value, count) for (_, value), count in keyed)
        if not (self.text and self.decision.null_tokens):
            return list(pairs)
        return [(value, count) for value, count in pairs if not self._set_aside(value)]

    def _set_aside(self, value: Any) -> bool:
        if not self.text or not self.decision.null_tokens or not isinstance(value, str):
            return False
        stripped = value.strip()
        return not stripped or (stripped in self.decision.null_tokens and stripped.lower() in NULL_TOKENS)

    def _distinct(self, profile: Profile) -> None:
        count, exact = self.accumulator.distinct()
        if exact:
            count = len(self.weighted)
            profile.unique = count == profile.values
        else:
            count = min(count, profile.values)
            profile.unique = self.accumulator.unique()
            if profile.unique:
                count, exact = profile.values, True
            elif count < profile.values * (1 - _CERTAIN * RELATIVE_ERROR):
                profile.unique = False
        profile.distinct = Distinct(count=count, exact=exact, error=0.0 if exact else round(RELATIVE_ERROR, 5))

    def _ordered(self, profile: Profile) -> None:
        if self.decision.numeric:
            self._numbers(profile)
        elif self.decision.temporal:
            self._moments(profile)
        elif DataType.INTERVAL in self.decision.types and "interval" in self.stats.moments:
            whole = self.stats.moments["interval"]
            profile.min, profile.max = (str(timedelta(microseconds=micros)) for micros in (whole.min, whole.max))
        elif self.stats.texts.min is not None:
            profile.min, profile.max = _shortened(self.stats.texts.min), _shortened(self.stats.texts.max)

    def _numbers(self, profile: Profile) -> None:
        numbers = self.stats.numbers
        if not numbers.count:
            return
        profile.min, profile.max = plain(numbers.min), plain(numbers.max)
        profile.mean, profile.stddev = _rounded(numbers.mean), _rounded(numbers.stddev)
        values = [value for value, _ in self.weighted]
        pairs = self._paired(numbers_of(values) if self.text else [_number(value) for value in values])
        if not pairs:
            return
        profile.quantiles = self._quantiles(pairs, plain)
        read, counts = zip(*pairs, strict=True)
        low, high = numbers.min, numbers.max
        if low is not None and high is not None and abs(low) < _DRAWN and abs(high) < _DRAWN:
            floats = [float(value) for value in read]
            profile.histogram = histogram("number", floats, counts, low=float(low), high=float(high), exact=self.exact)

    def _paired(self, readings: Sequence[Any]) -> list[tuple[Any, int]]:
        """The readings that there are, in order, each with the count of its value."""
        counted = zip(readings, self.weighted, strict=True)
        return sorted((reading, count) for reading, (_, count) in counted if reading is not None)

    def _moments(self, profile: Profile) -> None:
        whole = Range()
        times_only = set(self.stats.moments) == {"time"}
        for reading in ("time",) if times_only else ("fixed", self.decision.reading):
            whole.merge(self.stats.moments.get(reading, Range()))
        if whole.min is None:
            return
        render = self._render_moment()
        profile.min, profile.max = render(whole.min), render(whole.max)
        pairs = self._paired(self._all_micros())
        if not pairs:
            return
        profile.quantiles = self._quantiles(pairs, render)
        values, counts = zip(*pairs, strict=True)
        if not times_only:
            step = dates.MICROSECONDS_A_DAY if render is dates.date_text else 1
            units = [value // step for value in values]
            low, high = whole.min // step, whole.max // step
            of: Literal["day", "instant"] = "day" if render is dates.date_text else "instant"
            profile.histogram = histogram(of, units, counts, low=low, high=high, exact=self.exact)

    def _render_moment(self) -> Any:
        if set(self.stats.moments) == {"time"}:
            return dates.time_text
        if self.stats.kinds["timestamp"]:
            zoned = self.stats.zoned >= self.stats.kinds["timestamp"]
            return lambda micros: dates.timestamp_text(micros, zoned=zoned)
        return dates.date_text

    def _all_micros(self) -> list[int | None]:
        values = [value for value, _ in self.weighted]
        found = micros_of(values, month_first=self.decision.reading == "month_first")
        return [_micros(value) if micros is None else micros for value, micros in zip(values, found, strict=True)]

    def _quantiles(self, pairs: Sequence[tuple[Any, int]], render: Any) -> Quantiles:
        """The smallest value whose cumulated count reaches the share (type 1 of Hyndman and Fan, 1996)."""
        cumulated = np.cumsum([count for _, count in pairs])
        total = int(cumulated[-1])
        wanted = [max(1, math.ceil(share * total)) for share in _QUANTILES]
        found = [render(pairs[index][0]) for index in np.searchsorted(cumulated, wanted).tolist()]
        error = 0.0 if self.exact else round(rank_error(total), 4)
        return Quantiles(
            p1=found[0],
            p5=found[1],
            p25=found[2],
            p50=found[3],
            p75=found[4],
            p95=found[5],
            p99=found[6],
            exact=self.exact,
            rank_error=error,
        )

    def _lengths(self, profile: Profile) -> None:
        if self.stats.lengths and not (self.decision.numeric or self.decision.temporal):
            profile.lengths = lengths_of(self.stats.lengths)
            profile.empty = self.stats.lengths.get(0, 0)

    def _values(self, profile: Profile) -> None:
        distinct = profile.distinct.count if profile.distinct else 0
        profile.all_values_listed = self.exact and distinct <= ALL_LISTED
        if self.exact:
            best = sorted(self.weighted, key=lambda pair: (-pair[1], str(pair[0])))
            limit = ALL_LISTED if profile.all_values_listed else TOP_VALUES
            profile.top_values = [
                ValueCount(value=shown(value), count=count)
                for value, count in best[:limit]
                if profile.all_values_listed or count > 1
            ]
        else:
            profile.top_values = self._heavy()
        profile.samples = self._samples()
        if not (self.decision.numeric or self.decision.temporal):
            profile.shapes, profile.shapes_exact = self._shapes(), self.exact

    def _heavy(self) -> list[ValueCount]:
        """Values whose least possible count is above what any value not held may have."""
        found = []
        for heavy in self.accumulator.heavy.values():
            found += [
                ValueCount(value=shown(value), count=count, error=heavy.error)
                for value, count in heavy.top(TOP_VALUES)
                if count - heavy.error > 1 and not self._set_aside(value)
            ]
        return sorted(found, key=lambda item: (-item.count, str(item.value)))[:TOP_VALUES]

    def _samples(self) -> list[Scalar]:
        chosen: dict[str, Scalar] = {}
        for value in self.sample:
            if not self._set_aside(value):
                chosen.setdefault(str(value), shown(value))
            if len(chosen) == SAMPLES:
                break
        return list(chosen.values())

    def _shapes(self) -> list[Shape]:
        counts: Counter[str] = Counter()
        for value, count in self.weighted:
            if isinstance(value, str):
                counts[shape_of(value)] += count
        best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [Shape(shape=shape, count=count) for shape, count in best[:SHAPES]]


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def _micros(value: Any) -> int | None:
    match value:
        case datetime():
            return dates.micros_of(value)
        case date():
            return (value - dates.EPOCH.date()).days * dates.MICROSECONDS_A_DAY
        case time():
            return dates.clock_micros(value)
    return None


def lengths_of(counts: Counter[int]) -> Lengths:
    """Lengths with how often each occurs."""
    lengths, numbers = zip(*sorted(counts.items()), strict=True)
    weights: npt.NDArray[np.int64] = np.array(numbers, np.int64)
    low, high = int(lengths[0]), int(lengths[-1])
    mean = float(np.dot(np.array(lengths, np.float64), weights)) / int(weights.sum())
    drawn = histogram("length", lengths, weights, low=low, high=high, exact=True) if low != high else None
    return Lengths(min=low, max=high, mean=float(f"{mean:.12g}"), histogram=drawn)


def shown(value: Any) -> Scalar:
    """A value as a document shows it."""
    match value:
        case str():
            return _shortened(value)
        case bool() | int():
            return value
        case float() | Decimal():
            return plain(value) if math.isfinite(value) else str(value)
        case LongText():
            return f"{value.preview} ({value.length:,} characters)"
        case datetime():
            return timestamp_text(value)
        case date() | time():
            return value.isoformat()
        case bytes():
            return _bytes_shown(value)
        case Tagged():
            return _shortened(str(value.value))
    return str(value)


def _bytes_shown(value: bytes) -> str:
    head = value[: _PREVIEW // 2]
    rest = "\u2026" if len(value) > len(head) else ""
    return (head.decode("ascii") if head.isascii() and head.decode("ascii").isprintable() else "0x" + head.hex()) + rest


def _shortened(text: str) -> str:
    text = readable(text)
    return text if len(text) <= _PREVIEW else text[:_PREVIEW] + "\u2026"


def plain(value: Any) -> Scalar:
    """A number as a document shows it: decimals beyond what a float holds as text."""
    if isinstance(value, Decimal):
        text = number_text(value)
        return int(text) if value == value.to_integral_value() else (float(value) if len(text) <= 16 else text)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    number: int | float = value
    return number


def _rounded(value: float | None) -> float | None:
    """To 12 significant digits: sums of floats differ beyond that by their order."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.12g}")


def oddity(kind: str, odd: Any) -> Oddity:
    """A peculiarity as a document shows it."""
    places = [Place(record=ordinal + 1, source=source or None) for source, ordinal in odd.first]
    example = None if odd.example is None else _shortened(odd.example)
    return Oddity(kind=kind, count=odd.count, example=example, first=places)
