"""Tables that join two others: what they relate many to many."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from ddgen.model.dictionary import Relationship, Table


def find(tables: Sequence[Table], links: Sequence[Relationship]) -> list[Relationship]:
    """For each table whose key is made of references to others, how those others are related through it."""
    return [link for table in tables for link in _through(table, links)]


def _through(table: Table, links: Sequence[Relationship]) -> Iterator[Relationship]:
    by_path = {
        link.from_[0].removeprefix(f"{table.name}."): link
        for link in links
        if len(link.from_) == 1 and link.from_[0].startswith(f"{table.name}.")
    }
    ends = [by_path[path] for path in table.primary_key if path in by_path]
    if len(ends) < 2 or len(ends) != len(table.primary_key):
        return
    for one, other in itertools.combinations(ends, 2):
        declared = one.kind == other.kind == "declared"
        yield Relationship(
            from_=one.to,
            to=other.to,
            kind="declared" if declared else "inferred",
            confidence=min(one.confidence, other.confidence),
            cardinality="n:m",
            via=table.name,
            approximate=one.approximate or other.approximate,
            evidence=[f"the key of {table.name} is made of references to both"],
        )
