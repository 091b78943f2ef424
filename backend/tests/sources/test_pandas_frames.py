from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ddgen.model.relation import ArrowBatch, TreeBatch
from ddgen.sources.arrow_batches import ROWS_PER_BATCH
from ddgen.sources.pandas_frames import PandasRelation

from .binary_cases import data_types, declared, records


def relation_of(frame: pd.DataFrame) -> PandasRelation:
    return PandasRelation("t", frame)


def column(values: Any) -> list[Any]:
    """The values of a frame's only column, as they arrive."""
    return [row["v"] for row in records(relation_of(pd.DataFrame({"v": values})))]


def test_a_column_of_objects_keeps_the_type_of_each_value() -> None:
    odd = [1, "x", Decimal("1.50"), b"\xff", dt.date(2024, 1, 2), [1, [2]], {"a": {3}}, (4,), True, 10**30]
    found = column(pd.Series(odd, dtype=object))
    assert found == [
        1, "x", Decimal("1.50"), b"\xff", dt.date(2024, 1, 2), [1, [2]], {"a": [3]}, [4], True, 10**30,
    ]  # fmt: skip
    assert [type(value) for value in found[:2]] == [int, str]
    assert found[8] is True


def test_every_spelling_of_no_value_is_null() -> None:
    assert column(pd.Series([None, np.nan, pd.NA, pd.NaT, "x"], dtype=object)) == [None] * 4 + ["x"]
    assert column([1.5, np.nan]) == [1.5, None]
    assert column(pd.to_datetime(["2024-01-02", "NaT"])) == [dt.datetime(2024, 1, 2), None]  # noqa: DTZ001 - no zone


def test_arrays_in_cells_are_lists_and_not_missing() -> None:
    assert column(pd.Series([np.array([1, 2]), [np.nan], np.array([])], dtype=object))[0] == [1, 2]
    assert len(column(pd.Series([np.array([1, 2]), [np.nan], np.array([])], dtype=object))) == 3


@pytest.mark.parametrize(
    ("values", "data_type", "found"),
    [
        (pd.array([1, None], dtype="Int64"), "integer", [1, None]),
        (pd.array([1.5, None], dtype="Float64"), "float", [1.5, None]),
        (pd.array([True, None], dtype="boolean"), "boolean", [True, None]),
        (pd.array(["a", None], dtype="string"), "string", ["a", None]),
        (pd.Series([[1], None], dtype=pd.ArrowDtype(pa.list_(pa.int64()))), "array", [[1], None]),
        (pd.Categorical(["b", None, "a", "b"]), "string", ["b", None, "a", "b"]),
        (pd.Categorical([3, None, 1]), "integer", [3, None, 1]),
        (pd.arrays.SparseArray([0.0, 1.5]), None, [0.0, 1.5]),
        (pd.to_timedelta([1, None], unit="h"), "interval", [dt.timedelta(hours=1), None]),
        (np.array([2**64 - 1, 0], dtype="uint64"), "integer", [2**64 - 1, 0]),
    ],
    ids=str,
)
def test_types_of_pandas(values: Any, data_type: str | None, found: list[Any]) -> None:
    relation = relation_of(pd.DataFrame({"v": values}))
    assert data_types(relation) == {"v": data_type}
    assert column(values) == found


def test_categories_of_several_types_stay_what_they_are() -> None:
    assert column(pd.Categorical([1, "a", None])) == [1, "a", None]


def test_periods_are_read_as_they_are_written_not_as_their_number() -> None:
    periods = pd.Series(pd.period_range("2024-01", periods=2, freq="M"))
    assert column(periods) == ["2024-01", "2024-02"]
    assert declared(relation_of(pd.DataFrame({"v": periods})))["v"].physical_type == "period[M]"


def test_intervals_have_two_ends() -> None:
    assert column(pd.interval_range(0, 2)) == [{"left": 0, "right": 1}, {"left": 1, "right": 2}]


def test_complex_numbers_are_texts() -> None:
    assert column([1 + 2j]) == ["(1+2j)"]


def test_times_in_a_zone_are_the_same_moment() -> None:
    at = pd.Series(pd.to_datetime(["2024-07-01 12:00"]).tz_localize("America/New_York"))
    relation = relation_of(pd.DataFrame({"v": at}))
    assert records(relation) == [{"v": dt.datetime(2024, 7, 1, 16, tzinfo=dt.UTC)}]
    assert "America/New_York" in (declared(relation)["v"].physical_type or "")


def test_times_of_several_zones_in_one_column() -> None:
    hours = [pd.Timestamp("2024-01-01", tz=zone) for zone in ("UTC", "Asia/Tokyo")]
    found = column(pd.Series(hours, dtype=object))
    assert [value.utcoffset() for value in found] == [dt.timedelta(0), dt.timedelta(hours=9)]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["a", "a", "a"], ["a", "a#2", "a#3"]),
        (["a", "a", "a#2"], ["a", "a#2", "a#2#2"]),
        ([0, 1, "0"], ["0", "1", "0#2"]),
        (["", " ", "\n"], ["", " ", "\n"]),
        (pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "")]), ["a.x", "a.y", "b."]),
        (pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]), [f"2024-01-0{n} 00:00:00" for n in (1, 2, 3)]),
    ],
)
def test_labels_of_any_kind_are_names_of_their_own(labels: Any, names: list[str]) -> None:
    relation = relation_of(pd.DataFrame([[1, 2, 3]], columns=labels))
    assert [field.path for field in relation.declared] == [(name,) for name in names]
    assert records(relation) == [dict(zip(names, (1, 2, 3), strict=True))]


def test_levels_of_an_index_are_fields_where_they_have_names() -> None:
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["v", None])
    assert records(relation_of(pd.DataFrame({"v": [1, 2]}, index=index))) == [
        {"v": "a", "v#2": 1},
        {"v": "b", "v#2": 2},
    ]
    assert list(declared(relation_of(pd.DataFrame({"v": [1]}, index=["x"])))) == ["v"]


@pytest.mark.parametrize(
    ("frame", "fields"),
    [
        (pd.DataFrame(), {}),
        (pd.DataFrame(index=range(3)), {}),
        (
            pd.DataFrame({"a": pd.Series([], dtype="Int64"), "o": pd.Series([], dtype=object)}),
            {"a": "integer", "o": None},
        ),
        (pd.DataFrame({"c": pd.Categorical([], categories=["x"])}), {"c": "string"}),
    ],
)
def test_frames_without_rows_or_columns(frame: pd.DataFrame, fields: dict[str, str | None]) -> None:
    relation = relation_of(frame)
    assert data_types(relation) == fields
    assert all(not row for row in records(relation))


def test_long_frames_come_in_batches_that_agree_on_nothing_but_names() -> None:
    values = pd.Series([1] * ROWS_PER_BATCH + ["x", 2], dtype=object)
    batches = list(relation_of(pd.DataFrame({"v": values})).batches())
    assert [(type(batch), batch.first, batch.count) for batch in batches] == [
        (ArrowBatch, 0, ROWS_PER_BATCH),
        (TreeBatch, ROWS_PER_BATCH, 2),
    ]


def test_the_frame_is_not_changed_and_can_be_read_again() -> None:
    frame = pd.DataFrame({"v": [1, 2]}, index=pd.Index(["a", "b"], name="k"))
    before = frame.copy(deep=True)
    relation = relation_of(frame)
    assert records(relation) == records(relation)
    pd.testing.assert_frame_equal(frame, before)


def test_what_a_frame_says_of_itself_is_its_comment() -> None:
    frame = pd.DataFrame({"v": [1]})
    assert relation_of(frame).comment is None
    frame.attrs["comment"] = "Readings"
    assert relation_of(frame).comment == "Readings"
    frame.attrs["comment"] = 5
    assert relation_of(frame).comment is None
