"""What a field's values are, decided from the whole input."""

from __future__ import annotations

from typing import Any

import pytest

from ddgen.profiling.decide import WHITESPACE

from .feeding import column, values

NUMBERS = [str(number) for number in range(100)]


def test_codes_with_leading_zeros_stay_strings() -> None:
    found = column(["00501", "10115", "94103"])
    assert (found.data_type, found.types) == ("string", {"string": 3})
    assert [odd.kind for odd in found.profile.oddities] == ["leading_zeros"]


def test_one_late_code_makes_all_codes() -> None:
    assert column([*map(str, range(10_000, 60_000)), "00501"]).data_type == "string"


def test_leading_zeros_beside_fractions_stay_texts_and_the_rest_numbers() -> None:
    assert column(["007", "1.5", "2"]).types == {"integer": 1, "float": 1, "string": 1}


def test_integers_but_for_one_token() -> None:
    found = column([*NUMBERS, "N/A"])
    assert (found.data_type, found.profile.null_tokens) == ("integer", {"N/A": 1})
    assert (found.profile.values, found.profile.total, found.profile.max) == (100, 101, 99)
    assert found.profile.distinct is not None
    assert found.profile.distinct.count == 100
    assert found.profile.unique is True


def test_tokens_are_kept_as_written() -> None:
    found = column([*NUMBERS, "n/a", "N/A", "NULL", "-", "  "])
    assert found.profile.null_tokens == {"n/a": 1, "N/A": 1, "NULL": 1, "-": 1, WHITESPACE: 1}


def test_namibia_stays_a_country() -> None:
    found = column(["DE", "NA", "FR", "NA", "GB"])
    assert (found.data_type, found.profile.null_tokens) == ("string", {})
    assert ("NA", 2) in [(item.value, item.count) for item in found.profile.top_values]


def test_a_column_of_nothing_but_tokens_holds_strings() -> None:
    assert column(["N/A", "NULL"]).types == {"string": 2}


@pytest.mark.parametrize(("share", "aside"), [(95, True), (94, False)])
def test_tokens_are_set_aside_where_95_percent_share_a_type(share: int, aside: bool) -> None:
    found = column([*NUMBERS[:share], *["x"] * (100 - share), "N/A"])
    assert bool(found.profile.null_tokens) == aside
    assert found.data_type == "integer | string"


def test_white_space_is_no_value() -> None:
    found = column(["x", " ", "\t", "y"])
    assert (found.profile.null_tokens, found.profile.values) == ({WHITESPACE: 2}, 2)


@pytest.mark.parametrize(
    ("words", "data_type"),
    [
        (["yes", "No", "YES"], "string"),
        (["Y", "N", "Y"], "string"),
        (["true", "False"], "boolean"),
        (["on", "off", "N/A"], "string"),
        (["true", "false", "N/A"], "boolean"),
        (["T", "f"], "boolean"),
        (["yes", "n"], "string"),
        (["Y", "N", "maybe"], "string"),
        (["t", "f", "1"], "string"),
        (["1", "0"], "integer"),
    ],
)
def test_booleans_are_one_pair_of_words_that_readers_of_text_take_for_them(words: list[str], data_type: str) -> None:
    found = column(words)
    assert found.data_type == data_type


def test_unions_say_how_many_of_each() -> None:
    found = column([*NUMBERS[:70], *["x"] * 30])
    assert (found.data_type, found.types) == ("integer | string", {"integer": 70, "string": 30})


def test_numbers_among_more_strings_are_strings() -> None:
    found = column([*NUMBERS[:30], *["x"] * 70])
    assert (found.data_type, found.types) == ("string", {"string": 70, "integer": 30})


def test_whole_numbers_among_fractions_are_numbers() -> None:
    assert column(["1", "2.5"]).data_type == "float"


def test_dates_of_one_order() -> None:
    found = column(["31/12/2024", "01/02/2024"])
    assert (found.data_type, found.profile.min, found.profile.max) == ("date", "2024-02-01", "2024-12-31")
    assert found.profile.notes == []


def test_the_order_follows_the_dates_that_can_be_read_in_one_way() -> None:
    profile = column(["12/31/2024", "01/02/2024"]).profile
    assert (profile.min, profile.max) == ("2024-01-02", "2024-12-31")
    assert [(odd.kind, odd.count) for odd in profile.oddities] == [("unclear_date_order", 1)]


def test_an_order_that_cannot_be_told_is_said() -> None:
    found = column(["01/02/2024", "03/04/2024"])
    assert found.data_type == "date"
    assert found.profile.notes == ["whether day or month comes first cannot be told: no day is above 12"]


def test_both_orders_are_said() -> None:
    found = column(["31/12/2024", "12/30/2024", "12/31/2024"])
    assert found.profile.notes == ["dates are written day first (1) and month first (2)"]
    assert found.profile.max == "2024-12-31"


def test_mixed_forms_of_dates_are_dates() -> None:
    assert column(["2024-01-31", "31 Jan 2024", "Jan 31, 2024", "31/01/2024"]).data_type == "date"


def test_dates_and_timestamps_are_told_apart() -> None:
    assert column(["2024-01-31", "2024-01-31T09:05:00", "2024-02-01T09:05:00"]).data_type == "timestamp | date"


@pytest.mark.parametrize(
    ("things", "data_type"),
    [
        (["2024-01-31", "2024-02-01"], "date"),
        (["2024-01-31", "x"], "string"),
        (["2024-01-31", ""], "string"),
        (["2024-01-31", " "], "string"),
        (["09:05", "10:00"], "time"),
        (["2024-01-31T09:05:00Z", "2024-01-31"], "date | timestamp"),
        (["12345678-1234-5678-1234-567812345678"], "uuid"),
        (["12345678-1234-5678-1234-567812345678", "x"], "string"),
        (["5", "6"], "string"),
        (["N/A", "yes"], "string"),
        ([5, 5.5], "float"),
        ([5, 6, "5"], "integer | string"),
        ([True, 1], "boolean | integer"),
        ([5, None], "integer"),
        ([None], "unknown"),
    ],
)
def test_values_of_typed_formats(things: list[Any], data_type: str) -> None:
    found = values(things)
    assert found.data_type == data_type
    assert found.profile.null_tokens == {}


@pytest.mark.parametrize("texts", [["x", "5"], ["5", "x"]])
def test_where_none_is_most_frequent_all_are_named(texts: list[str]) -> None:
    found = column(texts)
    assert (found.data_type, list(found.types)) == ("integer | string", ["integer", "string"])
