"""The path language: one name for every place in flat and nested data.

A path is a sequence of segments: a name, `[]` (an element of an array), `{}` (a value of a map) or
`@name` (an attribute). `items[].sku`, `by_country{}.count`, `book.@isbn`. A name that is not
`[letter or _][letter, digit or _]*` stands in backticks, a backtick in it doubled; the empty name is
two backticks. The value of a record that is no object is `$`; elements of a root array are `$[]`.
For every path `parse(format_path(p)) == p`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Step(Enum):
    """A segment without a name."""

    ELEMENT = "[]"
    MAP_VALUE = "{}"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A segment `@name`: an attribute of an element, as in XML."""

    name: str


Segment: TypeAlias = str | Step | Attribute
Path: TypeAlias = tuple[Segment, ...]

ROOT: Path = ()

_PLAIN = re.compile(r"[^\W\d]\w*")
_TOKEN = re.compile(r"(?P<step>\[\]|\{\})|(?P<dot>\.?)(?P<at>@?)(?:`(?P<quoted>(?:[^`]|``)*)`|(?P<plain>[^\W\d]\w*))")


def format_name(name: str) -> str:
    """The name as it stands in a path, in backticks where it must be."""
    if _PLAIN.fullmatch(name):
        return name
    return "`" + name.replace("`", "``") + "`"


def format_path(path: Path) -> str:
    """The path as text; the inverse of `parse`."""
    if not path:
        return "$"
    parts = [_format_segment(segment) for segment in path]
    text = parts[0] + "".join(
        part if isinstance(segment, Step) else f".{part}" for segment, part in zip(path[1:], parts[1:], strict=True)
    )
    return "$" + text if isinstance(path[0], Step) else text


def _format_segment(segment: Segment) -> str:
    match segment:
        case Step():
            return segment.value
        case Attribute(name):
            return "@" + format_name(name)
        case str():
            return format_name(segment)


def parse(text: str) -> Path:
    """The path that `text` names.

    Raises ValueError, saying at which character, if `text` is no path.
    """
    rooted = text.startswith("$")
    position = 1 if rooted else 0
    segments: list[Segment] = []
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or bool(match["dot"]) != _dot_wanted(match, segments, rooted=rooted):
            raise ValueError(f"not a path: {text!r}, at character {position + 1}")
        segments.append(_segment(match))
        position = match.end()
    if not text or (rooted and segments and not isinstance(segments[0], Step)):
        raise ValueError(f"not a path: {text!r}")
    return tuple(segments)


def _dot_wanted(match: re.Match[str], before: list[Segment], *, rooted: bool) -> bool:
    return match["step"] is None and (bool(before) or rooted)


def _segment(match: re.Match[str]) -> Segment:
    if match["step"]:
        return Step(match["step"])
    name = match["plain"] if match["quoted"] is None else match["quoted"].replace("``", "`")
    return Attribute(name) if match["at"] else name


def leaf_name(path: Path) -> str:
    """The last name in the path: what people call the field (`items[].sku` is `sku`, `tags[]` is `tags`)."""
    for segment in reversed(path):
        if isinstance(segment, str):
            return segment
        if isinstance(segment, Attribute):
            return segment.name
    return "value"
