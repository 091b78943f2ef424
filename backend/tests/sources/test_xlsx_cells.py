"""Errors and formulas without a result are found wherever a piece of the sheet ends, and in every way to write them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ddgen.sources import xlsx_cells
from ddgen.sources.xlsx_cells import unfilled

from .binary_cases import spec_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CELLS = """
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="e"><v>#N/A</v></c></row>
<row r="2"><c r="A2" s="1" t="e"><v>#N/A</v></c><c r="B2"><f>A2*2</f><v></v></c></row>
<row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B3"><f t="shared" si="0"/></c></row>
<row r="4"><c r="A4"><f>A2</f><v>7</v></c><c r="B4" s="2"><f>A2</f><v/></c></row>
<row r="5"><c r="A5" t="str"><f>A2</f><v>t="e"</v></c><c r="B5"/><c r="C5" t="e"><v>#REF!</v></c></row>
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="r1" Target="/xl/s.xml"/></Relationships>'
        )
        archive.writestr("xl/s.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{CELLS}</sheetData></worksheet>')
    return path


@pytest.mark.parametrize("piece", [7, 64, 1 << 20])
def test_they_are_told_by_field_with_their_rows(book: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    monkeypatch.setattr(xlsx_cells, "PIECE", piece)
    errors, results = unfilled(spec_of(book), "S", "t", {0: "a b", 1: "n"}, first_row=1)
    assert (errors.code, errors.field, errors.count) == ("cell_error", "`a b`", 2)
    assert "(#DIV/0!, #N/A)" in errors.message
    assert [place.line for place in errors.places] == [2, 3]
    assert (results.code, results.field, [place.line for place in results.places]) == ("no_result", "n", [2, 3, 4])


def test_other_sheets_and_other_formats_have_none(book: Path, tmp_path: Path) -> None:
    assert list(unfilled(spec_of(book), "other", "t", {0: "a"}, 0)) == []
    (tmp_path / "b.xls").write_bytes(b"something else")
    assert list(unfilled(spec_of(tmp_path / "b.xls"), "S", "t", {0: "a"}, 0)) == []
