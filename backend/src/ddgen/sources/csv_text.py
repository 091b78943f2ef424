"""A text file as lines, decoded piece by piece: a sample of it to judge by, and all of it to read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from ddgen.sources.csv_dialect import Sample
from ddgen.sources.csv_rows import LONE_CR
from ddgen.sources.encoding import Decoder, Encoding, detect
from ddgen.sources.spec import SourceSpec
from ddgen.sources.streams import ByteStream, StreamError, compression, open_bytes

HEAD = 1 << 18
"""Plain bytes of the beginning that are judged; more where they hold fewer than `HEAD_LINES` lines."""

HEAD_LINES = 10
HEAD_LIMIT = 1 << 22
WINDOWS = 16
"""Pieces from further on, evenly spread."""

WINDOW = 1 << 14

LARGE_BLOCK = 1 << 24
"""Characters beyond which a block, which then holds a huge cell, is split in place: StringIO takes four bytes each."""

_LINES = {
    "\n": re.compile(r"[^\n]*\n|[^\n]+"),
    "\r": re.compile(r"[^\r]*\r|[^\r]+"),
    "": re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+"),
}
_EXTRA_CR = re.compile(r"\r+(?=\r\n)")
_LONE_CR = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class TextForm:
    """How bytes become lines: the encoding, and the one end of lines, or nothing where several are found."""

    encoding: Encoding
    line_end: str


def read_sample(spec: SourceSpec) -> tuple[TextForm, Sample]:
    """What the dialect is judged by, and the form it was decoded in.

    Raises InputError where nothing can be read.
    """
    head, complete = _head(spec)
    windows = [] if complete else _windows(spec, len(head))
    encoding = detect([head, *windows])
    text = Decoder(encoding).decode(head, final=complete)
    form = TextForm(encoding, _line_end(text))
    lines = _lines(text, form)
    if not complete and len(lines) > 1:
        lines.pop()
    inner = [_lines(Decoder(Encoding("", encoding.codec)).decode(window), form)[1:-1] for window in windows]
    return form, Sample(lines, [piece for piece in inner if piece], complete)


def _head(spec: SourceSpec) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    held = ends = 0
    with open_bytes(spec.path, spec.member) as stream:
        while held < HEAD or (ends < HEAD_LINES and held < HEAD_LIMIT):
            piece = _piece(stream, HEAD)
            if not piece:
                return b"".join(pieces), True
            pieces.append(piece)
            held += len(piece)
            ends += piece.count(b"\n") or piece.count(b"\r")
    return b"".join(pieces), False


def _piece(stream: ByteStream, size: int) -> bytes:
    """The next bytes; none where the stream breaks, which is told when all of it is read."""
    try:
        return stream.read(size) or b""
    except StreamError:
        return b""


def _windows(spec: SourceSpec, start: int) -> list[bytes]:
    """Pieces of a file that can be read at any place; none of a compressed one."""
    if spec.member is not None:
        return []
    with spec.path.open("rb") as file:
        if compression(file.read(4)) is not None:
            return []
        size = file.seek(0, io.SEEK_END)
        step = (size - start) // WINDOWS
        pieces = []
        for number in range(WINDOWS if step > WINDOW else 0):
            file.seek((start + number * step) & ~3)
            pieces.append(file.read(WINDOW))
    return pieces


def _line_end(text: str) -> str:
    feeds = text.count("\n")
    returns = text.count("\r") - text.count("\r\n")
    if returns and not feeds:
        return "\r"
    return "" if returns > feeds else "\n"


def _lines(text: str, form: TextForm) -> list[str]:
    return list(io.StringIO(_tamed(text, form.line_end), newline=form.line_end))


def _tamed(text: str, line_end: str) -> str:
    """The text, with carriage returns that end no line replaced by a mark the csv reader does not stumble over."""
    if line_end != "\n" or "\r" not in text or text.count("\r") == text.count("\r\n"):
        return text
    return _LONE_CR.sub(LONE_CR, _EXTRA_CR.sub("", text))


class TextLines:
    """All lines of an input with their ends, in order; damage ends them and stays in `error`."""

    def __init__(self, spec: SourceSpec, form: TextForm) -> None:
        self.position = 0
        """Stored bytes consumed."""
        self.characters = 0
        self.error: StreamError | None = None
        self.has_lone_returns = False
        self.decoder = Decoder(form.encoding)
        self._spec = spec
        self._form = form

    def __iter__(self) -> Iterator[str]:
        """Lines are split where the file's own line ends are, and nowhere else."""
        return chain.from_iterable(map(self._split, self._blocks()))

    def _split(self, block: str) -> Iterable[str]:
        if len(block) < LARGE_BLOCK:
            return io.StringIO(block, newline=self._form.line_end)
        return (match[0] for match in _LINES[self._form.line_end].finditer(block))

    def _blocks(self) -> Iterator[str]:
        """Pieces of text that end with a line; the rest of a line that damage cut off is left out."""
        pieces: list[str] = []
        for text in self._texts():
            cut = self._cut(text)
            pieces.append(text[:cut] if cut else text)
            if cut:
                block, pieces = "".join(pieces), [text[cut:]]
                yield self._checked(block)
                del block
        if any(pieces) and self.error is None:
            yield self._checked("".join(pieces))

    def _texts(self) -> Iterator[str]:
        with open_bytes(self._spec.path, self._spec.member) as stream:
            data = b"-"
            while data:
                try:
                    data = stream.chunk()
                except StreamError as error:
                    self.error = error
                    data = b""
                self.position = stream.raw_position
                text = self.decoder.decode(data, final=not data)
                self.characters += len(text)
                yield text

    def _cut(self, text: str) -> int:
        """Behind the last end of a line that is surely whole."""
        if self._form.line_end == "\n":
            return text.rfind("\n") + 1
        return max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1

    def _checked(self, block: str) -> str:
        tamed = _tamed(block, self._form.line_end)
        self.has_lone_returns |= LONE_CR in tamed if tamed is not block else False
        return tamed
