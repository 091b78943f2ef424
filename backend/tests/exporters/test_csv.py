from __future__ import annotations

import csv
import io

from ddgen.exporters.csv import CsvExporter, CsvOptions
from ddgen.exporters.spreadsheet import FORMULA_STARTS
from ddgen.model.dictionary import Dictionary

from . import dictionaries


def test_every_field_is_a_row_in_the_dictionarys_order() -> None:
    shop = dictionaries.shop()
    rows = _rows(shop)
    assert [(row["table"], row["path"]) for row in rows] == [(table.name, field.path) for table, field in shop.fields()]


def test_a_row_says_what_is_known_of_the_field() -> None:
    email = next(row for row in _rows(dictionaries.shop()) if row["path"] == "email")
    assert email["business_name"] == "E-mail Address"
    assert email["data_type"] == "string"
    assert (email["pii"], email["sensitivity"]) == ("contact.email", "2")
    assert email["description_origin"] == "human, approved"
    assert (email["distinct"], email["distinct_exact"]) == ("2071", "false")
    assert email["tags"] == "gdpr"
    identifier = next(row for row in _rows(dictionaries.shop()) if row["path"] == "id")
    assert identifier["is_primary_key"] == "true"


def test_numbers_stay_numbers_and_texts_never_run() -> None:
    total = next(row for row in _rows(dictionaries.shop()) if row["path"] == "total")
    assert float(total["min"]) == -12.5
    for row in _rows(dictionaries.hostile()):
        assert not [cell for cell in row.values() if cell.startswith(FORMULA_STARTS)]
    assert any(row["description"] == "'=cmd|'/c calc'!A1" for row in _rows(dictionaries.hostile()))


def test_the_byte_order_mark_can_be_left_out() -> None:
    shop = dictionaries.shop()
    assert CsvExporter().render(shop, CsvOptions()) == b"\xef\xbb\xbf" + CsvExporter().render(
        shop, CsvOptions(bom=False)
    )


def test_an_empty_dictionary_has_a_heading_only() -> None:
    assert _rows(dictionaries.empty()) == []


def _rows(dictionary: Dictionary) -> list[dict[str, str]]:
    content = CsvExporter().render(dictionary, CsvOptions()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), strict=True))
