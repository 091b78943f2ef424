from __future__ import annotations

from ddgen.exporters.columns import COLUMNS, CSV_COLUMNS, SHEET_COLUMNS, oddities, top_values
from ddgen.model.dictionary import Field
from ddgen.model.profile import Distinct

from . import dictionaries


def test_every_column_has_its_own_heading() -> None:
    assert len({column.key for column in CSV_COLUMNS}) == len(CSV_COLUMNS)
    assert len({column.title for column in SHEET_COLUMNS}) == len(SHEET_COLUMNS)
    assert all(column.key or column.title for column in COLUMNS)


def test_top_values_come_with_their_shares_and_how_many_are_left() -> None:
    assert top_values(_field("status").profile) == "shipped 72.9 %, paid 17.7 %, cancelled 8.8 %, new 0.6 %"
    assert top_values(_field("items[].sku").profile) == "LMP-0042 3 %, CHR-0007 2.9 %, … 638 more"
    assert top_values(dictionaries.profile_of()) == ""


def test_masked_values_of_one_shape_leave_none_behind() -> None:
    profile = dictionaries.profile_of(
        8, distinct=Distinct(count=8, exact=True), top_values=dictionaries.tops({"A9A 9A9": 8})
    )
    assert top_values(profile) == "A9A 9A9 100 %"


def test_oddities_are_named_with_their_counts() -> None:
    assert oddities(_field("birth_date").profile) == "date order ambiguous 41"


def _field(path: str) -> Field:
    return next(field for _, field in dictionaries.shop().fields() if field.path == path)
