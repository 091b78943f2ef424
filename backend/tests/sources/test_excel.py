from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ddgen.errors import InputError
from ddgen.sources import ole
from ddgen.sources.excel import ExcelSource

from .binary_cases import declared, records, spec_of


def make(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_each_sheet_with_anything_in_it_is_a_table(tmp_path: Path) -> None:
    path = make(
        tmp_path / "book.xlsx",
        Orders=[["id", "at", "total"], [1, dt.date(2024, 1, 2), 1.5], [2, dt.date(2024, 1, 3), None]],
        Empty=[],
        Notes=[["note"], ["x"]],
    )
    spec = spec_of(path)
    assert ExcelSource.accepts(spec)
    orders, notes = ExcelSource.relations(spec)
    assert (orders.name, notes.name, orders.uri) == ("Orders", "Notes", "book.xlsx#Orders")
    assert records(orders) == [
        {"id": 1, "at": dt.date(2024, 1, 2), "total": 1.5},
        {"id": 2, "at": dt.date(2024, 1, 3), "total": None},
    ]
    assert records(orders)[0]["id"] == 1
    assert {path: field.physical_type for path, field in declared(orders).items()} == {
        "id": "number", "at": "date", "total": "number",
    }  # fmt: skip
    assert orders.row_estimate == 2


def test_a_single_sheet_is_named_by_its_file(tmp_path: Path) -> None:
    [relation] = ExcelSource.relations(spec_of(make(tmp_path / "stock.xlsx", Sheet1=[["a"], [1]])))
    assert relation.name == "stock"


def test_titles_empty_columns_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [],
        [None, "Report of January"],
        [],
        [None, "id", "name", "id", None],
        [None, 1, "x", 5.0, None],
        [None, None, None, None, None],
        [None, 2, None, 6.0, "stray"],
        [None, None, None, None, None],
    ]
    path = make(tmp_path / "r.xlsx", R=rows)
    book = openpyxl.load_workbook(path)
    book["R"].merge_cells("B2:D2")
    book.save(path)
    [relation] = ExcelSource.relations(spec_of(path))
    assert records(relation) == [
        {"id": 1, "name": "x", "id#2": 5, "column_4": None},
        {"id": 2, "name": None, "id#2": 6, "column_4": "stray"},
    ]
    assert (relation.comment, relation.reading["header_row"]) == ("Report of January", 3)


def test_values_keep_their_kinds(tmp_path: Path) -> None:
    row = ["a", True, 2.5, dt.datetime(2024, 1, 2, 3, 4), dt.time(5, 6), dt.timedelta(hours=30)]  # noqa: DTZ001 - sheets have no zones
    path = make(tmp_path / "k.xlsx", K=[["t", "b", "n", "dt", "tm", "td"], row])
    [relation] = ExcelSource.relations(spec_of(path))
    assert list(records(relation)[0].values()) == row
    assert [field.physical_type for field in relation.declared] == [
        "text", "boolean", "number", "datetime", "time", "duration",
    ]  # fmt: skip


def test_a_column_of_mixed_kinds_keeps_each_value(tmp_path: Path) -> None:
    path = make(tmp_path / "m.xlsx", M=[["id", "v"], [1, "x"], [2, 7], [3, dt.date(2024, 1, 2)]])
    [relation] = ExcelSource.relations(spec_of(path))
    assert [row["v"] for row in records(relation)] == ["x", 7, dt.date(2024, 1, 2)]
    assert declared(relation)["v"].physical_type == "date | number | text"


def test_hidden_sheets_are_read_and_said_to_be_hidden(tmp_path: Path) -> None:
    path = make(tmp_path / "h.xlsx", A=[["a"], [1]], B=[["b"], [2]])
    book = openpyxl.load_workbook(path)
    book["B"].sheet_state = "hidden"
    book.save(path)
    visible, hidden = ExcelSource.relations(spec_of(path))
    assert "hidden" not in visible.reading
    assert hidden.reading["hidden"] is True


def test_content_tells_a_workbook_whatever_its_suffix(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", A=[["a"], [1]]).rename(tmp_path / "book.csv")
    assert ExcelSource.accepts(spec_of(path))
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
    assert not ExcelSource.accepts(spec_of(tmp_path / "plain.zip"))


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "e.xlsx").write_bytes(ole.MAGIC + bytes(1000) + ole.ENCRYPTED + bytes(1000))
    spec = spec_of(tmp_path / "e.xlsx")
    assert ExcelSource.accepts(spec)
    with pytest.raises(InputError) as caught:
        ExcelSource.relations(spec)
    assert caught.value.code == "encrypted"
    assert caught.value.hint


def test_a_cut_workbook_is_refused_as_damaged(tmp_path: Path) -> None:
    path = make(tmp_path / "c.xlsx", A=[["a"], [1]])
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputError) as caught:
        ExcelSource.relations(spec_of(path))
    assert caught.value.code == "damaged"


def test_a_workbook_of_nothing_is_refused_as_empty(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        ExcelSource.relations(spec_of(make(tmp_path / "n.xlsx", A=[], B=[])))
    assert caught.value.code == "empty"
