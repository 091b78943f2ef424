from __future__ import annotations

import pytest

from ddgen.exporters.coarse import closed_list, field_facts, table_facts
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Distinct

from . import dictionaries
from .dictionaries import profile_of, tops


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("birth_date", "often missing; thousands of distinct values"),
        ("status", "never missing; a few distinct values"),
        ("total", "rarely missing; thousands of distinct values; -100 to 100,000"),
        ("legacy", "always missing"),
        ("note", "no rows"),
    ],
)
def test_facts_are_said_in_coarse_words(path: str, facts: str) -> None:
    assert field_facts(_field(path)) == facts


def test_a_days_new_rows_change_nothing() -> None:
    before = dictionaries.field("a", "integer", 0, profile_of(1_000, min=1, max=900, distinct=_distinct(500)))
    after = dictionaries.field("a", "integer", 0, profile_of(1_100, min=1, max=990, distinct=_distinct(550)))
    assert field_facts(before) == field_facts(after)


@pytest.mark.parametrize(
    ("rows", "facts"),
    [
        (None, "rows unknown"),
        (0, "no rows"),
        (7, "a few rows"),
        (12_480, "tens of thousands of rows"),
        (10**9, "millions of rows"),
    ],
)
def test_rows_are_counted_in_powers_of_ten(rows: int | None, facts: str) -> None:
    assert table_facts(Table(id="t", name="t", uri="t.csv", format="csv", row_count=rows)) == facts


def test_a_closed_list_is_sorted_and_holds_nothing_masked() -> None:
    status = _field("status")
    assert closed_list(status) == ["cancelled", "new", "paid", "shipped"]
    status.masked = "shapes"
    assert closed_list(status) == []


def test_values_that_hardly_recur_are_no_closed_list() -> None:
    profile = profile_of(10, all_values_listed=True, top_values=tops({"Ada": 5, "Grace": 5}))
    assert closed_list(dictionaries.field("name", "string", 0, profile)) == []


def _field(path: str) -> Field:
    return next(field for _, field in dictionaries.shop().fields() if field.path == path)


def _distinct(count: int) -> Distinct:
    return Distinct(count=count, exact=True)
