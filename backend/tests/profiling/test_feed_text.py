"""Rows of text formats: empty cells, missing cells, and the order of fields."""

from __future__ import annotations

import pyarrow as pa

from ddgen.model.relation import TextBatch
from ddgen.profiling.profiler import Profiler

from .feeding import column, facts_of, field, paths, texts


def test_an_empty_cell_is_null_and_a_cell_that_is_not_there_is_missing() -> None:
    profile = column(["5", "", None, "7"]).profile
    assert (profile.total, profile.values, profile.null, profile.missing, profile.parent_absent) == (4, 2, 1, 1, 0)


def test_a_field_without_a_value_is_there() -> None:
    found = facts_of(texts({"a": ["1"], "b": [""], "c": [None]}))
    assert paths(found) == ["a", "b", "c"]
    assert (field(found, "b").data_type, field(found, "b").profile.null) == ("unknown", 1)
    assert field(found, "c").profile.missing == 1


def test_later_batches_may_have_more_fields() -> None:
    profiler = Profiler()
    for batch in texts({"a": ["1", "2"]}):
        profiler.feed(batch)
    for batch in texts({"a": ["3"], "b": ["x"]}, first=2):
        profiler.feed(batch)
    found = profiler.finish()
    assert (found.rows, field(found, "b").profile.missing, field(found, "b").profile.values) == (3, 2, 1)


def test_records_may_be_numbered() -> None:
    profiler = Profiler()
    array = pa.array(["1", " 2", "3"], pa.large_string())
    profiler.feed(TextBatch([array], ["a"], "a.csv", 0, 3, ordinals=[7, 70, 700]))
    (odd,) = field(profiler.finish(), "a").profile.oddities
    assert [place.record for place in odd.first] == [71]


def test_fields_named_like_data_stay_fields() -> None:
    years = {str(year): ["1", "2"] for year in range(1990, 2020)}
    found = facts_of(texts({"country": ["DE", "FR"]} | years))
    assert paths(found)[:2] == ["country", "`1990`"]
    assert found.maps == {}


def test_nothing_but_a_header() -> None:
    profiler = Profiler()
    profiler.feed(TextBatch([pa.array([], pa.large_string())], ["a"], "a.csv", 0, 0))
    found = profiler.finish()
    assert (found.rows, paths(found)) == (0, ["a"])
    assert field(found, "a").profile.total == 0
