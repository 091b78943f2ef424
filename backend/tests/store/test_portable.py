"""Everything goes from one kind of database to the other and back, and is the same."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ddgen.errors import Conflict, DocumentError
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.store import portable
from ddgen.store.runs import RunUpdate
from ddgen.store.store import Store

from .conftest import schema_of_our_own
from .dictionaries import dictionary, put


@pytest.fixture
def full(store: Store, shop: Dictionary) -> Store:
    """A store with something in every table."""
    done = put(store, shop)
    put(store, dictionary(rows=120))
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    store.edit_claim(row.id, Kind.DESCRIPTION, "Größe \U0001f600", actor="ann")
    store.people.create("ann", role="admin", actor="root")
    store.people.grant(done.dictionary_id, "ann", "read", actor="root")
    store.keys.create("ci", ["read"], actor="root", user="ann")
    run = store.runs.create("shop", {"a": [1, None]}, actor="ann")
    store.runs.append(run.id, [("log", {"text": "x"})], actor="w")
    store.runs.update(run.id, RunUpdate("succeeded", cost=0.25), actor="w")
    store.idempotency.begin("ann", "k", "h")
    store.options.set("x", 1, actor="root")
    store.options.connect("shop", "postgresql://host/shop", actor="root")
    store.schedules.create("nightly", "0 6 * * *", "UTC", {"sources": ["a"]}, actor="ann")
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A second store, of either kind."""
    if request.param == "sqlite":
        with Store.open(tmp_path / "second.sqlite") as store:
            yield store
        return
    with schema_of_our_own() as address, Store.open(address) as store:
        yield store


def rows(store: Store) -> dict[str, list[Any]]:
    with store.database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in portable.tables()
        }


def test_everything_is_the_same_on_the_other_side(full: Store, empty: Store, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl.gz"
    counts = full.export_all(file)
    before = rows(full)
    assert set(counts) == {name for name, found in before.items() if found} == {one.name for one in portable.tables()}
    assert file.stat().st_mode & 0o077 == 0
    assert empty.import_all(file) == counts
    assert rows(empty) == before
    assert empty.check() == []
    assert [hit.row.id for hit in empty.search("grosse").items] == [hit.row.id for hit in full.search("grosse").items]
    again = tmp_path / "again.jsonl.gz"
    empty.export_all(again)
    assert gzip.decompress(again.read_bytes()) == gzip.decompress(file.read_bytes())
    row = empty.fields(limit=1).items[0]
    empty.edit_claim(row.id, Kind.BUSINESS_NAME, "Goes on", actor="ann")
    put(empty, dictionary("another"))
    assert empty.check() == []


def test_a_store_that_holds_something_takes_nothing_in(full: Store, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl.gz"
    full.export_all(file)
    before = rows(full)
    with pytest.raises(Conflict, match="not empty"):
        full.import_all(file)
    assert rows(full) == before


@pytest.mark.parametrize("wrong", ["cut", "short", "other", "text", "nothing", "columns"])
def test_what_is_no_whole_export_changes_nothing(full: Store, empty: Store, tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "all.jsonl.gz"
    full.export_all(file)
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    heading = json.loads(lines[0])
    made = {
        "cut": file.read_bytes()[:-200],
        "short": gzip.compress(b"".join(lines[:-3])),
        "other": gzip.compress(json.dumps(heading | {"form": "0000"}).encode()),
        "text": b"hello",
        "nothing": gzip.compress(b""),
        "columns": gzip.compress(json.dumps(heading | {"columns": {}}).encode()),
    }
    file.write_bytes(made[wrong])
    with pytest.raises(DocumentError):
        empty.import_all(file)
    assert all(not found for found in rows(empty).values())
    with pytest.raises(DocumentError):
        empty.import_all(tmp_path / "missing")
