"""A dictionary of a few fields with every answer about personal data, and with codes of every kind."""

from __future__ import annotations

from typing import Any

from ddgen.masked.document import masked
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.codes import IN_WORDS
from ddgen.model.dictionary import Dictionary, Field, Table

from .parts import field, profile_of, says, settled, tops

LAWS = ["GDPR Art. 4(1)", "HIPAA Safe Harbor (F)"]


def _personal(path: str, category: str, sensitivity: int, origin: Origin = Origin.RULE, **more: Any) -> Field:
    value = {
        "category": category,
        "sensitivity": sensitivity,
        "why": ["so it is"],
        "against": ["a doubt"],
        "laws": LAWS,
    }
    profile = profile_of(90, top_values=tops({"Ada Lovelace": 60, "Bob Hope": 30}), samples=["Ada Lovelace"])
    return field(path, "string", 1, profile, claims=[says(Kind.PII, value, origin)], **more)


def _codes(path: str, source: str | None, *labels: str | None) -> Field:
    codes = [{"value": code, "count": 30, "label": label} for code, label in zip("ABC", labels, strict=True)]
    value = {"codes": codes, "source": source}
    profile = profile_of(90, top_values=tops(dict.fromkeys("ABC", 30)), all_values_listed=True)
    return field(path, "string", 1, profile, claims=[Claim(kind=Kind.CODES, value=value, origin=Origin.RULE)])


def meaning(*, unmasked: bool = False) -> Dictionary:
    """The dictionary, masked unless asked for in clear."""
    fields = [
        _personal("mail", "contact", 2),
        _personal("illness", "health", 3),
        _personal("city", "location", 1),
        _personal("sku", "none", 0),
        _personal("ref", "none", 0, Origin.HUMAN),
        field("c7", "string"),
        field("parts", "object"),
        _codes("status", "states.name", "Open", "Shut", None),
        _codes("word", IN_WORDS, None, None, None),
        _codes("kind", None, None, None, None),
    ]
    table = Table(id="t", name="people", uri="people.csv", format="csv", row_count=90, fields=fields)
    made = settled("register", [table])
    return made if unmasked else masked(made)


def one(path: str, *, unmasked: bool = False) -> Field:
    """One field of it."""
    found = meaning(unmasked=unmasked).tables[0].field(path)
    assert found is not None
    return found
