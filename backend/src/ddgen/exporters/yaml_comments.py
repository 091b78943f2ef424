"""Comments that people have written into a YAML file of ours: they stay when the file is written anew.

A comment belongs to the line that it stands on, or to the next line with anything on it. Where that is gone, the
comment moves to the end of the file, with a word on where it stood.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str, ...]
_NAMES = ("name", "path", "value")
GONE = "# Comments on what is not there any more:"


@dataclass(frozen=True, slots=True)
class _Text:
    """A value of one or more lines, from line `first` to before line `end`; its key starts in line `first`."""

    path: Path
    first: int
    end: int
    column: int
    """Where the value ends in its last line."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its `#`; `path` is what it belongs to, None at the end of the file."""

    path: Path | None
    said: str
    trailing: bool


def kept(content: str, standing: str, ours: Collection[str]) -> str:
    """The new content with the comments of the old; lines in `ours` are not people's."""
    if not any("#" in line and line not in ours for line in standing.splitlines()):
        return content
    try:
        found = [comment for comment in comments(standing) if comment.said not in ours]
        places = {one.path: one.first for one in _texts(content)}
    except YAMLError:
        lost = [line.strip() for line in standing.splitlines() if line.lstrip().startswith("#")]
        found, places = [Comment(None, said, trailing=False) for said in lost if said not in ours], {}
    return _placed(content, found, places)


def _placed(content: str, found: list[Comment], places: dict[Path, int]) -> str:
    lines = content.split("\n")
    before: dict[int, list[str]] = {}
    ends: list[str] = []
    gone: list[str] = []
    for comment in found:
        line = places.get(comment.path) if comment.path is not None else None
        if line is not None and comment.trailing and _takes_a_comment(lines[line]):
            lines[line] += f"  {comment.said}"
        elif line is not None:
            indent = len(lines[line]) - len(lines[line].lstrip(" "))
            before.setdefault(line, []).append(" " * indent + comment.said)
        elif comment.path is None:
            ends.append(comment.said)
        else:
            gone.append(f"{comment.said}  ({' '.join(comment.path)})" if "  (" not in comment.said else comment.said)
    made = [out for number, line in enumerate(lines) for out in (*before.get(number, ()), line)]
    while made and not made[-1]:
        made.pop()
    tail = [*ends, *([GONE] if gone and GONE not in ends else []), *gone]
    return "\n".join([*made, *tail]) + "\n"


def _takes_a_comment(line: str) -> bool:
    """Whether a comment behind the line would not become part of a text; a block's first line ends in a mark."""
    return not line.rstrip().endswith(("|", "|-", "|+", ">", ">-"))


def comments(content: str) -> Iterator[Comment]:
    """All comments of a text in YAML, in their order. Raises YAMLError."""
    lines = content.split("\n")
    texts = sorted(_texts(content), key=lambda one: (one.first, len(one.path)))
    first = {one.first: one for one in texts}
    inside = {line for one in texts for line in range(one.first + 1, one.end)}
    ending = {one.end - 1: one for one in reversed(texts)}
    waiting: list[str] = []
    for number, line in enumerate(lines):
        one = first.get(number)
        if one is not None:
            yield from (Comment(one.path, said, trailing=False) for said in waiting)
            waiting = []
        if one is None and number not in inside and line.lstrip().startswith("#"):
            waiting.append(line.strip())
        yield from _trailing(ending[number], line) if number in ending else ()
    yield from (Comment(None, said, trailing=False) for said in waiting)


def _trailing(one: _Text, line: str) -> Iterator[Comment]:
    """The comment behind a value that ends in a line."""
    rest = line[one.column :].lstrip(" :")
    if rest.startswith("#"):
        yield Comment(one.path, rest.strip(), trailing=True)


def _texts(content: str) -> list[_Text]:
    return list(_walk((), YAML(typ="safe").compose(content)))


def _walk(path: Path, node: Node | None) -> Iterator[_Text]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            if isinstance(value, ScalarNode):
                end = value.end_mark
                last = end.line + 1 if end.column else end.line
                yield _Text(inner, key.start_mark.line, max(last, key.start_mark.line + 1), end.column)
            else:
                yield _Text(inner, key.start_mark.line, key.end_mark.line + 1, key.end_mark.column)
                yield from _walk(inner, value)
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            inner = (*path, _name(item, number))
            if isinstance(item, ScalarNode):
                yield _Text(inner, item.start_mark.line, item.end_mark.line + 1, item.end_mark.column)
            yield from _walk(inner, item)


def _name(item: Node, number: int) -> str:
    """What an item is known by: its name, path or value, or itself; else where it stands."""
    if isinstance(item, ScalarNode):
        return str(item.value)
    members = {str(key.value): value for key, value in item.value} if isinstance(item, MappingNode) else {}
    named = next((members[name] for name in _NAMES if name in members), None)
    return str(named.value) if isinstance(named, ScalarNode) else str(number)
