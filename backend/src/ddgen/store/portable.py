"""Everything in a store as lines of JSON, compressed: the way from one kind of database to another.

The first line says what follows, then each row is a line of its own, and the last line says how many there were: a
file that was cut is no export. Rows are read and written some at a time, so that memory does not grow with the store.
What is made from the rest (the words and the index of searches) is made anew, and answers of models stay behind.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, insert, select, text

from ddgen.errors import Conflict, DocumentError, OutputError
from ddgen.store import migrate, schema, search

FORMAT = "ddgen-store/1"
_LEFT = frozenset({"words", "word_slips", "answers", "futile"})
_AT_ONCE = 500
_BYTES = "base64:"


def tables() -> list[Table]:
    """The tables that are exported, those that others refer to first."""
    return [table for table in schema.metadata.sorted_tables if table.name not in _LEFT]


def write(connection: Connection, target: Path) -> Counter[str]:
    """Export everything into a file; how many rows of each table. Raises OutputError."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    counts: Counter[str] = Counter()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with open(handle, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3, mtime=0) as file:  # noqa: PTH123 - a handle, with rights of its own
            for line in _lines(connection, counts):
                file.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
            file.close()
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", where=str(target)) from error
    finally:
        partial.unlink(missing_ok=True)
    return counts


def _lines(connection: Connection, counts: Counter[str]) -> Iterator[Any]:
    columns = {table.name: [column.name for column in table.columns] for table in tables()}
    yield {"format": FORMAT, "form": migrate.form_of(connection), "columns": columns}
    for table in tables():
        query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
        for row in connection.execute(query):
            counts[table.name] += 1
            yield [table.name, *(_plain(value) for value in row)]
    yield {"end": dict(counts)}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return _BYTES + base64.b64encode(bytes(value)).decode()
    return value


def read(connection: Connection, source: Path) -> Counter[str]:
    """Import an export into an empty store; how many rows of each table.

    Raises DocumentError where the file is none, or was cut, Conflict where the store is not empty.
    """
    for table in tables():
        if connection.execute(select(*table.primary_key.columns).limit(1)).first() is not None:
            hint = "Name a store that is not there yet with --store"
            raise Conflict(f"the store is not empty: it has {table.name}", hint=hint)
    counts: Counter[str] = Counter()
    with _opened(source) as file:
        lines = (_parsed(line, source) for line in file)
        columns = _heading(next(lines, None), source)
        end = None
        for name, rows in _batches(lines):
            if name is None:
                end = rows
                break
            table = schema.metadata.tables[name]
            connection.execute(insert(table), [_row(table, columns[name], row, source) for row in rows])
            counts[name] += len(rows)
    if end != [{"end": dict(counts)}]:
        raise DocumentError("the export was cut", where=str(source), hint="Export once more")
    _go_on_counting(connection)
    search.rebuild(connection)
    return counts


@contextmanager
def _opened(source: Path) -> Iterator[Iterable[bytes]]:
    try:
        with gzip.open(source, "rb") as file:
            yield file
    except FileNotFoundError as error:
        raise DocumentError("no such file", where=str(source)) from error
    except (OSError, EOFError, zlib.error) as error:
        raise DocumentError(f"this is no whole export: {error}", where=str(source), hint="Export once more") from error


def _parsed(line: bytes, source: Path) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise DocumentError("this is no export of a store", where=str(source)) from error


def _heading(line: Any, source: Path) -> Mapping[str, list[str]]:
    if not isinstance(line, dict) or line.get("format") != FORMAT:
        hint = "ddgen store export makes one"
        raise DocumentError("this is no export of a store", where=str(source), hint=hint)
    if line["form"] != migrate.NEWEST:
        said = f"the export is of form {line['form']}, this store is of form {migrate.NEWEST}"
        raise DocumentError(said, where=str(source), hint="Export with the same ddgen that imports")
    columns: Mapping[str, list[str]] = line["columns"]
    known = {table.name: [column.name for column in table.columns] for table in tables()}
    if dict(columns) != known:
        raise DocumentError("the export has other tables than this store", where=str(source))
    return columns


def _batches(lines: Iterable[Any]) -> Iterator[tuple[str | None, list[Any]]]:
    """Rows of one table, some at once; the last line under no name."""
    name, held = "", list[Any]()
    for line in lines:
        if isinstance(line, dict):
            break
        if held and (line[0] != name or len(held) >= _AT_ONCE):
            yield name, held
            held = []
        name = line[0]
        held.append(line[1:])
    else:
        line = None
    if held:
        yield name, held
    yield None, [line]


def _row(table: Table, columns: list[str], values: list[Any], source: Path) -> dict[str, Any]:
    if len(values) != len(columns):
        raise DocumentError(f"a row of {table.name} has {len(values)} values", where=str(source))
    row = dict(zip(columns, values, strict=True))
    for column in table.columns:
        value = row[column.name]
        if isinstance(column.type, LargeBinary) and value is not None:
            row[column.name] = base64.b64decode(value.removeprefix(_BYTES))
    return row


def _go_on_counting(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that came with numbers; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables():
        if "n" in table.columns:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'n'), max(n)) FROM {table.name} "  # noqa: S608 - names of our own tables
                    "HAVING max(n) IS NOT NULL"
                )
            )
