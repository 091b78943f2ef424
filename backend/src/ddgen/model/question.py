"""Exact questions about values, asked where a summary cannot answer, and their answers.

Who asks knows no data: it names columns by table and path and takes the answers of a `Probe`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class End(NamedTuple):
    """Columns of a table that are looked at together."""

    table: str
    paths: tuple[str, ...]


@dataclass(slots=True)
class Uniqueness:
    """Whether values are all different; else how many different ones occur again, and some of them."""

    unique: bool
    repeated: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Containment:
    """How much of one end's values stand in another's. Without `exact`, counts are of the values at hand only."""

    values: int
    """Different values (combinations) of the referring end."""

    found: int
    """Those of them that stand in the referred end: the different values of that end that are used."""

    rows: int
    """Rows of the referring end that have a value."""

    orphans: int
    """Rows whose value does not stand in the referred end."""

    target_values: int
    """Different values of the referred end."""

    most: int
    """Most rows of the referring end that share a value."""

    target_most: int
    """The same of the referred end: 1 where it is unique."""

    examples: list[str] = field(default_factory=list)
    """Some values that are not found."""

    exact: bool = True

    @property
    def inclusion(self) -> float:
        """Share of the rows whose value is found."""
        return 1 - self.orphans / self.rows if self.rows else 0.0

    @property
    def coverage(self) -> float:
        """Share of the referred values that are used."""
        return self.found / self.target_values if self.target_values else 0.0


class Probe(Protocol):
    """Answers from the data; None where it can no longer be asked, as after a sample or a stream."""

    def uniqueness(self, asked: Sequence[End]) -> list[Uniqueness | None]:
        """For each end whether its values (combinations) are all different, rows without a value left out."""
        ...

    def containment(self, asked: Sequence[tuple[End, End]]) -> list[Containment | None]:
        """For each pair how much of the first end's values stand in the second."""
        ...
