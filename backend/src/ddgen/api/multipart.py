"""Reading a body of parts as it comes: the file goes to the disk, and no more than a chunk of it is in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from ddgen.api.uploads import Upload, Uploads
from ddgen.errors import Malformed, OutputError, UsageError

_CHUNK = 1 << 20
_PART = "file"
_HINT = "Send multipart/form-data with one part named file, as curl -F file=@orders.csv does"


async def receive(request: Request, uploads: Uploads, *, by: str) -> Upload:
    """Take the upload of a request. Raises Malformed, UsageError, InputError, OutputError."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UsageError("this is no upload", where="body", hint=_HINT)
    try:
        identity, path = uploads.place()
        return await _received(request, uploads, identity, path, options[b"boundary"], by)
    except OSError as error:
        raise OutputError(f"cannot be kept: {error.strerror or error}", where="upload") from error


async def _received(request: Request, uploads: Uploads, identity: str, path: Path, boundary: bytes, by: str) -> Upload:
    kept = False
    try:
        with path.open("xb") as file:
            taken = _Taken(file, boundary)
            async for chunk in request.stream():
                taken.feed(chunk)
                if len(taken.held) >= _CHUNK:
                    await run_in_threadpool(taken.flush)
            await run_in_threadpool(taken.finish)
        held = await run_in_threadpool(
            lambda: uploads.keep(identity, name=taken.name or "", size=taken.size, sha256=taken.sum.hexdigest(), by=by)
        )
        kept = True
        return held
    finally:
        if not kept:
            await run_in_threadpool(path.unlink, missing_ok=True)


class _Taken:
    """The parts of a body so far."""

    def __init__(self, file: IO[bytes], boundary: bytes) -> None:
        self.held = bytearray()
        self.name: str | None = None
        self.size = 0
        self.sum = hashlib.sha256()
        self._file = file
        self._ours = False
        self._ended = False
        self._header, self._value = bytearray(), bytearray()
        callbacks: dict[str, Callable[..., None]] = {
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._on_header,
            "on_part_begin": self._on_part,
            "on_part_data": self._on_data,
            "on_end": self._on_end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]  # some of the callbacks
        except FormParserError as error:
            raise Malformed("the boundary of the parts is none", where="Content-Type") from error

    def feed(self, chunk: bytes) -> None:
        """Take what came. Raises Malformed."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Malformed("the parts of the body cannot be told apart", where="body", hint=_HINT) from error

    def flush(self) -> None:
        """Write what is held to the disk."""
        self._file.write(self.held)
        self.sum.update(self.held)
        self.size += len(self.held)
        self.held.clear()

    def finish(self) -> None:
        """Write the rest. Raises Malformed where the body broke off, UsageError where there was no file in it."""
        self.flush()
        if not self._ended:
            raise Malformed("the body ends in the middle of a part", where="body")
        if self.name is None:
            raise UsageError("there is no file in it", where="body", hint=_HINT)

    def _on_part(self) -> None:
        self._ours = False

    def _on_header(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            if options.get(b"name") == _PART.encode() and self.name is None:
                self._ours = True
                self.name = options.get(b"filename", b"").decode("utf-8", "replace") or "data"
        self._header.clear()
        self._value.clear()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._ours:
            self.held += data[start:end]

    def _on_end(self) -> None:
        self._ended = True
