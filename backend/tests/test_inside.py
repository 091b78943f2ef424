"""Fields inside texts, from every kind of input to every output."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import fastavro
import jsonschema
import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet
import pytest

import ddgen
from ddgen import registry
from ddgen.errors import DdgenError
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Field, json_schema

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    {"user": {"id": number, "email": f"p{number}@example.com"}, "items": [{"sku": f"A-{number % 3}"}] * (number % 3)}
    for number in range(90)
]
TEXTS = [*map(json.dumps, DOCUMENTS), "oops"]
ROWS = [{"order_id": number, "payload": text} for number, text in enumerate(TEXTS)]
INNER = {
    "payload.user": "object",
    "payload.user.id": "integer",
    "payload.user.email": "string",
    "payload.items": "array[object]",
    "payload.items[]": "object",
    "payload.items[].sku": "string",
}


def sheet(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["order_id", "payload"])
    for number, text in enumerate(TEXTS):
        book.active.append([number, text])
    book.save(path)


def comma_separated(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["order_id", "payload"])
        writer.writeheader()
        writer.writerows(ROWS)


def sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE orders (order_id INT, payload VARCHAR(400))")
        connection.executemany("INSERT INTO orders VALUES (?, ?)", [tuple(row.values()) for row in ROWS])
        connection.commit()


def duck(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE orders (order_id INT, payload VARCHAR)")
        connection.executemany("INSERT INTO orders VALUES (?, ?)", [tuple(row.values()) for row in ROWS])


def avro(path: Path) -> None:
    kinds = [{"name": "order_id", "type": "int"}, {"name": "payload", "type": "string"}]
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema({"type": "record", "name": "o", "fields": kinds}), ROWS)


TABLE = pa.Table.from_pylist(ROWS)
FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "orders.csv": (comma_separated, "JSON in text"),
    "orders.jsonl": (lambda path: path.write_text("\n".join(map(json.dumps, ROWS))), "JSON in string"),
    "orders.parquet": (lambda path: pyarrow.parquet.write_table(TABLE, path, row_group_size=40), "JSON in string"),
    "orders.feather": (lambda path: pyarrow.feather.write_feather(TABLE, str(path)), "JSON in string"),
    "orders.orc": (lambda path: pyarrow.orc.write_table(TABLE, path), "JSON in string"),
    "orders.avro": (avro, "JSON in string"),
    "orders.xlsx": (sheet, "JSON in text"),
    "orders.sqlite": (sqlite, "JSON in VARCHAR(400)"),
    "orders.duckdb": (duck, "JSON in VARCHAR"),
}


def only(dictionary: Dictionary) -> dict[str, Field]:
    assert dictionary.problems == []
    (table,) = dictionary.tables
    return {field.path: field for field in table.fields}


def check(fields: dict[str, Field]) -> None:
    """The text and its inner fields have their facts, types, names, sentences and personal data."""
    assert {path: field.data_type for path, field in fields.items() if field.inside} == INNER
    assert {field.inside for path, field in fields.items() if path in INNER} == {"payload"}
    text, mail, sku = fields["payload"], fields["payload.user.email"], fields["payload.items[].sku"]
    assert (text.holds, text.data_type, text.semantic_type) == ("json", "string", "technical.json_text")
    assert [(odd.kind, odd.count, odd.first[0].record) for odd in text.profile.oddities] == [("not_json", 1, 91)]
    assert (mail.profile.total, mail.profile.values, mail.profile.parent_absent) == (91, 90, 1)
    assert (mail.semantic_type, mail.pii and mail.pii.sensitivity) == ("contact.email", 2)
    assert text.pii is not None
    assert (text.pii.category, text.pii.sensitivity) == ("contact", 2)
    assert (sku.profile.total, sku.profile.records) == (90, 60)
    assert {entry.value: entry.count for entry in sku.profile.top_values} == {"A-1": 30, "A-2": 60}
    assert all(field.business_name and field.description for field in fields.values())
    assert "text that holds JSON, with 6 inner fields" in (text.description or "")


@pytest.mark.parametrize("name", FILES)
def test_files_of_every_kind(name: str, tmp_path: Path) -> None:
    make, physical = FILES[name]
    make(tmp_path / name)
    fields = only(ddgen.build(tmp_path / name))
    check(fields)
    assert fields["payload"].physical_type == physical


@pytest.mark.parametrize(
    "make",
    [lambda: ROWS, lambda: iter(ROWS), TABLE.to_pandas, lambda: pl.DataFrame(ROWS), lambda: TABLE],
    ids=["records", "iterator", "pandas", "polars", "arrow"],
)
def test_what_is_in_memory(make: Callable[[], Any]) -> None:
    check(only(ddgen.build(make())))


def test_declared_json_is_the_object_itself(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        connection.execute("CREATE TABLE orders (order_id INT, payload JSON)")
        connection.executemany("INSERT INTO orders VALUES (?, ?)", [tuple(row.values()) for row in ROWS[:-1]])
        connection.commit()
    fields = only(ddgen.build(tmp_path / "a.sqlite"))
    assert {path: field.data_type for path, field in fields.items()} == {
        "order_id": "integer", "payload": "object", **INNER,
    }  # fmt: skip
    assert (fields["payload"].physical_type, fields["payload"].holds) == ("JSON", None)
    assert {field.inside for field in fields.values()} == {None}


def inner(fields: dict[str, Field]) -> dict[str, Any]:
    """What is measured of inner fields, and what they are taken for; only keys are another matter."""
    left_out = {"position", "inside", "is_unique", "is_primary_key", "description", "claims"}
    return {path: field.model_dump(exclude=left_out) for path, field in fields.items() if path in INNER}


def test_a_text_and_the_object_itself_have_the_same_inner_fields() -> None:
    objects = [{"order_id": number, "payload": document} for number, document in enumerate(DOCUMENTS)]
    assert inner(only(ddgen.build(ROWS[:-1]))) == inner(only(ddgen.build(objects)))


@pytest.mark.parametrize("sample", [None, 60])
def test_documents_that_come_late_are_found(tmp_path: Path, sample: int | None) -> None:
    late = [{"order_id": number, "payload": "x"} for number in range(70)] + ROWS * 20
    path = tmp_path / "orders.jsonl"
    path.write_text("\n".join(map(json.dumps, late)), encoding="utf-8")
    fields = only(ddgen.build(path, sample=sample))
    assert set(fields) == {"order_id", "payload", *INNER}
    if sample is None:
        assert fields["payload.user.id"].profile.values == 1_800
        (odd,) = fields["payload"].profile.oddities
        assert (odd.kind, odd.count, odd.first[0].record) == ("not_json", 90, 1)


def test_what_cannot_be_read_twice_is_said() -> None:
    late = [{"order_id": number, "payload": "x"} for number in range(70)] + ROWS * 20
    fields = only(ddgen.build(iter(late)))
    assert set(fields) == {"order_id", "payload"}
    (note,) = fields["payload"].profile.notes
    assert note == "seems to hold JSON, but its inner fields are not shown, since the input cannot be read again"


def test_trouble_with_the_second_reading_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("id,p\n" + "1,x\n" * 70 + '2,"{""a"": 1}"\n' * 900, encoding="utf-8")
    seen: list[str] = []

    def remove(event: Any) -> None:
        seen.append(event.step)
        if event.step == "profile":
            path.unlink(missing_ok=True)

    dictionary = ddgen.build(path, on_event=remove)
    (table,) = dictionary.tables
    assert [problem.severity.value for problem in dictionary.problems] == ["error"]
    assert [field.path for field in table.fields] == ["id", "p"]
    assert "profile" in seen


def test_people_keep_their_words_when_a_text_becomes_an_object() -> None:
    first = ddgen.build(ROWS)
    (table,) = first.tables
    field = table.field("payload.user.email")
    assert field is not None
    field.claims.append(Claim(kind=Kind.DESCRIPTION, value="Where receipts go.", origin=Origin.HUMAN))
    objects = [{"order_id": number, "payload": document} for number, document in enumerate(DOCUMENTS)]
    for again in (ROWS, objects):
        fields = only(ddgen.build(again, previous=first))
        assert fields["payload.user.email"].description == "Where receipts go."
    left = {field.path: field for field in ddgen.build(ROWS, previous=first, inside=False).tables[0].fields}
    assert left["payload.user.email"].removed
    assert left["payload.user"].removed


def test_the_same_data_are_the_same_version() -> None:
    first = ddgen.build(ROWS)
    assert ddgen.build(ROWS, previous=first).version == 1
    assert ddgen.build([*ROWS, ROWS[0]], previous=first).version == 2


def test_maps_are_kept_by_later_runs_and_can_be_set() -> None:
    days = [{"p": json.dumps({"by_day": {f"2024-01-{day:02}": day for day in range(1, 9)}})} for _ in range(20)]
    first = ddgen.build(days)
    assert first.tables[0].maps == {"p.by_day": True}
    assert [field.path for field in first.tables[0].fields] == ["p", "p.by_day", "p.by_day{}"]
    less = [{"p": json.dumps({"by_day": {"total": 1, "rest": 2, "more": 3}})} for _ in range(20)]
    assert [field.path for field in ddgen.build(less, previous=first).tables[0].fields][-1] == "p.by_day{}"
    set_ = ddgen.build(days, maps={"p.by_day": False}).tables[0]
    assert len(set_.fields) == 10


def test_the_document_fits_its_schema_and_is_read_again(tmp_path: Path) -> None:
    dictionary = ddgen.build(ROWS)
    (tmp_path / "d.json").write_text(dictionary.to_json(), encoding="utf-8")
    jsonschema.validate(json.loads(dictionary.to_json()), json_schema())
    assert ddgen.load(tmp_path / "d.json") == dictionary


def ran(folder: Path, *arguments: str, width: int = 110) -> str:
    environment = {**os.environ, "COLUMNS": str(width), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_example_of_the_page_is_what_one_gets(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "inside.md").read_text(encoding="utf-8")
    commands = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    (told, *_) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    shown = ran(tmp_path, "bash", "-c", commands[0])
    rows = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    for line in told.splitlines():
        path, data_type, *_ = line.split()
        assert data_type in rows[path]
        assert ("unique" in line) == ("unique" in rows[path])
    assert "payload.user.id" not in ran(tmp_path, "bash", "-c", commands[1])
    assert [field.path for field in ddgen.build(tmp_path / "requests.csv", inside=False).tables[0].fields] == [
        "id", "payload", "query",
    ]  # fmt: skip


def test_a_field_in_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(ddgen.build(ROWS).to_json(), encoding="utf-8")
    assert "holds JSON" in ran(tmp_path, "ddgen", "show", "d.json", "--field", "payload")
    assert "inside payload" in ran(tmp_path, "ddgen", "show", "d.json", "--field", "payload.user.id")


def test_prompts_have_the_inner_fields_and_none_of_their_values(tmp_path: Path) -> None:
    comma_separated(tmp_path / "orders.csv")
    prompts = ran(tmp_path, "ddgen", "ai", "preview", "orders.csv", width=200)
    assert all(path in prompts for path in INNER)
    assert "@example.com" not in prompts


def test_a_large_cell_is_told_and_not_opened() -> None:
    large = json.dumps([{"k": number, "v": "x" * 40} for number in range(300_000)])
    assert len(large) > 16 << 20
    fields = only(ddgen.build([*ROWS[:-1], {"order_id": 90, "payload": large}]))
    assert [(odd.kind, odd.count, odd.first[0].record) for odd in fields["payload"].profile.oddities] == [
        ("too_large", 1, 91),
    ]  # fmt: skip
    assert "payload[]" not in fields


def test_hostile_texts_are_counted_each() -> None:
    bomb = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 9 if number else "lol"}">' for number in range(12))
    hostile = [f"<!DOCTYPE o [{bomb}]><o>&l11;</o>", "<o>" * 50_000, "<o><v>1</v>", '<o v="1" v="2"/>', "\x00"]
    rows = [{"x": f"<o n='{number}'><v>{number}</v></o>"} for number in range(60)] + [{"x": text} for text in hostile]
    fields = only(ddgen.build(rows))
    assert {odd.kind: odd.count for odd in fields["x"].profile.oddities} == {
        "control_characters": 1, "not_xml": 4, "too_deep": 1,
    }  # fmt: skip
    assert list(fields) == ["x", "x.o", "x.o.@n", "x.o.v"]


def test_a_folder_of_files_in_which_one_differs_is_read_as_one(tmp_path: Path) -> None:
    for number in range(3):
        texts = ["x"] * 70 if number == 0 else TEXTS[:-1] * 10
        lines = "".join(json.dumps({"order_id": at, "payload": text}) + "\n" for at, text in enumerate(texts))
        (tmp_path / f"orders-{number}.jsonl").write_text(lines, encoding="utf-8")
    (table,) = ddgen.build(str(tmp_path / "orders-*.jsonl")).tables
    field = table.field("payload.user.id")
    assert field is not None
    assert field.profile.values == 1_800
    text = table.field("payload")
    assert text is not None
    assert Path(text.profile.oddities[0].first[0].source or "").name == "orders-0.jsonl"


def test_a_format_that_nobody_reads_is_told() -> None:
    with pytest.raises(DdgenError, match="no such opener: toml"):
        registry.get("openers", "toml")
