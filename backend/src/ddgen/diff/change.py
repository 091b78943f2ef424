"""A change between two dictionaries, and all of them together: the document `ddgen-diff/1`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ddgen.model.dictionary import Dictionary

FORMAT: Literal["ddgen-diff/1"] = "ddgen-diff/1"


class Verdict(str, Enum):
    """How bad a change is for who reads the data.

    `breaking`: readers fail or are wrong. `risky`: they may be; look. `safe`: they need do nothing.
    `prose`: only what is said of the data has changed.
    """

    BREAKING = "breaking"
    RISKY = "risky"
    SAFE = "safe"
    PROSE = "prose"


VERDICTS = tuple(Verdict)
"""The worst first."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Change(_Part):
    """One thing that changed: of a field, or of its table where `path` is absent."""

    kind: str
    """One of those in `ddgen.diff.rules.KINDS`."""

    verdict: Verdict
    table: str
    """Its name now; what is gone has the name it had."""

    path: str | None = None
    message: str
    """What changed, without the name of the field."""

    why: str
    """Why it is judged as it is, in one sentence."""

    before: Any = None
    after: Any = None


class Side(_Part):
    """One of the two dictionaries."""

    name: str
    version: int
    generated_at: datetime
    content_hash: str | None = None
    tables: int
    fields: int

    @classmethod
    def of(cls, dictionary: Dictionary) -> Side:
        """What is said of a dictionary that was compared; parts that are gone do not count."""
        tables = [table for table in dictionary.tables if not table.removed]
        return cls(
            name=dictionary.name,
            version=dictionary.version,
            generated_at=dictionary.generated_at,
            content_hash=dictionary.content_hash,
            tables=len(tables),
            fields=sum(not field.removed for table in tables for field in table.fields),
        )


class Outcome(_Part):
    """What a gate says: whether it lets the change pass, and why not."""

    passed: bool
    failed: list[str] = Field(default_factory=list)
    """Each condition that does not hold, in a sentence."""

    failing: list[str] = Field(default_factory=list)
    """The kinds and verdicts of changes that are not let pass."""

    described: dict[str, float] = Field(default_factory=dict)
    """Share of the fields (0 to 1) described by a `person`, `approved` by one, or by `any` but a rule."""

    def fails(self, change: Change) -> bool:
        """Whether a change is one that is not let pass."""
        return change.verdict.value in self.failing or change.kind in self.failing


class Diff(_Part):
    """All changes from `old` to `new`, by table in the order of `new`, the worst first."""

    format: Literal["ddgen-diff/1"] = FORMAT
    old: Side
    new: Side
    counts: dict[Verdict, int] = Field(default_factory=dict)
    """How many changes there are of each verdict."""

    changes: list[Change] = Field(default_factory=list)
    ignored: int = 0
    """Changes that the rules say to ignore; they are in neither `changes` nor `counts`."""

    notes: list[str] = Field(default_factory=list)
    """What limits the comparison: facts of samples, tables that were not read whole."""

    gate: Outcome | None = None
    """Only where somebody asked whether it may pass."""

    @property
    def worst(self) -> Verdict | None:
        """The worst verdict there is; None where nothing changed."""
        return next((verdict for verdict in VERDICTS if self.counts.get(verdict)), None)

    def of(self, verdict: Verdict) -> list[Change]:
        """The changes of a verdict."""
        return [change for change in self.changes if change.verdict is verdict]

    def by_table(self) -> dict[str, list[Change]]:
        """The changes of each table that has any."""
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            found.setdefault(change.table, []).append(change)
        return found

    def to_json(self) -> str:
        """The document as indented JSON."""
        return self.model_dump_json(indent=2, exclude_none=True) + "\n"


def counted(changes: Iterable[Change]) -> dict[Verdict, int]:
    """How many changes there are of each verdict, zeros too."""
    counts = Counter(change.verdict for change in changes)
    return {verdict: counts[verdict] for verdict in VERDICTS}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    schema = Diff.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "ddgen-diff/1"}
