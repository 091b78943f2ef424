"""How one data type relates to another: the same, wider, mixed with others, narrower, or simply another."""

from __future__ import annotations

import re
from functools import lru_cache

_WIDER = {
    "integer": frozenset({"float", "decimal"}),
    "float": frozenset({"decimal"}),
    "date": frozenset({"timestamp"}),
}
_HOLDER = re.compile(r"(array|map)\[(.*)\]")
_NOTHING = frozenset({"unknown", "null", ""})


@lru_cache(4096)
def change_of(old: str, new: str, *, written: bool = False) -> str | None:
    """The kind of change from one data type to the other; None where there is none that can be told.

    `written`: both are read from texts, so that a reader of texts can read every type.
    """
    before, after = members(old), members(new)
    if before == after or not before or not after:
        return None
    if _covers(after, before, written=written):
        own = all(any(_fits(one, other, written=written) for one in before) for other in after)
        return "type_widened" if own else "type_mixed"
    return "type_narrowed" if _covers(before, after, written=written) else "type_changed"


def members(data_type: str) -> frozenset[str]:
    """The types in a union; what says that there are no values is none."""
    depth, parts, start = 0, [], 0
    for place, character in enumerate(data_type):
        depth += (character == "[") - (character == "]")
        if character == "|" and not depth:
            parts.append(data_type[start:place])
            start = place + 1
    return frozenset(part.strip() for part in [*parts, data_type[start:]]) - _NOTHING


def _covers(wide: frozenset[str], narrow: frozenset[str], *, written: bool) -> bool:
    return all(any(_fits(one, other, written=written) for other in wide) for one in narrow)


def _fits(narrow: str, wide: str, *, written: bool) -> bool:
    """Whether every value of one type is one of the other."""
    if narrow == wide or wide in _WIDER.get(narrow, ()):
        return True
    one, other = _HOLDER.fullmatch(narrow), _HOLDER.fullmatch(wide)
    if one and other and one[1] == other[1]:
        return _covers(members(other[2]), members(one[2]), written=written)
    return written and wide == "string" and not one
