from __future__ import annotations

import csv as standard
import gzip
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ddgen.model.problem import Problem, Severity
from ddgen.model.relation import Relation, TextBatch
from ddgen.sources import csv as module
from ddgen.sources.csv import CsvSource
from ddgen.sources.csv_text import LARGE_BLOCK
from ddgen.sources.spec import SourceSpec
from ddgen.sources.streams import open_bytes, read_head


def relation_of(path: Path, data: bytes | None = None, suffix: str = ".csv") -> Relation:
    if data is not None:
        path.write_bytes(data)
    head = read_head(lambda: open_bytes(path), 65536)
    (relation,) = CsvSource.relations(SourceSpec(path, path.name, head, suffix, path.stem))
    return relation


def batches_of(relation: Relation) -> list[TextBatch]:
    return [batch for batch in relation.batches() if isinstance(batch, TextBatch)]


def rows_of(relation: Relation) -> list[tuple[str | None, ...]]:
    return [
        row
        for batch in batches_of(relation)
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    ]


def only_problem(relation: Relation) -> Problem:
    (problem,) = relation.problems
    return problem


def test_a_relation_says_what_it_is(tmp_path: Path) -> None:
    relation = relation_of(tmp_path / "orders.csv", b"id;name\n1;x\n2;y\n")
    assert (relation.name, relation.uri, relation.format, relation.text) == ("orders", "orders.csv", "csv", True)
    assert [field.path for field in relation.declared] == [("id",), ("name",)]
    assert relation.size == 16
    assert relation.reading["delimiter"] == ";"
    assert relation.reading["quote"] == '"'


def test_tabs_are_a_format_of_their_own(tmp_path: Path) -> None:
    assert relation_of(tmp_path / "x.txt", b"a\tb\n1\t2\n").format == "tsv"


def test_batches_follow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELLS", 5000)
    data = "n,x\n" + "".join(f"{n},{n * n}\n" for n in range(20_000))
    relation = relation_of(tmp_path / "x.csv", data.encode())
    batches = batches_of(relation)
    assert len(batches) > 3
    assert [batch.first for batch in batches] == [sum(b.count for b in batches[:n]) for n in range(len(batches))]
    assert all(len(column) == batch.count for batch in batches for column in batch.columns)
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert batches[-1].done == relation.size
    assert rows_of(relation) == [(str(n), str(n * n)) for n in range(20_000)]


def test_long_rows_make_short_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHARACTERS", 1 << 20)
    data = "id,text\n" + "".join(f"{n},{'x' * 50_000}\n" for n in range(100))
    batches = batches_of(relation_of(tmp_path / "x.csv", data.encode()))
    assert sum(batch.count for batch in batches) == 100
    assert len(batches) >= 3


def test_short_and_long_rows_are_counted_with_their_lines(tmp_path: Path) -> None:
    data = b'a,b,c\n1,2,3\n4,5\n"x\ny",6,7\n8,9,10,11,12\n\n13\n14,15,16,,\n'
    relation = relation_of(tmp_path / "x.csv", data)
    assert rows_of(relation) == [
        ("1", "2", "3", None, None),
        ("4", "5", None, None, None),
        ("x\ny", "6", "7", None, None),
        ("8", "9", "10", "11", "12"),
        ("13", None, None, None, None),
        ("14", "15", "16", None, None),
    ]
    short, long = relation.problems
    assert (short.code, short.severity, short.count) == ("short_row", Severity.WARNING, 2)
    assert [place.line for place in short.places] == [3, 8]
    assert (long.code, long.severity, [place.line for place in long.places]) == ("long_row", Severity.WARNING, [6])


def test_fields_appear_when_rows_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELLS", 4000)
    rows = [f"{n},{n}" for n in range(10_000)]
    rows[7000] += "," + ",".join("e" for _ in range(150))
    relation = relation_of(tmp_path / "x.csv", ("a,b\n" + "\n".join(rows)).encode())
    batches = batches_of(relation)
    assert {len(batch.columns) for batch in batches} == {2, 102}
    assert batches[0].names == ["a", "b"]
    assert batches[-1].names[:4] == ["a", "b", "column_3", "column_4"]
    assert only_problem(relation).places[0].line == 7002


def test_reading_again_counts_again(tmp_path: Path) -> None:
    relation = relation_of(tmp_path / "x.csv", b"a,b,c\n1,2,3\n4,5\n6,7,8\n")
    assert rows_of(relation) == rows_of(relation)
    assert only_problem(relation).count == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_open_quote_swallows_nothing(end: str, tmp_path: Path) -> None:
    lines = ["a,b", "1,x", '2,"open', "3,y", '4,""', "5,z", ""]
    relation = relation_of(tmp_path / "x.csv", end.join(lines).encode())
    assert rows_of(relation) == [("1", "x"), ("2", '"open'), ("3", "y"), ("4", ""), ("5", "z")]
    problem = only_problem(relation)
    assert (problem.code, problem.severity, problem.places[0].line) == ("unclosed_quote", Severity.ERROR, 3)


def test_an_open_quote_far_down(tmp_path: Path) -> None:
    lines = ["a,b", *(f'{n},"v{n}"' for n in range(60_000)), '60000,"open', *(f"{n},w" for n in range(60_001, 90_000))]
    relation = relation_of(tmp_path / "x.csv", "\n".join(lines).encode())
    rows = rows_of(relation)
    assert len(rows) == 90_000
    assert rows[60_000:60_002] == [("60000", '"open'), ("60001", "w")]
    assert only_problem(relation).places[0].line == 60_002


def test_a_wrong_byte_after_a_megabyte(tmp_path: Path) -> None:
    data = "name,n\n" + "é,1\n" * 250_000
    relation = relation_of(tmp_path / "x.csv", data.encode() + b"caf\xe9,2\n")
    assert rows_of(relation)[-1] == ("café", "2")
    problem = only_problem(relation)
    assert (problem.code, problem.severity, problem.count) == ("encoding", Severity.WARNING, 1)
    assert problem.places[0].byte == len(data.encode()) + 3


def test_cut_gzip_gives_the_whole_rows_before_the_cut(tmp_path: Path) -> None:
    data = "id,x\n" + "".join(f"{n},{os.urandom(6).hex()}\n" for n in range(50_000))
    packed = gzip.compress(data.encode())
    relation = relation_of(tmp_path / "x.csv.gz", packed[: len(packed) // 2])
    rows = rows_of(relation)
    assert 10_000 < len(rows) < 40_000
    assert rows[-1] == tuple(data.splitlines()[len(rows)].split(","))
    problem = only_problem(relation)
    assert (problem.code, problem.severity, problem.places[0].byte) == ("truncated", Severity.ERROR, len(packed) // 2)


def test_a_cell_of_many_megabytes(tmp_path: Path) -> None:
    size = 20_000_000
    relation = relation_of(tmp_path / "x.csv", b"a,b\n1,2\n3," + b"x" * size + b"\n5,6\n")
    rows = rows_of(relation)
    assert [len(row[1] or "") for row in rows] == [1, size, 1]
    assert relation.problems == []


def test_ten_thousand_fields(tmp_path: Path) -> None:
    header = ",".join(f"field{n}" for n in range(10_000))
    row = ",".join(str(n) for n in range(10_000))
    batches = batches_of(relation_of(tmp_path / "x.csv", "\n".join([header, *[row] * 40]).encode()))
    assert sum(batch.count for batch in batches) == 40
    assert len(batches[0].columns) == 10_000


def test_comments_inside_are_left_out(tmp_path: Path) -> None:
    data = b"# one\n# two, with a comma\na,b\n1,2\n# three\n3,4\n"
    assert rows_of(relation_of(tmp_path / "x.csv", data)) == [("1", "2"), ("3", "4")]


def test_units_are_comments_of_fields(tmp_path: Path) -> None:
    relation = relation_of(tmp_path / "x.csv", b"time,speed\ns,m/s\n1,2.5\n2,3.5\n3,4.5\n")
    assert [field.comment for field in relation.declared] == ["unit: s", "unit: m/s"]
    assert len(rows_of(relation)) == 3


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (b"a,b\n1,2\n", ".csv"),
        (b"a,b\n1,2\n", ".json"),
        (b"[x],[y]\n1,2\n", ".csv"),
        ("a;b\n1;2\n".encode("utf-16"), ""),
        ("näme\nx\n".encode("latin-1"), ".txt"),
    ],
)
def test_accepts_text(head: bytes, suffix: str) -> None:
    assert CsvSource.accepts(SourceSpec(Path("x"), "x", head, suffix, "x"))


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (b"", ".csv"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), ".csv"),
        (bytes(range(256)) * 4, ".csv"),
        (b'{"a": 1', ".json"),
        (b'<?xml version="1.0"?><a/>', ".csv"),
        (b"%PDF-1.7\n%abc\n", ".csv"),
    ],
)
def test_refuses_what_is_no_table_of_text(head: bytes, suffix: str) -> None:
    assert not CsvSource.accepts(SourceSpec(Path("x"), "x", head, suffix, "x"))


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n"), max_size=12)
NAMES = ["alpha", "beta", "gamma", "delta", "eps"]


@given(st.lists(st.lists(CELL, min_size=3, max_size=5), min_size=8, max_size=30), st.sampled_from(",;\t|"))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, cells: Sequence[Sequence[str]], delimiter: str
) -> None:
    width = min(map(len, cells))
    rows = [(str(number), *row[: width - 1]) for number, row in enumerate(cells)]
    assume(not any(cell.startswith(" ") for row in rows for cell in row))
    buffer = io.StringIO()
    writer = standard.writer(buffer, delimiter=delimiter, quoting=standard.QUOTE_ALL, lineterminator="\n")
    writer.writerow(NAMES[:width])
    writer.writerows(rows)
    relation = relation_of(tmp_path_factory.mktemp("any") / "x.csv", buffer.getvalue().encode())
    assert rows_of(relation) == rows
    assert relation.problems == []


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, large = (tmp_path / f"{n}.csv" for n in (1, 2))
    line = ",".join(["value"] * 10) + "\n"
    small.write_text("a,b,c,d,e,f,g,h,i,j\n" + line * 100_000)
    large.write_text("a,b,c,d,e,f,g,h,i,j\n" + line * 300_000)
    script = (
        "import json, resource, sys; from pathlib import Path\n"
        "from ddgen.sources.csv import CsvSource; from ddgen.sources.spec import SourceSpec\n"
        "path = Path(sys.argv[1]); (r,) = CsvSource.relations(SourceSpec(path, 'x', b'', '.csv', 'x'))\n"
        "rows = sum(b.count for b in r.batches())\n"
        "print(json.dumps([rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))\n"
    )
    (few, low), (many, high) = (_run(script, path) for path in (small, large))
    assert (few, many) == (100_000, 300_000)
    assert high < low * 1.3


def _run(script: str, path: Path) -> list[int]:
    import subprocess

    environment = {**os.environ, "PYTHONPATH": str(Path(module.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", script, path], env=environment, capture_output=True, check=True)
    result: list[int] = json.loads(done.stdout)
    return result


def test_a_file_that_grows_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b\n" + "1,2\n" * 10, encoding="utf-8")
    (relation,) = CsvSource.relations(SourceSpec(path, "data.csv", path.read_bytes(), ".csv", "data"))
    with path.open("a", encoding="utf-8") as file:
        file.write("3,4\n")
    assert sum(batch.count for batch in relation.batches()) == 11
    assert [(problem.code, problem.severity) for problem in relation.problems] == [("changed", Severity.WARNING)]


def test_rows_behind_a_huge_cell_keep_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    huge = "x" * (LARGE_BLOCK + 5)
    path.write_text(f'a,b\n1,2\n"{huge}\nsecond line",2\n3,4\n5\n6,"7\n8"\n9\n', encoding="utf-8")
    (relation,) = CsvSource.relations(SourceSpec(path, "data.csv", b"a,b\n1,2\n", ".csv", "data"))
    batches = [batch for batch in relation.batches() if isinstance(batch, TextBatch)]
    cells = [cell for batch in batches for cell in batch.columns[0].to_pylist()]
    assert [len(cell) for cell in cells] == [1, len(huge) + 12, 1, 1, 1, 1]
    assert [cell for batch in batches for cell in batch.columns[1].to_pylist()] == ["2", "2", "4", None, "7\n8", None]
    (problem,) = relation.problems
    assert [place.line for place in problem.places] == [6, 9]
