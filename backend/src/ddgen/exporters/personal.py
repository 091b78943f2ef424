"""What is said of personal data: one spelling for every format that people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ddgen.exporters.text import SENSITIVITIES, SEPARATOR, count, visible
from ddgen.model.claim import judged_by_a_person
from ddgen.model.dictionary import Dictionary, Field
from ddgen.model.personal import Masking

NONE_FOUND, NOT_LOOKED, FOUND = "none found", "not looked for", "found"
NONE_SAID = "none, as a person says"
_HOLDERS = ("object", "array")

SHOWN_AS: dict[Masking, str] = {
    "shared": "only texts that several records share",
    "shapes": "shapes only",
    "counts": "counts only",
}
IN_CLEAR = "in clear"
"""Values that would be masked, and are not, since the dictionary was built so."""

MASKED = "Personal values are masked"
UNMASKED = "Personal values are NOT masked: this dictionary is for those who may see them"


def search(field: Field) -> str:
    """What came of the search for personal data; nothing for what holds other fields and no values."""
    if field.pii is not None:
        return FOUND
    if field.not_personal is not None:
        return NONE_SAID if judged_by_a_person(field.claims) else NONE_FOUND
    return "" if field.data_type.startswith(_HOLDERS) else NOT_LOOKED


def standing(field: Field) -> str:
    """`contact, medium sensitivity`, `none found`, `not looked for`, or nothing."""
    if field.pii is None:
        return search(field)
    return f"{visible(field.pii.category)}, {SENSITIVITIES[field.pii.sensitivity]}"


def reasons(field: Field) -> list[str]:
    """Why it is taken for personal data or not, and what speaks against it."""
    if field.pii is not None:
        return [*map(visible, field.pii.why), *(f"but {visible(doubt)}" for doubt in field.pii.against)]
    return [visible(reason) for reason in field.not_personal or []]


def laws(field: Field) -> str:
    """The laws that speak of it, in a row."""
    return "; ".join(map(visible, field.pii.laws)) if field.pii is not None else ""


def shown_as(field: Field) -> str:
    """How its values are kept out; that they stand in clear where they ought to be; nothing for all else."""
    if field.masked is not None:
        return SHOWN_AS[field.masked]
    return IN_CLEAR if field.masking is not None else ""


def notice(dictionary: Dictionary) -> str:
    """Which dictionary a reader holds: with personal values or without."""
    if not dictionary.masked:
        return f"{UNMASKED}."
    counts = Counter(field.masked for _, field in dictionary.fields() if field.masked is not None)
    said = ", ".join(f"{SHOWN_AS[kind]} in {counts[kind]:,}" for kind in ("shapes", "counts", "shared") if counts[kind])
    return f"{MASKED} in {count(counts.total(), 'field')}: {said}." if said else f"{MASKED}; no field had any to mask."


def totals(fields: Iterable[Field]) -> str:
    """`8 with personal data · 5 with none found · 2 not looked for`."""
    counts = Counter(search(field) for field in fields if not field.removed)
    none = counts[NONE_FOUND] + counts[NONE_SAID]
    parts = [f"{counts[FOUND]:,} with personal data"] if counts[FOUND] else []
    parts += [f"{none:,} with none found"] if none else []
    parts += [f"{counts[NOT_LOOKED]:,} not looked for"] if counts[NOT_LOOKED] else []
    return SEPARATOR.join(parts)
