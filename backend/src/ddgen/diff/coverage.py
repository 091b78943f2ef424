"""How many fields somebody has said something of: descriptions that are more than a rule's."""

from __future__ import annotations

from collections.abc import Iterator

from ddgen.identity.nesting import is_element
from ddgen.model.claim import Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field, Table

LEVELS = ("person", "approved", "any")
"""Described by a person; by a person or approved by one; by anybody but a rule: a person, the source, a model."""


def level_of(field: Field) -> str | None:
    """Who stands behind the description of a field, the most there is; None where only a rule does, or nobody."""
    won = winner(field.claims, Kind.DESCRIPTION)
    if won is None:
        return None
    if won.origin is Origin.HUMAN:
        return "person"
    if won.status is Status.APPROVED:
        return "approved"
    return None if won.origin is Origin.RULE else "any"


def counted(dictionary: Dictionary) -> Iterator[tuple[Table, Field]]:
    """The fields that somebody has to describe: all that are there but elements, for which their holder speaks."""
    for table in dictionary.tables:
        if not table.removed:
            yield from ((table, field) for field in table.fields if not field.removed and not is_element(field.path))


def described(dictionary: Dictionary) -> dict[str, float]:
    """The share of the fields that are described, by level; 1 where there are none."""
    found = [level_of(field) for _, field in counted(dictionary)]
    shares = {}
    for place, level in enumerate(LEVELS):
        enough = LEVELS[: place + 1]
        shares[level] = sum(one in enough for one in found) / len(found) if found else 1.0
    return shares


def undocumented(dictionary: Dictionary) -> list[tuple[Table, Field]]:
    """The fields of which nobody has said anything."""
    return [(table, field) for table, field in counted(dictionary) if level_of(field) is None]
