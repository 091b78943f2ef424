"""Dates and times that Python has no value for are counted as what they are, and nothing around them is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ddgen
from ddgen.model.dictionary import Field
from ddgen.model.relation import Tagged
from ddgen.sources.arrow_calendar import fits, value_of
from ddgen.sources.arrow_values import values_of

FARTHEST = [-(2**63), 0, 2**63 - 1]
UNITS = ("s", "ms", "us")


def only_field(source: object) -> Field:
    dictionary = ddgen.build(source)
    assert dictionary.problems == []
    return dictionary.tables[0].fields[0]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Zurich", "No/Where"])
def test_timestamps_of_every_size_stay_timestamps(unit: str, zone: str | None) -> None:
    column = pa.array(FARTHEST).view(pa.timestamp(unit, zone))
    field = only_field(pa.table({"x": column}))
    assert (field.data_type, field.types) == ("timestamp", {"timestamp": 3})
    assert field.profile.min == "1970-01-01T00:00:00" + ("Z" if zone else "")
    assert [(odd.kind, odd.count) for odd in field.profile.oddities] == [("beyond_calendar", 2)]
    assert field.profile.oddities[0].first[0].record == 1


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array([-(2**31), 0, 2**31 - 1], pa.int32()).view(pa.date32()), "date"),
        (pa.array([-(2**50), 0, 2**50]).view(pa.date64()), "date"),
        (pa.array([-1, 0, 86_400], pa.int32()).view(pa.time32("s")), "time"),
        (pa.array([86_400_000_001, 0, 86_400_000_000]).view(pa.time64("us")), "time"),
    ],
)
def test_days_and_times_beyond_the_calendar_are_counted(column: pa.Array, kind: str) -> None:
    assert not fits(column)
    field = only_field(pa.table({"x": column}))
    assert (field.data_type, field.types) == (kind, {kind: 3})
    assert [(odd.kind, odd.count) for odd in field.profile.oddities] == [("beyond_calendar", 2)]


@pytest.mark.parametrize("unit", UNITS)
def test_durations_of_every_size_are_intervals(unit: str) -> None:
    field = only_field(pa.table({"x": pa.array(FARTHEST).view(pa.duration(unit))}))
    assert (field.data_type, field.types) == ("interval", {"interval": 3})


def test_values_inside_nested_ones_are_told_too() -> None:
    days = pa.array([0, 2**31 - 1, 1], pa.int32()).view(pa.date32())
    moments = pa.array([0, 2**62, 1]).view(pa.timestamp("us"))
    inner = pa.StructArray.from_arrays([days, moments], ["d", "t"])
    lists = pa.ListArray.from_arrays(pa.array([0, 2, 3], pa.int32()), inner)
    keyed = pa.MapArray.from_arrays(pa.array([0, 2, 3], pa.int32()), days, moments)
    dictionary = ddgen.build(pa.table({"l": lists, "m": keyed}))
    found = {field.path: field.types for field in dictionary.tables[0].fields}
    assert (found["l[].d"], found["l[].t"], found["m{}"]) == ({"date": 3}, {"timestamp": 3}, {"timestamp": 3})
    assert values_of(keyed)[0] == {
        "1970-01-01": datetime(1970, 1, 1),  # noqa: DTZ001 - as stored
        "5881580-07-11": Tagged("datetime", "148108-07-06T14:00:27.387904"),
    }


@pytest.mark.parametrize(
    ("number", "kind", "value"),
    [
        (-719_162, pa.date32(), date.min),
        (2_932_896, pa.date32(), date.max),
        (2_932_897, pa.date32(), Tagged("date", "10000-01-01")),
        (86_399_999, pa.time32("ms"), time(23, 59, 59, 999_000)),
        (86_400_000, pa.time32("ms"), Tagged("time", "24:00:00")),
        (86_400_000_500, pa.time64("us"), Tagged("time", "24:00:00.0005")),
        (-1, pa.timestamp("s"), datetime(1969, 12, 31, 23, 59, 59)),  # noqa: DTZ001 - as stored
        (0, pa.timestamp("ns", "Asia/Tokyo"), datetime(1970, 1, 1, tzinfo=UTC)),
        (253_402_300_800, pa.timestamp("s", "UTC"), Tagged("datetime", "10000-01-01T00:00:00Z")),
        (1_500, pa.duration("ms"), timedelta(seconds=1.5)),
        (2**62 + 1, pa.duration("ms"), Tagged("interval", "PT4611686018427387.905S")),
    ],
)
def test_a_stored_number_is_read(number: int, kind: pa.DataType, value: Any) -> None:
    assert value_of(number, kind) == value


def test_infinity_in_duckdb_and_midnight_in_parquet_lose_no_other_value(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.duckdb", tmp_path / "a.parquet"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 'infinity'::TIMESTAMP AS until, '24:00:00'::TIME AS at, 1 AS n")
        connection.execute("INSERT INTO t VALUES ('2024-01-01', '12:00', 2)")
        connection.execute(f"COPY t TO '{copy}'")
    for source in (path, copy):
        dictionary = ddgen.build(source)
        assert dictionary.problems == []
        assert {field.path: field.types for field in dictionary.tables[0].fields} == {
            "until": {"timestamp": 2},
            "at": {"time": 2},
            "n": {"integer": 2},
        }


def test_views_of_lists_keep_every_item() -> None:
    column = pa.array([[1], [2, 3], None], pa.list_view(pa.int8()))
    fields = ddgen.build(pa.table({"x": column})).tables[0].fields
    assert [(field.path, field.profile.values) for field in fields] == [("x", 2), ("x[]", 3)]


def test_finer_units_than_microseconds_can_be_compared(tmp_path: Path) -> None:
    moments = pa.array([1_500, 2_500, 2_500]).view(pa.timestamp("ns", "UTC"))
    table = pa.table({"u": ["a", "a", "b"], "t": moments, "d": moments.cast(pa.int64()).view(pa.duration("ns"))})
    pq.write_table(table, tmp_path / "a.parquet")
    dictionary = ddgen.build(tmp_path / "a.parquet")
    assert dictionary.problems == []
    assert [field.types for field in dictionary.tables[0].fields] == [{"string": 3}, {"timestamp": 3}, {"interval": 3}]
