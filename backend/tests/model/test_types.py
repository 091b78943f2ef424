"""How unions of data types are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.types import DataType, union_name

COUNTS = st.dictionaries(st.sampled_from(DataType), st.integers(0, 5))


@pytest.mark.parametrize(
    ("counts", "name"),
    [
        ({}, "unknown"),
        ({DataType.STRING: 0}, "unknown"),
        ({DataType.STRING: 998, DataType.INTEGER: 2}, "string | integer"),
        ({DataType.STRING: 2, DataType.INTEGER: 998}, "integer | string"),
        ({DataType.STRING: 1, DataType.BOOLEAN: 1}, "boolean | string"),
        ({DataType.INTEGER: 9, DataType.FLOAT: 1}, "float"),
        ({DataType.INTEGER: 1, DataType.DECIMAL: 1}, "decimal"),
        ({DataType.FLOAT: 5, DataType.DECIMAL: 1}, "decimal"),
        ({DataType.INTEGER: 3, DataType.FLOAT: 3, DataType.STRING: 5}, "float | string"),
    ],
)
def test_names(counts: dict[DataType, int], name: str) -> None:
    assert union_name(counts) == name


@given(COUNTS)
def test_a_name_holds_each_type_once_and_nothing_else(counts: dict[DataType, int]) -> None:
    names = union_name(counts).split(" | ")
    assert len(set(names)) == len(names)
    assert set(names) <= {kind.value for kind, count in counts.items() if count} | {"unknown"}


@given(COUNTS)
def test_naming_changes_no_counts(counts: dict[DataType, int]) -> None:
    before = dict(counts)
    union_name(counts)
    assert counts == before
