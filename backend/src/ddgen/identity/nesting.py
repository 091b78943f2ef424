"""What lies in what, told by paths alone."""

from __future__ import annotations

from collections.abc import Iterator

from ddgen.model.path import Path, Step, format_path, parse


def holders(path: str) -> Iterator[str]:
    """The paths of what holds a field, the outermost first."""
    if path.isidentifier():
        return
    segments = segments_of(path)
    for length in range(1, len(segments)):
        yield format_path(segments[:length])


def segments_of(path: str) -> Path:
    """The segments of a path; a text that is none is one name."""
    try:
        return parse(path)
    except ValueError:
        return (path,)


def is_element(path: str) -> bool:
    """Whether it is an element of an array or a value of a map, which goes by the name of what holds it."""
    segments = segments_of(path)
    return bool(segments) and isinstance(segments[-1], Step)
