"""The JSON source: layouts, values, places of trouble, and which inputs it takes."""

from __future__ import annotations

import gzip
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ddgen.errors import InputError
from ddgen.model.path import format_path
from ddgen.model.problem import Severity
from ddgen.sources.json import JsonSource

from .json_cases import batches, read, spec_of, values


@pytest.mark.parametrize(
    ("text", "layout", "records"),
    [
        ('[{"a": 1}, {"a": 2}]', "array", [{"a": 1}, {"a": 2}]),
        ("[]", "array", []),
        ("[[1, 2], [3]]", "array", [[1, 2], [3]]),
        ('{"a": 1}', "object", [{"a": 1}]),
        ('{"a": [1, 2]}', "object", [{"a": [1, 2]}]),
        ("42", "scalar", [42]),
        ('"x"\n', "scalar", ["x"]),
        ("1\n2\n3", "lines", [1, 2, 3]),
        ('{"a": 1}\n\n{"a": 2}\r\n', "lines", [{"a": 1}, {"a": 2}]),
        ("[1]\n[2]\n", "lines", [[1], [2]]),
        ('{"a": 1}{"a": 2} [3]', "concatenated", [{"a": 1}, {"a": 2}, [3]]),
        ('{\n"a": 1\n}\n{\n"a": 2\n}\n', "concatenated", [{"a": 1}, {"a": 2}]),
        ('null\n{\n"a": 1\n}', "concatenated", [None, {"a": 1}]),
        ('\x1e{"a": 1}\n\x1e2\n\x1e"x"\n', "concatenated", [{"a": 1}, 2, "x"]),
    ],
)
def test_layouts(tmp_path: Path, text: str, layout: str, records: list[Any]) -> None:
    assert read(tmp_path, text) == (records, [], layout)


def test_wrapped_records_and_their_envelope(tmp_path: Path) -> None:
    text = '{"type": "FeatureCollection", "features": [{"id": 1}, {"id": 2}], "bbox": [1, 2]}'
    records, envelope = JsonSource.relations(spec_of(tmp_path, text, "quakes.geojson"))
    assert (records.name, records.record_path, records.reading["layout"]) == ("quakes", "features[]", "wrapped")
    assert values(records) == [{"id": 1}, {"id": 2}]
    assert envelope.name == "quakes_envelope"
    assert values(envelope) == [{"type": "FeatureCollection", "bbox": [1, 2]}]


def test_an_envelope_can_be_read_before_its_records(tmp_path: Path) -> None:
    records, envelope = JsonSource.relations(spec_of(tmp_path, '{"n": 1, "data": [{"id": 1}], "n": 2}'))
    (batch,) = batches(envelope)
    assert batch.values == [{"n": 2}]
    assert batch.duplicates == [(("n",), 0)]
    assert values(records) == [{"id": 1}]


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        ('{"whatever": [{"a": 1}]}', True),
        ('{"whatever": [{"a": 1}], "n": 1}', False),
        ('{"whatever": [' + ", ".join(['{"a": 1}'] * 51) + '], "n": 1}', True),
        ('{"data": [{"a": 1}], "n": 1}', True),
        ('{"data": [{"a": 1}], "rows": [{"b": 1}]}', False),
        ('{"data": [[1], [2]], "n": 1}', False),
        ('{"data": [{"a": 1}, 2], "n": 1}', False),
        ('{"data": []}', False),
        ('{"data": {"a": 1}}', False),
    ],
)
def test_what_counts_as_wrapped(tmp_path: Path, text: str, wrapped: bool) -> None:
    assert (read(tmp_path, text)[2] == "wrapped") is wrapped


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, '[{"é": "日本"}]'.encode(encoding)) == ([{"é": "日本"}], [], "array")


def test_compressed_input(tmp_path: Path) -> None:
    content = gzip.compress(b'{"a": 1}\n' * 5000, mtime=0)
    relation = JsonSource.relations(spec_of(tmp_path, content, "x.jsonl.gz"))[0]
    assert values(relation) == [{"a": 1}] * 5000
    assert relation.size == len(content)


def test_a_cut_gzip_gives_what_came_before(tmp_path: Path) -> None:
    lines = b"".join(b'{"a": %d}\n' % (number * number) for number in range(50000))
    content = gzip.compress(lines, mtime=0)
    records, problems, _ = read(tmp_path, content[: len(content) // 2], "x.jsonl.gz")
    assert records[:3] == [{"a": 0}, {"a": 1}, {"a": 4}]
    assert [problem.code for problem in problems] == ["truncated"]


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff", "\ufeff \n"])
def test_nothing_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as caught:
        JsonSource.relations(spec_of(tmp_path, text))
    assert caught.value.code == "empty"


def test_values_are_exact_where_orjson_is_not(tmp_path: Path) -> None:
    huge = 10**5000
    text = f"[18446744073709551616, -9223372036854775809, {'1' + '0' * 5000}, 1e999, 1.5]"
    records, problems, _ = read(tmp_path, text)
    assert records == [2**64, -(2**63) - 1, Decimal(huge), Decimal("1e999"), 1.5]
    assert type(records[0]) is int
    assert problems == []


def test_duplicate_keys_are_noted_and_the_last_value_stands(tmp_path: Path) -> None:
    lines = ['{"id": 0}'] * 2500 + ['{"id": 1, "items": [{"a b": 1, "a b": 2}], "id": 3, "q\\u0022\\\\u0022": "\\""}']
    relation = JsonSource.relations(spec_of(tmp_path, "\n".join([*lines, '{"id": 2}'])))[0]
    read_batches = batches(relation)
    duplicates = [(format_path(path), ordinal) for batch in read_batches for path, ordinal in batch.duplicates]
    assert sorted(duplicates) == [("id", 2500), ("items[].`a b`", 2500)]
    assert values(relation)[2500] == {"id": 3, "items": [{"a b": 2}], 'q"\\u0022': '"'}
    assert [batch.first for batch in read_batches[:2]] == [0, 2000]
    assert relation.problems == []


@pytest.mark.parametrize("text", ['[1, {"a": [NaN]}]', '1\n{"a": [NaN]}', '{"data": [{"a": 1}, {"a": [NaN]}]}'])
def test_nan_is_read_but_told(tmp_path: Path, text: str) -> None:
    records, problems, _ = read(tmp_path, text)
    assert math.isnan(records[1]["a"][0])
    (problem,) = problems
    assert (problem.code, problem.places[0].byte) == ("not_json", text.index("NaN"))


def test_invalid_utf8_is_replaced_and_told(tmp_path: Path) -> None:
    records, problems, _ = read(tmp_path, b'{"a": 1}\n{"a": "\xe9"}\n')
    assert records == [{"a": 1}, {"a": "\ufffd"}]
    assert [(problem.code, problem.places[0].line, problem.places[0].byte) for problem in problems] == [
        ("bad_encoding", 2, 16)
    ]


def test_bad_lines_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    good = b'{"id": 1}\n'
    content = good * 1000 + (b'{"id": }\n' + good) * 12 + good * 100_000
    records, (problem,), _ = read(tmp_path, content, "x.jsonl")
    assert len(records) == 101_012
    assert (problem.code, problem.count, len(problem.places)) == ("bad_record", 12, 10)
    assert (problem.places[0].line, problem.places[0].byte) == (1001, 10_007)
    assert (problem.places[1].line, problem.places[1].byte) == (1003, 10_026)


def test_bad_elements_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    records, (problem,), _ = read(tmp_path, '[{"a": 1},\n{a: 2},\n{"a": 3},,\n{"a": 4}]')
    assert records == [{"a": 1}, {"a": 3}, {"a": 4}]
    assert [place.line for place in problem.places] == [2, 3]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ('[{"a": 1}, {"a": 2}, {"a": 3', [{"a": 1}, {"a": 2}]),
        ('[{"a": 1}, {"a": 2}', [{"a": 1}, {"a": 2}]),
        ("[1, 2", [1]),
        ('{"data": [{"a": 1}, {"a": 2', [{"a": 1}]),
        ('{"a": 1}\n{"a": 2}\n{"a', [{"a": 1}, {"a": 2}]),
        ('{"a": {"b": [1, 2, 3], "c": "x', [{"a": {"b": [1, 2, 3]}}]),
        ('{"a": 1, "b": [{"c": 1, "d"', [{"a": 1, "b": [{"c": 1}]}]),
    ],
)
def test_a_cut_text_gives_what_came_before(tmp_path: Path, text: str, records: list[Any]) -> None:
    found, problems, _ = read(tmp_path, text)
    assert found == records
    assert [(problem.code, problem.places[0].byte) for problem in problems] == [("truncated", len(text))]


def test_depth(tmp_path: Path) -> None:
    deep = "[" * 900 + "]" * 900
    records, problems, _ = read(tmp_path, f"[1]\n{deep}")
    assert [type(record) for record in records] == [list, list]
    assert problems == []


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '[{"":' * 50_000, "[1, " + "[" * 2000 + "]" * 2000 + "]", '{"a":' * 5000 + "1" + "}" * 5000],
)
def test_deeper_is_a_problem(tmp_path: Path, text: str) -> None:
    _, problems, _ = read(tmp_path, text)
    assert [problem.code for problem in problems] == ["too_deep"]
    assert problems[0].places


def test_a_large_array_is_read_in_small_batches(tmp_path: Path) -> None:
    element = '{"id": 1, "items": [{"id": 2}, {"id": 3}], "text": "},{\\"id\\":"}'
    relation = JsonSource.relations(spec_of(tmp_path, "[" + ",\n".join([element] * 20_000) + "]"))[0]
    read_batches = batches(relation)
    assert max(len(batch.values) for batch in read_batches) <= 5000
    assert len(values(relation)) == 20_000
    assert read_batches[-1].done == relation.size
    assert relation.problems == []


def test_a_large_wrapped_array_with_members_behind_it(tmp_path: Path) -> None:
    text = '{"meta": {"n": 1}, "anything": [' + ",".join(['{"id": 1, "x": "y"}'] * 100_000) + '], "end": true}'
    records, envelope = JsonSource.relations(spec_of(tmp_path, text))
    assert len(values(records)) == 100_000
    assert values(envelope) == [{"meta": {"n": 1}, "end": True}]


def test_a_large_value_beside_small_ones(tmp_path: Path) -> None:
    large = '{"a": "' + "x\\n" * 1_000_000 + '"}'
    text = "[" + ",".join([large] + ['{"a": 1}'] * 30_000 + [large, '{"a": 2}']) + "]"
    records, problems, _ = read(tmp_path, text)
    assert (len(records), len(records[0]["a"]), records[-1]) == (30_003, 2_000_000, {"a": 2})
    assert problems == []


def test_reading_again_gives_the_same(tmp_path: Path) -> None:
    relation = JsonSource.relations(spec_of(tmp_path, "[1, x, 3]"))[0]
    assert values(relation) == values(relation) == [1, 3]
    assert [problem.count for problem in relation.problems] == [1]


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("a.json", '{"a": 1}', True),
        ("a.JSON", "not json at all", True),
        ("a.json", "{a: 1, b: 2}\n{a: 1, b: 2}\n", True),
        ("a.json", "2@", True),
        ("a.json", "", True),
        ("a.json", "id,name\n1,Anna\n2,Bob\n", False),
        ("a.json", '"id";"name"\n1;"Anna"\n2;"Bob"\n', False),
        ("a.json", '"a"\n"b, c"\n', True),
        ("a.ndjson", '{"a": 1}\n{"a": 2}', True),
        ("a.txt", '{"a": 1}\n{"a": 2}', True),
        ("a", '[{"a": 1}, {"a": "cut in the mid', True),
        ("a.csv", "1\n2\n3", False),
        ("a.csv", "[id],[name]\n1,2\n", False),
        ("a.csv", '{"a": 1},5\n', False),
        ("a.ini", "[section]\nkey = value\n", False),
        ("a.log", "[2024-01-01] started\n", False),
        ("a.txt", "{{ template }}", False),
        ("a.bin", "\x00\x01{", False),
    ],
)
def test_which_inputs_it_takes(tmp_path: Path, name: str, content: str, taken: bool) -> None:
    assert JsonSource.accepts(spec_of(tmp_path, content, name)) is taken


def test_a_file_that_shrinks_while_it_is_read_is_told(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, '{"a": 1}\n' * 10)
    (relation,) = JsonSource.relations(spec)
    spec.path.write_text('{"a": 1}\n' * 4, encoding="utf-8")
    assert values(relation) == [{"a": 1}] * 4
    (problem,) = relation.problems
    assert (problem.code, problem.severity) == ("changed", Severity.ERROR)
