from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from ddgen.errors import InputError
from ddgen.model.problem import Severity
from ddgen.model.relation import Batch, Relation, TextBatch
from ddgen.sources.chain import ChainedRelation, as_problem
from ddgen.sources.csv import CsvSource
from ddgen.sources.json import JsonSource
from ddgen.sources.spec import SourceSpec
from ddgen.sources.streams import StreamError, open_bytes, read_head


def spec_of(path: Path) -> SourceSpec:
    head = read_head(lambda: open_bytes(path), 65536)
    return SourceSpec(path, path.name, head, ".csv", path.name.partition(".")[0])


def part(folder: Path, name: str, text: str) -> Relation:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text.encode())
    (relation,) = CsvSource.relations(spec_of(path))
    return relation


def months(folder: Path, count: int = 3) -> list[Relation]:
    return [
        part(folder, f"orders{number}.csv", f"id,month\n{number}1,{number}\n{number}2,{number}\n")
        for number in range(1, count + 1)
    ]


def first_cells(batches: list[Batch]) -> list[str]:
    return [cell for batch in batches if isinstance(batch, TextBatch) for cell in batch.columns[0].to_pylist()]


def test_the_records_come_in_the_order_of_the_parts(tmp_path: Path) -> None:
    relation = ChainedRelation("orders", "orders*.csv", months(tmp_path))
    assert first_cells(list(relation.batches())) == ["11", "12", "21", "22", "31", "32"]


def test_each_batch_says_its_file_and_its_place_in_that_file(tmp_path: Path) -> None:
    relation = ChainedRelation("orders", "orders*.csv", months(tmp_path))
    assert [(batch.source, batch.first, batch.count) for batch in relation.batches()] == [
        (f"orders{number}.csv", 0, 2) for number in (1, 2, 3)
    ]


def test_progress_counts_towards_the_size_of_all_parts(tmp_path: Path) -> None:
    parts = months(tmp_path)
    relation = ChainedRelation("orders", "orders*.csv", parts)
    each = (tmp_path / "orders1.csv").stat().st_size
    assert relation.size == 3 * each
    assert [batch.done for batch in relation.batches()] == [each, 2 * each, 3 * each]


def test_sizes_and_rows_are_unknown_where_those_of_a_part_are(tmp_path: Path) -> None:
    parts = months(tmp_path, 2)
    parts[0].row_estimate, parts[1].row_estimate = 2, 3
    assert ChainedRelation("orders", "x", parts).row_estimate == 5
    parts[1].row_estimate = parts[1].size = None
    chained = ChainedRelation("orders", "x", parts)
    assert (chained.row_estimate, chained.size) == (None, None)


def test_it_is_read_again_only_if_every_part_is(tmp_path: Path) -> None:
    parts = months(tmp_path, 2)
    relation = ChainedRelation("orders", "x", parts)
    assert relation.rereadable
    assert first_cells(list(relation.batches())) == first_cells(list(relation.batches())) != []
    parts[1].rereadable = False
    assert not ChainedRelation("orders", "x", parts).rereadable


def test_what_is_declared_comes_from_the_first_part(tmp_path: Path) -> None:
    parts = months(tmp_path)
    relation = ChainedRelation("orders", "x", parts)
    assert [field.path for field in relation.declared] == [("id",), ("month",)]
    assert (relation.format, relation.text, relation.reading["files"]) == ("csv", True, 3)
    assert "files" not in parts[0].reading


def test_a_part_that_is_gone_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    relation = ChainedRelation("orders", "x", months(tmp_path))
    (tmp_path / "orders2.csv").unlink()
    assert first_cells(list(relation.batches())) == ["11", "12", "31", "32"]
    (problem,) = relation.problems
    assert (problem.code, problem.severity) == ("missing", Severity.ERROR)
    assert "orders2.csv" in problem.source


def test_a_part_that_is_cut_gives_what_it_holds_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = "".join(f"{number},x{number * 7919 % 10007}\n" for number in range(20_000))
    names = [f"orders{number}.csv.gz" for number in (1, 2, 3)]
    for name in names:
        part(tmp_path, name, f"id,v\n{lines}")
    packed = (tmp_path / names[1]).read_bytes()
    (tmp_path / names[1]).write_bytes(packed[: len(packed) // 2])
    parts = [relation for name in names for relation in CsvSource.relations(spec_of(tmp_path / name))]
    relation = ChainedRelation("orders", "x", parts)
    found = list(relation.batches())
    rows = {name: sum(batch.count for batch in found if batch.source == name) for name in names}
    assert rows[names[0]] == rows[names[2]] == 20_000
    assert 0 < rows[names[1]] < 20_000
    (problem,) = relation.problems
    assert (problem.code, problem.source, problem.table) == ("truncated", names[1], "orders")
    assert problem.places[0].byte == len(packed) // 2


def test_problems_are_those_of_the_last_reading_each_with_its_file(tmp_path: Path) -> None:
    parts = [part(tmp_path, f"part{number}.csv", "a,b,c\n1,2,3\n4,5,6\n7,8\n") for number in (1, 2)]
    relation = ChainedRelation("parts", "x", parts)
    for _ in range(2):
        assert sum(batch.count for batch in relation.batches()) == 6
        assert [(problem.code, problem.source, problem.table) for problem in relation.problems] == [
            ("short_row", "part1.csv", "parts"),
            ("short_row", "part2.csv", "parts"),
        ]


def test_documents_can_be_chained_as_well(tmp_path: Path) -> None:
    parts = []
    for number in (1, 2):
        path = tmp_path / f"events{number}.jsonl"
        path.write_text(f'{{"n": {number}}}\n' * number, encoding="utf-8")
        parts += JsonSource.relations(SourceSpec(path, path.name, path.read_bytes(), ".jsonl", path.stem))
    relation = ChainedRelation("events", "x", parts)
    assert [(batch.source, batch.first, batch.count) for batch in relation.batches()] == [
        ("events1.jsonl", 0, 1),
        ("events2.jsonl", 0, 2),
    ]


def test_an_error_as_a_problem_keeps_its_place_and_what_to_do() -> None:
    problem = as_problem(InputError("cannot be read", code="damaged", hint="Fetch it again"), "a.csv")
    assert str(problem) == "a.csv: cannot be read. Fetch it again"
    assert as_problem(InputError("gone", code="missing", where="b.csv"), "a.csv").source == "b.csv"


def test_an_error_that_knows_its_byte_keeps_it() -> None:
    error = StreamError("the compressed data is damaged", code="damaged", where="a.gz", byte=17)
    assert str(as_problem(error, "a.gz")) == "a.gz: byte 17: the compressed data is damaged"


def test_errors_of_ours_are_not_hidden(tmp_path: Path) -> None:
    class Broken(ChainedRelation):
        def batches(self) -> Iterator[Batch]:
            raise ZeroDivisionError

    relation = ChainedRelation("x", "x", [Broken("y", "y", months(tmp_path, 1))])
    with pytest.raises(ZeroDivisionError):
        list(relation.batches())
