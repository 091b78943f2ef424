"""Arrow batches give the facts of the same values as documents."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.relation import ArrowBatch
from ddgen.profiling.feed_arrow import unique_names
from ddgen.profiling.profiler import Profiler

from .feeding import arrows, comparable, facts_of, field, paths, trees

MOMENT = datetime(2024, 1, 31, 9, 5, 7)  # noqa: DTZ001 - as data have them
COLUMNS: list[tuple[pa.DataType, list[Any], str]] = [
    (pa.int8(), [1, None, -5], "integer"),
    (pa.uint64(), [1, 2**64 - 1], "integer"),
    (pa.float64(), [0.5, float("nan"), float("inf")], "float"),
    (pa.bool_(), [True, False, None], "boolean"),
    (pa.string(), ["a", "", "x" * 5_000, None], "string"),
    (pa.string_view(), ["a", "b"], "string"),
    (pa.binary(), [b"\x00", b""], "binary"),
    (pa.binary(2), [b"ab"], "binary"),
    (pa.date32(), [date(2024, 1, 31)], "date"),
    (pa.time64("us"), [time(9, 5)], "time"),
    (pa.timestamp("us"), [MOMENT], "timestamp"),
    (pa.timestamp("us", "UTC"), [MOMENT.replace(tzinfo=UTC)], "timestamp"),
    (pa.duration("us"), [timedelta(days=2)], "interval"),
    (pa.decimal128(10, 2), [Decimal("1.50"), Decimal("-2.00")], "decimal"),
    (pa.uuid(), [UUID(int=5)], "uuid"),
    (pa.null(), [None, None], "unknown"),
    (pa.dictionary(pa.int32(), pa.string()), ["a", "b", "a", None], "string"),
    (pa.list_(pa.int64()), [[1, None], [], None], "array[integer]"),
    (pa.large_list(pa.list_(pa.string())), [[["a"], None], [[]]], "array[array[string]]"),
    (pa.list_(pa.int64(), 2), [[1, 2], None], "array[integer]"),
    (pa.list_(pa.struct({"s": pa.string(), "n": pa.int64()})), [[{"s": "a", "n": 1}, {"s": None, "n": 2}], []], ""),
    (pa.struct({"a": pa.struct({"b": pa.int64()})}), [{"a": {"b": 1}}, {"a": {"b": None}}], "object"),
]

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "n": st.none() | st.integers(-(2**63), 2**63 - 1),
            "f": st.none() | st.floats(allow_nan=False),
            "s": st.none() | st.text(max_size=3),
            "l": st.none() | st.lists(st.none() | st.integers(0, 3), max_size=3),
            "o": st.lists(st.none() | st.fixed_dictionaries({"k": st.none() | st.text(max_size=2)}), max_size=3),
        }
    ),
    min_size=1,
    max_size=20,
)
SCHEMA = pa.schema(
    {
        "n": pa.int64(),
        "f": pa.float64(),
        "s": pa.string(),
        "l": pa.list_(pa.int64()),
        "o": pa.list_(pa.struct({"k": pa.string()})),
    }
)


@pytest.mark.parametrize(("kind", "values", "data_type"), COLUMNS, ids=lambda part: str(part)[:30])
def test_a_column_has_the_facts_of_its_values(kind: pa.DataType, values: list[Any], data_type: str) -> None:
    table = pa.table({"x": pa.array(values, kind)})
    found, expected = facts_of(arrows(table)), facts_of(trees([{"x": value} for value in values]))
    assert comparable(found) == comparable(expected)
    assert not data_type or field(found, "x").data_type == data_type


@given(ROWS, st.integers(1, 20))
def test_rows_have_the_facts_of_documents(documents: list[dict[str, Any]], size: int) -> None:
    table = pa.Table.from_pylist(documents, SCHEMA)
    expected = comparable(facts_of(trees(documents)))
    found = {part["path"]: part for part in comparable(facts_of(arrows(table, size)))}
    assert [found[part["path"]] for part in expected] == expected


def test_slices_and_chunks_are_read_right() -> None:
    table = pa.table({"l": [[1], [2, 3], None, [4]], "o": [{"a": 1}, {"a": 2}, None, {"a": 3}]})
    batch = table.to_batches()[0].slice(1, 2)
    profiler = Profiler()
    profiler.feed(ArrowBatch(batch, "a", 0))
    facts = profiler.finish()
    assert (field(facts, "l[]").profile.min, field(facts, "l[]").profile.max) == (2, 3)
    assert (field(facts, "o.a").profile.total, field(facts, "o.a").profile.parent_absent) == (2, 1)


def test_maps_are_maps() -> None:
    kind = pa.map_(pa.string(), pa.list_(pa.int64()))
    facts = facts_of(arrows(pa.table({"m": pa.array([[("a", [1]), ("b", None)], None, [("a", [])]], kind)})))
    assert paths(facts) == ["m", "m{}", "m{}[]"]
    profile = field(facts, "m{}").profile
    assert (profile.total, profile.values, profile.null, profile.records) == (3, 2, 1, 2)
    assert [(key.value, key.count) for key in field(facts, "m").profile.top_values] == [("a", 2), ("b", 1)]


def test_single_floats_are_what_people_would_write() -> None:
    facts = facts_of(arrows(pa.table({"x": pa.array([0.1, 2.5, None], pa.float32())})))
    assert (field(facts, "x").profile.min, field(facts, "x").profile.max) == (0.1, 2.5)


def test_units_beyond_microseconds_are_cut() -> None:
    instant = pa.array(np.array(["2024-01-31T09:05:07.123456789"], "M8[ns]"))
    profile = field(facts_of(arrows(pa.table({"x": instant}))), "x").profile
    assert profile.min == "2024-01-31T09:05:07.123456"


def test_run_lengths_are_read() -> None:
    encoded = pa.RunEndEncodedArray.from_arrays(pa.array([3, 5], pa.int32()), pa.array(["a", "b"]))
    profile = field(facts_of(arrows(pa.table({"x": encoded}))), "x").profile
    assert [(item.value, item.count) for item in profile.top_values] == [("a", 3), ("b", 2)]


def test_fields_of_one_name_are_numbered() -> None:
    assert unique_names(["a", "b", "a", "a"]) == ["a", "b", "a#2", "a#3"]
    table = pa.Table.from_arrays([pa.array([1]), pa.array(["x"])], names=["a", "a"])
    assert [found.data_type for found in facts_of(arrows(table)).fields] == ["integer", "string"]


def test_columns_named_like_years_stay_fields() -> None:
    table = pa.table({str(year): [1, 2] for year in range(1990, 2010)})
    assert paths(facts_of(arrows(table)))[0] == "`1990`"
