from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ddgen.sources.sheet_header import layout
from ddgen.sources.sheet_values import typed


@pytest.mark.parametrize(
    ("rows", "names", "header", "data"),
    [
        ([["id", "name"], [1.0, "x"]], ["id", "name"], 0, 1),
        ([["", ""], ["Report", ""], ["", ""], ["id", "name"], [1.0, "x"]], ["id", "name"], 3, 4),
        ([["id", "id", ""], [1.0, 2.0, 3.0]], ["id", "id#2", "column_3"], 0, 1),
        ([["country", 2019.0, 2020.0], ["FR", 1.5, 2.5]], ["country", "2019", "2020"], 0, 1),
        ([[1.0, 2.0], [3.0, 4.0]], ["column_1", "column_2"], None, 0),
        ([["x", 2.0], ["y", 4.0]], ["column_1", "column_2"], None, 0),
        ([["a", "b"]], ["a", "b"], 0, 1),
        (
            [["", "Sales", "", ""], ["Region", "Q1", "Q2", "Q3"], ["N", 1.0, 2.0, 3.0]],
            ["Region", "Q1", "Q2", "Q3"],
            1,
            2,
        ),
        ([["two\nlines ", "b"], [1.0, 2.0]], ["two lines", "b"], 0, 1),
        ([["1", "2"], ["3", "4"]], ["column_1", "column_2"], None, 0),
        ([["Date", dt.date(2024, 1, 1)], ["id", "n"], [1.0, 2.0]], ["id", "n"], 1, 2),
    ],
)
def test_where_the_table_begins(rows: list[list[Any]], names: list[str], header: int | None, data: int) -> None:
    found = layout(rows)
    assert found is not None
    assert (found.names, found.header, found.data) == (names, header, data)


def test_a_title_above_is_kept_and_nothing_is_nothing() -> None:
    found = layout([["Sales of 2024", ""], ["id", "n"], [1.0, 2.0]])
    assert found is not None
    assert found.title == "Sales of 2024"
    assert layout([["", ""], [""]]) is None


def test_numbers_are_whole_where_all_of_them_are() -> None:
    assert typed([1.0, "", 2.0]) == [1, None, 2]
    assert [type(value) for value in typed([1.0, 2.5])] == [float, float]
    assert typed([True, 1.0, "x"]) == [True, 1, "x"]


def test_dates_among_timestamps_are_timestamps() -> None:
    assert typed([dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 3)]) == [  # noqa: DTZ001 - sheets have no zones
        dt.datetime(2024, 1, 2),  # noqa: DTZ001 - sheets have no zones
        dt.datetime(2024, 1, 2, 3),  # noqa: DTZ001 - sheets have no zones
    ]
    assert typed([dt.date(2024, 1, 2), ""]) == [dt.date(2024, 1, 2), None]
