"""What can end the process that reads it is read by a child: its end is one line, and all else is read."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import orc

import ddgen
from ddgen.errors import InputError
from ddgen.model.relation import Relation
from ddgen.sources.apart import Apart
from ddgen.sources.excel import ExcelSource
from ddgen.sources.orc import OrcSource
from ddgen.sources.spec import Source

from .binary_cases import records, spec_of


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.title = "One"
    rows: list[list[Any]] = [["id", "note"], *([n, "x"] for n in range(9_000))]
    for row in rows:
        made.active.append(row)
    made.create_sheet("Two").append(["only"])
    made["Two"].append([2.5])
    made.save(path)
    return path


@pytest.fixture
def crashing(tmp_path: Path, book: Path) -> Path:
    """A workbook with a cell far off that its sheet keeps quiet about: reading it takes half a terabyte."""
    path = tmp_path / "far.xlsx"
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(path, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("sheet1.xml"):
                content = re.sub(rb"<dimension[^>]*>", b"", content)
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", far)
            archive.writestr(name, content)
    return path


@pytest.fixture
def stripes(tmp_path: Path) -> Path:
    path = tmp_path / "a.orc"
    orc.write_table(pa.table({"n": list(range(5000)), "t": ["x"] * 5000}), path, stripe_size=1024)
    return path


def described(relation: Relation) -> dict[str, object]:
    names = "name uri format declared reading row_estimate size problems rereadable comment"
    return {name: getattr(relation, name) for name in names.split()}


@pytest.mark.parametrize(("kind", "name"), [(OrcSource, "stripes"), (ExcelSource, "book")])
def test_a_child_reads_the_same(kind: type[Source], name: str, request: pytest.FixtureRequest) -> None:
    spec = spec_of(request.getfixturevalue(name))
    assert kind.is_fragile(spec)
    here = kind.relations(spec)
    with Apart() as apart:
        there = apart.relations(kind, spec)
        assert list(map(described, there)) == list(map(described, here))
        for _ in "twice":
            assert list(map(records, there)) == list(map(records, here))
        assert list(map(described, there)) == list(map(described, here))


def test_a_table_may_be_left_in_the_middle_and_read_beside_others(book: Path, stripes: Path) -> None:
    with Apart() as apart:
        [numbers] = apart.relations(OrcSource, spec_of(stripes))
        one, two = apart.relations(ExcelSource, spec_of(book))
        reading = numbers.batches()
        assert next(reading).count > 0
        assert records(two) == [{"only": 2.5}]
        rest = sum(batch.count for batch in reading)
        assert 0 < rest < 5000
        left = one.batches()
        next(left)
        del left
        assert len(records(one)) == 9_000


def test_a_crash_is_one_line_and_the_other_sources_are_read(crashing: Path, book: Path, stripes: Path) -> None:
    dictionary = ddgen.build(str(stripes), str(crashing), str(book))
    assert [(table.name, table.row_count) for table in dictionary.tables] == [("a", 5000), ("One", 9_000), ("Two", 1)]
    [problem] = dictionary.problems
    assert (problem.code, problem.source) == ("damaged", str(crashing))
    assert re.search(r"crashes the library that reads it \(SIG[A-Z]+\)", problem.message)


def test_a_new_child_goes_on_where_one_has_crashed(crashing: Path, book: Path) -> None:
    with Apart() as apart:
        one, _ = apart.relations(ExcelSource, spec_of(book))
        with pytest.raises(InputError):
            apart.relations(ExcelSource, spec_of(crashing))
        assert len(records(one)) == 9_000


def test_errors_are_raised_as_they_are(tmp_path: Path, stripes: Path) -> None:
    half = tmp_path / "half.orc"
    half.write_bytes(stripes.read_bytes()[:1000])
    with Apart() as apart:
        with pytest.raises(InputError) as caught:
            apart.relations(OrcSource, spec_of(half))
        with pytest.raises(InputError) as same:
            OrcSource.relations(spec_of(half))
        assert vars(caught.value) == vars(same.value)
        [relation] = apart.relations(OrcSource, spec_of(stripes))
        stripes.unlink()
        with pytest.raises(InputError, match="any more"):
            records(relation)


def test_what_nobody_foresaw_is_raised_with_its_trace(stripes: Path) -> None:
    with Apart() as apart:
        with pytest.raises(RuntimeError, match="AttributeError") as caught:
            apart.ask(spec_of(stripes), "relations", 0, "orc", None)
        assert "orc.py" in caught.value.__notes__[0]
        assert apart.relations(OrcSource, spec_of(stripes))


def test_a_file_that_shrinks_between_two_readings_is_no_crash_of_ours(book: Path, stripes: Path) -> None:
    with Apart() as apart:
        one, _ = apart.relations(ExcelSource, spec_of(book))
        assert len(records(one)) == 9_000
        shutil.copy(stripes, book)
        with pytest.raises(InputError):
            records(one)
