"""The mark on a field whose texts may no longer fit: coarse facts moved since they were written.

It is derived, and changes neither the status of a claim nor which one wins.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Moved(BaseModel):
    """One fact that moved: what it was when the texts were written, what it is now, and in which version it moved."""

    model_config = ConfigDict(extra="forbid")

    fact: str
    before: str | None = None
    after: str | None = None
    since: int

    def __str__(self) -> str:
        """`type integer -> string since version 3`."""
        return f"{self.fact} {self.before or 'none'} -> {self.after or 'none'} since version {self.since}"


class Stale(BaseModel):
    """What moved since the texts were written; `texts` are the ids of their claims, `at` when it was first seen."""

    model_config = ConfigDict(extra="forbid")

    moved: list[Moved]
    texts: list[str] = Field(default_factory=list)
    at: datetime | None = None

    def __str__(self) -> str:
        """In a few words, for people."""
        return f"text may be stale: {'; '.join(map(str, self.moved))}"
