"""The OLE container (Compound File Binary), as far as telling what it holds and whether it is whole.

Format: [MS-CFB]. A reader that trusts a cut file's own tables reads beyond its end, so that is checked first.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The name of the stream that holds an encrypted workbook."""

WORKBOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
"""The names of the stream that holds a workbook of old Excel versions."""

HEADER = 512
_FREE = 0xFFFFFFFF
_HEADER_TABLES = 109
"""How many sectors of the allocation table the header itself can name."""


def holds(path: Path, mark: bytes) -> bool:
    """Whether the bytes stand anywhere in the file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(mark) >= 0


def is_whole(path: Path) -> bool:
    """Whether every sector that the allocation table uses lies within the file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if len(data) < HEADER:
            return False
        (shift,) = struct.unpack_from("<H", data, 0x1E)
        if shift not in (9, 12):
            return False
        size = 1 << shift
        sectors = (len(data) - size) // size
        count = min(struct.unpack_from("<I", data, 0x2C)[0], _HEADER_TABLES)
        tables = struct.unpack_from(f"<{count}I", data, 0x4C)
        return all(
            table < sectors and _used(data[(table + 1) * size : (table + 2) * size]) <= sectors - place * size // 4
            for place, table in enumerate(tables)
        )


def _used(table: bytes) -> int:
    """How many sectors of those that a sector of the allocation table describes are used, to the last used one."""
    entries = struct.unpack(f"<{len(table) // 4}I", table)
    return max((index for index, entry in enumerate(entries, 1) if entry != _FREE), default=0)
