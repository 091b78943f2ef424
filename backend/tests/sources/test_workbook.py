"""A workbook cell by cell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from ddgen.errors import InputError, UsageError
from ddgen.sources import workbook


def test_the_sheets_that_are_wanted_come_whole(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Plain"
    first["A1"] = "nothing"
    named = book.create_sheet("Wanted 2")
    named["B3"], named["C4"] = "here", datetime(2024, 1, 2)  # noqa: DTZ001 - workbooks know no time zones
    named["B5"], named["B6"] = "#N/A", "=1+1"
    named.sheet_state = "veryHidden"
    marked = book.create_sheet("Other")
    marked["A2"] = "mark: x"
    book.save(path)
    found = workbook.read(path, ["Wanted"], ["mark:"])
    assert [sheet.name for sheet in found] == ["Wanted 2", "Other"]
    assert found[0].rows[2] == ["", "here", ""]
    assert str(found[0].rows[3][2]).startswith("2024-01-02")
    assert found[0].odd == {(4, 1): "#N/A", (5, 1): ""}


def test_what_is_no_workbook_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        workbook.read(tmp_path / "none.xlsx", [], [])
    text = tmp_path / "text.xlsx"
    text.write_text("no workbook", encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        workbook.read(text, [], [])
