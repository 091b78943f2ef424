"""Tables fit their width, whatever the width and the contents."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ddgen.cli.terminal import Column, clip_left, console, grid, widths

COLUMNS = (Column("Name", 5, 20), Column("Count", 5, 8, rank=2), Column("Note", 6, 30, rank=1))
CELLS = st.text(st.characters(exclude_categories=["C", "Z", "M"]), max_size=50)


def test_what_fits_is_not_cut() -> None:
    rows = [[Text("abc"), Text("1"), Text("a short note")]]
    assert widths(COLUMNS, rows, 80) == [4, 5, 12]


def test_the_least_important_column_goes_first() -> None:
    rows = [[Text("n" * 20), Text("1" * 8), Text("t" * 30)]]
    assert widths(COLUMNS, rows, 15)[1] == 0
    assert widths(COLUMNS, rows, 8)[1:] == [0, 0]


def test_a_column_without_contents_takes_no_room() -> None:
    assert widths(COLUMNS, [[Text("a"), Text(""), Text("b")]], 80)[1] == 0


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), width=st.integers(20, 120))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], width: int) -> None:
    output = io.StringIO()
    screen = Console(file=output, width=width, highlight=False, markup=False, emoji=False)
    screen.print(grid(COLUMNS, [[Text(cell) for cell in row] for row in rows], width))
    assert all(cell_len(line) <= width for line in output.getvalue().splitlines())


@given(st.text(max_size=40), st.integers(2, 30))
def test_clipping_keeps_the_end(text: str, width: int) -> None:
    clipped = clip_left(text, width)
    assert cell_len(clipped) <= max(width, 0)
    assert text.endswith(clipped.removeprefix("…"))


@pytest.mark.parametrize(("columns", "width"), [("10", 40), ("80", 80), ("999", 200)])
def test_the_width_has_limits(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert console().width == width
