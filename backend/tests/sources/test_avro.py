from __future__ import annotations

import datetime as dt
import io
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import fastavro
import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ddgen.errors import InputError
from ddgen.model.relation import Tagged
from ddgen.sources.avro import AvroSource
from ddgen.sources.avro_container import blocks, read_header, read_long, write_long

from .binary_cases import codes, data_types, declared, records, rows_of, spec_of

SCHEMA = {
    "type": "record",
    "name": "Order",
    "doc": "An order of the shop",
    "fields": [
        {"name": "id", "type": "long", "doc": "Number of the order"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "ref", "type": ["null", "string", "long"]},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["new", "paid"], "doc": "Where it is"}},
        {"name": "counts", "type": {"type": "map", "values": "int"}},
        {
            "name": "lines",
            "type": {
                "type": "array",
                "items": {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]},
            },
        },
        {"name": "first", "type": ["null", "Line"]},
    ],
}


def order(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "note": None,
        "ref": number if number % 2 else str(number),
        "state": "new",
        "counts": {"a": number},
        "lines": [{"sku": f"s{number}"}],
        "first": {"sku": "x"},
    }


def write(path: Path, schema: Any, rows: list[Any], codec: str = "null", interval: int = 400) -> Path:
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(schema), rows, codec=codec, sync_interval=interval)
    return path


def recompressed(path: Path, codec: str, pack: Any) -> None:
    """Write the file anew with its blocks packed by `pack`, for codecs that fastavro needs further packages for."""
    data = path.read_bytes()
    header = read_header(data)
    known = b"\x14avro.codec\x08null"
    assert known in data
    start = data[: header.end].replace(known, b"\x14avro.codec" + write_long(len(codec)) + codec.encode())
    parts = [start]
    for block in blocks(data, header):
        packed = pack(block.payload)
        parts += [write_long(block.count), write_long(len(packed)), packed, header.sync]
    path.write_bytes(b"".join(parts))


def test_every_path_is_declared_with_types_comments_and_maps(tmp_path: Path) -> None:
    [relation] = AvroSource.relations(spec_of(write(tmp_path / "orders.avro", SCHEMA, [order(1)])))
    assert (relation.name, relation.comment) == ("orders", "An order of the shop")
    assert data_types(relation) == {
        "id": "integer",
        "note": "string",
        "ref": None,
        "state": "string",
        "counts": "map",
        "counts{}": "integer",
        "lines": "array",
        "lines[]": "object",
        "lines[].sku": "string",
        "first": "object",
        "first.sku": "string",
    }
    fields = declared(relation)
    assert (fields["id"].comment, fields["id"].nullable) == ("Number of the order", False)
    assert (fields["note"].nullable, fields["ref"].physical_type) == (True, "string | long")
    assert fields["state"].comment == "Where it is"
    assert relation.reading["maps"] == ["counts"]


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz"])
def test_records_are_read_with_every_codec(tmp_path: Path, codec: str) -> None:
    rows = [order(n) for n in range(500)]
    [relation] = AvroSource.relations(spec_of(write(tmp_path / "a.avro", SCHEMA, rows, codec)))
    assert records(relation) == rows
    assert records(relation) == rows
    assert codes(relation) == []


def test_snappy_and_zstandard_need_no_further_package(tmp_path: Path) -> None:
    rows = [order(n) for n in range(500)]
    snappy = pa.Codec("snappy")
    for codec, pack in (
        ("snappy", lambda data: snappy.compress(data, asbytes=True) + zlib.crc32(data).to_bytes(4, "big")),
        ("zstandard", zstandard.ZstdCompressor().compress),
    ):
        path = write(tmp_path / f"{codec}.avro", SCHEMA, rows)
        recompressed(path, codec, pack)
        [relation] = AvroSource.relations(spec_of(path))
        assert (relation.reading["codec"], records(relation), codes(relation)) == (codec, rows, [])


def test_an_unknown_codec_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.avro", SCHEMA, [order(1)])
    recompressed(path, "mine", bytes)
    with pytest.raises(InputError) as caught:
        AvroSource.relations(spec_of(path))
    assert caught.value.code == "unsupported"


def test_logical_types_become_values_of_their_kind(tmp_path: Path) -> None:
    def field(name: str, kind: str, logical: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "type": {"type": kind, "logicalType": logical, **more}}

    schema = {
        "type": "record",
        "name": "R",
        "fields": [
            field("d", "bytes", "decimal", precision=60, scale=2),
            field("u", "string", "uuid"),
            field("day", "int", "date"),
            field("t", "long", "time-micros"),
            field("ts", "long", "timestamp-millis"),
            field("local", "long", "local-timestamp-micros"),
            field("ns", "long", "timestamp-nanos"),
            {"name": "span", "type": {"type": "fixed", "name": "F", "size": 12, "logicalType": "duration"}},
            field("odd", "string", "never-heard-of"),
        ],
    }
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, 6000, tzinfo=dt.UTC)
    row = {
        "d": Decimal("12345678901234567890123456789012345678901234567890.12"),
        "u": UUID(int=7),
        "day": dt.date(2024, 1, 2),
        "t": dt.time(3, 4, 5, 6),
        "ts": moment,
        "local": moment.replace(tzinfo=None),
        "ns": 1_000_000_001,
        "span": b"".join(number.to_bytes(4, "little") for number in (2, 3, 1500)),
        "odd": "x",
    }
    [relation] = AvroSource.relations(spec_of(write(tmp_path / "l.avro", schema, [row])))
    read = records(relation)[0]
    assert read == row | {
        "span": Tagged("interval", "P2M3DT1.5S"),
        "ns": dt.datetime(1970, 1, 1, 0, 0, 1, tzinfo=dt.UTC),
    }
    assert list(data_types(relation).values()) == [
        "decimal", "uuid", "date", "time", "timestamp", "timestamp", "timestamp", "interval", "string",
    ]  # fmt: skip
    assert declared(relation)["d"].physical_type == "decimal(60, 2)"


def test_a_value_out_of_range_stays_as_stored(tmp_path: Path) -> None:
    plain = {"type": "record", "name": "R", "fields": [{"name": "d", "type": "int"}, {"name": "u", "type": "string"}]}
    path = write(tmp_path / "r.avro", plain, [{"d": 2**31 - 1, "u": "no uuid"}])
    data = path.read_bytes()
    for old, new in (
        (b'"name": "d", "type": "int"', b'"name": "d", "type": {"type":"int","logicalType":"date"}'),
        (b'"name": "u", "type": "string"', b'"name": "u", "type": {"type":"string","logicalType":"uuid"}'),
    ):
        data = data.replace(old, new)
    header = read_header(path.read_bytes())
    schema = header.metadata["avro.schema"]
    size = write_long(len(schema))
    grown = len(schema) + len(data) - len(path.read_bytes())
    path.write_bytes(data.replace(b"avro.schema" + size, b"avro.schema" + write_long(grown)))
    [relation] = AvroSource.relations(spec_of(path))
    assert records(relation) == [{"d": 2**31 - 1, "u": "no uuid"}]


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_what_came_before_the_cut_is_kept(tmp_path: Path, codec: str) -> None:
    rows = [order(n) for n in range(1000)]
    path = write(tmp_path / "cut.avro", SCHEMA, rows, codec, interval=1 << 20)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 7 // 10])
    [relation] = AvroSource.relations(spec_of(path))
    found = records(relation)
    assert len(found) > 200
    assert found == rows[: len(found)]
    assert codes(relation) == ["truncated"]
    assert relation.problems[0].places[0].record == len(found) + 1


def test_reading_goes_on_behind_a_damaged_block(tmp_path: Path) -> None:
    rows = [order(n) for n in range(500)]
    path = write(tmp_path / "bad.avro", SCHEMA, rows, "deflate")
    data = bytearray(path.read_bytes())
    found = list(blocks(bytes(data), read_header(bytes(data))))
    data[found[3].start : found[3].start + 30] = b"\xff" * 30
    path.write_bytes(data)
    [relation] = AvroSource.relations(spec_of(path))
    read = records(relation)
    start = sum(block.count for block in found[:3])
    assert read[:start] == rows[:start]
    assert read[-1] == rows[-1]
    assert len(read) >= len(rows) - found[3].count
    assert codes(relation) == ["truncated"]


def test_a_type_that_holds_itself_is_declared_once(tmp_path: Path) -> None:
    schema = {
        "type": "record",
        "name": "Node",
        "fields": [{"name": "v", "type": "int"}, {"name": "next", "type": ["null", "Node"]}],
    }
    row = {"v": 1, "next": {"v": 2, "next": None}}
    [relation] = AvroSource.relations(spec_of(write(tmp_path / "n.avro", schema, [row])))
    assert list(declared(relation)) == ["v", "next"]
    assert records(relation) == [row]


def test_records_may_be_scalars(tmp_path: Path) -> None:
    [relation] = AvroSource.relations(spec_of(write(tmp_path / "s.avro", {"type": "string"}, ["a", "b"])))
    assert records(relation) == ["a", "b"]
    assert data_types(relation) == {"$": "string"}


def test_batches_are_of_some_two_thousand(tmp_path: Path) -> None:
    path = write(tmp_path / "b.avro", {"type": "long"}, list(range(9000)), interval=5000)
    [relation] = AvroSource.relations(spec_of(path))
    sizes = [len(rows_of(batch)) for batch in relation.batches()]
    assert sum(sizes) == 9000
    assert max(sizes) <= 6000


def test_a_broken_header_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "h.avro", SCHEMA, [order(1)])
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(InputError) as caught:
        AvroSource.relations(spec_of(path))
    assert caught.value.code == "damaged"


@given(st.integers(0, 2**62))
def test_numbers_are_written_as_they_are_read(number: int) -> None:
    data = write_long(number)
    assert read_long(data, 0) == (number, len(data))
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, {"type": "long"}, number)
    assert stream.getvalue() == data
