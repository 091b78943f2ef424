"""Histograms of at most 50 bins of equal width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddgen.model.profile import Histogram
from ddgen.profiling.dates import MICROSECONDS_A_DAY, date_text, timestamp_text

_SHOWN: dict[str, Literal["number", "date", "length"]] = {
    "number": "number",
    "length": "length",
    "day": "date",
    "instant": "date",
}
MOST_BINS = 50


def histogram(
    of: Literal["number", "day", "instant", "length"],
    values: Sequence[float],
    counts: Sequence[int] | npt.NDArray[np.int64],
    *,
    low: float,
    high: float,
    exact: bool,
) -> Histogram | None:
    """Counts of values between `low` and `high`; dates are given in days, timestamps in microseconds since 1970.

    Whole numbers over a range of up to 50 get a bin each; else there are as many bins as the square root of
    the number of values, at least 10, so that a bin's count means something.
    """
    low, high = float(low), float(high)
    if not values or not math.isfinite(high - low):
        return None
    whole = of == "length" or all(float(value).is_integer() for value in values)
    bins = _bins(low, high, whole=whole, total=int(np.sum(counts)))
    edges = _readable(of, np.linspace(low, high + (1 if whole and bins == high - low + 1 else 0), bins + 1))
    if high == low:
        edges = np.array([low, high])
        found = np.array([int(np.sum(counts))])
    else:
        found, _ = np.histogram(np.array(values, np.float64), bins=edges, weights=np.array(counts, np.float64))
    shown = _SHOWN[of]
    return Histogram(of=shown, edges=_labels(of, edges), counts=[round(count) for count in found.tolist()], exact=exact)


def _bins(low: float, high: float, *, whole: bool, total: int) -> int:
    if whole and high - low < MOST_BINS:
        return int(high - low) + 1
    return int(min(MOST_BINS, max(10, math.isqrt(total))))


def _readable(of: str, edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The edges as they are shown, so that the bins are what they say: whole days, seconds, 12 digits.

    The ends stay, and edges too close for that stay as they are.
    """
    made = edges.copy()
    match of:
        case "day":
            made[1:-1] = np.ceil(edges[1:-1])
        case "instant":
            made[1:-1] = np.ceil(edges[1:-1] / 1e6) * 1e6
        case _:
            made[1:-1] = [float(f"{edge:.12g}") for edge in edges[1:-1].tolist()]
    return made if bool((np.diff(made) > 0).all()) else np.unique(np.ceil(edges) if of == "instant" else edges)


def _labels(of: str, edges: npt.NDArray[np.float64]) -> list[float | str]:
    if of in {"number", "length"}:
        return list(edges.tolist())
    if of == "day":
        return [date_text(int(edge) * MICROSECONDS_A_DAY) for edge in edges.tolist()]
    return [timestamp_text(int(edge)) for edge in edges.tolist()]
