"""The numbers, or the points in time, that many texts are: the certain cases together, the others one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ddgen.profiling.text_batch import Sorted, sort_texts
from ddgen.profiling.text_kinds import kind_of

_WORTH_SORTING = 48


def numbers_of(values: Sequence[Any]) -> list[int | float | None]:
    """For each value the finite number that its text is; None where it is none, or no text."""
    found: list[int | float | None] = [None] * len(values)
    for indexes, group, sorted_ in _sorted(values):
        if sorted_ is None:
            for index in indexes:
                found[index] = _number(values[index])
            continue
        for rows, kind in ((sorted_.integers, pa.int64()), (sorted_.decimals, pa.float64())):
            numbers = pc.cast(group.take(pa.array(rows)), kind).to_pylist()
            for row, number in zip(rows.tolist(), numbers, strict=True):
                found[indexes[row]] = number
        for row in sorted_.other.tolist():
            found[indexes[row]] = _number(values[indexes[row]])
    return found


def _number(text: str) -> int | float | None:
    number = kind_of(text).number
    return None if isinstance(number, float) and not math.isfinite(number) else number


def micros_of(values: Sequence[Any], *, month_first: bool) -> list[int | None]:
    """For each value the microseconds since 1970 (since midnight for times) that its text says, else None."""
    found: list[int | None] = [None] * len(values)
    for indexes, _, sorted_ in _sorted(values):
        if sorted_ is None:
            for index in indexes:
                found[index] = _micros(values[index], month_first=month_first)
            continue
        for _, rows, micros in sorted_.moments:
            for row, number in zip(rows.tolist(), micros.tolist(), strict=True):
                found[indexes[row]] = number
        for row in sorted_.other.tolist():
            found[indexes[row]] = _micros(values[indexes[row]], month_first=month_first)
    return found


def _micros(text: str, *, month_first: bool) -> int | None:
    moment = kind_of(text).moment
    if moment is None:
        return None
    return moment.other if month_first else moment.micros


def _sorted(values: Sequence[Any]) -> list[tuple[list[int], pa.Array, Sorted | None]]:
    """The texts among the values with their indexes: sorted, or not where they are few or no Unicode."""
    indexes = [index for index, value in enumerate(values) if isinstance(value, str) and value]
    if not indexes:
        return []
    if len(indexes) < _WORTH_SORTING:
        return [(indexes, None, None)]
    try:
        array = pa.array([values[index] for index in indexes], pa.large_string())
    except UnicodeEncodeError:
        return [(indexes, None, None)]
    return [(indexes, array, sort_texts(array))]
