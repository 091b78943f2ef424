from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.exporters.spreadsheet import (
    CELL_LENGTH,
    FORMULA_STARTS,
    SHEET_NAME_LENGTH,
    fitting,
    neutral,
    risky,
    sheet_names,
)


@pytest.mark.parametrize("content", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "  =1"])  # noqa: RUF001 - meant
def test_what_could_run_gets_an_apostrophe(content: str) -> None:
    assert neutral(content) == "'" + content


@pytest.mark.parametrize("content", ["", "a=1", "1-1", "naïve", "'=1"])
def test_other_texts_stay_as_they_are(content: str) -> None:
    assert neutral(content) == content


@given(st.text())
def test_nothing_neutral_starts_a_formula(content: str) -> None:
    assert not neutral(content).startswith(FORMULA_STARTS)
    assert not risky(neutral(content))


@given(st.lists(st.text(max_size=80)))
def test_sheet_names_are_valid_and_differ_in_any_letter_case(wanted: list[str]) -> None:
    names = sheet_names(wanted, taken=["Fields"])
    assert len(names) == len(wanted)
    assert len({name.casefold() for name in [*names, "Fields", "History"]}) == len(names) + 2
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= SHEET_NAME_LENGTH
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_sheet_names_stay_close_to_what_was_wanted() -> None:
    assert sheet_names(["orders", "Orders", "a/b", "History", ""]) == [
        "orders",
        "Orders (2)",
        "a_b",
        "History (2)",
        "Table",
    ]


def test_a_long_text_is_cut_where_excel_counts_its_end() -> None:
    assert fitting("a" * CELL_LENGTH) == "a" * CELL_LENGTH
    cut = fitting("🎉" * CELL_LENGTH)
    assert cut.endswith("🎉…")
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LENGTH
