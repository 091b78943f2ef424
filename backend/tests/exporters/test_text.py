from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.exporters import facts, text
from ddgen.model.claim import Kind, Origin
from ddgen.model.profile import Distinct, Lengths, Profile

from . import dictionaries


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("naïve 字段 🎉", "naïve 字段 🎉"),
        ("\u202eevil\u202c", "\\u202eevil\\u202c"),
        ("pay\u200bpal\ufeff", "pay\\u200bpal\\ufeff"),
        ("pay\u200dpal", "pay\\u200dpal"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("a\nb\tc\r\x00\x1b\x85", "a\\nb\\tc\\r\\x00\\x1b\\x85"),
        ("\u2028\u00a0\u3164", "\\u2028\\xa0\\u3164"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("\u200d", "\\u200d"),
    ],
)
def test_hidden_characters_are_shown_as_escapes(raw: str, shown: str) -> None:
    assert text.visible(raw) == shown


@given(st.text())
def test_visible_leaves_nothing_hidden_and_is_stable(raw: str) -> None:
    shown = text.visible(raw)
    assert text.visible(shown) == shown
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    shown.encode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (1204, "1,204"),
        (-1234567, "-1,234,567"),
        (118.33914, "118.339"),
        (0.000123456, "0.000123456"),
        (0.00001, "1e-05"),
        (1234567.891, "1,234,568"),
        (99999.96, "100,000"),
        (1.5e300, "1.5e+300"),
        (2.0, "2"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (10**30, "1,000,000,000,000,000,000,000,000,000,000"),
    ],
)
def test_figures_have_separators_and_six_digits(value: float, shown: str) -> None:
    assert text.number(value) == shown


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [(0, "0 %"), (1, "100 %"), (0.003, "0.3 %"), (0.0001, "< 0.1 %"), (0.9999, "> 99.9 %"), (0.155, "15.5 %")],
)
def test_shares_never_round_to_all_or_nothing(fraction: float, shown: str) -> None:
    assert text.percent(fraction) == shown


@given(st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True))
def test_a_share_of_some_is_never_said_to_be_none_or_all(fraction: float) -> None:
    assert text.percent(fraction) not in {"0 %", "100 %"}


def test_quantities_are_exact_and_years_stand_plain() -> None:
    assert text.measure(10493.99) == "10,493.99"
    assert text.measure(math.nan) == "NaN"
    assert text.measure("2024-05-01") == "2024-05-01"
    assert text.span(1, 9999) == "1 to 9,999"
    assert text.span(1990, 2024) == "1990 to 2024"
    assert text.span(8, 8) == "8"


@pytest.mark.parametrize(
    ("scalar", "shown"), [(None, "null"), (True, "true"), ("", '""'), (12000, "12000"), (1.5, "1.5"), ("a\n", "a\\n")]
)
def test_values_stand_as_they_are_in_the_data(scalar: str | float | None, shown: str) -> None:
    assert text.value(scalar) == shown


def test_a_huge_value_is_cut_and_says_so() -> None:
    assert text.value("x" * 5_000).endswith("… (5,000 characters)")
    assert len(text.value("x" * 5_000)) < 250


def test_times_are_in_utc_whatever_their_zone() -> None:
    eastern = datetime(2026, 5, 1, 9, 5, tzinfo=timezone(timedelta(hours=-5)))
    assert text.instant(eastern) == text.instant(datetime(2026, 5, 1, 14, 5, tzinfo=UTC)) == "2026-05-01 14:05 UTC"


@pytest.mark.parametrize(
    ("octets", "shown"), [(0, "0 B"), (999, "999 B"), (1_400_000, "1.4 MB"), (5 * 10**13, "50.0 TB")]
)
def test_sizes_are_decimal(octets: int, shown: str) -> None:
    assert text.size(octets) == shown


def _summary(path: str) -> str:
    table, field = next(pair for pair in dictionaries.shop().fields() if pair[1].path == path)
    return text.summary(field, table)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("email", "about 2,071 distinct · 0.3 % missing · 9 to 41 characters"),
        ("birth_date", "1,690 distinct · 15.5 % missing · 1931-02-11 to 2008-12-30"),
        ("status", "4 distinct · none missing · shipped, paid, cancelled, new"),
        ("items", "< 0.1 % missing · 0 to 24 elements"),
        ("items[].sku", "640 distinct · none missing · in 99.4 % of records · 8 characters"),
        ("legacy", "no values"),
        ("note", "no rows"),
    ],
)
def test_one_line_says_what_matters_of_a_profile(path: str, said: str) -> None:
    assert _summary(path) == said


def test_a_constant_says_its_value() -> None:
    profile = Profile(
        total=9,
        values=9,
        distinct=Distinct(count=1, exact=True),
        top_values=dictionaries.tops({"EUR": 9}),
        lengths=Lengths(min=3, max=3, mean=3.0),
    )
    constant = dictionaries.field("currency", "string", 0, profile)
    assert text.summary(constant, dictionaries.shop().tables[0]) == "always EUR · none missing · 3 characters"


def test_a_union_says_how_rare_its_rarer_types_are() -> None:
    customers = dictionaries.shop().tables[0]
    zip_code = customers.field("zip")
    assert zip_code is not None
    assert text.data_type(zip_code) == "string | integer (0.2 %)"
    assert text.type_counts(zip_code) == "2,100 string, 4 integer"


def test_statistics_name_every_way_of_being_absent() -> None:
    born = dictionaries.shop().tables[0].field("birth_date")
    assert born is not None
    listed = dict(facts.statistics(born))
    assert listed["Without a value"] == "327 (15.5 %)"
    assert (listed["… null"], listed["… token N/A"], listed["… token -"]) == ("310", "14", "3")
    assert facts.quantiles(born.profile)[3] == ("50 %", "1979-06-02")


def test_a_claim_says_who_made_it_and_how_sure_it_is() -> None:
    claim = dictionaries.says(Kind.DESCRIPTION, "x", Origin.AI, model="m1", confidence=0.86)
    assert text.claim_provenance(claim) == "written by a model, m1, suggested, 86 % confident, 2026-05-01 14:05 UTC"


def test_totals_leave_rows_out_where_some_are_unknown() -> None:
    shop = dictionaries.shop()
    assert text.totals(shop) == "4 tables · 18 fields · 42,104 rows"
    shop.tables[0].row_count = None
    assert text.totals(shop) == "4 tables · 18 fields"
