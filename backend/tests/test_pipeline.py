"""The main job, from sources to a dictionary."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest

from ddgen.errors import UsageError
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Field
from ddgen.pipeline import STEPS, BuildRequest, Event, Run, build

SAMPLES = Path(__file__).parents[2] / "samples" / "shop"


def made(*sources: object, on_event: Callable[[Event], None] | None = None, **more: Any) -> Dictionary:
    return build(BuildRequest(sources=sources, **more), on_event)


def field(dictionary: Dictionary, table: str, path: str) -> Field:
    there = dictionary.table(table)
    assert there is not None
    found = there.field(path)
    assert found is not None
    return found


def lines(path: Path, records: list[Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shop() -> Dictionary:
    return made(SAMPLES, name="shop")


def test_the_sample_shop_becomes_a_dictionary(shop: Dictionary) -> None:
    assert {table.name for table in shop.tables} >= {"customers", "orders", "products", "stock"}
    assert all(one.business_name and one.description for one in shop.tables)
    assert not [part.path for _, part in shop.fields() if not (part.business_name and part.description)]
    assert [table.row_count for table in shop.tables] == [table.rows_profiled for table in shop.tables]
    assert all(table.id.startswith("t_") and table.complete for table in shop.tables)
    assert shop.content_hash is not None


def test_declared_references_are_told_in_both_places(shop: Dictionary) -> None:
    assert any(one.kind == "declared" for one in shop.relationships)
    ends = {end for one in shop.relationships for end in one.to}
    referring = {part.references for _, part in shop.fields() if part.references}
    assert referring <= ends
    assert referring


def test_the_same_input_gives_the_same_content(shop: Dictionary) -> None:
    again = made(SAMPLES, name="shop")
    assert again.content_hash == shop.content_hash
    assert again.tables == shop.tables


def test_states_add_up_in_every_field(shop: Dictionary) -> None:
    for _, part in shop.fields():
        profile = part.profile
        tokens = sum(profile.null_tokens.values())
        assert profile.values + profile.null + profile.missing + profile.parent_absent + tokens == profile.total


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [{"n": number} for number in range(5_000)])
    events: list[Event] = []
    made(path, on_event=events.append)
    steps = list(dict.fromkeys(event.step for event in events))
    assert steps == ["read", "profile", "detect", "relate", "describe", "merge"]
    assert set(steps) <= {step.__name__ for step in STEPS}
    done = [event for event in events if event.step == "profile"]
    assert (done[-1].done, done[-1].total, done[-1].rows) == (path.stat().st_size, path.stat().st_size, 5_000)
    assert [event.done for event in done] == sorted(event.done for event in done)


def test_tables_are_chosen_by_patterns() -> None:
    dictionary = made(SAMPLES, tables=("order*", "stock"))
    assert {table.name for table in dictionary.tables} == {"orders", "stock"}
    with pytest.raises(UsageError, match=r"no table fits nothing.*Tables here: customers"):
        made(SAMPLES, tables=("nothing",))


def test_a_dictionary_that_is_continued_keeps_its_name(tmp_path: Path) -> None:
    orders, other = lines(tmp_path / "orders.jsonl", [{"id": 1}]), lines(tmp_path / "other.jsonl", [{"x": "y"}])
    first = made(orders, name="Shop")
    assert made(orders, previous=first).name == "Shop"
    assert made(orders, previous=first, name="Store").name == "Store"
    assert made(other, previous=first).name == "other"


def test_a_sample_is_taken_and_said(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [{"n": number} for number in range(9_000)])
    dictionary = made(path, sample=100)
    (table,) = dictionary.tables
    assert dictionary.sample is not None
    assert (table.row_count, table.rows_profiled, dictionary.sample.rows) == (9_000, 100, 100)
    assert table.fields[0].profile.total == 100
    assert made(path, sample=100).content_hash == dictionary.content_hash


def test_uniqueness_beyond_sketches_is_looked_up(tmp_path: Path) -> None:
    records = [{"id": f"id {number % 9_990}", "key": number} for number in range(10_000)]
    dictionary = made(lines(tmp_path / "a.jsonl", records))
    one, other = field(dictionary, "a", "id"), field(dictionary, "a", "key")
    assert (one.profile.unique, other.profile.unique) == (False, True)
    assert "10 values repeat, such as id 0" in one.profile.notes[0]
    assert dictionary.tables[0].primary_key == ["key"]


def test_what_was_decided_about_maps_is_kept(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [{"m": {"2024-01-01": 1, "2024-01-02": 2, "2024-01-03": 3}}])
    first = made(path)
    assert first.tables[0].maps == {"m": True}
    lines(path, [{"m": {"a": 1, "b": 2}}])
    assert [part.path for part in made(path, previous=first).tables[0].fields] == ["m", "m{}"]
    asked = made(path, previous=first, maps={"a:m": False})
    assert [part.path for part in asked.tables[0].fields if not part.removed] == ["m", "m.a", "m.b"]
    assert [part.path for part in made(path, maps={"b:m": True}).tables[0].fields] == ["m", "m.a", "m.b"]


def test_a_later_run_keeps_people_and_counts_versions(tmp_path: Path) -> None:
    path = lines(tmp_path / "log_2024-01.jsonl", [{"n": 1}])
    first = made(path)
    first.tables[0].fields[0].claims.append(Claim(kind=Kind.DESCRIPTION, value="mine", origin=Origin.HUMAN))
    path.unlink()
    second = made(lines(tmp_path / "log_2024-02.jsonl", [{"n": 1}, {"n": 2}]), previous=first)
    assert second.tables[0].id == first.tables[0].id
    assert (second.version, second.tables[0].fields[0].description) == (2, "mine")
    assert [problem.code for problem in second.problems] == ["table_recognised"]
    third = made(tmp_path / "log_2024-02.jsonl", previous=second)
    assert (third.version, third.problems) == (2, [])


def test_damage_is_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"n": 1}\n{"n": \n{"n": 3}\n', encoding="utf-8")
    good = lines(tmp_path / "good.jsonl", [{"n": 5}])
    dictionary = made(bad, good, tmp_path / "missing.csv")
    assert field(dictionary, "bad", "n").profile.values == 2
    assert field(dictionary, "good", "n").profile.values == 1
    complete = {table.name: table.complete for table in dictionary.tables}
    assert complete == {"bad": False, "good": True}
    assert {Path(problem.source).name for problem in dictionary.problems} == {"bad.jsonl", "missing.csv"}


def test_a_person_may_stop_the_run() -> None:
    def endless() -> Iterator[dict[str, int]]:
        for number in count():
            if number == 5_000:
                raise KeyboardInterrupt
            yield {"n": number}

    dictionary = made({"first": [{"a": 1}]}, endless(), {"last": [{"b": 1}]})
    assert [(table.name, table.complete) for table in dictionary.tables] == [("first", True), ("data_2", False)]
    assert 0 < (dictionary.tables[1].row_count or 0) <= 5_000
    assert [problem.code for problem in dictionary.problems] == ["interrupted"]
    assert dictionary.tables[1].description


def test_keys_and_comments_of_a_database(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT UNIQUE);"
            "CREATE TABLE person (id INTEGER PRIMARY KEY, city INTEGER REFERENCES city(id));"
            "INSERT INTO city VALUES (1, 'Rom'), (2, 'Oslo'); INSERT INTO person VALUES (1, 1), (2, 1);"
        )
    dictionary = made(path)
    assert {table.name: table.primary_key for table in dictionary.tables} == {"city": ["id"], "person": ["id"]}
    assert field(dictionary, "person", "city").references == "city.id"
    assert field(dictionary, "city", "name").is_unique
    assert [(one.from_, one.to) for one in dictionary.relationships] == [(["person.city"], ["city.id"])]


def test_iterators_are_read_once() -> None:
    dictionary = made(islice(({"n": number} for number in count()), 6_000))
    assert dictionary.tables[0].row_count == 6_000
    assert field(dictionary, "data", "n").profile.unique is True


def test_tables_of_one_name_are_told_apart() -> None:
    dictionary = made({"x": [{"a": 1}], "x_2": [{"c": 1}]}, {"x": [{"b": 1}]})
    assert [(table.name, table.fields[0].path) for table in dictionary.tables] == [
        ("x", "a"),
        ("x_2", "c"),
        ("x_3", "b"),
    ]
    assert len({table.id for table in dictionary.tables}) == 3


def test_a_path_with_a_colon_is_a_path() -> None:
    for place in ("`a:b`", "data:`a:b`"):
        dictionary = made([{"a:b": {"x": 1}}], maps={place: True})
        assert [part.path for part in dictionary.tables[0].fields] == ["`a:b`", "`a:b`{}"]


@pytest.mark.parametrize("levels", [64, 400, 850])
def test_deep_documents(tmp_path: Path, levels: int) -> None:
    path = tmp_path / "deep.json"
    path.write_text('[{"a": ' + '{"x": [' * (levels // 2) + "1" + "]}" * (levels // 2) + "}]", encoding="utf-8")
    dictionary = made(path)
    assert dictionary.problems == []
    assert len(dictionary.tables[0].fields) >= levels
    assert dictionary.tables[0].fields[-1].profile.values == 1


def test_values_are_at_hand_while_their_meaning_is_looked_for_and_not_in_the_document(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("n,kind\n" + "".join(f"{n},{'ab'[n % 2]}\n" for n in range(3_000)), encoding="utf-8")
    with ExitStack() as stack:
        run = Run(BuildRequest(sources=(path,)), lambda _event: None, stack)
        for step in STEPS[:3]:
            step(run)
        values = run.evidence["t"]
        assert sorted(values["kind"].items) == [("a", 1_500), ("b", 1_500)]
        assert values["kind"].complete
        assert len(values["n"].items) == 1_000
        assert not values["n"].complete
        assert [item.value for item in run.tables[0][1].fields[0].profile.top_values] == []


def test_a_person_may_stop_the_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ddgen.profiling.probe.DataProbe.containment", stop)
    dictionary = made({"a": [{"id": 1}, {"id": 2}], "b": [{"a_id": 1}, {"a_id": 2}]})
    assert [problem.code for problem in dictionary.problems] == ["interrupted"]
    assert [table.complete for table in dictionary.tables] == [True, True]
    assert dictionary.relationships == []
