"""Values inside documents that texts hold, found by their path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ddgen.model.dictionary import Table
from ddgen.model.inside import Element
from ddgen.model.path import Attribute, Path, Step, parse
from ddgen.profiling.inside import openers

Opens = tuple[tuple[int, str], ...]
"""How many segments of a path are left where a text stands, and the opener for it."""


def opens_of(table: Table, path: str) -> Opens:
    """Where on the way to a field there are texts to be opened."""
    field, found, length = table.field(path), list[tuple[int, str]](), len(parse(path))
    while field is not None and field.inside is not None:
        field = table.field(field.inside)
        if field is not None and field.holds is not None:
            found.append((length - len(parse(field.path)), field.holds))
    return tuple(found)


def opened(value: Any, name: str) -> Any:
    """The document that a text holds, None where it holds none; anything else than a text as it is."""
    if not isinstance(value, str):
        return value
    found = openers()[name].open([value.encode("utf-8", "surrogatepass")]).values
    return found[0] if found else None


def parts_of(element: Element, path: Path) -> Iterator[Any]:
    """What stands at the first segment of a path; elements together where the path then names each of them."""
    match path[0]:
        case Attribute(name):
            yield (element.attributes or {}).get(name)
            return
        case Step():
            lists = list((element.children or {}).values()) if path[0] is Step.MAP_VALUE else []
        case name:
            lists = [(element.children or {}).get(name, [])]
    for each in lists:
        if path[1:2] == (Step.ELEMENT,):
            yield each
        else:
            yield from each
