from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ddgen.errors import InputError
from ddgen.model.relation import ArrowBatch, TreeBatch
from ddgen.sources.arrow_batches import ROWS_PER_BATCH
from ddgen.sources.polars_frames import PolarsRelation

from .binary_cases import data_types, declared, records


def relation_of(frame: pl.DataFrame | pl.LazyFrame) -> PolarsRelation:
    return PolarsRelation("t", frame)


CASES: dict[str, tuple[pl.Series, str | None, list[Any]]] = {
    "categorical": (pl.Series(["b", None, "a"], dtype=pl.Categorical), "string", ["b", None, "a"]),
    "enum": (pl.Series(["b", None], dtype=pl.Enum(["a", "b"])), "string", ["b", None]),
    "decimal": (pl.Series([Decimal("1.10"), None], dtype=pl.Decimal(10, 2)), "decimal", [Decimal("1.10"), None]),
    "duration": (pl.Series([dt.timedelta(days=1), None]), "interval", [dt.timedelta(days=1), None]),
    "time": (pl.Series([dt.time(1, 2), None]), "time", [dt.time(1, 2), None]),
    "binary": (pl.Series([b"\xff", None]), "binary", [b"\xff", None]),
    "null": (pl.Series([None, None]), None, [None, None]),
    "array": (pl.Series([[1, 2], None], dtype=pl.Array(pl.Int8, 2)), "array", [[1, 2], None]),
    "list of categories": (pl.Series([["a"], ["b", "a"]], dtype=pl.List(pl.Categorical)), "array", [["a"], ["b", "a"]]),
    "half": (pl.Series([1.5, None], dtype=pl.Float16), "float", [1.5, None]),
}


@pytest.mark.parametrize("name", CASES)
def test_types_of_polars(name: str) -> None:
    series, data_type, values = CASES[name]
    relation = relation_of(pl.DataFrame({"v": series}))
    assert data_types(relation)["v"] == data_type
    assert declared(relation)["v"].physical_type == str(series.dtype)
    assert [row["v"] for row in records(relation)] == values


def test_times_in_a_zone_are_the_same_moment() -> None:
    at = pl.Series([dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)]).dt.convert_time_zone("Asia/Tokyo")
    assert records(relation_of(pl.DataFrame({"v": at}))) == [{"v": dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)}]


def test_every_path_of_a_nested_column_is_declared() -> None:
    frame = pl.DataFrame({"a": [[{"x": 1, "y": [1, 2]}], [], None], "s": [{"z": None}, None, {"z": None}]})
    relation = relation_of(frame)
    assert list(declared(relation)) == ["a", "a[]", "a[].x", "a[].y", "a[].y[]", "s", "s.z"]
    assert records(relation) == [
        {"a": [{"x": 1, "y": [1, 2]}], "s": {"z": None}},
        {"a": [], "s": None},
        {"a": None, "s": {"z": None}},
    ]


@pytest.mark.parametrize(
    "big",
    [
        pl.Series([2**100, None], dtype=pl.Int128),
        pl.Series([[2**100], None], dtype=pl.List(pl.Int128)),
        pl.Series([{"x": [2**100]}, None], dtype=pl.Struct({"x": pl.List(pl.Int128)})),
    ],
    ids=str,
)
def test_integers_too_large_for_arrow_are_read_at_any_depth(big: pl.Series) -> None:
    relation = relation_of(pl.DataFrame({"n": [1, 2], "big": big}))
    assert [path for path in declared(relation) if not path.startswith("big")] == ["n"]
    assert next(iter(declared(relation))) == "n"
    assert records(relation) == [{"n": 1, "big": big.to_list()[0]}, {"n": 2, "big": None}]


def test_columns_of_python_objects_are_read_value_by_value() -> None:
    frame = pl.DataFrame({"o": pl.Series([{"a": 1}, 2.5, None], dtype=pl.Object), "n": [1, 2, 3]})
    assert records(relation_of(frame)) == [{"o": {"a": 1}, "n": 1}, {"o": 2.5, "n": 2}, {"o": None, "n": 3}]


def test_nan_is_a_value_and_null_is_none() -> None:
    found = [row["v"] for row in records(relation_of(pl.DataFrame({"v": [1.5, float("nan"), None]})))]
    assert found[0] == 1.5
    assert found[1] != found[1]
    assert found[2] is None


def test_a_lazy_frame_is_collected_once() -> None:
    calls = []

    def counted(frame: pl.DataFrame) -> pl.DataFrame:
        calls.append(1)
        return frame

    lazy = pl.LazyFrame({"a": [1, 2]}).map_batches(counted, schema={"a": pl.Int64})
    relation = relation_of(lazy)
    assert records(relation) == records(relation) == [{"a": 1}, {"a": 2}]
    assert (relation.row_estimate, len(calls)) == (2, 1)


@pytest.mark.parametrize(
    "lazy",
    [
        pl.LazyFrame({"a": ["x"]}).select(pl.col("a").cast(pl.Int64)),
        pl.LazyFrame({"a": ["x"]}).select("b"),
        pl.scan_parquet(Path("no_such_file.parquet")),
    ],
)
def test_a_lazy_frame_that_fails_is_an_input_that_cannot_be_read(lazy: pl.LazyFrame) -> None:
    with pytest.raises(InputError) as caught:
        relation_of(lazy)
    assert caught.value.where == "python:t"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("frame", "paths"),
    [
        (pl.DataFrame(), []),
        (pl.DataFrame(schema={"a": pl.Int64, "l": pl.List(pl.Struct({"x": pl.Int8}))}), ["a", "l", "l[]", "l[].x"]),
        (pl.DataFrame(schema={"o": pl.Object}), ["o"]),
    ],
)
def test_frames_without_rows(frame: pl.DataFrame, paths: list[str]) -> None:
    relation = relation_of(frame)
    assert list(declared(relation)) == paths
    assert records(relation) == []


@pytest.mark.parametrize(("dtype", "kind"), [(pl.Int64, ArrowBatch), (pl.Int128, TreeBatch)])
def test_long_frames_come_in_batches(dtype: Any, kind: type) -> None:
    frame = pl.DataFrame({"v": pl.Series(range(ROWS_PER_BATCH + 1), dtype=dtype)})
    batches = list(relation_of(frame).batches())
    assert {type(batch) for batch in batches} == {kind}
    assert [batch.first for batch in batches][:2] == [0, ROWS_PER_BATCH]
    assert sum(batch.count for batch in batches) == ROWS_PER_BATCH + 1
