from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ddgen.sources import ole


def container(sectors: int, used: int) -> bytes:
    """A container of so many sectors of 512 bytes, the first of which is a table that says so many are used."""
    header = bytearray(ole.MAGIC + bytes(ole.HEADER - len(ole.MAGIC)))
    struct.pack_into("<H", header, 0x1E, 9)
    struct.pack_into("<I", header, 0x2C, 1)
    table = struct.pack("<128I", *([1] * used + [0xFFFFFFFF] * (128 - used)))
    return bytes(header) + table + bytes(512 * (sectors - 1))


@pytest.mark.parametrize(("sectors", "used", "expected"), [(5, 5, True), (5, 3, True), (5, 6, False), (1, 2, False)])
def test_a_container_is_whole_if_all_used_sectors_are_there(
    tmp_path: Path, sectors: int, used: int, expected: bool
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(container(sectors, used))
    assert ole.is_whole(path) is expected


@pytest.mark.parametrize("size", [10, 511, 512, 700])
def test_a_cut_container_is_not_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(container(5, 5)[:size])
    assert not ole.is_whole(path)


def test_a_mark_is_found_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(container(2, 2) + ole.ENCRYPTED)
    assert ole.holds(path, ole.ENCRYPTED)
    assert not ole.holds(path, ole.WORKBOOKS[0])
