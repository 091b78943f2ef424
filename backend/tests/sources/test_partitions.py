from __future__ import annotations

import datetime as dt
from pathlib import PurePath

import pyarrow as pa
import pytest

from ddgen.sources.partitions import Keys, Partitioning, is_key, keys_of


def test_keys_are_read_from_folders_and_decoded() -> None:
    assert keys_of(PurePath("a=1/b=x%2Fy/part-0.parquet")) == (("a", "1"), ("b", "x/y"))
    assert keys_of(PurePath("plain/a=__HIVE_DEFAULT_PARTITION__/f=1.parquet")) == (("a", None),)


@pytest.mark.parametrize(("name", "expected"), [("year=2024", True), ("k=", True), ("=x", False), ("plain", False)])
def test_which_folders_state_a_key(name: str, expected: bool) -> None:
    assert is_key(name) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "-20"], [1, -20]),
        (["1", "01"], ["1", "01"]),
        (["2024-01-31"], [dt.date(2024, 1, 31)]),
        (["2024-01-31", "2024-02-31"], ["2024-01-31", "2024-02-31"]),
        (["1", None], [1, None]),
        ([None], [None]),
    ],
)
def test_a_key_is_typed_by_all_of_its_values(values: list[str | None], expected: list[object]) -> None:
    files: list[Keys] = [(("k", value),) for value in values]
    partitioning = Partitioning(files)
    batch = pa.record_batch({"a": [1]})
    assert [partitioning.add(batch, keys).column("k").to_pylist()[0] for keys in files] == expected


def test_a_field_of_the_file_itself_wins() -> None:
    keys = (("a", "7"),)
    batch = pa.record_batch({"a": [1]})
    assert Partitioning([keys]).add(batch, keys).to_pydict() == {"a": [1]}
    assert Partitioning([keys]).extend(batch.schema) == batch.schema
