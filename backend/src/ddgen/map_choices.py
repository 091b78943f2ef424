"""Which objects are maps: what a run was told, and what an earlier run decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ddgen.model.dictionary import Table
from ddgen.model.path import parse
from ddgen.model.problem import Problem, Severity

_HINT = "Give the path of an object as the dictionary shows it, or TABLE:PATH"


def chosen(table: str, before: Mapping[str, bool], told: Mapping[str, bool]) -> dict[str, bool]:
    """For the paths of a table, whether each is a map: as told (`path` or `table:path`), else as decided before."""
    decided = dict(before)
    for place, is_map in told.items():
        path = _path_in(table, place)
        if path is not None:
            decided[path] = is_map
    return decided


def unmet(tables: Iterable[Table], told: Mapping[str, bool], source: str) -> Iterator[Problem]:
    """A warning for each place that was told, at which no table has an object."""
    found = {(table.name, field.path): field.types for table in tables for field in table.fields}
    for place in told:
        types = [kinds for (table, path), kinds in found.items() if path == _path_in(table, place)]
        if not any({"object", "map"} & kinds.keys() for kinds in types):
            said = "is no object in any table" if types else "is no field of any table"
            message = f"{place} {said}, so that nothing was decided about it"
            yield Problem(
                code="usage", severity=Severity.WARNING, message=message, source=source, field=place, hint=_HINT
            )


def _path_in(table: str, place: str) -> str | None:
    """The path that a place means in a table, if it means one there."""
    if _is_path(place):
        return place
    return place.removeprefix(f"{table}:") if place.startswith(f"{table}:") else None


def _is_path(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
