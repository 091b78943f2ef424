"""Which table of an earlier dictionary a table continues: by name, place, file name pattern, or fields."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence

from ddgen.model.dictionary import Table
from ddgen.sources.spec import shareable

SAME_FIELDS = 0.8
"""Share of equal field paths from which a table of another name is the same table."""

BY_NAME, BY_PLACE, BY_PATTERN, BY_FIELDS = "name", "uri", "file name pattern", "fields"

_MOVING = re.compile(r"[\d]+|[-_. ]*(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d")

_KEYS: dict[str, Callable[[Table], Hashable]] = {
    BY_NAME: lambda table: (table.name, table.record_path),
    BY_PLACE: lambda table: (shareable(table.uri), table.record_path),
    BY_PATTERN: lambda table: _pattern(table.name) or None,
}


def match_tables(tables: Sequence[Table], previous: Sequence[Table]) -> list[tuple[Table, str] | None]:
    """For each table the one of a previous dictionary that it continues, and by what it was recognised.

    A table is continued once: by one of its name, whatever else there is that is like it. Of several that are alike in
    other ways, one that is still there comes before one that is gone.
    """
    found: list[tuple[Table, str] | None] = [None] * len(tables)
    left = list(range(len(previous)))
    paths = [_paths(table) for table in previous]
    for how, key in _KEYS.items():
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for place in left:
            waiting[key(previous[place])].append(place)
        for number, table in enumerate(tables):
            own = key(table) if found[number] is None else None
            alike = waiting.get(own, []) if own is not None else []
            if alike:
                mine = _paths(table)
                best = max(alike, key=lambda place: (not previous[place].removed, _share(paths[place], mine)))
                found[number] = previous[best], how
                alike.remove(best)
                left.remove(best)
    _by_fields(tables, previous, found, {place: paths[place] for place in left})
    return found


def _by_fields(
    tables: Sequence[Table],
    previous: Sequence[Table],
    found: list[tuple[Table, str] | None],
    left: dict[int, frozenset[str]],
) -> None:
    holders: dict[str, list[int]] = defaultdict(list)
    for place, paths in left.items():
        for path in paths:
            holders[path].append(place)
    for number, table in enumerate(tables):
        mine = _paths(table) if found[number] is None and left else frozenset()
        common = Counter(place for path in mine for place in holders.get(path, ()) if place in left)
        best = max(
            common, key=lambda place: (_share(left[place], mine), not previous[place].removed, -place), default=None
        )
        if best is not None and _share(left[best], mine) >= SAME_FIELDS:
            found[number] = previous[best], BY_FIELDS
            del left[best]


def _pattern(name: str) -> str:
    return _MOVING.sub("", name).strip("-_. ").lower()


def _paths(table: Table) -> frozenset[str]:
    """The fields of a table; those inside texts, which need not be looked into, do not count."""
    return frozenset(field.path for field in table.fields if not field.removed and field.inside is None)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of fields that both have."""
    return len(one & other) / max(1, len(one | other))
