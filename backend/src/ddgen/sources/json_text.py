"""The text of a JSON input as UTF-8 bytes in a sliding window, whatever encoding it is stored in.

JSON is UTF-8 (RFC 8259, 8.1); UTF-16 and UTF-32 are told by a byte order mark or by the pattern of NUL bytes
that two ASCII characters make (RFC 4627, 3).
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from ddgen.model.problem import Place
from ddgen.sources.streams import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ddgen.sources.streams import ByteStream

CHUNK = 1 << 17
"""Bytes of text read at once: parsed, they still fit a processor's cache (1 MB takes twice as long a byte).

A window that must hold more is doubled, so that its growth costs linear time.
"""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; UTF-32's stand before UTF-16's, which they begin with."""

NUL_PATTERNS = {
    (True, False, False, False): "utf-32-le",
    (False, False, False, True): "utf-32-be",
    (True, False, True, False): "utf-16-le",
    (False, True, False, True): "utf-16-be",
}
"""Which of the first four bytes are not NUL, and what encoding that means."""


def detect_encoding(head: bytes) -> tuple[str, int]:
    """The encoding of a JSON text that begins so, and the length of its byte order mark."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if len(head) == 2 and 0 in head and head != b"\0\0":
        return ("utf-16-le" if head[1] == 0 else "utf-16-be"), 0
    pattern = tuple(byte != 0 for byte in head[:4])
    return next((encoding for known, encoding in NUL_PATTERNS.items() if known == pattern), "utf-8"), 0


def utf8_head(head: bytes) -> bytes:
    """The first bytes of an input as UTF-8, without a byte order mark."""
    encoding, mark = detect_encoding(head)
    if encoding == "utf-8":
        return head[mark:]
    return head[mark:].decode(encoding, "ignore").encode()


class JsonText:
    """An open input, read as UTF-8 bytes; `damaged` is called with a message where it is not in its encoding."""

    def __init__(self, stream: ByteStream, damaged: Callable[[str], None]) -> None:
        self.error: StreamError | None = None
        """What ended the stream too early, if anything did."""
        self._stream = stream
        self._damaged = damaged
        self._rest = b""
        head = self._fill(4)
        self.encoding, self.mark = detect_encoding(head)
        self._rest = head[self.mark :] + self._rest
        self._decoder = None
        if self.encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(self.encoding)(errors="strict")

    @property
    def done(self) -> int:
        """Stored bytes read so far."""
        return self._stream.raw_position

    def read(self, size: int) -> bytes:
        """The text of the next `size` bytes, fewer where the input ends; none at the end."""
        raw = self._fill(size)
        if self._decoder is None:
            return raw
        try:
            return self._decoder.decode(raw, final=not raw).encode()
        except UnicodeDecodeError as error:
            self._damaged(f"not {self.encoding.upper()}: {error.reason}")
            self._decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
            return self._decoder.decode(error.object, final=not raw).encode()

    def _fill(self, size: int) -> bytes:
        pieces, held = [self._rest], len(self._rest)
        self._rest = b""
        try:
            while self.error is None and held < size and (piece := self._stream.chunk()):
                pieces.append(piece)
                held += len(piece)
        except StreamError as error:
            self.error = error
        text = b"".join(pieces)
        self._rest = text[size:]
        return text[:size]


class Window:
    """The part of a text that is looked at: `data`, which begins `base` bytes into the text, on line `line`.

    What a large record made it read too much of stands aside, in `_aside`, the next piece last.
    """

    def __init__(self, read: Callable[[int], bytes], mark: int | None = 0) -> None:
        self.data = b""
        self.base = 0
        self.line = 1
        self._read = read
        self._mark = mark
        self._over = False
        self._aside: list[memoryview] = []

    @classmethod
    def of(cls, text: bytes) -> Window:
        """A window that holds a whole text."""
        window = cls(lambda _: b"")
        window.data, window._over = text, True
        return window

    @property
    def ended(self) -> bool:
        """Whether `data` goes to the end of the text, as far as is known."""
        return self._over and not self._aside

    def more(self) -> bool:
        """Hold more of the text; False where it has ended."""
        size = max(CHUNK, len(self.data))
        if self._aside:
            piece = self._aside.pop()
            if len(piece) > size:
                self._aside.append(piece[size:])
            self.data += piece[:size]
        elif not self._over:
            read = self._read(size)
            self._over = not read
            self.data += read
            return not self._over
        else:
            return False
        return True

    def drop(self, count: int) -> None:
        """Hold the first `count` bytes no longer."""
        self.line += self.data.count(b"\n", 0, count)
        self.base += count
        end = count + CHUNK
        if len(self.data) > end + CHUNK:
            self._aside.append(memoryview(self.data)[end:])
            self.data = self.data[count:end]
        else:
            self.data = self.data[count:]

    def end_place(self) -> Place:
        """Where the text goes on that is not held yet."""
        return self.place(len(self.data))

    def place(self, position: int) -> Place:
        """Where `position` in `data` is in the input: its byte is known where the input is stored as UTF-8."""
        line = self.line + self.data.count(b"\n", 0, position)
        return Place(line=line, byte=None if self._mark is None else self._mark + self.base + position)
