"""Parquet: a file, a folder of files, or a folder partitioned the way of Hive (`year=2024/month=01/`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from ddgen.errors import InputError
from ddgen.model.problem import Problem
from ddgen.model.relation import ArrowBatch, Relation
from ddgen.sources.arrow_batches import ARROW_ERRORS, BYTES_PER_BATCH, ROWS_PER_BATCH, ArrowRelation
from ddgen.sources.arrow_types import data_type
from ddgen.sources.parquet_folder import Part, data_files, is_data_set, parts, tables
from ddgen.sources.parquet_schema import annotate
from ddgen.sources.partitions import Partitioning
from ddgen.sources.spec import Source, SourceSpec
from ddgen.sources.stored import damaged, stored_path

MAGICS = (b"PAR1", b"PARE")
BUFFER = 1 << 20
"""Bytes read at once from a column chunk, so that a large one is never held whole, as `pre_buffer` would."""


class ParquetSource(Source):
    """Reads Parquet files and folders of them."""

    name: ClassVar[str] = "parquet"
    suffixes: ClassVar[frozenset[str]] = frozenset({".parquet", ".parq", ".pqt"})

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """A file that starts as Parquet does, or a folder that holds nothing but Parquet."""
        if spec.path.is_dir():
            return is_data_set(spec.path, cls.suffixes)
        return spec.head.startswith(MAGICS)

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """One table a file; the files of a folder that are alike, or partitioned, are one table."""
        if not spec.path.is_dir():
            return [_relation(spec.display, spec.stem, [Part(stored_path(spec), spec.display)])]
        found = parts(spec.path, spec.display, data_files(spec.path, cls.suffixes))
        return _readable_relations(spec, tables(spec.stem, found, _fields))


class ParquetRelation(ArrowRelation):
    """Files of one shape, read row group by row group."""

    def __init__(self, uri: str, name: str, files: list[_File]) -> None:
        super().__init__(name, uri, "parquet")
        self._files = files
        self._partitions = Partitioning([file.part.keys for file in files])
        self.declare(self._schema())
        annotate(self.declared, files[0].schema)
        self.size = sum(file.size for file in files)
        self.row_estimate = sum(file.rows for file in files)
        if len(files) > 1:
            self.reading["files"] = len(files)
        if self._partitions.names:
            self.reading["partitions"] = list(self._partitions.names)

    def _schema(self) -> pa.Schema:
        schemas = [file.schema for file in self._files]
        try:
            whole = pa.unify_schemas(schemas, promote_options="permissive")
        except (pa.ArrowTypeError, pa.ArrowInvalid):
            whole = schemas[0]
        return self._partitions.extend(whole)

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """The record batches of all files in their order, partition keys as fields."""
        done = 0
        for file in self._files:
            for batch in self._read(file):
                batch.batch = self._partitions.add(batch.batch, file.part.keys)
                batch.done += done
                yield batch
            done += file.size

    def _read(self, file: _File) -> Iterator[ArrowBatch]:
        with pq.ParquetFile(file.part.path, buffer_size=BUFFER, pre_buffer=False) as reader:
            first = read = 0
            whole = sum(reader.metadata.row_group(i).total_byte_size for i in range(reader.num_row_groups))
            for groups in _together(reader.metadata):
                for batch in self._groups(reader, file, groups):
                    yield ArrowBatch(batch, file.part.display, first, file.size * read // max(whole, 1))
                    first += batch.num_rows
                read += sum(reader.metadata.row_group(i).total_byte_size for i in groups)

    def _groups(self, reader: pq.ParquetFile, file: _File, groups: list[int]) -> Iterator[pa.RecordBatch]:
        """The batches of neighbouring small row groups, read together; where one is damaged, one by one."""
        start = 0
        if len(groups) > 1:
            with suppress(*ARROW_ERRORS):
                columns = self._columns(file)
                for batch in reader.iter_batches(ROWS_PER_BATCH, row_groups=groups, columns=columns):
                    yield batch
                    start += batch.num_rows
                return
        for group in groups:
            yield from _from(self._group(reader, file, group), start)
            start = max(0, start - reader.metadata.row_group(group).num_rows)

    def _group(self, reader: pq.ParquetFile, file: _File, group: int) -> Iterator[pa.RecordBatch]:
        """The batches of a row group: smaller ones where nested texts would outgrow an Arrow array of 2 GB."""
        shape, checked = reader.metadata.row_group(group), False
        rows, start = _rows_at_once(shape.num_rows, shape.total_byte_size), 0
        names = self._columns(file)
        while True:
            try:
                for batch in _from(reader.iter_batches(rows, row_groups=[group], columns=names), start):
                    yield batch
                    start += batch.num_rows
            except pa.ArrowNotImplementedError as error:
                if rows > 1:
                    rows = max(1, rows // 64)
                    continue
                if not checked:
                    checked = True
                    names = [name for name in names or file.schema.names if self._readable(reader, file, group, name)]
                    if names:
                        continue
                self.unread(file.part.display, f"row group {group + 1}", error)
            except ARROW_ERRORS as error:
                self.unread(file.part.display, f"row group {group + 1}", error, rows=shape.num_rows - start)
            return

    def _columns(self, file: _File) -> list[str] | None:
        """The columns to read; None for all. The reader takes a name with a dot for a path."""
        names = self.wanted(file.schema.names)
        return None if len(names) == len(file.schema.names) or any("." in name for name in names) else names

    def _readable(self, reader: pq.ParquetFile, file: _File, group: int, name: str) -> bool:
        try:
            for _ in reader.iter_batches(1, row_groups=[group], columns=[name]):
                pass
        except pa.ArrowNotImplementedError as error:
            self.unread(file.part.display, f"{name} in row group {group + 1}", error)
            return False
        return True


@dataclass(frozen=True, slots=True)
class _File:
    part: Part
    schema: pa.Schema
    rows: int
    size: int


def _readable_relations(spec: SourceSpec, groups: list[tuple[str, list[Part]]]) -> list[Relation]:
    """The tables that can be read; the first of them tells of the others. Raises InputError where none can."""
    made: list[Relation] = []
    failures: list[tuple[str, InputError]] = []
    for name, group in groups:
        try:
            alone = len(groups) > 1 and len(group) == 1
            made.append(_relation(group[0].display if alone else spec.display, name, group))
        except InputError as error:
            failures.append((name, error))
    if not made:
        raise failures[0][1]
    made[0].problems += [_left_out(error, name) for name, error in failures]
    return made


def _relation(uri: str, name: str, group: list[Part]) -> Relation:
    files, failures = [], []
    for part in group:
        try:
            files.append(_footer(part))
        except InputError as error:
            failures.append(error)
    if not files:
        raise failures[0]
    relation = ParquetRelation(uri, name, files)
    relation.problems += [_left_out(failure, name) for failure in failures]
    return relation


def _left_out(failure: InputError, table: str) -> Problem:
    return Problem(
        code=failure.code, message=failure.message, source=failure.where or "", table=table, hint="The rest was read"
    )


def _footer(part: Part) -> _File:
    try:
        with pq.ParquetFile(part.path) as reader:
            return _File(part, reader.schema_arrow, reader.metadata.num_rows, part.path.stat().st_size)
    except ARROW_ERRORS as error:
        raise damaged(part.display, "Parquet file", error) from error


def _fields(part: Part) -> dict[str, str]:
    """The top-level names of a file with their types, integers of all sizes being one, and so floats.

    None where its footer cannot be read, which `_relation` reports.
    """
    try:
        schema = pq.read_schema(part.path)
    except ARROW_ERRORS:
        return {}
    return {field.name: data_type(field.type) or str(field.type) for field in schema}


def _from(batches: Iterable[pa.RecordBatch], start: int) -> Iterator[pa.RecordBatch]:
    """The batches from a record on."""
    for batch in batches:
        if start < batch.num_rows:
            yield batch.slice(start)
        start = max(0, start - batch.num_rows)


def _together(metadata: pq.FileMetaData) -> Iterator[list[int]]:
    """The row groups of a file, in runs that make about one batch."""
    run: list[int] = []
    rows = size = 0
    for group in range(metadata.num_row_groups):
        shape = metadata.row_group(group)
        if run and (rows + shape.num_rows > ROWS_PER_BATCH or size + shape.total_byte_size > BYTES_PER_BATCH):
            yield run
            run, rows, size = [], 0, 0
        run.append(group)
        rows, size = rows + shape.num_rows, size + shape.total_byte_size
    if run:
        yield run


def _rows_at_once(rows: int, size: int) -> int:
    """How many records make a batch that stays within the memory meant for one."""
    return max(1, min(ROWS_PER_BATCH, rows * BYTES_PER_BATCH // max(size, 1)))
