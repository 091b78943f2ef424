"""Merged cells stand for all the rows, and for the group of columns, that they span."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from python_calamine import load_workbook

from ddgen.sources.sheet_grid import Grid, used_columns
from ddgen.sources.sheet_header import layout

ROWS: list[list[Any]] = [
    ["Region", "2023", None, "2024", None],
    [None, "Q1", "Q2", "Q1", "Q2"],
    ["North", 1, 2, 3, 4],
    [None, 5, 6, 7, 8],
    ["South", 9, 10, 11, 12],
]


def grid(path: Path, rows: list[list[Any]], *merged: str, offset: int = 0) -> Grid:
    book = openpyxl.Workbook()
    assert book.active is not None
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1 + offset):
            book.active.cell(number, column, cell)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return Grid(load_workbook(path).get_sheet_by_index(0))


def test_groups_of_columns_come_before_their_names(tmp_path: Path) -> None:
    sheet = grid(tmp_path / "a.xlsx", ROWS, "A1:A2", "B1:C1", "D1:E1", "A3:A4")
    area = sheet.layout()
    assert area is not None
    assert (area.names, area.data) == (["Region", "2023 Q1", "2023 Q2", "2024 Q1", "2024 Q2"], 2)
    assert [row[0] for row in sheet.rows()][2:] == ["North", "North", "South"]


def test_a_title_over_the_table_is_no_group(tmp_path: Path) -> None:
    sheet = grid(tmp_path / "a.xlsx", [["Sales", None], ["id", "n"], [1, 2]], "A1:B1")
    area = sheet.layout()
    assert area is not None
    assert (area.names, area.title) == (["id", "n"], "Sales")


def test_a_cell_that_is_merged_beyond_the_table_adds_no_rows(tmp_path: Path) -> None:
    sheet = grid(tmp_path / "a.xlsx", [["id", "n"], ["x", 1], [None, 2]], "A2:A900")
    filled = [list(row) for row in sheet.rows() if any(cell != "" for cell in row)]
    assert filled == [["id", "n"], ["x", 1.0], ["x", 2.0]]


def test_merged_cells_count_from_the_first_column_of_the_sheet(tmp_path: Path) -> None:
    sheet = grid(tmp_path / "a.xlsx", [["id", "n"], ["x", 1], [None, 2]], "A1:A3", "C2:C3", offset=2)
    assert sheet.first_column == 2
    assert [list(row) for row in sheet.rows()] == [["id", "n"], ["x", 1.0], ["x", 2.0]]


def test_columns_are_used_that_have_a_name_or_a_value() -> None:
    rows: list[list[Any]] = [["", "id", "", "n", ""], ["", 1, "", 2, ""], ["", 3, "", 4, "late"]]
    area = layout(rows)
    assert area is not None
    assert area.unnamed == [0, 2, 4]
    assert used_columns(rows, area) == [1, 3, 4]
