from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from ddgen.sources.xlsx_parts import column_number, extents_of, sheet_parts


@pytest.mark.parametrize(("letters", "number"), [(b"A", 0), (b"Z", 25), (b"AA", 26), (b"XFD", 16_383)])
def test_columns_are_numbered(letters: bytes, number: int) -> None:
    assert column_number(letters) == number


def test_a_sheet_is_found_by_its_name_and_says_how_far_it_reaches(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "One & <two>"
    book.active.append(["a"])
    book.create_sheet("Three").cell(500, 30, "x")
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        parts = sheet_parts(archive)
        assert list(parts) == ["One & <two>", "Three"]
        assert set(parts.values()) <= set(archive.namelist())
    extents = extents_of(tmp_path / "a.xlsx")
    assert [(extent.rows, extent.columns, extent.cells) for extent in extents.values()] == [
        (1, 1, 1),
        (500, 30, 15_000),
    ]
    assert 1 <= extents["Three"].filled < 100


def test_what_is_no_workbook_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"no archive")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<cut")
    assert extents_of(tmp_path / "a.xls") == extents_of(tmp_path / "b.xlsx") == extents_of(tmp_path / "none") == {}
