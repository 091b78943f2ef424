"""Avro object container files."""

from __future__ import annotations

import io
import mmap
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, ClassVar, cast

import fastavro
import orjson
from fastavro.read import LOGICAL_READERS
from fastavro.schema import SchemaParseException, UnknownType

from ddgen.errors import InputError
from ddgen.model.path import format_path
from ddgen.model.problem import Place, Problem
from ddgen.model.relation import Batch, Relation, TreeBatch
from ddgen.model.types import DataType
from ddgen.sources.avro_container import (
    CODEC_ERRORS,
    CODECS,
    MAGIC,
    Block,
    Bytes,
    Header,
    blocks,
    read_header,
    write_long,
)
from ddgen.sources.avro_schema import OURS, READERS, declared_fields, with_our_types
from ddgen.sources.spec import Source, SourceSpec
from ddgen.sources.stored import damaged, stored_path

RECORDS_PER_BATCH = 2000
RECORD_ERRORS = (EOFError, ValueError, IndexError, KeyError, OverflowError, struct.error)
"""What fastavro raises where bytes are no record of the schema."""

for _name, _read in READERS.items():
    _kind, _, _logical = _name.partition("-")
    LOGICAL_READERS[f"{_kind}-{OURS}{_logical}"] = _read


class AvroSource(Source):
    """Reads Avro files."""

    name: ClassVar[str] = "avro"
    suffixes: ClassVar[frozenset[str]] = frozenset({".avro"})

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """A file that starts as an Avro container does."""
        return spec.head.startswith(MAGIC)

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """The one table in it.

        Raises InputError where the header is damaged or its codec unknown.
        """
        path = stored_path(spec)
        try:
            with _mapped(path) as data:
                header = read_header(data)
            schema = orjson.loads(header.metadata["avro.schema"])
            relation = AvroRelation(spec, path, header, schema)
        except (ValueError, KeyError, TypeError, SchemaParseException, UnknownType) as error:
            raise damaged(spec.display, "header of the Avro file", error) from error
        if relation.codec not in CODECS:
            raise InputError(
                f"its blocks are compressed with {relation.codec}, which is not known here",
                code="unsupported",
                where=spec.display,
                hint=f"Write it with one of {', '.join(CODECS)}",
            )
        return [relation]


class AvroRelation(Relation):
    """The records of an Avro file, as Python values."""

    def __init__(self, spec: SourceSpec, path: Path, header: Header, schema: Any) -> None:
        super().__init__(spec.stem, spec.display, "avro")
        self._path, self._header = path, header
        self._plain = _plain_header(header, schema)
        _reader(self._plain)
        self.codec = header.metadata.get("avro.codec", b"null").decode("utf-8", "replace")
        self.declared = declared_fields(schema)
        self.comment = schema.get("doc") if isinstance(schema, dict) else None
        self.size = path.stat().st_size
        self.reading["codec"] = self.codec
        maps = [field.path for field in self.declared if field.data_type == DataType.MAP.value]
        if maps:
            self.reading["maps"] = [format_path(found) for found in maps]

    def batches(self) -> Iterator[Batch]:
        """The records, some 2,000 at a time; a damaged block is noted and the next one read."""
        first = done = 0
        waiting: list[Any] = []
        with _mapped(self._path) as data:
            for records, done in self._records(data):
                waiting += records
                if len(waiting) >= RECORDS_PER_BATCH:
                    yield TreeBatch(waiting, self.uri, first, done)
                    first, waiting = first + len(waiting), []
        if waiting:
            yield TreeBatch(waiting, self.uri, first, done)

    def _records(self, data: Bytes) -> Iterator[tuple[list[Any], int]]:
        feed, reader = _reader(self._plain)
        total = 0
        for block in blocks(data, self._header):
            records: list[Any] = []
            try:
                feed.put(block.count, CODECS[self.codec](block.payload), self._header.sync)
                for record in next(reader):
                    records.append(record)
                    if len(records) == RECORDS_PER_BATCH:
                        yield records, block.start
                        total, records = total + len(records), []
            except (*CODEC_ERRORS, *RECORD_ERRORS) as error:
                self._broken(block, total + len(records), error)
            else:
                if not block.whole:
                    self._broken(block, total + len(records), ValueError("it is not closed by its marker"))
            total += len(records)
            yield records, block.end

    def _broken(self, block: Block, record: int, error: Exception) -> None:
        reason = str(error).strip().partition("\n")[0]
        self.problems.append(
            Problem(
                code="damaged" if block.whole else "truncated",
                message=f"a block is damaged or cut short: {reason}",
                source=self.uri,
                table=self.name,
                places=[Place(record=record + 1, byte=block.start)],
                hint="What can be read before and after it was read",
            )
        )


class _Feed:
    """What fastavro reads from: the header, then the blocks that are put into it, unpacked."""

    def __init__(self, header: bytes) -> None:
        self._bytes = io.BytesIO(header)

    def put(self, count: int, data: bytes, sync: bytes) -> None:
        self._bytes = io.BytesIO(write_long(count) + write_long(len(data)) + data + sync)

    def read(self, size: int = -1) -> bytes:
        return self._bytes.read(size)

    def tell(self) -> int:
        return self._bytes.tell()


def _reader(header: bytes) -> tuple[_Feed, Iterator[Iterable[Any]]]:
    feed = _Feed(header)
    return feed, fastavro.block_reader(cast("IO[bytes]", feed), handle_unicode_errors="replace")


def _plain_header(header: Header, schema: Any) -> bytes:
    metadata = {b"avro.codec": b"null", b"avro.schema": orjson.dumps(with_our_types(schema))}
    items = b"".join(write_long(len(key)) + key + write_long(len(value)) + value for key, value in metadata.items())
    return MAGIC + write_long(len(metadata)) + items + write_long(0) + header.sync


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
