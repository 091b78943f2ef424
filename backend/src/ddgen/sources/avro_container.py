"""The Avro object container: its header, its blocks, and their compression, read so that damage stays local.

Format: Apache Avro specification 1.12, "Object Container Files".
"""

from __future__ import annotations

import bz2
import lzma
import mmap
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import zstandard

Bytes: TypeAlias = bytes | mmap.mmap
"""A file in memory, or mapped into it."""

MAGIC = b"Obj\x01"
SYNC_SIZE = 16
LARGEST_BLOCK = 1 << 31
"""Bytes above which a block's claimed size is taken for damage."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the blocks."""

    metadata: dict[str, bytes]
    sync: bytes
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """`count` records, compressed. `whole` is False where the file ends inside or the block is not closed."""

    count: int
    payload: bytes
    start: int
    end: int
    whole: bool = True


def read_header(data: Bytes) -> Header:
    """The header.

    Raises ValueError where it breaks off or is none.
    """
    metadata: dict[str, bytes] = {}
    position = len(MAGIC)
    while True:
        count, position = read_long(data, position)
        if count == 0:
            break
        if count < 0:
            _, position = read_long(data, position)
        for _ in range(abs(count)):
            key, position = _read_bytes(data, position)
            metadata[key.decode("utf-8", "replace")], position = _read_bytes(data, position)
    end = position + SYNC_SIZE
    if end > len(data):
        raise ValueError("the header breaks off")
    return Header(metadata, data[position:end], end)


def blocks(data: Bytes, header: Header) -> Iterator[Block]:
    """The blocks in order; after a broken one, reading goes on behind the next sync marker."""
    position = header.end
    while position < len(data):
        block = _block(data, position, header.sync)
        if not block.whole:
            marker = data.find(header.sync, position)
            end = len(data) if marker < 0 else marker + SYNC_SIZE
            block = Block(block.count, data[block.start : end], block.start, end, whole=False)
        yield block
        position = block.end


def _block(data: Bytes, position: int, sync: bytes) -> Block:
    try:
        count, start = read_long(data, position)
        size, start = read_long(data, start)
    except ValueError:
        return Block(0, b"", position, position, whole=False)
    end = start + size
    if count < 0 or size < 0 or data[end : end + SYNC_SIZE] != sync:
        return Block(max(count, 0), b"", start, position, whole=False)
    return Block(count, data[start:end], position, end + SYNC_SIZE)


def read_long(data: Bytes, position: int) -> tuple[int, int]:
    """A zigzag variable-length integer, and where it ends.

    Raises ValueError where the data end before it does or it is longer than 64 bit.
    """
    number = shift = 0
    while position < len(data) and shift < 70:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1), position
    raise ValueError("a number breaks off")


def write_long(number: int) -> bytes:
    """The zigzag variable-length form of a number that is not negative."""
    number <<= 1
    parts = bytearray()
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def _read_bytes(data: Bytes, position: int) -> tuple[bytes, int]:
    size, position = read_long(data, position)
    if size < 0 or position + size > len(data):
        raise ValueError("the header breaks off")
    return data[position : position + size], position + size


def _snappy(payload: bytes) -> bytes:
    """Raw snappy with a CRC-32 behind it; the uncompressed size stands first, as a plain varint."""
    size = shift = position = 0
    while position < len(payload):
        byte = payload[position]
        size |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            break
    if size > LARGEST_BLOCK:
        raise ValueError("a block claims an impossible size")
    text: bytes = pa.Codec("snappy").decompress(payload[:-4], size, asbytes=True)
    if zlib.crc32(text) != int.from_bytes(payload[-4:], "big"):
        raise ValueError("a block's checksum is wrong")
    return text


CODECS: dict[str, Callable[[bytes], bytes]] = {
    "null": bytes,
    "deflate": lambda payload: zlib.decompressobj(-15).decompress(payload),
    "bzip2": lambda payload: bz2.BZ2Decompressor().decompress(payload),
    "xz": lambda payload: lzma.LZMADecompressor().decompress(payload),
    "snappy": _snappy,
    "zstandard": lambda payload: zstandard.ZstdDecompressor().decompressobj().decompress(payload),
}
"""How a block is unpacked; all but snappy give what they can of a block that breaks off."""

CODEC_ERRORS = (ValueError, OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, pa.ArrowException)
