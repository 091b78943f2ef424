from __future__ import annotations

import csv as python_csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ddgen.sources import csv, csv_blocks
from ddgen.sources.csv import CsvRelation
from ddgen.sources.csv_dialect import detect
from ddgen.sources.csv_text import read_sample
from ddgen.sources.spec import SourceSpec

_CELLS = st.text("ab1 ,;\"\n\r'é", max_size=5)


def relation_of(path: Path) -> CsvRelation:
    spec = SourceSpec(path, path.name, path.read_bytes()[:65_536], ".csv", path.stem)
    form, sample = read_sample(spec)
    return CsvRelation(spec, form, detect(sample))


def told(relation: CsvRelation) -> tuple[list[tuple[object, ...]], list[tuple[str, int, str]]]:
    """The rows, with fields that appear later null until then, and the problems with their places."""
    rows: list[tuple[object, ...]] = []
    for batch in relation.batches():
        assert batch.first == len(rows)
        rows += zip(*(column.to_pylist() for column in batch.columns), strict=True)
    width = max(map(len, rows), default=0)
    rows = [row + (None,) * (width - len(row)) for row in rows]
    return rows, [(problem.code, problem.count, str(problem.places)) for problem in relation.problems]


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    relation = relation_of(path)
    quick = told(relation)
    with monkeypatch.context() as patch:
        patch.setattr(csv, "suits", lambda *_: False)
        return quick, told(relation)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(
    rows=st.lists(st.lists(_CELLS, min_size=1, max_size=4), max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    raw=st.text('a1,"\n', max_size=40),
    block=st.sampled_from([16, 64, 1 << 20]),
)
def test_quick_and_careful_reading_are_equal(
    rows: list[list[str]], end: str, raw: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", block)
    text = io.StringIO()
    writer = python_csv.writer(text, lineterminator=end)
    writer.writerows([["one", "two", "three"], ["1", "2", "3"], ["4", "5", "6"], *rows])
    path = tmp_path / "any.csv"
    path.write_text(text.getvalue() + raw, encoding="utf-8", newline="")
    quick, careful = both(path, monkeypatch)
    assert quick == careful


@pytest.mark.parametrize(
    "tail",
    ['7,5" disk\n8,9\n', '7,"open\n8,9\n', "7,8,9,10\n", "7\n", "7,\0\n", "7,a\rb\n8,9\n", "\n\n7,8\n", '7,"a"b\n'],
    ids=["inch", "open", "long", "short", "nul", "return", "blank", "after"],
)
def test_the_careful_reader_takes_over_where_it_must(
    tail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", 512)
    path = tmp_path / "mostly.csv"
    path.write_text("a,b\n" + "".join(f"{n},x{n}\n" for n in range(500)) + tail, encoding="utf-8", newline="")
    quick, careful = both(path, monkeypatch)
    assert quick == careful


def test_a_wrong_byte_is_left_to_the_careful_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", 1 << 12)
    path = tmp_path / "late.csv"
    path.write_bytes(b"a,b\n" + b"1,x\n" * 100_000 + b"2,caf\xe9\n")
    quick, careful = both(path, monkeypatch)
    assert quick == careful
    assert relation_of(path).reading["encoding"] == "utf-8"
