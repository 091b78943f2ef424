"""The paths of a JSON document as a plain walk over its values names and counts them.

Such a walk joins keys with dots whatever is in them, writes `[]` for the elements of an array, begins at the root of
the document, and knows the types of JSON alone. A dictionary begins at the records, says at which path they stand,
and tells more types; what was strings, numbers and objects in the text is counted together again here.
"""

from __future__ import annotations

import re
from collections import Counter

from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.model.path import Path, Step, parse

Paths = dict[str, Counter[str]]

JSON_TYPES = {
    "boolean": "boolean",
    "integer": "integer",
    "float": "number",
    "decimal": "number",
    "object": "object",
    "map": "object",
    "array": "array",
}
"""By data type, the type of JSON; all others are strings there."""


def named(path: Path) -> str:
    """The path as the walk writes it."""
    text = ""
    for segment in path:
        if isinstance(segment, Step):
            text += segment.value
        else:
            name = segment if isinstance(segment, str) else segment.name
            text += f".{name}" if text else name
    return text


def paths_of(dictionary: Dictionary, *, lines_are_elements: bool = False) -> Paths:
    """Every path of a dictionary of one JSON input, with its values per type of JSON.

    The records of JSON lines are elements of the root if `lines_are_elements`, else each is a root.
    """
    found: Paths = {}
    for table in dictionary.tables:
        prefix = _prefix(table, lines_are_elements=lines_are_elements)
        others = 0
        for field in table.fields:
            path = parse(field.path)
            counts = _counts(field)
            others += counts.total() if not path else 0
            found.setdefault(named(prefix + path), Counter()).update(counts)
        objects = Counter({"object": (table.row_count or 0) - others})
        found.setdefault(named(prefix), Counter()).update(+objects)
    for table in dictionary.tables:
        _add_containers(found, _prefix(table, lines_are_elements=lines_are_elements))
    return {path: +counts for path, counts in found.items() if +counts}


def _prefix(table: Table, *, lines_are_elements: bool) -> Path:
    if table.record_path is not None:
        return parse(table.record_path)
    layout = table.reading.get("layout")
    elements = layout == "array" or (lines_are_elements and layout in {"lines", "concatenated"})
    return (Step.ELEMENT,) if elements else ()


def _add_containers(found: Paths, prefix: Path) -> None:
    """What must be there for the records to be in it: the root and each object and array on the way."""
    for length, segment in enumerate(prefix):
        kind = "array" if isinstance(segment, Step) else "object"
        found.setdefault(named(prefix[:length]), Counter({kind: 1}))


def _counts(field: Field) -> Counter[str]:
    counts: Counter[str] = Counter()
    for data_type, count in field.types.items():
        counts[JSON_TYPES.get(data_type, "string")] += count
    counts["string"] += sum(field.profile.null_tokens.values())
    counts["null"] += field.profile.null
    return +counts


def map_over(path: str, dictionary: Dictionary) -> str | None:
    """The map that a stated path is a value of, if there is one."""
    for table in dictionary.tables:
        prefix = _prefix(table, lines_are_elements=False)
        for field in table.fields:
            ours = named(prefix + parse(field.path))
            if "{}" in ours and re.fullmatch(re.escape(ours).replace(r"\{\}", r"\..+?"), path):
                return field.path
    return None
