from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ddgen.errors import InputError
from ddgen.sources import excel, ole
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


@pytest.mark.parametrize("suffix", [".xls", ".ods", ".xlsb"])
def test_a_suffix_of_another_format_is_no_hindrance(tmp_path: Path, suffix: str) -> None:
    path = make(tmp_path / "book.xlsx", A=[["a"], [1]]).rename(tmp_path / f"book{suffix}")
    [relation] = ExcelSource.relations(spec_of(path))
    assert records(relation) == [{"a": 1}]


def test_columns_without_name_and_values_are_left_out(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["A report"], [], [None, "id", None, "name"], *([None, n, None, "x"] for n in range(200))]
    path = make(tmp_path / "e.xlsx", E=rows)
    [relation] = ExcelSource.relations(spec_of(path))
    assert list(declared(relation)) == ["id", "name"]
    assert records(relation)[199] == {"id": 199, "name": "x"}


def test_a_sheet_with_a_cell_far_off_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = make(tmp_path / "f.xlsx", Far=[["a"], [1]], Near=[["b"], [2]])
    book = openpyxl.load_workbook(path)
    book["Far"].cell(1_048_576, 16_384, "stray")
    book.save(path)
    [near] = ExcelSource.relations(spec_of(path))
    assert (near.name, records(near)) == ("Near", [{"b": 2}])
    [problem] = near.problems
    assert (problem.code, problem.table) == ("too_far", "Far")
    assert "1,048,576 rows and 16,384 columns" in problem.message


def test_a_damaged_sheet_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    whole = make(tmp_path / "whole.xlsx", A=[["a"], [1]], B=[["b"], [2]])
    path = tmp_path / "d.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content[:300] if name.endswith("sheet1.xml") else content)
    [relation] = ExcelSource.relations(spec_of(path))
    assert records(relation) == [{"b": 2}]
    assert [(problem.code, problem.table) for problem in relation.problems] == [("damaged", "A")]


def test_cells_that_only_seem_empty_are_told_once(tmp_path: Path) -> None:
    path = make(tmp_path / "u.xlsx", U=[["n", "sum"], ["x", "=A2+1"], ["#N/A", 4], ["#REF!", 5]])
    [relation] = ExcelSource.relations(spec_of(path))
    for _ in "twice":
        assert records(relation) == [{"n": "x", "sum": None}, {"n": None, "sum": 4}, {"n": None, "sum": 5}]
    assert [(problem.code, problem.field, problem.count) for problem in relation.problems] == [
        ("cell_error", "n", 2),
        ("no_result", "sum", 1),
    ]


def test_sheets_that_are_not_kept_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "CELLS_HELD", 5)
    path = make(tmp_path / "k.xlsx", A=[["a"], [1]], B=[["b"], [2], [3], [4]])
    one, two = ExcelSource.relations(spec_of(path))
    path.unlink()
    assert records(one) == [{"a": 1}]
    with pytest.raises(InputError):
        records(two)


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
