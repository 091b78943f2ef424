"""Columns of texts become columns of values; nothing is lost where they do not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.sources import database_values as values
from ddgen.sources.database_values import Reader


def read(reader: Reader, given: list[Any]) -> list[Any]:
    found = reader(given)
    return list(found.to_pylist() if isinstance(found, pa.Array) else found)


@pytest.mark.parametrize(
    ("reader", "texts", "wanted"),
    [
        (values.integers, ["1", None, "-2"], [1, None, -2]),
        (values.integers, [str(2**64 - 1), "0"], [2**64 - 1, 0]),
        (values.floats, ["1.5", None, "1e300"], [1.5, None, 1e300]),
        (values.decimals, ["1.50", None, "2"], [Decimal("1.50"), None, Decimal(2)]),
        (values.dates, ["2024-02-29", None], [date(2024, 2, 29), None]),
        (values.dates, ["2024-02-29", "infinity", None], [date(2024, 2, 29), "infinity", None]),
        (values.moments, ["2024-01-01 10:00:00.5+02"], [datetime(2024, 1, 1, 8, 0, 0, 500_000, UTC)]),
        (values.utc, ["2024-01-01 10:00:00", None], [datetime(2024, 1, 1, 10, tzinfo=UTC), None]),
        (
            values.utc,
            ["2024-01-01 10:00:00", "0000-00-00 00:00:00"],
            [datetime(2024, 1, 1, 10, tzinfo=UTC), "0000-00-00 00:00:00"],
        ),
        (values.times, ["10:00:00.25", None, "24:00:00"], [time(10, 0, 0, 250_000), None, timedelta(hours=24)]),
        (values.times, ["-12:30:00", "soon"], [-timedelta(hours=12, minutes=30), "soon"]),
        (values.intervals, ["P1DT2H", "PT-0.5S", None], [timedelta(1, 7200), timedelta(seconds=-0.5), None]),
        (values.intervals, ["P1D", "infinity"], ["P1D", "infinity"]),
        (values.documents, ['{"a": [1]}', None, "null", "{broken"], [{"a": [1]}, None, None, "{broken"]),
        (values.documents, ["12345678901234567890"], [12345678901234567890]),
        (values.members, ["a,b", "", None], [["a", "b"], [], None]),
        (values.bit, [b"\x01", b"\x00", None], [True, False, None]),
        (values.bits, [b"\x01\x00", None], [256, None]),
    ],
)
def test_texts_as_values(reader: Reader, texts: list[Any], wanted: list[Any]) -> None:
    assert read(reader, texts) == wanted


def test_a_number_that_is_none_keeps_the_others() -> None:
    one, nothing = read(values.decimals, [Decimal("1.5"), Decimal("NaN")])
    assert (one, nothing.is_nan()) == (Decimal("1.5"), True)


def test_months_make_a_type_of_their_own() -> None:
    found = values.intervals(["P1Y2M3DT4H5M6.5S", None])
    assert isinstance(found, pa.Array)
    assert pa.types.is_interval(found.type)
    assert tuple(found.to_pylist()[0]) == (14, 3, 14_706_500_000_000)


@pytest.mark.parametrize(
    ("reader", "lists"),
    [
        (values.as_they_are, [[1, None], None, [], [2]]),
        (values.as_they_are, [[[1, 2], [3]], [[4]], None]),
        (values.as_they_are, []),
        (values.as_they_are, [None]),
        (values.as_they_are, [[1, "a"], ["b"]]),
    ],
)
def test_lists_keep_their_shape(reader: Reader, lists: list[Any]) -> None:
    assert read(values.listed(reader), lists) == lists


def test_items_of_lists_are_read_as_values() -> None:
    assert read(values.listed(values.dates), [["2024-01-01", None], None]) == [[date(2024, 1, 1), None], None]
    assert read(values.listed(values.dates), [["infinity"], ["2024-01-01"]]) == [["infinity"], [date(2024, 1, 1)]]


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner) | st.dictionaries(st.text(), inner)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), nested, max_leaves=5)
WHATEVER: tuple[tuple[Reader, Callable[[Any], str], st.SearchStrategy[Any]], ...] = (
    (values.integers, str, st.integers(-(2**63), 2**64 - 1)),
    (values.floats, repr, st.floats(allow_nan=False)),
    (values.decimals, str, st.decimals(allow_nan=False, allow_infinity=False)),
    (values.dates, str, st.dates(date(1000, 1, 1))),
    (values.timestamps, str, st.datetimes(datetime(1000, 1, 1))),  # noqa: DTZ001 - as written
    (values.times, str, st.times()),
    (values.documents, json.dumps, JSON),
)


@pytest.mark.parametrize(("reader", "write", "strategy"), WHATEVER, ids=lambda part: getattr(part, "__name__", ""))
@given(data=st.data())
def test_what_is_written_is_read_again(
    reader: Reader, write: Callable[[Any], str], strategy: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.none() | strategy, max_size=5))
    texts = [None if value is None else write(value) for value in chosen]
    assert read(reader, texts) == chosen
