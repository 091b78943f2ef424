"""`ddgen store` and `ddgen build --save`, run for real."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ddgen.model.claim import Kind
from ddgen.model.dictionary import load
from ddgen.store.store import Store

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.jsonl"
    write(path, 40)
    return path


def write(path: Path, rows: int, **more: Any) -> None:
    lines = [json.dumps({"id": number, "city": ["Bonn", "Rome"][number % 2], **more}) for number in range(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_texts_outlive_the_next_run(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    where = tmp_path / "store.sqlite"
    assert ddgen("build", orders, "--store", where, "-q").returncode == 0
    with Store.open(where) as store:
        row = store.dictionary_named("orders")
        city = store.field_at(row.id, "orders", "city")
        store.edit_claim(city.row.id, Kind.DESCRIPTION, "Where it goes.", actor="ann")
    write(orders, 55, note="x")
    out = tmp_path / "d.json"
    done = ddgen("build", orders, "--store", where, "-q", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    document = load(out.read_bytes())
    assert document.version == 2
    assert document.tables[0].field("city").description == "Where it goes."  # type: ignore[union-attr]  # it is there
    with Store.open(where) as store:
        assert store.document(row.id, 2) == document
        assert store.check() == []
    assert ddgen("build", orders, "--store", where, "-q").returncode == 0
    listed = ddgen("store", "list", "--store", where).stdout
    assert "orders  version 2  1 tables  3 fields" in listed


def test_what_was_edited_in_the_file_is_kept_too(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    where, out = tmp_path / "store.sqlite", tmp_path / "d.json"
    ddgen("build", orders, "--store", where, "-q", "-o", out)
    with Store.open(where) as store:
        row = store.dictionary_named("orders")
        store.edit_claim(store.field_at(row.id, "orders", "id").row.id, Kind.DESCRIPTION, "In the store.", actor="ann")
    document = json.loads(out.read_text(encoding="utf-8"))
    field = next(one for one in document["tables"][0]["fields"] if one["path"] == "city")
    field["description"] = "In the file."
    out.write_text(json.dumps(document), encoding="utf-8")
    ddgen("build", orders, "--store", where, "-q", "-o", out)
    with Store.open(where) as store:
        head = store.document(row.id).tables[0]
    assert [head.field(path).description for path in ("id", "city")] == ["In the store.", "In the file."]  # type: ignore[union-attr]  # both are there


def test_versions_are_shown_and_written(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    where = tmp_path / "store.sqlite"
    ddgen("build", orders, "--name", "shop", "--store", where, "-q")
    write(orders, 60)
    ddgen("build", orders, "--name", "shop", "--store", where, "-q")
    assert "version 2" in ddgen("store", "show", "shop", "--store", where).stdout
    first = load(ddgen("store", "show", "shop", "--version", "1", "--store", where).stdout)
    assert (first.version, first.tables[0].row_count) == (1, 40)
    out = tmp_path / "shop.md"
    assert ddgen("store", "show", "shop", "--store", where, "-o", out).returncode == 0
    assert "60" in out.read_text(encoding="utf-8")
    missing = ddgen("store", "show", "nothing", "--store", where)
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "there is no such dictionary" in missing.stderr
    assert ddgen("store", "show", "shop", "--version", "9", "--store", where).returncode == 2


def test_backup_restore_check_stats(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    where, copy = tmp_path / "store.sqlite", tmp_path / "copy.sqlite"
    ddgen("build", orders, "--store", where, "-q")
    assert ddgen("store", "backup", copy, "--store", where).returncode == 0
    assert "what was there is in" in ddgen("store", "restore", copy, "--store", where).stdout
    assert ddgen("store", "check", "--store", where).stdout == "The store is whole\n"
    assert "5 fields and tables" not in ddgen("store", "check", "--reindex", "--store", where).stderr
    assert "dictionaries  1" in ddgen("store", "stats", "--store", where).stdout
    with Store.open(where) as store, store.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE fields SET description = 'other'")
    done = ddgen("store", "check", "--store", where)
    assert done.returncode == 3
    assert "what is shown is not what is claimed" in done.stderr
    with Store.open(where):
        assert ddgen("store", "restore", copy, "--store", where).returncode == 3
        assert ddgen("store", "restore", copy, "--store", where, "--force").returncode == 0
    assert ddgen("store", "check", "--store", where).returncode == 0


def test_export_and_import(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    where, file, other = tmp_path / "store.sqlite", tmp_path / "all.jsonl.gz", tmp_path / "other.sqlite"
    ddgen("build", orders, "--store", where, "-q")
    assert ddgen("store", "export", file, "--store", where).returncode == 0
    assert ddgen("store", "import", file, "--store", other).returncode == 0
    assert ddgen("store", "list", "--store", other).stdout == ddgen("store", "list", "--store", where).stdout
    assert ddgen("store", "import", file, "--store", other).returncode == 2


def test_a_store_that_cannot_be_used_is_told_before_the_work_and_nothing_is_lost(
    ddgen: Run, orders: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "notes.txt"
    wrong.write_text("hello " * 200, encoding="utf-8")
    done = ddgen("build", orders, "--store", wrong, "-q")
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "damaged, or no store" in done.stderr
    assert ddgen("build", orders, "--store", "mysql://host/db").returncode == 2


def test_answers_of_models_are_forgotten(at: Run, tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.sqlite") as store:
        store.answers.put_many({"a": "1", "b": "2"})
        store.answers.give_up(["q"])
    place = tmp_path / "store.sqlite"
    first = at("store", "forget-answers", "--unanswered").stdout
    assert first == f"Forgot that 1 question got no useful answer in {place}\n"
    assert at("store", "forget-answers").stdout == (
        f"Forgot 2 texts and that 0 questions got no useful answer in {place}\n"
    )
