"""Where the records of a JSON text are: the layout, decided from its first window.

- `lines`: more than half of the first 100 lines that are not blank are documents (at least two lines); or the
  suffix is one of JSON lines and any of them is.
- `concatenated`: documents one after another, or after record separators (RFC 7464), over any number of lines.
- `array`: one array; its elements are the records.
- `wrapped`: one object with exactly one member that is a non-empty array of objects, where the member is the
  only one, or is called as such members usually are (`WRAPPERS`), or has more than 50 elements. Its elements are
  the records; the other members make one record of a second table. An array that does not end within the
  window has more than 50.
- `object`, `scalar`: one document, one record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import orjson

from ddgen.sources.json_elements import ElementSplitter
from ddgen.sources.json_parse import Trouble, parse_spans
from ddgen.sources.json_split import BETWEEN_DOCUMENTS, OPENING, SPACE
from ddgen.sources.json_text import Window

WRAPPERS = frozenset(
    "data records rows results result features value values hits documents docs entries objects".split()
)
"""What APIs and exports call the member that holds the records."""

HEAD = 1 << 20
"""Bytes of the first window."""

MANY = 50
LINES_JUDGED = 100
ELEMENTS_JUDGED = 100
LINE_SUFFIXES = frozenset({".jsonl", ".ndjson", ".ldjson", ".jsonlines"})
VALUE_STARTS = frozenset(b'{["-0123456789tfn')


@dataclass(frozen=True, slots=True)
class Layout:
    """The name of a layout; for `wrapped`, the member whose elements are the records."""

    name: str
    key: str | None = None
    envelope: bool = False
    """Whether there are other members."""


def decide(head: bytes, *, whole: bool, suffix: str) -> Layout:
    """The layout of a text of which `head` is the first window, and `whole` whether that is all of it."""
    start = BETWEEN_DOCUMENTS.match(head)
    position = start.end() if start else 0
    if b"\x1e" in head[:position]:
        return Layout("concatenated")
    if _in_lines(head, whole=whole, suffix=suffix):
        return Layout("lines")
    splitter = ElementSplitter(Window.of(head))
    first = head[position] if position < len(head) else 0
    if first not in OPENING:
        return Layout("concatenated" if len(head.split()) > 1 and first in VALUE_STARTS else "scalar")
    end = splitter.container_end(position)
    if end is not None and _another(head, end):
        return Layout("concatenated")
    if first == ord("["):
        return Layout("array")
    return _wrapped(head, position, whole=whole) or Layout("object")


def _another(head: bytes, end: int) -> bool:
    after = BETWEEN_DOCUMENTS.match(head, end)
    position = after.end() if after else end
    return position < len(head) and head[position] in VALUE_STARTS


def _in_lines(head: bytes, *, whole: bool, suffix: str) -> bool:
    lines = head.split(b"\n", LINES_JUDGED * 2)
    if not whole or len(lines) > LINES_JUDGED * 2:
        lines.pop()
    lines = [line for line in lines if line.strip()][:LINES_JUDGED]
    good = sum(map(is_document, lines))
    if len(lines) < 2 or not good:
        return False
    if good < len(lines) and _is_sequence(head, whole=whole):
        return False
    return good * 2 > len(lines) or suffix in LINE_SUFFIXES


def _is_sequence(head: bytes, *, whole: bool) -> bool:
    """Whether the window is documents one after another without any fault."""
    splitter = ElementSplitter(Window.of(head))
    troubles: list[Trouble] = []
    for piece in splitter.documents():
        parse_spans(piece.text, piece.spans or (), troubles.append)
        if troubles or piece.stray:
            return False
    return splitter.cut is None or not whole


def is_document(text: bytes) -> bool:
    """Whether the text is one complete document, or would be but for what the exact parser mends."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return _is_lenient_document(text)
    return True


def _is_lenient_document(text: bytes) -> bool:
    try:
        json.loads(text.decode(errors="replace"))
    except (ValueError, RecursionError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    start: int
    end: int | None


def _wrapped(head: bytes, position: int, *, whole: bool) -> Layout | None:
    members = _members(head, position)
    arrays = [member for member in members if _holds_objects(head, member)]
    if len(arrays) != 1:
        return None
    only = arrays[0]
    endless = only.end is None and not whole
    others = len(members) > 1 or endless
    if not others or endless or only.name.lower() in WRAPPERS or _size(head, only) > MANY:
        return Layout("wrapped", only.name, envelope=others)
    return None


def _members(head: bytes, position: int) -> list[_Member]:
    """The members of the object that opens at `position`, as far as the window shows them."""
    splitter = ElementSplitter(Window.of(head))
    splitter.at = position + 1
    found: list[_Member] = []
    while True:
        name = splitter.member_name()
        if name is None:
            return found
        splitter.peek()
        end = splitter.element_end(splitter.at)
        found.append(_Member(name, splitter.at, end))
        if end is None or head[end] != ord(","):
            return found
        splitter.at = end + 1


def _holds_objects(head: bytes, member: _Member) -> bool:
    if head[member.start : member.start + 1] != b"[":
        return False
    inner = SPACE.match(head, member.start + 1)
    if inner is None or head[inner.end() : inner.end() + 1] != b"{":
        return False
    if member.end is None:
        return True
    try:
        elements = orjson.loads(head[member.start : member.end])
    except orjson.JSONDecodeError:
        return True
    return all(isinstance(element, dict) for element in elements[:ELEMENTS_JUDGED])


def _size(head: bytes, member: _Member) -> int:
    splitter = ElementSplitter(Window.of(head))
    at: int | None = member.start + 1
    count = 0
    while at is not None and count <= MANY:
        end = splitter.element_end(at)
        count += 1
        at = end + 1 if end is not None and head[end] == ord(",") else None
    return count
