"""Backups are whole, whoever writes meanwhile; what they replace is kept."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ddgen.errors import StoreBusy, StoreError, UsageError
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store.address import address_of
from ddgen.store.backup import backup, restore
from ddgen.store.database import Database
from ddgen.store.store import Store

from .dictionaries import dictionary, put

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def file(made_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite"
    path.write_bytes(made_file.read_bytes())
    return path


def test_a_backup_is_a_store(file: Path, tmp_path: Path, shop: Dictionary) -> None:
    with Store.open(file) as store:
        done = put(store, shop)
        target = tmp_path / "copies" / "backup.sqlite"
        assert store.backup(target) == target.stat().st_size
        assert target.stat().st_mode & 0o077 == 0
        put(store, dictionary(rows=200))
    assert [path.name for path in target.parent.iterdir()] == ["backup.sqlite"]
    with Store.open(target) as copy:
        assert copy.document(done.dictionary_id) == shop
        assert copy.check() == []


def test_a_backup_while_others_write(file: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    with Store.open(file) as store:
        done = put(store, dictionary(tables=1, fields=200))
        row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                store.edit_claim(row.id, Kind.DESCRIPTION, f"Text {number}.", actor="ann")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(5):
                store.backup(tmp_path / f"{number}.sqlite")
        finally:
            stop.set()
            writer.join()
    for number in range(5):
        with Store.open(tmp_path / f"{number}.sqlite") as copy:
            assert copy.check() == []
            said = copy.field(row.id).row.description
            assert said == row.description or len(copy.history(row.id)) == int(str(said)[5:-1]) + 1


def test_restoring_keeps_what_was_there(file: Path, tmp_path: Path, shop: Dictionary) -> None:
    target = tmp_path / "backup.sqlite"
    with Store.open(file) as store:
        put(store, shop)
        store.backup(target)
        put(store, dictionary("other"))
        with pytest.raises(StoreBusy, match="in use"):
            restore(address_of(file), target, NOW)
        assert len(store.dictionaries().items) == 2
    kept = restore(address_of(file), target, NOW)
    assert kept is not None
    for path, names in ((file, ["shop"]), (kept, ["other", "shop"])):
        with Store.open(path) as store:
            assert [row.name for row in store.dictionaries().items] == names
            assert store.check() == []


def test_restoring_by_force_below_those_who_read(file: Path, tmp_path: Path, shop: Dictionary) -> None:
    target = tmp_path / "backup.sqlite"
    with Store.open(file) as store:
        store.backup(target)
        put(store, shop)
        restore(address_of(file), target, NOW, force=True)
        assert store.dictionaries().items == []
        put(store, shop)
        assert len(store.dictionaries().items) == 1


def test_restoring_where_there_is_no_store_yet(file: Path, tmp_path: Path, shop: Dictionary) -> None:
    target = tmp_path / "backup.sqlite"
    with Store.open(file) as store:
        put(store, shop)
        store.backup(target)
    fresh = tmp_path / "new" / "store.sqlite"
    assert restore(address_of(fresh), target, NOW) is None
    with Store.open(fresh) as store:
        assert [row.name for row in store.dictionaries().items] == ["shop"]


def test_what_is_no_backup_is_refused(file: Path, tmp_path: Path, shop: Dictionary) -> None:
    with Store.open(file) as store:
        put(store, shop)
        store.backup(tmp_path / "whole.sqlite")
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE things (n)")
    connection.close()
    text = tmp_path / "notes.txt"
    text.write_text("hello" * 500, encoding="utf-8")
    cut = tmp_path / "cut.sqlite"
    whole = (tmp_path / "whole.sqlite").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    before = file.read_bytes()
    for wrong in (other, text, cut):
        with pytest.raises(StoreError):
            restore(address_of(file), wrong, NOW)
    with pytest.raises(UsageError):
        restore(address_of(file), tmp_path / "nothing", NOW)
    assert file.read_bytes() == before
    for target in (text, other, file):
        with pytest.raises(UsageError):
            backup(address_of(file), target)
    with pytest.raises(UsageError):
        backup(address_of("postgresql://host/db"), tmp_path / "x")


def test_a_damaged_file_and_another_database_are_told_in_one_line(file: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreError, match="damaged, or no store"):
        Store.open(damaged)
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE things (n)")
    connection.close()
    with pytest.raises(StoreError, match="no store of ddgen"):
        Store.open(other)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Store(Database(address_of(file), patience=0.1)) as store:
        assert store.dictionaries().items == []
        with pytest.raises(StoreBusy, match="another process is writing"):
            store.options.set("x", 1, actor="ann")
    holder.close()
