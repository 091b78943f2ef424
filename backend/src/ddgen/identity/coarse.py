"""The coarse facts that a text about a field rests on: while they stay, the text still fits.

Each has the value it is known by first, then those it is as near to.
"""

from __future__ import annotations

import json

from ddgen.model import bands
from ddgen.model.dictionary import Field, Table

Facts = dict[str, list[str | None]]

MEASURED = frozenset({"magnitude", "form", "values"})
"""Facts that masking leaves out."""


def coarse(table: Table, field: Field) -> Facts:
    """The coarse facts of a field, by the name that people know them by."""
    profile = field.profile
    return {
        "type": [" | ".join(sorted(set(field.data_type.split(" | ")) - {"null"})) or None],
        "semantic type": [field.semantic_type],
        "unit": [field.unit],
        "missing values": [*bands.missing(profile.null_fraction)],
        "values": _values(field),
        "magnitude": [_power(found) for found in bands.magnitude(profile.mean)],
        "form": bands.form(*bands.form_of((shape.shape, shape.count) for shape in profile.shapes)),
        "key": ["key" if field.is_primary_key else None],
        "reference": [field.references],
        "source comment": [field.comment],
        "table": [table.name],
        "comment of the table": [table.comment],
    }


def _values(field: Field) -> list[str | None]:
    """The codes of a closed list, else whether values repeat."""
    profile = field.profile
    distinct = profile.distinct.count if profile.distinct is not None else None
    closed = profile.all_values_listed and len(profile.top_values) <= bands.MOST_CODES
    codes = None
    if closed and field.data_type.removesuffix(" | null") in bands.CODE_TYPES:
        codes = [str(entry.value) for entry in profile.top_values]
    found = bands.repetition(distinct, profile.values, codes)
    return [json.dumps(one, ensure_ascii=False) if isinstance(one, list) else str(one) for one in found]


def _power(found: object) -> str | None:
    """`[-1, 3]` as `-10^3`."""
    return f"{'-' if found[0] < 0 else ''}10^{found[1]}" if isinstance(found, list) else None
