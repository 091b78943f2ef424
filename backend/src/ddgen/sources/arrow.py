"""Arrow IPC files and streams, Feather version 1 and 2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
from pyarrow import feather

from ddgen.errors import InputError
from ddgen.model.relation import ArrowBatch, Relation
from ddgen.sources.arrow_batches import ARROW_ERRORS, ArrowRelation
from ddgen.sources.spec import Source, SourceSpec
from ddgen.sources.stored import damaged, stored_path

FILE = b"ARROW1"
FEATHER_V1 = b"FEA1"
CONTINUATION = b"\xff\xff\xff\xff"
"""What an IPC message starts with since Arrow 0.15."""

STREAM_OFFSET = 8
"""Where the stream starts in an IPC file: after its magic, padded."""


class ArrowSource(Source):
    """Reads the Arrow formats; which one, the first bytes tell."""

    name: ClassVar[str] = "arrow"
    suffixes: ClassVar[frozenset[str]] = frozenset({".arrow", ".arrows", ".ipc", ".feather"})

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """An IPC file, a Feather file, or a stream whose first message is a schema."""
        return spec.head.startswith((FILE, FEATHER_V1)) or _is_stream(spec.head)

    @classmethod
    def is_fragile(cls, spec: SourceSpec) -> bool:
        """Feather version 1: its reader trusts what a file says of itself."""
        return spec.head.startswith(FEATHER_V1)

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """The one table in it."""
        path = stored_path(spec)
        try:
            if spec.head.startswith(FEATHER_V1):
                return [FeatherRelation(spec, path)]
            if spec.head.startswith(FILE) and (reader := _open_file(path)):
                return [FileRelation(spec, path, reader)]
            return [StreamRelation(spec, path, STREAM_OFFSET if spec.head.startswith(FILE) else 0)]
        except ARROW_ERRORS as error:
            raise damaged(spec.display, "Arrow file", error) from error


class FileRelation(ArrowRelation):
    """An IPC file (also Feather version 2): its footer lists the batches."""

    def __init__(self, spec: SourceSpec, path: Path, reader: pa.ipc.RecordBatchFileReader) -> None:
        super().__init__(spec.stem, spec.display, "arrow")
        self._path = path
        self.declare(reader.schema)
        self.size = path.stat().st_size

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """The record batches; one that cannot be read is left out."""
        reader = pa.ipc.open_file(pa.memory_map(str(self._path)))
        total, first = reader.num_record_batches, 0
        for index in range(total):
            try:
                batch = reader.get_batch(index)
                batch.validate()
            except ARROW_ERRORS as error:
                self.unread(self.uri, f"batch {index + 1}", error)
                continue
            yield ArrowBatch(batch, self.uri, first, (self.size or 0) * index // total)
            first += batch.num_rows


class StreamRelation(ArrowRelation):
    """An IPC stream, or an IPC file without its footer."""

    def __init__(self, spec: SourceSpec, path: Path, offset: int) -> None:
        super().__init__(spec.stem, spec.display, "arrow")
        self._path, self._offset = path, offset
        with self._file() as file:
            self.declare(pa.ipc.open_stream(file).schema)
        self.size = path.stat().st_size
        self.reading["stream"] = True

    def _file(self) -> pa.MemoryMappedFile:
        file = pa.memory_map(str(self._path))
        file.seek(self._offset)
        return file

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """The record batches up to the end, or to where the stream breaks."""
        with self._file() as file:
            reader, first = pa.ipc.open_stream(file), 0
            try:
                for batch in reader:
                    batch.validate()
                    yield ArrowBatch(batch, self.uri, first, file.tell())
                    first += batch.num_rows
            except ARROW_ERRORS as error:
                self.unread(self.uri, f"what follows record {first:,}", error)
                return
        if self._offset:
            self.unread(self.uri, "the end of the file", InputError("its footer is missing"))


class FeatherRelation(ArrowRelation):
    """A Feather version 1 file, which has no batches: it is mapped into memory whole."""

    def __init__(self, spec: SourceSpec, path: Path) -> None:
        super().__init__(spec.stem, spec.display, "feather")
        self._path = path
        table = feather.read_table(path, memory_map=True)
        self.declare(table.schema)
        self.size, self.row_estimate = path.stat().st_size, table.num_rows

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """The table in slices."""
        table, first = feather.read_table(self._path, memory_map=True), 0
        for batch in table.to_batches():
            yield ArrowBatch(batch, self.uri, first, (self.size or 0) * first // max(table.num_rows, 1))
            first += batch.num_rows


def _is_stream(head: bytes) -> bool:
    if not head.startswith(CONTINUATION):
        return False
    try:
        pa.ipc.read_schema(pa.py_buffer(head))
    except ARROW_ERRORS:
        return False
    return True


def _open_file(path: Path) -> pa.ipc.RecordBatchFileReader | None:
    """The reader of an IPC file, or None where its footer is missing and only the stream inside can be read."""
    try:
        return pa.ipc.open_file(pa.memory_map(str(path)))
    except ARROW_ERRORS:
        return None
