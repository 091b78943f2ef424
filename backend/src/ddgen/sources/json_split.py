"""Splits a text of JSON into its records without parsing them: lines, documents one after another, elements.

Containers are followed by their brackets, strings skipped whole; what stands between is judged by the parser.
Every byte is looked at a bounded number of times, whatever the size of a record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ddgen.sources.json_parse import MAX_DEPTH
from ddgen.sources.json_text import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ddgen.model.problem import Place
    from ddgen.sources.json_text import Window

RECORDS = 2000
SIZE = CHUNK
"""Records, and bytes of them, that make a piece."""

STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
WHOLE_STRING = re.compile(STRING, re.DOTALL)
INSIDE = re.compile(rb'[^"\[\]{}]*+(?:' + STRING + rb'[^"\[\]{}]*+)*+([\[\]{}"]?)', re.DOTALL)
"""Inside a container: up to its next bracket, or to a string that has no end yet."""
BESIDE = re.compile(rb'[^"\[\]{},]*+(?:' + STRING + rb'[^"\[\]{},]*+)*+([\[\]{},"]?)', re.DOTALL)
"""Between the elements of a container: up to a bracket or comma, or to a string that has no end yet."""

SPACE = re.compile(rb"[ \t\n\r]*+")
BETWEEN_DOCUMENTS = re.compile(rb"[ \t\n\r\x1e]*+")
"""White space, and the record separator of RFC 7464."""
OPENING = frozenset(b"{[")
SCALAR = re.compile(rb"[^ \t\n\r\x1e{}\[\]\",:]++")
RUBBISH = re.compile(rb"[^\n\x1e{\[]*+")


@dataclass(slots=True)
class Piece:
    """Some records: where they stand in the text (None: each line is one), or already their `values`.

    `stray` are positions of bytes that belong to no record.
    """

    text: bytes
    spans: list[tuple[int, int]] | None = None
    values: list[Any] | None = None
    stray: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cut:
    """The text ends, at `place`, before what it began is complete."""

    place: Place
    deep: bool


def split_lines(window: Window) -> Iterator[Piece]:
    """The lines of the text, many at a time; the last may lack its end."""
    while window.more() or window.data:
        cut = len(window.data) if window.ended else window.data.rfind(b"\n") + 1
        if cut:
            yield Piece(window.data[:cut])
            window.drop(cut)


class Splitter:
    """Follows the structure of a text from `at`, a position in the window's data.

    A piece is yielded while the window still holds it. `cut` says where the text broke off, if it did, and `broken`
    holds the document that did.
    """

    def __init__(self, window: Window) -> None:
        self.window = window
        self.at = 0
        self.cut: Cut | None = None
        self.broken = b""
        self._depth = 0

    def peek(self, space: re.Pattern[bytes] = SPACE) -> int:
        """The next byte that is not white space, which is then at `at`; -1 at the end."""
        while True:
            match = space.match(self.window.data, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.window.data):
                return self.window.data[self.at]
            if not self.window.more():
                return -1

    def drop(self) -> None:
        """Let go of all before `at`."""
        self.window.drop(self.at)
        self.at = 0

    def held(self, piece: Piece) -> Piece:
        """The piece with the text that its spans are in."""
        piece.text = self.window.data
        return piece

    def break_off(self) -> None:
        """Note that the text ends here though it should not."""
        self.cut = Cut(self.window.place(len(self.window.data)), deep=self._depth > MAX_DEPTH)

    def container_end(self, position: int) -> int | None:
        """Where the container that opens at `position` is closed; None if it is not."""
        self._depth = 0
        data = self.window.data
        while True:
            match = INSIDE.match(data, position)
            mark = match[1] if match else b""
            if match and mark in (b"[", b"{"):
                self._depth += 1
            elif match and mark in (b"]", b"}"):
                self._depth -= 1
                if self._depth <= 0:
                    return match.end()
            elif not self.window.more():
                return None
            else:
                position = match.start(1) if match else position
                data = self.window.data
                continue
            position = match.end()

    def element_end(self, position: int) -> int | None:
        """Where the element that begins at `position` is followed by a comma or a closing bracket."""
        while True:
            match = BESIDE.match(self.window.data, position)
            mark = match[1] if match else b""
            position = match.start(1) if match else position
            if mark in (b"[", b"{"):
                end = self.container_end(position)
                if end is None:
                    return None
                position = end
            elif mark in (b",", b"]", b"}"):
                return position
            elif not self.window.more():
                self._depth = 0
                return None

    def string_end(self, position: int) -> int | None:
        """Where the string that opens at `position` is closed."""
        while True:
            match = WHOLE_STRING.match(self.window.data, position)
            if match:
                return match.end()
            if not self.window.more():
                return None

    def documents(self, before: int | None = None) -> Iterator[Piece]:
        """Documents one after another; `before` is the first byte of the one before, on the same line.

        A scalar must stand on a line of its own, or after a record separator; anything else is a stray.
        """
        piece = Piece(b"", [])
        while self.cut is None:
            started = self.at
            byte = self.peek(BETWEEN_DOCUMENTS)
            if byte == -1:
                break
            alone = before is None or any(mark in self.window.data[started : self.at] for mark in (b"\n", b"\x1e"))
            if alone or (byte in OPENING and before in OPENING):
                self._document(byte, piece)
            else:
                piece.stray.append(self.at)
                self.at = self._rubbish_end(self.at)
            before = byte
            if len(piece.spans or ()) >= RECORDS or self.at >= SIZE:
                yield self.held(piece)
                self.drop()
                piece = Piece(b"", [])
        yield self.held(piece)
        self.drop()

    def _document(self, byte: int, piece: Piece) -> None:
        start = self.at
        if byte in OPENING:
            end = self.container_end(start)
        elif byte == ord('"'):
            end = self.string_end(start)
        else:
            end = self._scalar_end(start)
        if end is None:
            self.break_off()
            self.broken = self.window.data[start:]
            return
        self.at = end
        if piece.spans is not None:
            piece.spans.append((start, end))

    def _scalar_end(self, position: int) -> int:
        match = SCALAR.match(self.window.data, position)
        while match and match.end() == len(self.window.data) and self.window.more():
            match = SCALAR.match(self.window.data, position)
        return match.end() if match else self._rubbish_end(position)

    def _rubbish_end(self, position: int) -> int:
        match = RUBBISH.match(self.window.data, position + 1)
        return max(position + 1, match.end() if match else 0)
