from __future__ import annotations

from typing import Any

import pytest

from ddgen.exporters.facts import absences, quantiles, statistics
from ddgen.exporters.text import visible
from ddgen.model.dictionary import Field
from ddgen.model.profile import Distinct, Lengths, Profile

from . import dictionaries, parts


def lines(data_type: str = "integer", *, types: dict[str, int] | None = None, **facts: Any) -> dict[str, str]:
    field = Field(
        path="f", name="f", position=1, data_type=data_type, types=types or {}, profile=parts.profile_of(100, **facts)
    )
    said = statistics(field)
    assert len(dict(said)) == len(said), "a label stands for two figures"
    return dict(said)


def test_a_field_without_facts_says_how_many_records_and_nothing_more() -> None:
    assert statistics(Field(path="f", name="f", position=1, data_type="unknown", profile=Profile())) == [
        ("Records", "0"),
        ("With a value", "0"),
        ("Without a value", "0"),
    ]


def test_each_way_of_having_no_value_is_told_apart() -> None:
    profile = parts.profile_of(100, null=3, missing=2, parent_absent=1, null_tokens={"N/A": 4, "\u202e": 1})
    assert absences(profile) == [
        ("null", 3),
        ("missing", 2),
        ("parent absent", 1),
        ("token N/A", 4),
        ("token \\u202e", 1),
    ]
    assert absences(parts.profile_of(100)) == []


def test_the_ways_add_up_to_what_has_no_value() -> None:
    said = lines(null=3, missing=2, null_tokens={"N/A": 5})
    assert said["Without a value"] == "10 (10 %)"
    assert [said[label] for label in ("… null", "… missing", "… token N/A")] == ["3", "2", "5"]


@pytest.mark.parametrize("null", range(0, 101, 7))
def test_what_has_a_value_and_what_has_none_make_all(null: int) -> None:
    said = lines(null=null)
    without = int(said["Without a value"].partition(" ")[0])
    assert int(said["With a value"]) + without == int(said["Records"]) == 100


def test_below_an_array_elements_are_counted_and_records_that_hold_it() -> None:
    said = lines(records=40)
    assert (said["Elements"], said["Records that hold it"]) == ("100", "40")
    assert "Records" not in said


def test_distinct_values_say_whether_they_are_exact() -> None:
    assert lines(distinct=Distinct(count=1200, exact=True))["Distinct values"] == "1,200"
    assert lines(distinct=Distinct(count=1200, exact=False, error=0.008))["Distinct values"] == "about 1,200 ± 0.8 %"
    assert "Distinct values" not in lines()


@pytest.mark.parametrize(("unique", "said"), [(True, "yes"), (False, "no"), (None, None)])
def test_unique_is_said_where_it_is_known(unique: bool | None, said: str | None) -> None:
    assert lines(unique=unique).get("Unique") == said


def test_zero_and_false_are_facts() -> None:
    said = lines(min=0, max=0, mean=0.0, stddev=0.0, scale=0)
    assert [said[label] for label in ("Minimum", "Maximum", "Mean", "Standard deviation")] == ["0"] * 4
    assert said["Digits after the point"] == "0"
    assert lines("boolean", min=False, max=True)["Minimum"] == "false"


def test_years_have_no_thousands_separators_and_amounts_do() -> None:
    assert lines(min=1990, max=2024)["Maximum"] == "2024"
    assert lines(min=0, max=2024)["Maximum"] == "2,024"


def test_types_are_counted_where_there_are_several() -> None:
    assert "Values by type" not in lines(types={"integer": 100})
    said = lines("string | integer", types={"string": 98, "integer": 2})["Values by type"]
    assert said.index("string") < said.index("integer")


def test_lengths_of_texts_and_of_arrays() -> None:
    said = lines("array[string]", lengths=Lengths(min=1, max=9, mean=3.25), elements=Lengths(min=2, max=2, mean=2))
    assert said["Length"].endswith("3.2 on average")
    assert said["Length"].startswith("1")
    assert said["Elements"].endswith("2 on average")


def test_quantiles_are_seven_or_none() -> None:
    assert quantiles(parts.profile_of()) == []
    profile = parts.profile_of(min=0, max=9000, quantiles=parts.quantiles(1, 2, 3, 1000.5, 5, 6, 7000))
    assert quantiles(profile) == [
        ("1 %", "1"),
        ("5 %", "2"),
        ("25 %", "3"),
        ("50 %", "1,000.5"),
        ("75 %", "5"),
        ("95 %", "6"),
        ("99 %", "7,000"),
    ]


@pytest.mark.parametrize("make", [dictionaries.shop, dictionaries.hostile, dictionaries.empty])
def test_no_line_of_any_field_hides_or_breaks(make: Any) -> None:
    for _, field in make().fields():
        for label, said in [*statistics(field), *quantiles(field.profile)]:
            assert visible(label + said) == label + said
            assert said
