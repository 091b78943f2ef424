"""The fingerprint of a field's coarse facts: it stays while data grow, and changes when a text may have become wrong.

Measured numbers count by bands only. A number near the edge of two bands belongs to both: the field then has a second
fingerprint, with the neighbouring band, under which an older text is found as well. So one per cent more rows moves
nothing, wherever the edges lie.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.model import bands


def fingerprint(table: TableFacts, field: FieldFacts) -> str:
    """The fingerprint under which a text about this field is kept: 32 hexadecimal digits."""
    return fingerprints(table, field)[0]


def fingerprints(table: TableFacts, field: FieldFacts) -> tuple[str, ...]:
    """The field's own fingerprint first, then those of the bands that its numbers are near to."""
    fixed = [
        table.name,
        table.comment,
        field.path,
        field.name,
        sorted(field.data_type.split(" | ")),
        field.semantic_type,
        field.unit,
        field.comment,
        field.is_primary_key,
        field.references,
    ]
    codes = [value.value for value in field.values] if _may_be_codes(field) else None
    chosen = (
        bands.missing(field.missing),
        bands.repetition(field.distinct, field.count, codes),
        bands.magnitude(field.mean),
        bands.form(field.pattern, field.pattern_share),
    )
    return tuple(_digest([*fixed, *band]) for band in itertools.product(*chosen))


def _digest(facts: Sequence[object]) -> str:
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _may_be_codes(field: FieldFacts) -> bool:
    closed = field.values_closed and field.distinct is not None and field.distinct <= bands.MOST_CODES
    return closed and field.data_type in bands.CODE_TYPES
