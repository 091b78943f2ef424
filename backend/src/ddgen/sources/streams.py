"""Any input as a stream of plain bytes: as it is, or out of gzip, Zstandard, bzip2 or a member of a zip archive.

What an input is compressed with is read from its first bytes, not from its name. Memory is constant: a stream
holds one chunk of compressed and one of plain bytes. Damage ends a stream with a `StreamError` after all
that could be decompressed has been given.
"""

from __future__ import annotations

import bz2
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

import zstandard

from ddgen.errors import InputError
from ddgen.model.problem import Place, Problem
from ddgen.sources.archive import open_archive
from ddgen.sources.spec import readable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 20
"""Bytes in one piece of plain data."""

ZSTD_INPUT = 1 << 12
"""Compressed bytes handed to Zstandard at once: its blocks may grow 32,000-fold, so that a piece stays bounded."""

BZIP2_OUTPUT = 1 << 16
"""Plain bytes taken from bzip2 at once: less than a block, so that none is lost where the next one is damaged."""

ZIP_INPUT = 1 << 14
"""Bytes taken from a zip archive's member at once: the last such piece is lost where the member is damaged."""

BOMB_FREE = 100 * 1000 * 1000
"""Plain bytes up to which any ratio of compression is believed."""

BOMB_RATIO = 1000
"""Plain bytes for one compressed byte, above which an input beyond `BOMB_FREE` is refused."""

MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip"}

SUFFIXES = {".gz": "gzip", ".gzip": "gzip", ".zst": "zstd", ".zstd": "zstd", ".bz2": "bzip2", ".zip": "zip"}


class StreamError(InputError):
    """The input breaks off or is damaged at `byte` of the stored file; all before it has been given."""

    def __init__(self, message: str, *, code: str, where: str, byte: int | None, hint: str | None = None) -> None:
        super().__init__(message, code=code, where=where, hint=hint)
        self.byte = byte

    def problem(self, source: str, table: str | None = None) -> Problem:
        """The same as an entry for the log."""
        places = [] if self.byte is None else [Place(byte=self.byte)]
        return Problem(code=self.code, message=self.message, source=source, table=table, places=places, hint=self.hint)


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


def compression(head: bytes) -> str | None:
    """What bytes that begin so are compressed with: `gzip`, `zstd`, `bzip2`, `zip`, or None."""
    for magic, kind in MAGIC.items():
        if head.startswith(magic) and (kind != "bzip2" or head[3:4].isdigit()):
            return kind
    return None


class ByteStream(io.RawIOBase):
    """A readable stream of plain bytes that knows how far it is in the stored file.

    `size` is the number of stored bytes of this input, `raw_position` how many of them have been consumed.
    Reading raises StreamError (`truncated`, `damaged`, `bomb`) at the place of the damage, after all before it.
    """

    def __init__(self, raw: IO[bytes], display: str, size: int, start: int = 0) -> None:
        super().__init__()
        self.size = size
        self.display = display
        self._raw = raw
        self._start = start
        self._rest = memoryview(b"")
        self._error: StreamError | None = None
        self._chunks: Iterator[bytes] = iter(())
        self._closers = ExitStack()
        self._closers.enter_context(raw)

    @property
    def raw_position(self) -> int:
        """Stored bytes consumed so far."""
        return self.size if self._raw.closed else min(self.size, max(0, self._raw.tell() - self._start))

    def readable(self) -> bool:
        """Always."""
        return True

    def chunk(self) -> bytes:
        """The next piece of plain bytes, of any length; none at the end."""
        if self._rest:
            piece, self._rest = bytes(self._rest), memoryview(b"")
            return piece
        return next(self._chunks, b"")

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer` with as much as is at hand."""
        target = memoryview(buffer).cast("B")
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Close the stored file as well."""
        self._closers.close()
        super().close()


def open_bytes(path: Path, member: str | None = None) -> ByteStream:
    """The plain bytes of a file, or of a member of a zip archive; compression inside a member is undone as well.

    Raises InputError where the file is missing (`missing`), not ours to read (`permission`), encrypted
    (`encrypted`), or no archive that can be opened (`damaged`).
    """
    display = readable(str(path) if member is None else f"{path}/{member}")
    raw = open_raw(path)
    try:
        if member is not None:
            return _open_member(raw, member, display)
        stream = ByteStream(raw, display, path.stat().st_size)
        stream._chunks = _guarded(stream, _detected(raw, display))  # noqa: SLF001 - made here, by its own module
    except InputError:
        raw.close()
        raise
    return stream


def open_raw(path: Path) -> IO[bytes]:
    """The stored bytes of a file.

    Raises InputError: `missing`, `permission`, or `unreadable`.
    """
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise InputError("no such file", code="missing", where=str(path)) from error
    except PermissionError as error:
        raise InputError("no permission to read it", code="permission", where=str(path)) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path)) from error


def _open_member(raw: IO[bytes], member: str, display: str) -> ByteStream:
    archive = open_archive(raw, display)
    try:
        info = archive.getinfo(member)
        if info.flag_bits & 1:
            raise InputError(
                "the zip archive is encrypted", code="encrypted", where=display, hint="Unpack it with its password"
            )
        inner = archive.open(info)
    except KeyError as error:
        raise InputError("no such member in the archive", code="missing", where=display) from error
    except (NotImplementedError, zipfile.BadZipFile) as error:
        raise InputError(f"the zip archive cannot be unpacked: {error}", code="damaged", where=display) from error
    stream = ByteStream(raw, display, info.compress_size, info.header_offset)
    stream._closers.enter_context(archive)  # noqa: SLF001 - made here, by its own module
    stream._closers.enter_context(inner)  # noqa: SLF001 - same
    stream._chunks = _guarded(stream, _detected(_MemberReader(inner, display, raw), display))  # noqa: SLF001 - same
    return stream


class _Reader(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...

    def tell(self) -> int: ...


class _MemberReader:
    """A member's bytes, with the archive's own errors told as ours, after all that could be read before them."""

    def __init__(self, inner: IO[bytes], display: str, raw: IO[bytes]) -> None:
        self._inner = inner
        self._display = display
        self._raw = raw
        self._error: StreamError | None = None

    def read(self, size: int = CHUNK, /) -> bytes:
        self._raise()
        pieces = []
        held = 0
        while held < size and (piece := self._piece(min(ZIP_INPUT, size - held))):
            pieces.append(piece)
            held += len(piece)
        if not pieces:
            self._raise()
        return b"".join(pieces)

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _piece(self, size: int) -> bytes:
        try:
            return self._inner.read(size)
        except EOFError:
            self._error = _cut(self._display, self.tell())
        except (zipfile.BadZipFile, zlib.error, OSError) as error:
            self._error = _broken(self._display, self.tell(), error)
        return b""

    def tell(self) -> int:
        return self._raw.tell()


class _Peeked:
    """A reader whose first bytes have been looked at."""

    def __init__(self, head: bytes, reader: _Reader) -> None:
        self._reader = reader
        self._head = head

    def read(self, size: int = CHUNK, /) -> bytes:
        head, self._head = self._head, b""
        return head + self._reader.read(size - len(head))

    def tell(self) -> int:
        return self._reader.tell()


def _detected(raw: _Reader, display: str) -> Iterator[bytes]:
    """The plain bytes, whatever the stored ones are compressed with."""
    head = raw.read(4)
    yield from _plain(_Peeked(head, raw), compression(head), display)


def _plain(raw: _Reader, kind: str | None, display: str) -> Iterator[bytes]:
    match kind:
        case "gzip":
            return _inflate(raw, display)
        case "bzip2":
            return _bunzip(raw, display)
        case "zstd":
            return _unzstd(raw, display)
        case _:
            return iter(lambda: raw.read(CHUNK), b"")


def _guarded(stream: ByteStream, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, refused where they grow out of proportion."""
    given = 0
    for chunk in chunks:
        given += len(chunk)
        if given > BOMB_FREE and given > BOMB_RATIO * max(1, stream.raw_position):
            raise StreamError(
                f"it unpacks to more than {BOMB_RATIO:,} times its size: a decompression bomb",
                code="bomb",
                where=stream.display,
                byte=stream.raw_position,
            )
        yield chunk


def _cut(display: str, byte: int) -> StreamError:
    return StreamError(
        "the compressed data ends too early", code="truncated", where=display, byte=byte, hint="Fetch the file again"
    )


def _broken(display: str, byte: int, error: Exception) -> StreamError:
    return StreamError(f"the compressed data is damaged: {error}", code="damaged", where=display, byte=byte)


def _inflate(raw: _Reader, display: str) -> Iterator[bytes]:
    """The members of a gzip file one after another (RFC 1952, 2.2); zeros after the last are padding."""
    data = raw.read(CHUNK)
    while data:
        inflater = zlib.decompressobj(wbits=31)
        while not inflater.eof:
            if not data and not (data := raw.read(CHUNK)):
                raise _cut(display, raw.tell())
            before = inflater.copy()
            try:
                piece = inflater.decompress(data, CHUNK)
            except zlib.error as error:
                saved, used = _saved(before, data)
                yield saved
                raise _broken(display, raw.tell() - len(data) + used, error) from error
            data = inflater.unconsumed_tail
            if piece:
                yield piece
        data = _after(inflater, raw)


def _saved(inflater: zlib._Decompress, data: bytes) -> tuple[bytes, int]:
    """What can be inflated of data whose next piece is damaged, byte by byte, and from how many bytes."""
    pieces: list[bytes] = []
    for position in range(len(data)):
        try:
            piece = inflater.decompress(data[position : position + 1])
        except zlib.error:
            return b"".join(pieces), position
        pieces.append(piece)
    return b"".join(pieces), len(data)


def _bunzip(raw: _Reader, display: str) -> Iterator[bytes]:
    data = raw.read(CHUNK)
    while data:
        unzipper = bz2.BZ2Decompressor()
        while not unzipper.eof:
            if unzipper.needs_input and not data and not (data := raw.read(CHUNK)):
                raise _cut(display, raw.tell())
            try:
                piece = unzipper.decompress(data, BZIP2_OUTPUT)
            except OSError as error:
                raise _broken(display, raw.tell() - len(data), error) from error
            data = b""
            if piece:
                yield piece
        data = _after(unzipper, raw)


def _unzstd(raw: _Reader, display: str) -> Iterator[bytes]:
    """The frames of a Zstandard file one after another (RFC 8878, 3.1)."""
    decompressor = zstandard.ZstdDecompressor()
    data = raw.read(ZSTD_INPUT)
    while data:
        unzipper = decompressor.decompressobj()
        while not unzipper.eof:
            if not data and not (data := raw.read(ZSTD_INPUT)):
                raise _cut(display, raw.tell())
            try:
                piece = unzipper.decompress(data)
            except zstandard.ZstdError as error:
                raise _broken(display, raw.tell() - len(data), error) from error
            data = b""
            if piece:
                yield piece
        data = _after(unzipper, raw, ZSTD_INPUT)


def _after(finished: _Decompressor, raw: _Reader, size: int = CHUNK) -> bytes:
    """What follows a finished member, without zeros of padding."""
    data = finished.unused_data.lstrip(b"\0")
    while not data:
        more = raw.read(size)
        if not more:
            return b""
        data = more.lstrip(b"\0")
    return data


def read_head(opened: Callable[[], ByteStream], size: int) -> bytes:
    """The first `size` plain bytes; fewer where the input ends or breaks before."""
    pieces: list[bytes] = []
    held = 0
    with opened() as stream:
        try:
            while held < size and (piece := stream.chunk()):
                pieces.append(piece)
                held += len(piece)
        except StreamError:
            if not pieces:
                raise
    return b"".join(pieces)[:size]
