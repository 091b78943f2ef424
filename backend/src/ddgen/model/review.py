"""What a person decided on a claim, kept so that it can be told and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ddgen.model.claim import Claim, Kind, Status

Action = Literal["approve", "edit", "reject", "reopen", "undo"]


class Standing(BaseModel):
    """What a decision changes in a claim."""

    model_config = ConfigDict(extra="forbid")

    status: Status
    by: str | None = None
    note: str | None = None
    time: datetime | None = None

    @classmethod
    def of(cls, claim: Claim) -> Standing:
        """How a claim stands now."""
        return cls(status=claim.status, by=claim.by, note=claim.note, time=claim.time)

    def give(self, claim: Claim) -> None:
        """Make a claim stand so."""
        claim.status, claim.by, claim.note, claim.time = self.status, self.by, self.note, self.time


class Review(BaseModel):
    """One claim's part in a decision; what was decided at once shares the id `decision`.

    `table` is the table's id, `path` the field's, absent where the claim is about the table itself. `before` is absent
    where the decision added the claim.
    """

    model_config = ConfigDict(extra="forbid")

    decision: str
    action: Action
    time: datetime
    by: str | None = None
    table: str
    path: str | None = None
    kind: Kind
    claim: str
    before: Standing | None = None
    after: Standing
    undoes: str | None = None
    """The decision that this one takes back."""
