from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.relation import ArrowBatch, Batch, TreeBatch
from ddgen.sources.row_batches import BYTES_PER_BATCH, MOST_ROWS, column_batch, next_size

from .binary_cases import rows_of

NAIVE = dt.datetime(2024, 1, 2, 3)  # noqa: DTZ001 - databases and sheets hold such
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.dates(),
    st.datetimes(),
)


def row_batch(names: list[str], rows: Sequence[tuple[Any, ...]]) -> Batch:
    return column_batch(names, list(zip(*rows, strict=True)), "s", 0)


@given(st.lists(st.tuples(SCALARS, SCALARS), min_size=1, max_size=8))
def test_no_value_changes_in_a_batch(rows: list[tuple[Any, Any]]) -> None:
    read = [tuple(row.values()) for row in rows_of(row_batch(["a", "b"], rows))]
    assert read == rows
    assert [tuple(map(type, row)) for row in read] == [tuple(map(type, row)) for row in rows]


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ([1, None, 2], ArrowBatch),
        ([1, 2.5], TreeBatch),
        ([1, True], TreeBatch),
        ([None, None], ArrowBatch),
        ([2**63], TreeBatch),
        (["\ud800"], TreeBatch),
        ([NAIVE, None], ArrowBatch),
        ([NAIVE.replace(tzinfo=dt.UTC)], TreeBatch),
        ([NAIVE, NAIVE.date()], TreeBatch),
        ([[1]], TreeBatch),
    ],
)
def test_which_form_a_column_asks_for(values: list[Any], form: type) -> None:
    assert isinstance(row_batch(["a"], [(value,) for value in values]), form)


def test_sizes_grow_while_rows_are_small() -> None:
    small = row_batch(["a"], [(1,)] * 256)
    assert next_size(256, small) == 512
    assert next_size(MOST_ROWS, row_batch(["a"], [(1,)] * MOST_ROWS)) == MOST_ROWS
    large = row_batch(["a"], [(b"x" * (BYTES_PER_BATCH // 4),)] * 8)
    assert next_size(8, large) <= 4
