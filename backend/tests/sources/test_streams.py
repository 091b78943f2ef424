from __future__ import annotations

import bz2
import gzip
import io
import os
import time
import zipfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ddgen.errors import InputError
from ddgen.sources import streams
from ddgen.sources.streams import ByteStream, StreamError, compression, open_bytes

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "zstd": zstandard.compress,
}
NOISE = b"".join(b"%d,%s\n" % (n, os.urandom(8).hex().encode()) for n in range(100_000))


def read_all(stream: ByteStream) -> tuple[bytes, StreamError | None]:
    pieces = []
    with stream:
        try:
            while piece := stream.chunk():
                pieces.append(piece)
        except StreamError as error:
            return b"".join(pieces), error
    return b"".join(pieces), None


@pytest.mark.parametrize("kind", PACKERS)
def test_gives_what_was_packed_whatever_the_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(PACKERS[kind](NOISE))
    assert read_all(open_bytes(path)) == (NOISE, None)


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "zstd"])
def test_members_one_after_another_are_one_text(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(PACKERS[kind](b"a,b\n") + PACKERS[kind](b"1,2\n") + bytes(512))
    assert read_all(open_bytes(path)) == (b"a,b\n1,2\n", None)


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "zstd"])
def test_cut_data_gives_what_came_before(kind: str, tmp_path: Path) -> None:
    packed = PACKERS[kind](NOISE)
    path = tmp_path / "data"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    data, error = read_all(open_bytes(path))
    assert error is not None
    assert error.code == "truncated"
    assert error.byte == path.stat().st_size
    assert NOISE.startswith(data)
    assert len(data) > len(NOISE) // 4


def test_damage_is_told_with_its_place(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(NOISE))
    packed[len(packed) // 2 : len(packed) // 2 + 400] = bytes(400)
    path = tmp_path / "data.gz"
    path.write_bytes(packed)
    data, error = read_all(open_bytes(path))
    assert error is not None
    assert error.code == "damaged"
    assert data[:1000] == NOISE[:1000]
    assert error.problem("data.gz", "data").places[0].byte == error.byte


def test_position_counts_stored_bytes_up_to_the_size(tmp_path: Path) -> None:
    path = tmp_path / "data.gz"
    path.write_bytes(gzip.compress(NOISE))
    with open_bytes(path) as stream:
        seen = [stream.raw_position]
        while stream.chunk():
            seen.append(stream.raw_position)
        assert seen == sorted(seen)
        assert seen[-1] == stream.size == path.stat().st_size


def test_reads_like_any_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "data.gz"
    path.write_bytes(gzip.compress("a\nbé\n".encode()))
    with io.TextIOWrapper(io.BufferedReader(open_bytes(path)), encoding="utf-8") as text:
        assert list(text) == ["a\n", "bé\n"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_of_an_archive(method: int, tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.csv", NOISE[:200_000])
        archive.writestr("b.csv.gz", gzip.compress(b"x\n"))
    assert read_all(open_bytes(path, "a.csv")) == (NOISE[:200_000], None)
    assert read_all(open_bytes(path, "b.csv.gz")) == (b"x\n", None)


def test_an_encrypted_archive_says_so(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a,b\n")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        open_bytes(path, "a.csv")
    assert caught.value.code == "encrypted"


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", b"a,b\n" * 1000)
    data = bytearray(path.read_bytes())
    data[500] ^= 0xFF
    path.write_bytes(data)
    _, error = read_all(open_bytes(path, "a.csv"))
    assert error is not None
    assert error.code == "damaged"


def test_an_archive_without_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(InputError, match="directory is missing"):
        open_bytes(path, "a.csv")


def test_a_member_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a")
    with pytest.raises(InputError) as caught:
        open_bytes(path, "b.csv")
    assert caught.value.code == "missing"


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "zstd"])
def test_a_bomb_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(PACKERS[kind](bytes(streams.BOMB_FREE + 3 * streams.CHUNK)))
    with open_bytes(path) as stream, pytest.raises(StreamError) as caught:
        deque(iter(stream.chunk, b""), maxlen=0)
    assert caught.value.code == "bomb"


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_bytes(tmp_path / "nothing.csv")
    assert caught.value.code == "missing"


@given(st.binary(max_size=5000), st.sampled_from(sorted(PACKERS)))
def test_any_bytes_survive_packing(tmp_path_factory: pytest.TempPathFactory, data: bytes, kind: str) -> None:
    if kind == "plain" and compression(data):
        return
    path = tmp_path_factory.mktemp("any") / "data"
    path.write_bytes(PACKERS[kind](data))
    assert read_all(open_bytes(path)) == (data, None)


def test_all_that_stands_before_damage_is_given(tmp_path: Path) -> None:
    path = tmp_path / "data.gz"
    packed = bytearray(gzip.compress(NOISE))
    packed[-5] ^= 0xFF
    path.write_bytes(packed)
    data, error = read_all(open_bytes(path))
    assert error is not None
    assert (data, error.code) == (NOISE, "damaged")
    assert len(packed) - 8 <= (error.byte or 0) <= len(packed)


def test_whole_blocks_before_a_damaged_one_are_given(tmp_path: Path) -> None:
    path = tmp_path / "data.bz2"
    plain = b"".join(b"%d,%d\n" % (number, number * 7919 % 10007) for number in range(60_000))
    packed = bytearray(bz2.compress(plain, compresslevel=1))
    packed[len(packed) * 3 // 4] ^= 0xFF
    path.write_bytes(packed)
    data, error = read_all(open_bytes(path))
    assert error is not None
    assert len(data) > len(plain) // 2
    assert plain.startswith(data)


def test_an_archive_that_changes_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    for text in (b"first", b"second one"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", text)
        assert read_all(open_bytes(path, "a.csv")) == (text, None)
        assert read_all(open_bytes(path, "a.csv")) == (text, None)


def test_members_can_be_open_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a", "b"):
            archive.writestr(name, NOISE + name.encode())
    with open_bytes(path, "a") as one, open_bytes(path, "b") as other:
        pieces = [(one.chunk(), other.chunk()) for _ in range(100)]
    assert b"".join(piece for piece, _ in pieces) == NOISE + b"a"
    assert b"".join(piece for _, piece in pieces) == NOISE + b"b"


def test_thousands_of_members_take_no_more_than_their_number(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    names = [f"{number}.csv" for number in range(3000)]
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    started = time.process_time()
    for name in names[::10]:
        assert read_all(open_bytes(path, name)) == (name.encode(), None)
    assert time.process_time() - started < 2, "the directory is read for each member"
