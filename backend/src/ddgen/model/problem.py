"""What went wrong with an input, told once: what, where, how often, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from pydantic import BaseModel, ConfigDict, Field

POSITIONS_KEPT = 10


class Severity(str, Enum):
    """`error`: the input breaks its format or was not read whole (exit code 3). `warning`: read whole, but odd."""

    ERROR = "error"
    WARNING = "warning"


class Place(BaseModel):
    """Where in an input: 1-based line and record, 0-based byte offset, whichever are known.

    `source` names the file, where a table has several.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: int | None = None
    record: int | None = None
    byte: int | None = None
    source: str | None = None

    def __str__(self) -> str:
        """`line 3, byte 17` or `record 4 of b.parquet`."""
        parts = (("line", self.line), ("record", self.record), ("byte", self.byte))
        place = ", ".join(f"{name} {number}" for name, number in parts if number is not None)
        return f"{place} of {self.source}" if self.source else place


class Problem(BaseModel):
    """One kind of trouble in one input; repeated trouble is counted, its first places kept."""

    model_config = ConfigDict(extra="forbid")

    code: str
    severity: Severity = Severity.ERROR
    message: str
    source: str
    table: str | None = None
    field: str | None = None
    count: int = 1
    places: list[Place] = Field(default_factory=list)
    hint: str | None = None

    def __str__(self) -> str:
        """One line for a person."""
        where = self.source if not self.places else f"{self.source}: {self.places[0]}"
        times = f" ({self.count:,} times)" if self.count > 1 else ""
        advice = f". {self.hint}" if self.hint else ""
        return f"{where}: {self.message}{times}{advice}"


class Problems:
    """A log of problems: the same code at the same source, table and field is one entry."""

    def __init__(self) -> None:
        self._by_kind: dict[tuple[str, str, str | None, str | None], Problem] = {}

    def add(self, problem: Problem) -> None:
        """Count `problem` into its entry."""
        key = (problem.code, problem.source, problem.table, problem.field)
        known = self._by_kind.setdefault(key, problem)
        if known is not problem:
            known.count += problem.count
            known.places.extend(problem.places[: POSITIONS_KEPT - len(known.places)])

    def __iter__(self) -> Iterator[Problem]:
        """The entries, in the order they first came."""
        return iter(self._by_kind.values())

    def __len__(self) -> int:
        """How many kinds of problem."""
        return len(self._by_kind)

    @property
    def broken(self) -> bool:
        """Whether any of them is an error."""
        return any(problem.severity is Severity.ERROR for problem in self._by_kind.values())
