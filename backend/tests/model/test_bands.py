"""Coarse bands of numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model import bands


@given(st.floats(0, 1), st.integers(100, 100_000))
def test_one_per_cent_more_rows_move_no_share_out_of_its_bands(share: float, rows: int) -> None:
    missing = round(share * rows)
    for more in (0, rows // 100):
        one, other = bands.missing(missing / rows), bands.missing((missing + more) / (rows + rows // 100))
        assert one[0] in other or other[0] in one


@pytest.mark.parametrize(
    ("mean", "found"),
    [(None, [None]), (0.0, [None]), (55.0, [[1, 1]]), (-550.0, [[-1, 2]]), (float("inf"), [None])],
)
def test_magnitudes(mean: float | None, found: list[object]) -> None:
    assert bands.magnitude(mean) == found


def test_near_a_power_of_ten_both_count() -> None:
    assert bands.magnitude(101.0) == [[1, 2], [1, 1]]


def test_codes_that_repeat() -> None:
    assert bands.repetition(3, 300, ["b", "a"]) == [["a", "b"]]
    assert bands.repetition(100, 200, ["b", "a"]) == ["repeating"]
    assert bands.repetition(None, 5, None) == ["unmeasured"]
    assert bands.repetition(90, 100, None) == ["distinct", "repeating"]


def test_forms() -> None:
    assert bands.form_of([("AA-99", 8), ("A-9", 1), ("9", 1)]) == ("A-9", 0.9)
    assert bands.form_of([]) == (None, 0.0)
    assert bands.form("A-9", 0.9) == ["A-9"]
    assert bands.form("A-9", 0.3) == [None]
    assert bands.form(None, 0.0) == [None]
