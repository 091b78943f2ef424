"""When an object is a map: its keys are data (`by_country: {"DE": 3, "FR": 5}`), not names of fields.

The rule is decided once from the whole input, stored in the dictionary, and can be set. An object is a map if all its
keys, however few, are e-mail addresses or telephone numbers, since no field is called so, or if

1. its values are alike: 95 % of its keys hold the same kind of value (numbers, texts, arrays, objects; objects
   must share half of their keys), and
2. either its keys are written like data, nine in ten the same way: at least 3 that are digits, dates, UUIDs
   or other hexadecimal ids, at least 5 upper-case codes with digits (`WH-01`), or at least 5 upper-case codes of
   two or three letters, not all present in every object;
   or there are at least 20 keys, in at least 10 objects, of which an object holds on average at most a fifth;
   or there are more than 1,000 keys of which an object holds on average at most a tenth.

Records that all have the same keys are rows of a table, even if its fields are years.
"""

from __future__ import annotations

import re
from collections import Counter

from ddgen.profiling.tree import Node

CHECK_AT = 1_000
"""Keys of one object at which the rule is first asked while reading; then at each doubling."""

_ALIKE = 0.95
_WRITTEN_ALIKE = 0.9
_DATA = re.compile(r"\d+|\d{4}[-/]\d\d([-/]\d\d)?|[0-9a-f]{8}-[0-9a-f-]{27}|(?=.*\d)[0-9a-f]{12,}", re.IGNORECASE)
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]+([-_:/.][A-Z0-9]+)*")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|\+\d[\d ()./\-]{6,}\d")
_LETTERS = re.compile(r"[A-Z]{2,3}")


def is_map(node: Node) -> bool:
    """Whether the object seen at `node` is a map."""
    keys = len(node.children)
    if not keys or not node.objects:
        return False
    if node.textual and any(name.startswith("@") for name in node.children):
        return False
    held = sum(child.present for child in node.children.values()) / (keys * node.objects)
    if not node.path and node.objects > 1 and held == 1.0:
        return False
    if all(map(_ADDRESS.fullmatch, node.children)):
        return True
    data = keys >= 3 and (_keys_are_data(list(node.children), held) or _too_many(keys, node.objects, held))
    return data and _values_alike(node)


def _too_many(keys: int, objects: int, held: float) -> bool:
    return (keys >= 20 and objects >= 10 and held <= 0.2) or (keys > 1_000 and held <= 0.1)


def _keys_are_data(keys: list[str], held: float) -> bool:
    enough = _WRITTEN_ALIKE * len(keys)
    if sum(_DATA.fullmatch(key) is not None for key in keys) >= enough:
        return True
    if len(keys) < 5:
        return False
    if sum(_CODE.fullmatch(key) is not None for key in keys) >= enough:
        return True
    return held < 1.0 and sum(_LETTERS.fullmatch(key) is not None for key in keys) >= enough


def _values_alike(node: Node) -> bool:
    families = Counter(_family(child) for child in node.children.values())
    families.pop("null", None)
    if not families:
        return False
    family, most = families.most_common(1)[0]
    if most < _ALIKE * families.total():
        return False
    return family != "object" or _keys_shared(node)


def _family(node: Node) -> str:
    if node.objects:
        return "object"
    if node.arrays:
        return "array"
    if node.accumulator is None:
        return "null"
    groups = node.accumulator.groups()
    return "number" if groups <= {"int", "float", "decimal"} else "+".join(sorted(groups))


def _keys_shared(node: Node) -> bool:
    """Whether the keys of the objects below are mostly the same."""
    seen = Counter(key for child in node.children.values() for key in (child.children or child.key_counts))
    if not seen:
        return True
    objects = sum(bool(child.objects) for child in node.children.values())
    return sum(count for count in seen.values()) / (len(seen) * objects) >= 0.5
