"""Damage anywhere in a binary file ends in an InputError or a Problem, never in another error."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import fastavro
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddgen import registry
from ddgen.errors import InputError
from ddgen.sources.spec import Source, SourceSpec

from .binary_cases import spec_of

TABLE = pa.table({"n": list(range(300)), "t": [f"text {n}" for n in range(300)], "l": [[n, None] for n in range(300)]})


def _arrow(path: Path) -> None:
    with pa.ipc.new_file(path, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=100)


def _avro(path: Path) -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}, {"name": "t", "type": "string"}]}
    with path.open("wb") as file:
        rows = [{"n": n, "t": f"text {n}"} for n in range(300)]
        fastavro.writer(file, schema, rows, codec="deflate", sync_interval=500)


def _sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, t TEXT)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(n, f"text {n}") for n in range(300)])
        connection.commit()


def _excel(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for n in range(30):
        book.active.append([n, f"text {n}"])
    book.save(path)


WRITERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "parquet": (".parquet", lambda path: pq.write_table(TABLE, path, row_group_size=100)),
    "arrow": (".arrow", _arrow),
    "avro": (".avro", _avro),
    "sqlite": (".db", _sqlite),
    "excel": (".xlsx", _excel),
}


CODES = {"damaged", "truncated", "encoding", "unreadable", "unsupported", "empty", "encrypted", "log"}


def _told(kind: type[Source], spec: SourceSpec) -> list[tuple[str | None, str]]:
    """The place and code of everything that is told about a file, all of it read."""
    if not kind.accepts(spec):
        return []
    try:
        relations = kind.relations(spec)
        for relation in relations:
            for _ in relation.batches():
                pass
    except InputError as error:
        return [(error.where, error.code)]
    return [(problem.source, problem.code) for relation in relations for problem in relation.problems]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    for name, (suffix, write) in WRITERS.items():
        write(folder / (name + suffix))
    return {name: (folder / (name + suffix)).read_bytes() for name, (suffix, _) in WRITERS.items()}


@pytest.mark.parametrize("name", list(WRITERS))
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_damage_is_told(whole: dict[str, bytes], name: str, data: st.DataObject) -> None:
    content = bytearray(whole[name])
    for place in data.draw(st.lists(st.integers(16, len(content) - 1), max_size=5), "places"):
        content[place] ^= data.draw(st.integers(1, 255), "change")
    del content[data.draw(st.integers(16, len(content)), "end") :]
    kind = registry.get("sources", name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"damaged{WRITERS[name][0]}"
        path.write_bytes(content)
        told = _told(kind, spec_of(path))
    assert {where for where, _ in told} <= {path.name}
    assert {code for _, code in told} <= CODES
