"""What a file that came home says: rows of cells, each with what stood there at first as far as that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ddgen.exporters.editable import digest

Verdict = Literal["applied", "conflict", "already", "ignored"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a column as it came back; `base` is the digest of what stood there at first, None where unknown.

    `was` is that text itself, where it is known. `remark` says what was made of the cell on the way.
    """

    text: str
    where: str
    base: str | None = None
    was: str | None = None
    remark: str | None = None

    @property
    def changed(self) -> bool:
        """Whether a person changed it, as far as that can be told."""
        return self.base is None or digest(self.text) != self.base


@dataclass(frozen=True, slots=True)
class Row:
    """What a file says of a table, or of the field at `path` of it; `id` names both from run to run."""

    id: str
    table: str
    path: str | None
    cells: Mapping[str, Cell]

    @property
    def place(self) -> str:
        """`orders`, or `orders.items[].sku`."""
        return self.table if self.path is None else f"{self.table}.{self.path}"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one changed cell, and why; `was`, `current` and `mine` are texts as people see them."""

    place: str
    column: str
    where: str
    verdict: Verdict
    mine: str
    current: str = ""
    was: str | None = None
    reason: str | None = None


@dataclass(slots=True)
class Returned:
    """A file that came home. `ignored` are cells that could not be read as what they should be."""

    name: str
    stamp: Mapping[str, Any] | None = None
    rows: list[Row] = field(default_factory=list)
    ignored: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What came of taking a file in: every changed cell is in `changes` once."""

    changes: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    compared: int = 0

    def of(self, verdict: Verdict) -> list[Change]:
        """The changes with that verdict."""
        return [change for change in self.changes if change.verdict == verdict]

    @property
    def changed(self) -> bool:
        """Whether the dictionary is another one now."""
        return any(change.verdict in {"applied", "conflict"} for change in self.changes)
