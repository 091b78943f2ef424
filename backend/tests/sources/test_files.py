from __future__ import annotations

import gzip
import io
import os
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ddgen.errors import InputError
from ddgen.model.problem import Problems, Severity
from ddgen.model.relation import TextBatch
from ddgen.sources.files import HEAD, choose, opened, resolve
from ddgen.sources.spec import SourceSpec
from ddgen.sources.spool import Spool

ORDERS = "id,amount\n1,2.5\n2,3.5\n"


def tables(*sources: str | Path, problems: Problems | None = None) -> dict[str, int]:
    """The names of all tables with their numbers of records."""
    with opened(sources, Problems() if problems is None else problems) as relations:
        return {relation.name: sum(batch.count for batch in relation.batches()) for relation in relations}


def codes(problems: Problems) -> list[tuple[str, Severity]]:
    return [(problem.code, problem.severity) for problem in problems]


def spec_of(path: Path) -> SourceSpec:
    with Spool() as spool:
        (found,) = resolve([path], Problems(), spool)
        return found.spec


def test_a_spec_tells_name_suffix_and_beginning(tmp_path: Path) -> None:
    path = tmp_path / "ORDERS.CSV.GZ"
    path.write_bytes(gzip.compress(ORDERS.encode() * 10_000))
    spec = spec_of(path)
    assert (spec.stem, spec.suffix, spec.display) == ("ORDERS", ".csv", str(path))
    assert spec.head == (ORDERS.encode() * 10_000)[:HEAD]


def test_a_file_may_be_known_by_another_name_than_its_own(tmp_path: Path) -> None:
    path = tmp_path / "0199a3c5"
    path.write_text(ORDERS, encoding="utf-8")
    with opened([path], Problems(), {str(path): "orders 2026.csv"}) as [relation]:
        assert (relation.name, relation.uri) == ("orders 2026", "orders 2026.csv")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.csv", b"a,b\n1,2\n", "csv"),
        ("a.json", b"a,b\n1,2\n3,4\n", "csv"),
        ("a.csv", b'{"a": 1}\n{"a": 2}\n', "json"),
        ("a", b'[{"a": 1}]', "json"),
        ("a.TSV", b"a\tb\n1\t2\n", "csv"),
        ("a.gz", gzip.compress(b"a;b\n1;2\n", mtime=0), "csv"),
        ("README.md", b"# Title\n\nSome words.\n", "csv"),
    ],
)
def test_content_decides_and_then_the_name(name: str, data: bytes, kind: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    assert choose(spec_of(tmp_path / name)).name == kind


def test_parquet_needs_no_suffix_and_may_be_packed(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2, 3]}), tmp_path / "plain")
    (tmp_path / "packed.parquet.gz").write_bytes(gzip.compress((tmp_path / "plain").read_bytes()))
    assert tables(tmp_path / "plain", tmp_path / "packed.parquet.gz") == {"plain": 3, "packed": 3}


def test_copies_are_removed_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ORDERS.encode())))
    with Spool() as spool:
        (found,) = resolve(["-"], Problems(), spool)
        copy = found.spec.path
        assert copy.read_text() == ORDERS
        assert (found.spec.stem, found.spec.display) == ("stdin", "standard input")
    assert not copy.exists()


def test_standard_input_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(ORDERS.encode()))))
    assert tables("-") == {"stdin": 2}


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[ORDERS])
    writer.start()
    assert tables(pipe) == {"pipe": 2}
    writer.join()


def test_a_folder_gives_each_file_and_passes_over_what_is_no_data(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "people.jsonl").write_text('{"name": "Ann"}\n{"name": "Bo"}\n')
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "things.tsv").write_text("x\ty\n1\t2\n")
    for name in ("README.md", "load.py", "LICENSE", "logo.png", ".hidden.csv"):
        (tmp_path / name).write_text("words, words\n")
    problems = Problems()
    assert tables(tmp_path, problems=problems) == {"orders": 2, "people": 2, "things": 1}
    (problem,) = problems
    assert (problem.code, problem.severity, problem.count) == ("skipped", Severity.WARNING, 4)


def test_unknown_and_empty_files_in_a_folder_are_warnings(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "noise.dat").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "nothing.csv").touch()
    problems = Problems()
    assert tables(tmp_path, problems=problems) == {"orders": 2}
    assert sorted(codes(problems)) == [("empty", Severity.WARNING), ("unknown_format", Severity.WARNING)]


def test_files_of_one_shape_are_one_table(tmp_path: Path) -> None:
    for month in ("2024-02", "2024-01", "2024-10"):
        (tmp_path / f"orders_{month}.csv").write_text(f"id,month\n1,{month}\n")
    (tmp_path / "orders_2023-01.csv").write_text("id;other\n1;2\n")
    for number in (1, 2):
        (tmp_path / f"events{number}.jsonl").write_text('{"kind": "a", "at": 1}\n{"kind": "b"}\n')
    with opened([tmp_path], Problems()) as relations:
        by_name = {relation.name: relation for relation in relations}
        assert set(by_name) == {"orders", "orders_2023-01", "events"}
        batches = [batch for batch in by_name["orders"].batches() if isinstance(batch, TextBatch)]
        assert [batch.columns[1].to_pylist() for batch in batches] == [["2024-01"], ["2024-02"], ["2024-10"]]
        assert by_name["orders"].size == sum(
            (tmp_path / f"orders_2024-{n}.csv").stat().st_size for n in ("01", "02", "10")
        )
        assert batches[-1].done == by_name["orders"].size
        assert by_name["orders"].reading["files"] == 3
        assert sum(batch.count for batch in by_name["events"].batches()) == 4


def test_problems_of_parts_add_up(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"part-{number}.csv").write_text("a,b,c\n1,2,3\n4,5,6\n7,8\n")
    with opened([tmp_path], Problems()) as (relation,):
        assert relation.name == tmp_path.name
        assert sum(batch.count for batch in relation.batches()) == 6
        assert [problem.code for problem in relation.problems] == ["short_row", "short_row"]
        assert sum(batch.count for batch in relation.batches()) == 6
        assert len(relation.problems) == 2


def test_files_that_were_named_stay_apart(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"orders{number}.csv").write_text(ORDERS)
    assert tables(tmp_path / "orders1.csv", tmp_path / "orders2.csv") == {"orders1": 2, "orders2": 2}


def test_equal_names_get_their_folders(tmp_path: Path) -> None:
    for folder, text in (("us", "id,state\n1,NY\n"), ("eu", "id,country,vat\n1,FR,20\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "customers.csv").write_text(text)
    assert tables(tmp_path) == {"us_customers": 1, "eu_customers": 1}


def test_equal_names_in_one_folder_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "orders.jsonl").write_text('{"a": 1}\n{"a": 2}\n{"a": 3}\n')
    assert tables(tmp_path) == {"orders": 2, "orders_2": 3}


def test_patterns(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "orders.csv").write_text(ORDERS)
    (tmp_path / "people.csv").write_text("name,age\nAnn,5\n")
    assert tables(f"{tmp_path}/**/*.csv") == {"orders": 2, "people": 1}
    assert tables(f"{tmp_path}/*.csv") == {"people": 1}


def test_a_pattern_that_matches_nothing(tmp_path: Path) -> None:
    problems = Problems()
    assert tables(f"{tmp_path}/*.csv", problems=problems) == {}
    assert codes(problems) == [("missing", Severity.ERROR)]


def test_partitioned_parquet_is_one_table(tmp_path: Path) -> None:
    for year in (2023, 2024):
        (tmp_path / "sales" / f"year={year}").mkdir(parents=True)
        pq.write_table(pa.table({"a": [1, 2]}), tmp_path / "sales" / f"year={year}" / "0.parquet")
    (tmp_path / "orders.csv").write_text(ORDERS)
    assert tables(tmp_path) == {"sales": 4, "orders": 2}
    assert tables(tmp_path / "sales") == {"sales": 4}


def test_members_of_an_archive_are_tables(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("data/orders.csv", ORDERS)
        archive.writestr("people.csv.gz", gzip.compress(b"name|age\nAnn|5\n", mtime=0))
        archive.writestr("__MACOSX/._orders.csv", "x")
        archive.writestr("README.txt", "words")
        buffer = io.BytesIO()
        pq.write_table(pa.table({"a": [1, 2, 3]}), buffer)
        archive.writestr("numbers.parquet", buffer.getvalue())
    assert tables(tmp_path / "all.zip") == {"orders": 2, "people": 1, "numbers": 3}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b" \n\n\t\n", "empty"),
        ("empty.csv.gz", gzip.compress(b"", mtime=0), "empty"),
        ("noise.csv", bytes(range(256)) * 10, "unknown_format"),
        ("page.csv", b"<?xml version='1.0'?><a/>", "unknown_format"),
        ("cut.zip", b"PK\x03\x04" + bytes(50), "truncated"),
        ("cut.csv.gz", gzip.compress(ORDERS.encode(), mtime=0)[:10], "truncated"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(name: str, data: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    problems = Problems()
    assert tables(tmp_path / name, problems=problems) == {}
    (problem,) = problems
    assert (problem.code, problem.severity, problem.source) == (code, Severity.ERROR, str(tmp_path / name))
    assert "\n" not in str(problem)


def test_a_missing_file_is_told_with_one_that_is_close(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    problems = Problems()
    assert tables(tmp_path / "ordres.csv", tmp_path / "orders.csv", problems=problems) == {"orders": 2}
    (problem,) = problems
    assert problem.code == "missing"
    assert str(tmp_path / "orders.csv") in (problem.hint or "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "orders.csv").chmod(0)
    problems = Problems()
    assert tables(tmp_path / "orders.csv", problems=problems) == {}
    assert codes(problems) == [("permission", Severity.ERROR)]


def test_what_is_readable_is_said_when_something_is_not() -> None:
    with pytest.raises(InputError) as caught:
        choose(SourceSpec(Path("x"), "x", bytes(64), "", "x"))
    assert caught.value.code == "unknown_format"
    assert "Parquet" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "without a name"),
        ("https://example.com/orders.csv", "Fetch it first"),
        ("~no_such_user_here/orders.csv", "no such file"),
        ("nul\0byte.csv", "no such file"),
    ],
)
def test_what_names_no_file_is_told_and_the_rest_is_read(source: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    problems = Problems()
    assert tables(source, tmp_path / "orders.csv", problems=problems) == {"orders": 2}
    (problem,) = problems
    assert said in str(problem)


def test_a_name_that_has_only_its_suffix_in_common_is_no_slip(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    problems = Problems()
    assert tables(tmp_path / "xyz.csv", problems=problems) == {}
    assert "orders.csv" not in str(next(iter(problems)))


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    problems = Problems()
    assert tables(tmp_path / "gone.csv", tmp_path / "loop.csv", problems=problems) == {}
    assert [problem.message for problem in problems] == ["this link leads nowhere"] * 2
    assert tables(tmp_path, problems=problems) == {"orders": 2}


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    problems = Problems()
    assert tables("-", problems=problems) == {}
    assert codes(problems) == [("missing", Severity.ERROR)]


def test_dictionaries_of_ours_beside_data_are_no_data(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "dictionary.json").write_text('{\n  "format": "ddgen/1",\n  "name": "x", "tables": []}\n')
    problems = Problems()
    assert tables(tmp_path, problems=problems) == {"orders": 2}
    assert codes(problems) == [("skipped", Severity.WARNING)]
    assert "dictionary" in tables(tmp_path / "dictionary.json")


@pytest.mark.parametrize("name", ["empty.csv", "notes.md", "noise.dat"])
def test_a_folder_without_any_table_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"" if name == "empty.csv" else bytes(range(256)))
    problems = Problems()
    assert tables(tmp_path, problems=problems) == {}
    assert problems.broken
    assert ("empty", Severity.ERROR) in codes(problems)


def test_no_room_for_a_copy_is_told_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ORDERS.encode())))
    (tmp_path / "orders.csv").write_text(ORDERS)
    pq.write_table(pa.table({"a": [1]}), tmp_path / "plain")
    (tmp_path / "packed.parquet.gz").write_bytes(gzip.compress((tmp_path / "plain").read_bytes()))
    problems = Problems()
    sources = ("-", tmp_path / "packed.parquet.gz", tmp_path / "orders.csv")
    assert tables(*sources, problems=problems) == {"orders": 2}
    assert codes(problems) == [("no_room", Severity.ERROR)] * 2
    assert all("TMPDIR" in str(problem) for problem in problems)


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "more.csv").write_text(ORDERS)
    monkeypatch.chdir(tmp_path)
    assert tables("orders.csv", tmp_path / "orders.csv", "./orders.csv", "o*.csv") == {"orders": 2}
    assert sorted(tables("more.csv", ".")) == ["more", "orders"]
