"""The public API: build from anything, load again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ddgen
from ddgen.errors import DocumentError, UsageError

RECORDS: list[dict[str, Any]] = [{"id": number, "city": "Köln" if number % 2 else "Rom"} for number in range(1, 21)]
TABLE = pa.Table.from_pylist(RECORDS)


@pytest.fixture(params=["records", "pandas", "polars", "lazy", "arrow", "reader", "duckdb", "iterator", "named"])
def data(request: pytest.FixtureRequest) -> Any:
    """The same twenty records in every form."""
    match request.param:
        case "records":
            return RECORDS
        case "pandas":
            return pd.DataFrame(RECORDS)
        case "polars":
            return pl.DataFrame(RECORDS)
        case "lazy":
            return pl.LazyFrame(RECORDS)
        case "arrow":
            return TABLE
        case "reader":
            return TABLE.to_reader(7)
        case "duckdb":
            return duckdb.from_arrow(TABLE)
        case "iterator":
            return iter(RECORDS)
    return {"data": RECORDS}


def test_every_form_gives_the_same_dictionary(data: Any) -> None:
    dictionary = ddgen.build(data)
    (table,) = dictionary.tables
    assert (table.name, table.row_count, dictionary.problems) == ("data", 20, [])
    assert [(field.path, field.data_type) for field in table.fields] == [("id", "integer"), ("city", "string")]
    key, city = table.fields
    assert (key.profile.min, key.profile.max, key.profile.mean, key.profile.unique) == (1, 20, 10.5, True)
    assert [(item.value, item.count) for item in city.profile.top_values] == [("Köln", 10), ("Rom", 10)]
    assert table.primary_key == ["id"]


def test_paths_and_frames_together(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("id,total\n1,2.50\n2,3.75\n", encoding="utf-8")
    dictionary = ddgen.build(
        str(path), {"cities": pd.DataFrame({"name": ["Rom"]}), "people": [{"n": 1}]}, path, name="shop"
    )
    assert dictionary.name == "shop"
    assert {table.name for table in dictionary.tables} >= {"orders", "cities", "people"}


def test_a_dictionary_loads_again(tmp_path: Path) -> None:
    dictionary = ddgen.build(RECORDS)
    path = tmp_path / "dictionary.json"
    path.write_text(dictionary.to_json(), encoding="utf-8")
    again = ddgen.load(path)
    assert isinstance(again, ddgen.Dictionary)
    assert again == dictionary
    assert ddgen.load(str(path)).to_json() == dictionary.to_json()


def test_what_is_no_dictionary_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps({"format": "other"}), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"other\.json"):
        ddgen.load(path)


@pytest.mark.parametrize("thing", [17, 2.5, object(), b"bytes", pd.Series([1])])
def test_what_is_no_data_is_refused(thing: object) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        ddgen.build(thing)


def test_settings_reach_the_run() -> None:
    events: list[str] = []
    dictionary = ddgen.build(
        {"a": [{"m": {"x": 1}}], "b": [{"n": 1}]},
        tables=["a"],
        maps={"m": True},
        sample=5,
        on_event=lambda event: events.append(event.step),
    )
    (table,) = dictionary.tables
    assert [field.path for field in table.fields] == ["m", "m{}"]
    assert dictionary.sample is not None
    assert dictionary.sample.rows == 5
    assert events[0] == "read"
    assert events[-1] == "merge"


def test_people_keep_their_words() -> None:
    first = ddgen.build(RECORDS)
    text = "Where people live"
    from ddgen.model.claim import Claim, Kind, Origin

    first.tables[0].fields[1].claims.append(Claim(kind=Kind.DESCRIPTION, value=text, origin=Origin.HUMAN))
    again = ddgen.build(RECORDS, previous=first)
    assert again.tables[0].fields[1].description == text


def test_only_what_is_public_is_there() -> None:
    assert set(ddgen.__all__) == {"Dictionary", "build", "compare", "load"}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ddgen.nothing  # noqa: B018 - asking is the test


@pytest.mark.parametrize("several", [False, True])
def test_types_of_ones_own(tmp_path: Path, *, several: bool) -> None:
    own = tmp_path / "acme.yaml"
    text = "- {id: acme.town, title: Town, group: acme, values: {regex: 'Köln|Rom'}, refines: [location.city], "
    text += "decide: {need: values, chance: 0}}"
    own.write_text(text, encoding="utf-8")
    dictionary = ddgen.build(RECORDS, types=[own, str(own)] if several else str(own))
    city = dictionary.tables[0].field("city")
    assert city is not None
    assert city.semantic_type == "acme.town"
    own.write_text(text.replace("chance", "chanse"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"line 1: acme\.town: decide\.chance: is missing"):
        ddgen.build(RECORDS, types=own)


def test_two_dictionaries_are_compared(tmp_path: Path) -> None:
    rows = [{"n": number, "x": f"a{number}"} for number in range(50)]
    old, new = ddgen.build(rows), ddgen.build([{"n": row["n"]} for row in rows])
    assert [change.kind for change in ddgen.compare(old, new).changes] == ["field_removed"]
    rules = tmp_path / "rules.toml"
    rules.write_text('ignore = ["*.x"]\n', encoding="utf-8")
    assert ddgen.compare(old, new, rules).changes == []
