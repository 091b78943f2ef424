from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from ddgen.exporters.excel import ExcelExporter, ExcelOptions
from ddgen.exporters.excel_book import Book, lines_of
from ddgen.exporters.excel_grid import Heading, number_format, write_pages
from ddgen.exporters.spreadsheet import CELL_LENGTH, risky
from ddgen.model.dictionary import Dictionary

from . import dictionaries, meaning
from .workbooks import open_workbook


def test_the_sheets_of_a_workbook() -> None:
    sheets = ["Overview", "Fields", "Review", "Values", "Personal data", "Relations"]
    tables = ["customers", "orders", "archive", "nothing", "Metadata"]
    assert _open(dictionaries.shop()).sheetnames == [*sheets, *tables, "ddgen base"]
    assert _open(dictionaries.empty()).sheetnames == ["Overview", "Fields", "Review", "Metadata", "ddgen base"]
    assert _open(dictionaries.empty(), ExcelOptions(review=False)).sheetnames == ["Overview", "Fields", "Metadata"]


def test_only_what_people_edit_can_be_edited() -> None:
    book = _open(dictionaries.shop())
    assert all(sheet.protection.sheet for sheet in book)
    assert book["ddgen base"].sheet_state == "veryHidden"
    page = book["Review"]
    keys = {str(cell.value).removeprefix("ddgen:"): number for number, cell in enumerate(page[1], 1)}
    locked = {key for key, column in keys.items() if page.cell(4, column).protection.locked}
    assert locked == {"table", "field", "data_type", "facts", "id"}
    assert page.cell(3, keys["pii"]).protection.locked
    choices = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    assert choices["I3"] == '"approved,suggested,rejected"'
    assert page.row_dimensions[1].hidden


def test_answers_can_be_written_beside_questions() -> None:
    content = _render(meaning.meaning())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    assert sum('<protectedRange sqref="D2:D1048576" name="answers"/>' in part for part in parts) == 1


def test_the_overview_leads_to_every_table() -> None:
    overview = _open(dictionaries.shop())["Overview"]
    assert overview["A1"].value == "Web shop"
    links = {cell.value: cell.hyperlink.location for row in overview for cell in row if cell.hyperlink}
    assert links["orders"] == "'orders'!A1"
    assert links["→ Fields"] == "'Fields'!A1"
    texts = [str(cell.value) for row in overview for cell in row]
    assert any(text.startswith("A sample: facts describe at most") for text in texts)
    assert "the file ends inside a string" in texts


def test_all_fields_stand_in_one_filterable_sheet() -> None:
    shop = dictionaries.shop()
    fields = _open(shop)["Fields"]
    rows = list(fields.iter_rows(min_row=2, max_col=2, values_only=True))
    assert rows == [(table.name, field.path) for table, field in shop.fields()]
    assert fields.freeze_panes == "C2"
    assert fields.auto_filter.ref is not None
    assert fields.auto_filter.ref.startswith("A1:")
    assert fields.print_title_rows == "$1:$1"
    assert fields.page_setup.orientation == "landscape"


def test_figures_are_figures_and_texts_are_texts() -> None:
    fields = _open(dictionaries.shop())["Fields"]
    total = _row(fields, "total")
    assert (total["Min"].value, total["Max"].value) == (-12.5, 10_493.99)
    assert total["Distinct"].value == 8_911
    assert total["Distinct"].number_format == '"≈ "#,##0'
    email = _row(fields, "email")
    assert (email["PII"].value, email["Sensitivity"].value) == ("contact.email", "medium")
    assert email["Missing"].value == pytest.approx(6 / 2_104)
    assert _row(fields, "id")["Key"].value == "primary key"


def test_columns_that_no_field_fills_are_left_out() -> None:
    titles = [cell.value for cell in _open(dictionaries.shop())["Fields"][1]]
    assert "Unit" in titles
    assert "Removed" not in titles


def test_nested_fields_are_indented_in_their_tables_sheet() -> None:
    orders = _open(dictionaries.shop())["orders"]
    indents = {cell.value: cell.alignment.indent for cell in orders["A"]}
    assert indents["items[].sku"] > indents["items"]


def test_values_are_listed_with_what_they_are() -> None:
    values = _open(dictionaries.shop())["Values"]
    rows: dict[tuple[object, ...], object] = {row[:3]: row[3:] for row in values.iter_rows(min_row=2, values_only=True)}
    assert rows["orders", "status", "paid"] == (2_205, pytest.approx(2_205 / 12_480), "all values")
    assert rows["customers", "zip", "01234"] == (31, pytest.approx(31 / 2_104), "most frequent values")
    assert rows["orders", "items[].qty", 1] == (20_000, pytest.approx(20_000 / 29_950), "most frequent values")


def test_no_cell_is_a_formula_and_what_looks_like_one_is_marked_as_text() -> None:
    content = _render(dictionaries.hostile())
    risks = 0
    for sheet in open_workbook(content):
        for cell in (cell for row in sheet for cell in row):
            assert cell.data_type in {"s", "n"}
            is_risk = isinstance(cell.value, str) and risky(cell.value)
            assert bool(cell.quotePrefix) == is_risk
            risks += is_risk
    assert risks > 0
    assert not re.search(rb"<f[ >]", _sheets(content))


def test_links_stay_inside_the_workbook_and_lead_to_sheets_that_are_there() -> None:
    book = _open(dictionaries.hostile())
    links = [cell.hyperlink for sheet in book for row in sheet for cell in row if cell.hyperlink]
    for link in links:
        assert link.target is None
        assert link.location is not None
        sheet, _, place = link.location.rpartition("!")
        assert place == "A1"
        assert sheet.strip("'").replace("''", "'") in book.sheetnames


def test_more_tables_than_sheets_are_said_in_the_overview() -> None:
    shop = dictionaries.shop()
    book = _open(shop, ExcelOptions(table_sheets=2))
    assert "archive" not in book.sheetnames
    texts = [str(cell.value) for row in book["Overview"] for cell in row]
    assert any("Only the first 2 of 4 tables" in text for text in texts)
    assert len(list(book["Fields"].iter_rows(min_row=2))) == sum(1 for _ in shop.fields())


def test_rows_beyond_a_sheets_capacity_go_on_in_the_next() -> None:
    book = Book(dictionaries.empty())
    (name,) = book.reserve(["Fields"])
    book.reserve(["Fields 2"])
    ends: list[int] = []
    rows = ([number] for number in range(5))
    write_pages(book.pages(name), [Heading("Number")], rows, lambda grid: ends.append(grid.end), capacity=2)
    written = open_workbook(book.finish())
    assert written.sheetnames == ["Fields", "Fields 2 (2)", "Fields 3"]
    assert [[row[0] for row in sheet.values] for sheet in written] == [
        ["Number", 0, 1],
        ["Number", 2, 3],
        ["Number", 4],
    ]
    assert ends == [3, 3, 2]


def test_what_a_cell_cannot_hold_is_cut_or_kept_as_text() -> None:
    shop = dictionaries.shop()
    field = shop.tables[0].fields[0]
    field.description = "long " * CELL_LENGTH
    field.profile.max = 12_345_678_901_234_567_890
    field.profile.mean = float("inf")
    row = _row(_open(shop)["Fields"], "id")
    assert len(str(row["Description"].value)) == CELL_LENGTH
    assert str(row["Description"].value).endswith("…")
    assert row["Max"].value == "12,345,678,901,234,567,890"
    assert row["Mean"].value == "∞"


@pytest.mark.parametrize(
    ("figure", "shown"),
    [(0, "0"), (1999, "#,##0"), (12_000, "#,##0"), (-0.5, "0.0###"), (10_493.99, "#,##0.0###"), (1e-9, "0.00E+00")],
)
def test_number_formats(figure: float, shown: str) -> None:
    assert number_format(figure) == shown


def test_a_range_of_years_is_plain_and_the_ends_of_another_look_alike() -> None:
    shop = dictionaries.shop()
    field = shop.tables[0].fields[0]
    field.profile.min, field.profile.max = 1980, 2024
    row = _row(_open(shop)["Fields"], "id")
    assert (row["Min"].number_format, row["Max"].number_format) == ("0", "0")
    field.profile.min, field.profile.max = 1071, 5_286_953
    row = _row(_open(shop)["Fields"], "id")
    assert (row["Min"].number_format, row["Max"].number_format) == ("#,##0", "#,##0")


def test_columns_are_wide_enough_for_numbers_and_names() -> None:
    shop = dictionaries.shop()
    field = shop.tables[0].fields[0]
    field.profile.min = -244_178_626_927_001
    shop.tables[0].name = "a_table_with_a_name_of_some_length"
    field.semantic_type = "organisation.company_name"
    page = _open(shop)["Fields"]
    row = _row(page, "id")
    width = {title: page.column_dimensions[cell.column_letter].width for title, cell in row.items()}
    assert width["Min"] > len("-244,178,626,927,001")
    assert width["Table"] > len(shop.tables[0].name)
    assert width["Semantic type"] > len(field.semantic_type)


@pytest.mark.parametrize(
    ("content", "lines"),
    [("one two", 1), ("m***@example.com 25 %, a***@example.com 25 %", 3), ("x" * 45, 3), ("a\n\nb", 3)],
)
def test_rows_are_high_enough_for_words_that_are_not_broken(content: str, lines: int) -> None:
    assert lines_of(content, 20) == lines


def test_the_document_says_what_it_is_and_when_it_was_made() -> None:
    properties = _open(dictionaries.shop()).properties
    assert properties.title == "Web shop"
    assert properties.created is not None
    assert properties.created.replace(tzinfo=UTC) == datetime(2026, 5, 1, 14, 5, 9, tzinfo=UTC)


def test_metadata_counts_claims_by_who_made_them() -> None:
    rows = list(_open(dictionaries.shop())["Metadata"].values)
    assert ("Format", "ddgen/1") in [row[:2] for row in rows]
    assert ("description", "human", "written by a person", 2, 2) in [row[:5] for row in rows]
    assert ("customers", "encoding", "utf-8") in [row[:3] for row in rows]


def test_many_fields_and_tables_make_a_workbook() -> None:
    wide = dictionaries.wide(220)
    table = wide.tables[0]
    wide.tables = [
        table.model_copy(update={"name": f"Table {number}", "fields": table.fields[number : number + 1]})
        for number in range(220)
    ]
    book = _open(wide)
    assert len(book.sheetnames) == 200 + 7
    assert book["Fields"].max_row == 221


def _row(sheet: Worksheet, path: str) -> dict[str, Cell]:
    headings = [str(cell.value) for cell in sheet[1]]
    found = next(row for row in sheet.iter_rows(min_row=2) if row[1].value == path)
    return {title: cell for title, cell in zip(headings, found, strict=True) if isinstance(cell, Cell)}


def _render(dictionary: Dictionary, options: ExcelOptions | None = None) -> bytes:
    return ExcelExporter().render(dictionary, options or ExcelOptions())


def _open(dictionary: Dictionary, options: ExcelOptions | None = None) -> Workbook:
    return open_workbook(_render(dictionary, options))


def _sheets(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/"))
