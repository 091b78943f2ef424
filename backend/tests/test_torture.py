"""The torture evaluation on files of our own: everything that is stated of them is so."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import eval_torture
import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather, orc
from torture import columnar_files, csv_files, json_files
from torture.json_paths import named
from torture.product import Outcome, Product
from torture.verdict import Verdict, judge_reception

from ddgen.model.path import parse

FOLDER = Path(__file__).parent / "torture"

PEOPLE = pa.table(
    {
        "id": pa.array([1, 2, None], pa.int32()),
        "name": pa.array(["Ada", None, "Alan"]),
        "born": pa.array([date(1815, 12, 10), None, date(1912, 6, 23)]),
        "seen": pa.array([datetime(2024, 1, 1, tzinfo=UTC)] * 3, pa.timestamp("us", tz="UTC")),
        "paid": pa.array([Decimal("1.50"), Decimal("-0.25"), None], pa.decimal128(9, 2)),
        "raw": pa.array([b"\x00\xff", b"", None], pa.binary()),
        "a.b": pa.array([0.5, float("nan"), float("inf")], pa.float64()),
    }
)
NESTED = pa.table(
    {
        "tags": pa.array([["a", None], [], None], pa.list_(pa.string())),
        "at": pa.array([{"x": 1, "y": {"z": True}}, None, {"x": 3, "y": None}]),
        "by": pa.array([[("de", 1)], [], None], pa.map_(pa.string(), pa.int64())),
    }
)
MANY_NULLS = pa.table({"nothing": pa.nulls(5), "code": pa.array(["a", "b", "a", "a", None]).dictionary_encode()})


def parquet(table: pa.Table, **options: Any) -> Callable[[Path], None]:
    return lambda path: pq.write_table(table, path, **options)


def orc_file(path: Path) -> None:
    orc.write_table(PEOPLE.drop_columns(["raw"]), path)


def avro(path: Path) -> None:
    fields = [{"name": "id", "type": "long"}, {"name": "tags", "type": {"type": "array", "items": ["null", "string"]}}]
    records = [{"id": number, "tags": ["x", None]} for number in range(4)]
    with path.open("wb") as file:
        fastavro.writer(file, {"type": "record", "name": "r", "fields": fields}, records, codec="deflate")


def stream(path: Path) -> None:
    with pa.ipc.new_stream(path, NESTED.schema) as writer:
        writer.write_table(NESTED)


def cut(path: Path) -> None:
    pq.write_table(PEOPLE, path)
    path.write_bytes(path.read_bytes()[:-20])


def scribbled(path: Path) -> None:
    pq.write_table(PEOPLE, path)
    content = path.read_bytes()
    path.write_bytes(content[:-60] + b"\xff" * 40 + content[-20:])


def only_magic(path: Path) -> None:
    path.write_bytes(b"PAR1PAR1")


MADE: list[tuple[str, Callable[[Path], None], pa.Table | None]] = [
    ("plain.parquet", parquet(PEOPLE), PEOPLE),
    ("groups_of_one.parquet", parquet(PEOPLE, row_group_size=1, compression="zstd"), PEOPLE),
    ("old_pages.parquet", parquet(NESTED, use_compliant_nested_type=False, compression="gzip"), NESTED),
    ("dictionaries.parquet", parquet(MANY_NULLS, use_dictionary=True), MANY_NULLS),
    ("no_rows.parquet", parquet(PEOPLE.slice(0, 0)), PEOPLE.slice(0, 0)),
    ("table.feather", lambda path: feather.write_feather(NESTED, path), NESTED),
    ("stream.arrows", stream, NESTED),
    ("table.orc", orc_file, None),
    ("records.avro", avro, None),
    ("cut.parquet", cut, None),
    ("scribbled.parquet", scribbled, None),
    ("only_magic.parquet", only_magic, None),
]
REJECTED = {"cut.parquet", "scribbled.parquet", "only_magic.parquet"}


def write_columnar(folder: Path) -> None:
    expectations: list[dict[str, Any]] = []
    for name, write, table in MADE:
        write(folder / name)
        expectation: dict[str, Any] = {"file": name, "expect": "reject" if name in REJECTED else "accept"}
        if table is not None:
            columns = [{"path": field.name, "arrow_type": str(field.type)} for field in table.schema]
            expectation |= {"columns": columns, "rows": table.num_rows}
        expectations.append(expectation)
    (folder / "expectations.json").write_text(json.dumps(expectations), encoding="utf-8")


def differences(verdicts: list[Verdict]) -> dict[str, list[str]]:
    return {verdict.file: verdict.differences for verdict in verdicts if verdict.differences}


def test_json_is_accepted_rejected_and_understood_as_stated() -> None:
    verdicts = eval_torture.evaluate(FOLDER / "json_torture", json_files.judge)
    assert differences(verdicts) == {}
    assert len(verdicts) > 100
    assert sum(verdict.paths_right for verdict in verdicts) == sum(verdict.paths_stated for verdict in verdicts) > 70


def test_delimited_text_is_read_as_stated() -> None:
    verdicts = eval_torture.evaluate(FOLDER / "csv_torture", csv_files.judge)
    assert differences(verdicts) == {}
    assert len(verdicts) > 30


def test_columnar_files_are_read_as_stated(tmp_path: Path) -> None:
    write_columnar(tmp_path)
    verdicts = eval_torture.evaluate(tmp_path, columnar_files.judge)
    assert differences(verdicts) == {}
    assert len(verdicts) == len(MADE)


def test_what_is_stated_wrongly_is_a_difference(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": [1, "x"]}', encoding="utf-8")
    (tmp_path / "paths.json").write_text(json.dumps({"paths": {"a[]": {"integer": 2}, "b": {"null": 1}}}), "utf-8")
    expectations = [
        {"file": "a.json", "expect": "reject"},
        {"file": "a.json", "expect": "accept", "paths": "paths.json", "expected_logical_type": {"a": "ObjectId"}},
    ]
    (tmp_path / "expectations.json").write_text(json.dumps(expectations), encoding="utf-8")
    rejected, accepted = eval_torture.evaluate(tmp_path, json_files.judge)
    assert rejected.differences == ["not rejected: nothing told"]
    assert [said.partition(":")[0] for said in accepted.differences] == ["path 'a[]'", "path 'b'", "type of a"]
    assert (accepted.paths_stated, accepted.paths_found, accepted.paths_right) == (2, 1, 0)


def test_a_hang_is_a_failure_and_the_next_file_is_read(tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_text("[1]", encoding="utf-8")
    with Product() as product:
        product.patience = 0.0
        hung = product.build(good)
        product.patience = 60.0
        assert (hung.code, hung.said) == (None, "no answer within 0 s")
        assert product.build(good).code == 0


@pytest.mark.parametrize(
    ("expect", "code", "right"),
    [("accept", 0, True), ("accept", 3, False), ("either", 3, True), ("either", 1, False), ("reject", None, False)],
)
def test_reception_is_judged_by_exit_code(expect: str, code: int | None, right: bool) -> None:
    verdict = Verdict("file", expect)
    judge_reception(verdict, expect, Outcome(code, "said"))
    assert (not verdict.differences) is right


def test_paths_are_named_as_a_plain_walk_names_them() -> None:
    assert named(parse("`a.b`[].`x y`{}[].c")) == "a.b[].x y{}[].c"
    assert named(parse("$[]")) == "[]"


def test_a_folder_without_sets_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["eval_torture.py", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        eval_torture.main()
    assert ended.value.code == 2
