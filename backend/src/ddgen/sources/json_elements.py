"""Splits an array of a JSON text into its elements, at the root of the text or as a member of its only object.

Where the elements look alike, the end of the last one in the window is guessed from what stood between the
first two (`},{"id":`). A guess needs no trust: text between brackets is an array only if it was cut between
elements, so that the parser proves it. Where no guess holds, brackets are followed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddgen.sources.json_parse import converted, parse_joined, proven
from ddgen.sources.json_split import OPENING, RECORDS, SIZE, SPACE, STRING, Piece, Splitter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ddgen.model.problem import Place
    from ddgen.sources.json_text import Window

GUESSES = 3
"""Places tried as the end of the last element in a window."""

PATIENCE = 4
"""Windows in a row without a guess that holds, after which none is made."""

FIRST_KEY = re.compile(rb"\{[ \t\n\r]*" + STRING + rb"[ \t\n\r]*:", re.DOTALL)
COMPLETE = re.compile(rb"[ \t\n\r]*(?:true|false|null|\".*\"|\{.*\}|\[.*\])[ \t\n\r]*", re.DOTALL)
"""What a last element that nothing follows must be for its end to be certain: no number."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object: its name, the text of its value, and where that is."""

    name: str
    raw: bytes
    place: Place


class ElementSplitter(Splitter):
    """Elements of arrays; `members` are the other members of a wrapping object."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.members: list[Member] = []
        self._border: bytes | None = None
        self._comma = 0
        self._misses = 0

    def array(self) -> Iterator[Piece]:
        """The elements of root arrays one after another, then whatever documents follow."""
        while self.cut is None and self.peek() == ord("["):
            yield from self.elements()
        if self.cut is None:
            yield from self.trailing()

    def wrapped(self, key: str) -> Iterator[Piece]:
        """The elements of the array that is the member `key` of root objects, then whatever documents follow."""
        while self.cut is None and self.peek() == ord("{"):
            yield from self._object(key)
        if self.cut is None:
            yield from self.trailing()

    def trailing(self) -> Iterator[Piece]:
        """What follows a complete document: more of them, on lines of their own, or strays."""
        started = self.at
        if self.peek() != -1:
            own_line = b"\n" in self.window.data[started : self.at] or self.window.data[self.at] in OPENING
            yield from self.documents(None if own_line else ord("}"))

    def elements(self) -> Iterator[Piece]:
        """The elements of the array that opens at `at`; ends behind it."""
        self.at += 1
        self.drop()
        if self.peek() == ord("]"):
            self.at += 1
            return
        open_ = True
        while open_:
            piece = self._guessed()
            if piece is None:
                piece = Piece(b"", [])
                while open_ and len(piece.spans or ()) < RECORDS and self.at < SIZE:
                    open_ = self._element(piece)
            yield self.held(piece)
            self.drop()

    def _element(self, piece: Piece) -> bool:
        """Add the next element to the piece; whether another follows."""
        start = self.at
        end = self.element_end(start)
        spans = piece.spans if piece.spans is not None else []
        if end is None:
            self.break_off()
            self.at = len(self.window.data)
            if COMPLETE.fullmatch(self.window.data, start):
                spans.append((start, self.at))
            return False
        spans.append((start, end))
        self.at = end + 1
        if self.window.data[end] == ord("}"):
            piece.stray.append(end)
        return self.window.data[end] == ord(",")

    def _guessed(self) -> Piece | None:
        """Many elements at once; None where no guess holds."""
        while len(self.window.data) - self.at < SIZE and self.window.more():
            pass
        if self._misses >= PATIENCE or (self._border is None and not self._learn()):
            return None
        data, stop = self.window.data, len(self.window.data)
        for _ in range(GUESSES):
            found = data.rfind(self._border or b"", self.at, stop)
            if found == -1:
                break
            text = data[self.at : found + self._comma]
            values = parse_joined(text)
            if values:
                self._misses = 0
                if not proven(text, values):
                    return None
                self.at = found + self._comma + 1
                return Piece(b"", values=converted(text, values))
            stop = found + len(self._border or b"") - 1
        self._misses += 1
        return None

    def _learn(self) -> bool:
        """Find what stands between the first two elements; whether there are two in the window."""
        data = self.window.data
        comma = self.element_end(self.at)
        if comma is None or data is not self.window.data or data[comma] != ord(","):
            return False
        first = SPACE.match(data, self.at)
        second = SPACE.match(data, comma + 1)
        if first is None or second is None:
            return False
        end = first.end() + len(data[first.end() : comma].rstrip(b" \t\n\r"))
        begin = second.end()
        keys = [FIRST_KEY.match(data, position) for position in (first.end(), begin)]
        if keys[0] and keys[1] and keys[0][0] == keys[1][0]:
            begin = keys[1].end()
        elif data[begin : begin + 1] in (b"{", b"[", b'"'):
            begin += 1
        if data[end - 1 : end] in (b"}", b"]", b'"'):
            end -= 1
        self._border, self._comma = data[end:begin], comma - end
        return True

    def _object(self, key: str) -> Iterator[Piece]:
        self.at += 1
        going = self.peek() != ord("}")
        while going and self.cut is None:
            name = self.member_name()
            if name is None:
                yield from self._malformed()
                return
            if name == key and self.peek() == ord("["):
                yield from self.elements()
            else:
                self._member(name)
            if self.cut is None:
                byte = self.peek()
                if byte not in (ord(","), ord("}")):
                    yield from self._malformed()
                    return
                going = byte == ord(",")
                self.at += going
        if self.cut is None:
            self.at += 1

    def _malformed(self) -> Iterator[Piece]:
        """Whatever stands here is no member of an object: tell it, and let go of the rest of its line."""
        if self.peek() == -1:
            self.break_off()
            return
        position = self.at
        self.at = self._rubbish_end(position)
        yield self.held(Piece(b"", [], stray=[position]))
        self.drop()

    def member_name(self) -> str | None:
        """The name of the member that begins here, its value then being at `at`."""
        if self.peek() != ord('"'):
            return None
        start = self.at
        end = self.string_end(start)
        if end is None:
            return None
        self.at = end
        if self.peek() != ord(":"):
            return None
        self.at += 1
        try:
            return str(json.loads(self.window.data[start:end]))
        except ValueError:
            return None

    def _member(self, name: str) -> None:
        start = self.at
        end = self.element_end(start)
        if end is None:
            self.break_off()
            return
        self.members.append(Member(name, self.window.data[start:end], self.window.place(start)))
        self.at = end
