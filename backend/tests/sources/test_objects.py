from __future__ import annotations

import datetime as dt
import enum
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ddgen.model.relation import ArrowBatch, Relation
from ddgen.sources.objects import relations_of
from ddgen.sources.python_values import plain

from .binary_cases import codes, data_types, declared, records


def only(thing: object) -> Relation:
    found = relations_of(thing, "t")
    assert found is not None
    [relation] = found
    assert (relation.name, relation.uri) == ("t", "python:t")
    return relation


def test_pandas_frames(tmp_path: Path) -> None:
    del tmp_path
    frame = pd.DataFrame(
        {
            "n": [1, 2, 3],
            "f": [1.5, None, 2.5],
            "t": ["a", None, "c"],
            "at": pd.Series([dt.datetime(2024, 1, 2, tzinfo=dt.UTC), None])[[0, 1, 0]].reset_index(drop=True),
            "cat": pd.Categorical(["x", "y", "x"]),
            "nullable": pd.array([1, None, 2], dtype="Int64"),
        }
    )
    frame.attrs["description"] = "A frame"
    relation = only(frame)
    assert (relation.comment, relation.row_estimate) == ("A frame", 3)
    [batch] = relation.batches()
    assert isinstance(batch, ArrowBatch)
    assert batch.batch.column("nullable").to_pylist() == [1, None, 2]
    assert batch.batch.column("f").null_count == batch.batch.column("t").null_count == 1
    assert data_types(relation) == {
        "n": "integer", "f": "float", "t": "string", "at": "timestamp", "cat": "string", "nullable": "integer",
    }  # fmt: skip
    assert declared(relation)["nullable"].physical_type == "Int64"


def test_pandas_columns_of_objects_keep_each_value() -> None:
    frame = pd.DataFrame({"id": [1, 2, 3, 4], "v": pd.Series([1, "x", {"k": [1.5]}, np.nan], dtype=object)})
    relation = only(frame)
    assert records(relation) == [
        {"id": 1, "v": 1}, {"id": 2, "v": "x"}, {"id": 3, "v": {"k": [1.5]}}, {"id": 4, "v": None},
    ]  # fmt: skip
    assert data_types(relation)["v"] is None


def test_pandas_numbers_of_two_kinds_in_objects_stay_two() -> None:
    rows = records(only(pd.DataFrame({"v": pd.Series([1, 2.5], dtype=object)})))
    assert [type(row["v"]) for row in rows] == [int, float]


def test_pandas_duplicate_names_and_named_index() -> None:
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"], index=pd.Index(["k"], name="key"))
    assert records(only(frame)) == [{"key": "k", "a": 1, "a#2": 2}]
    assert records(only(pd.DataFrame({"a": [1]}, index=[7]))) == [{"a": 1}]


def test_pandas_times_with_zones() -> None:
    at = pd.Series(pd.to_datetime(["2024-01-02 03:00"]).tz_localize("Europe/Paris"))
    [row] = records(only(pd.DataFrame({"at": at, "o": at.astype(object)})))
    expected = dt.datetime(2024, 1, 2, 2, tzinfo=dt.UTC)
    assert row["at"] == row["o"] == expected


@pytest.mark.parametrize("lazy", [False, True])
def test_polars_frames(lazy: bool) -> None:
    frame = pl.DataFrame({"n": [1, None], "l": [["a"], []], "s": [{"x": 1}, {"x": 2}], "d": [Decimal("1.5"), None]})
    relation = only(frame.lazy() if lazy else frame)
    assert records(relation) == [
        {"n": 1, "l": ["a"], "s": {"x": 1}, "d": Decimal("1.5")},
        {"n": None, "l": [], "s": {"x": 2}, "d": None},
    ]
    assert list(declared(relation)) == ["n", "l", "l[]", "s", "s.x", "d"]
    assert declared(relation)["n"].physical_type == "Int64"


def test_polars_columns_without_an_arrow_type_are_read_as_values() -> None:
    frame = pl.DataFrame({"n": [1, 2], "big": pl.Series([2**100, 1], dtype=pl.Int128)})
    assert records(only(frame)) == [{"n": 1, "big": 2**100}, {"n": 2, "big": 1}]


def test_arrow_tables_batches_and_readers() -> None:
    table = pa.table({"a": [1, 2]})
    for thing in (table, table.to_batches()[0]):
        relation = only(thing)
        assert relation.rereadable
        assert records(relation) == records(relation) == [{"a": 1}, {"a": 2}]
    reader = only(table.to_reader())
    assert not reader.rereadable
    assert records(reader) == [{"a": 1}, {"a": 2}]


def test_anything_with_an_arrow_stream() -> None:
    class Streamed:
        def __arrow_c_stream__(self, schema: Any = None) -> Any:
            return pa.table({"a": [1]}).__arrow_c_stream__(schema)

    relation = only(Streamed())
    assert records(relation) == records(relation) == [{"a": 1}]


def test_duckdb_relations() -> None:
    with duckdb.connect() as connection:
        relation = only(connection.sql("SELECT range AS n, 'x' AS t FROM range(3)"))
        assert records(relation) == records(relation) == [{"n": n, "t": "x"} for n in range(3)]
        assert data_types(relation) == {"n": "integer", "t": "string"}
        assert codes(relation) == []


def test_a_duckdb_relation_that_fails_midway_is_told() -> None:
    with duckdb.connect() as connection:
        query = "SELECT CASE WHEN range = 150000 THEN error('boom') ELSE range END AS n FROM range(200000)"
        relation = only(connection.sql(query))
        assert len(records(relation)) < 200_000
        assert codes(relation) == ["damaged"]
        assert "boom" in relation.problems[0].message


def test_lists_and_iterators_of_dicts() -> None:
    rows = [{"a": n, "b": {"c": [n]}} for n in range(5000)]
    relation = only(rows)
    assert (records(relation), relation.row_estimate, relation.rereadable) == (rows, 5000, True)
    once = only(row for row in rows)
    assert (records(once), once.rereadable) == (rows, False)


def test_a_dict_of_tables_is_several_and_any_other_dict_a_record() -> None:
    found = relations_of({"a": pd.DataFrame({"x": [1]}), "b": [{"y": 2}], 3: pa.table({"z": [3]})}, "t")
    assert found is not None
    assert {relation.name: records(relation) for relation in found} == {
        "a": [{"x": 1}],
        "b": [{"y": 2}],
        "3": [{"z": 3}],
    }
    assert records(only({"x": 1, "tags": ["a"]})) == [{"x": 1, "tags": ["a"]}]


def test_what_is_no_data(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with (tmp_path / "f").open() as file:
        for thing in ("a.csv", tmp_path, b"x", 5, None, file, ["a.csv", "b.csv"], (tmp_path,), pd.Series([1])):
            assert relations_of(thing, "t") is None


def test_values_of_other_classes_become_what_documents_hold() -> None:
    class Colour(enum.Enum):
        RED = "red"

    class Odd:
        def __str__(self) -> str:
            return "odd"

    assert plain(
        {
            1: np.int64(5),
            "t": (1, {2}),
            "c": Colour.RED,
            "o": Odd(),
            "a": np.array([1.5]),
            "ts": pd.Timestamp("2024-01-02"),
        }
    ) == {
        "1": 5,
        "t": [1, [2]],
        "c": "red",
        "o": "odd",
        "a": [1.5],
        "ts": dt.datetime(2024, 1, 2),  # noqa: DTZ001 - a time without a zone is meant
    }


def test_asking_imports_no_library() -> None:
    code = (
        "import sys; from ddgen.sources.objects import relations_of; relations_of([{'a': 1}], 'x');"
        "print([name for name in ('pandas', 'polars', 'duckdb', 'pyarrow', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
