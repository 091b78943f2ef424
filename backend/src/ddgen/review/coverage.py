"""How far people have come: of each table, how many shown texts are whose and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ddgen.model.claim import Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Table
from ddgen.review.items import Part, shown

COUNTED = (Kind.BUSINESS_NAME, Kind.DESCRIPTION)


@dataclass(slots=True)
class Coverage:
    """Counts of a table's texts, its fields' included; `edited` were written by a person, `missing` say nothing.

    `rejected` counts claims, since several may be rejected where one text stands.
    """

    table: str
    suggested: int = 0
    approved: int = 0
    edited: int = 0
    rejected: int = 0
    missing: int = 0

    @property
    def done(self) -> float:
        """The share of the wanted texts that a person wrote or approved; 1 where none is wanted."""
        wanted = self.suggested + self.approved + self.edited + self.missing
        return (self.approved + self.edited) / wanted if wanted else 1.0


def coverage(dictionary: Dictionary, kinds: Collection[Kind] = COUNTED) -> list[Coverage]:
    """The counts of each table that is not removed."""
    return [_of_table(table, kinds) for table in dictionary.tables if not table.removed]


def total(found: list[Coverage]) -> Coverage:
    """The sum over all tables."""
    names = ("suggested", "approved", "edited", "rejected", "missing")
    return Coverage("", **{name: sum(getattr(one, name) for one in found) for name in names})


def _of_table(table: Table, kinds: Collection[Kind]) -> Coverage:
    counts = Coverage(table.name)
    for part in (Part(table), *(Part(table, field) for field in table.fields if not field.removed)):
        seen = [item.claim for item in shown(part, kinds)]
        counts.missing += len(kinds) - len(seen)
        for claim in seen:
            if claim.origin is Origin.HUMAN:
                counts.edited += 1
            elif claim.status is Status.APPROVED:
                counts.approved += 1
            else:
                counts.suggested += 1
        counts.rejected += sum(claim.kind in kinds and claim.status is Status.REJECTED for claim in part.claims)
    return counts
