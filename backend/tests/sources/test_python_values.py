from __future__ import annotations

import collections
import datetime as dt
import enum
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.relation import Tagged
from ddgen.sources.python_values import plain

PLAIN = [
    None, True, 5, 2.5, "x", b"x", Decimal("1.5"), dt.datetime(2024, 1, 2, tzinfo=dt.UTC), dt.date(2024, 1, 2),
    dt.time(1, 2), dt.timedelta(1), UUID(int=5), Tagged("objectid", "5f"),
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=str)
def test_what_documents_hold_stays_the_very_same(value: Any) -> None:
    assert plain(value) is value


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_documents_stay_what_they_are(value: Any) -> None:
    assert plain(value) == value
    assert plain(plain(value)) == plain(value)


class Level(enum.IntEnum):
    HIGH = 3


class Colour(enum.Enum):
    RED = ("r", 1)


class Name(str):
    __slots__ = ()


class Day(dt.date):
    pass


class Point(NamedTuple):
    x: int
    y: int


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ((1, (2,)), [1, [2]]),
        (Point(1, 2), [1, 2]),
        (frozenset({1}), [1]),
        (collections.OrderedDict(a=(1,)), {"a": [1]}),
        (collections.Counter("aa"), {"a": 2}),
        ({None: 1, 5: 2, ("a", 1): 3}, {"None": 1, "5": 2, "('a', 1)": 3}),
        (Level.HIGH, 3),
        (Colour.RED, ["r", 1]),
        (Name("Ann"), "Ann"),
        (Fraction(1, 2), "1/2"),
        (PurePosixPath("a/b"), "a/b"),
        (1 + 2j, "(1+2j)"),
        (bytearray(b"ab"), b"ab"),
        pytest.param(memoryview(b"ab"), b"ab", id="memoryview"),
        (range(3), [0, 1, 2]),
        (collections.deque([(1,)]), [[1]]),
        (np.int8(5), 5),
        (np.float32(1.5), 1.5),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([{"a": (1,)}], dtype=object), [{"a": [1]}]),
        (np.datetime64("2024-01-02"), dt.date(2024, 1, 2)),
        (np.timedelta64(5, "s"), dt.timedelta(seconds=5)),
        (pd.Timestamp("2024-01-02", tz="UTC"), dt.datetime(2024, 1, 2, tzinfo=dt.UTC)),
        (pd.Timedelta(hours=1), dt.timedelta(hours=1)),
        (pd.Series([1, 2]), [1, 2]),
    ],
    ids=repr,
)
def test_other_values_become_what_comes_nearest(value: Any, found: Any) -> None:
    assert plain(value) == found
    assert type(plain(value)) is type(found)


def test_subclasses_of_dates_stay_dates() -> None:
    assert plain(Day(2024, 1, 2)) == dt.date(2024, 1, 2)


def test_values_of_unknown_classes_are_their_text() -> None:
    @dataclass
    class Money:
        amount: int

    assert "amount=5" in plain(Money(5))
    assert plain(object).startswith("<class")


def test_what_cannot_be_told_apart_from_a_document_is_not_changed_in_place() -> None:
    value = {"a": (1, 2), "b": [{3}]}
    assert plain(value) == {"a": [1, 2], "b": [[3]]}
    assert value == {"a": (1, 2), "b": [{3}]}
