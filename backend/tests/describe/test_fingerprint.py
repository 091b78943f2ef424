"""What moves a fingerprint, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.describe.facts import FieldFacts, TableFacts, ValueShare
from ddgen.describe.fingerprint import fingerprint, fingerprints

TABLE = TableFacts("orders", "All orders", 1000, ("id",), ("id", "status"))
FIELD = FieldFacts(
    path="amount",
    name="amount",
    data_type="float",
    samples=("1.5",),
    low="0",
    high="900",
    missing=0.2,
    distinct=500,
    count=800,
    mean=55.0,
)


def codes(*values: str, count: int = 1000) -> FieldFacts:
    shares = tuple(ValueShare(value, 1 / len(values), count // len(values)) for value in values)
    return FieldFacts(
        "status", "status", "string", values=shares, values_closed=True, distinct=len(values), count=count
    )


def found_again(table: TableFacts, old: FieldFacts, new: FieldFacts) -> bool:
    """Whether a text that was kept for `old` is found for `new`."""
    return fingerprint(table, old) in fingerprints(table, new)


@pytest.mark.parametrize(
    "change",
    [
        {"samples": ("9.9", "7")},
        {"low": "-3", "high": "1000"},
        {"missing": 0.21},
        {"distinct": 510, "count": 808},
        {"mean": 56.0},
    ],
)
def test_new_rows_move_nothing(change: dict[str, Any]) -> None:
    assert fingerprint(TABLE, replace(FIELD, **change)) == fingerprint(TABLE, FIELD)


@pytest.mark.parametrize(
    "change",
    [
        {"data_type": "integer"},
        {"semantic_type": "money.amount"},
        {"unit": "EUR"},
        {"comment": "net of tax"},
        {"is_primary_key": True},
        {"references": "x.y"},
        {"missing": 0.7},
        {"mean": 5500.0},
        {"mean": -55.0},
        {"distinct": 799},
        {"pattern": "A-9", "pattern_share": 1.0},
        {"path": "total"},
    ],
)
def test_what_may_make_a_text_wrong_moves_it(change: dict[str, Any]) -> None:
    assert not found_again(TABLE, FIELD, replace(FIELD, **change))
    assert not found_again(TABLE, replace(FIELD, **change), FIELD)


def test_of_the_table_only_name_and_comment_count() -> None:
    grown = replace(TABLE, row_count=9, primary_key=(), siblings=("id", "status", "new"))
    assert fingerprint(grown, FIELD) == fingerprint(TABLE, FIELD)
    assert fingerprint(replace(TABLE, name="bills"), FIELD) != fingerprint(TABLE, FIELD)
    assert fingerprint(replace(TABLE, comment="x"), FIELD) != fingerprint(TABLE, FIELD)


def test_a_new_code_moves_it() -> None:
    assert not found_again(TABLE, codes("open", "paid"), codes("open", "paid", "void"))
    assert fingerprint(TABLE, codes("open", "paid")) == fingerprint(TABLE, codes("paid", "open", count=1010))


def test_values_that_hardly_repeat_are_no_code_list() -> None:
    names = [f"n{index}" for index in range(40)]
    assert fingerprint(TABLE, codes(*names, count=80)) == fingerprint(TABLE, codes(*names, "new", count=81))


def test_the_order_of_types_in_a_union_is_chance() -> None:
    mixed = replace(FIELD, data_type="string | integer")
    assert fingerprint(TABLE, mixed) == fingerprint(TABLE, replace(mixed, data_type="integer | string"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"missing": 0.0}, {"missing": 0.0099}),
        ({"missing": 0.0}, {"missing": 0.0101}),
        ({"missing": 0.499}, {"missing": 0.501}),
        ({"mean": 99.9}, {"mean": 100.4}),
        ({"mean": 1.0, "missing": 0.5}, {"mean": 0.995, "missing": 0.4999}),
        ({"distinct": 721, "count": 800}, {"distinct": 725, "count": 808}),
        ({"pattern": "a", "pattern_share": 0.81}, {"pattern": "a", "pattern_share": 0.79}),
    ],
)
def test_an_edge_that_is_crossed_by_a_little_is_not_crossed(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found_again(TABLE, replace(FIELD, **old), replace(FIELD, **new))


def test_a_field_in_the_middle_of_its_bands_has_one_fingerprint() -> None:
    assert len(fingerprints(TABLE, FIELD)) == 1


@given(
    missing=st.integers(0, 10_000),
    rows=st.integers(1_000, 10_000),
    distinct=st.floats(0, 1),
    mean=st.floats(0.001, 1e9),
    new_missing=st.floats(0, 1),
    new_distinct=st.floats(0, 1),
)
def test_one_per_cent_more_rows_always_finds_the_old_text(
    missing: int, rows: int, distinct: float, mean: float, new_missing: float, new_distinct: float
) -> None:
    missing = min(missing, rows)
    values = rows - missing
    more = rows // 100
    gaps = round(more * new_missing)
    old = replace(FIELD, missing=missing / rows, count=values, distinct=round(values * distinct), mean=mean)
    grown = values + more - gaps
    few = replace(FIELD, count=grown, missing=(missing + gaps) / (rows + more), mean=mean * 1.01)
    new = replace(few, distinct=min(grown, round(values * distinct) + round((more - gaps) * new_distinct)))
    if values >= rows / 2:
        assert found_again(TABLE, old, new)


def test_it_is_text_without_values() -> None:
    assert fingerprint(TABLE, codes("secret-value")).isalnum()
    assert len(fingerprint(TABLE, FIELD)) == 32


def test_unpaired_surrogates_do_no_harm() -> None:
    assert fingerprint(TABLE, replace(FIELD, name="\ud800"))
