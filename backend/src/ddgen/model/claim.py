"""A claim: one statement about a table or a field, with its provenance.

Claims are only ever added. Which one wins is decided here and nowhere else, so that a person's words
cannot be overwritten: among claims neither rejected nor withdrawn a human's comes first, then approved
ones, then the source's own, then a model's, then a rule's; then the newest; then the id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from ddgen.model import personal
from ddgen.model.codes import CodeList
from ddgen.model.personal import Pii


class Origin(str, Enum):
    """Who says so."""

    HUMAN = "human"
    SOURCE = "source"
    AI = "ai"
    RULE = "rule"


class Status(str, Enum):
    """What became of a claim."""

    SUGGESTED = "suggested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Kind(str, Enum):
    """What a claim speaks of."""

    BUSINESS_NAME = "business_name"
    DESCRIPTION = "description"
    GRAIN = "grain"
    SEMANTIC_TYPE = "semantic_type"
    PII = "pii"
    UNIT = "unit"
    CODES = "codes"
    KEY = "key"
    PRIMARY_KEY = "primary_key"
    REFERENCES = "references"
    TAG = "tag"
    COMMENT = "comment"
    RENAMED_FROM = "renamed_from"
    OWNER = "owner"
    NOTE = "note"


MULTI_VALUED = frozenset({Kind.KEY, Kind.REFERENCES, Kind.TAG})
"""Kinds of which several values may hold at once; of every other kind one claim wins."""

PEOPLES = frozenset({Kind.OWNER, Kind.NOTE})
"""Kinds that people alone speak of: who answers for a table or field, and what reviewers say of it."""

_RANK = {Origin.SOURCE: 2, Origin.AI: 3, Origin.RULE: 4}
_DEAD = frozenset({Status.REJECTED, Status.WITHDRAWN})


class Claim(BaseModel):
    """One statement: `value` is a text or plain JSON, `confidence` is between 0 and 1, `evidence` says why.

    `by` is the person who wrote or judged it, `note` what that person said of it; neither is part of the id.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = ""
    kind: Kind
    value: Any
    origin: Origin
    status: Status = Status.SUGGESTED
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    evidence: list[str] = Field(default_factory=list)
    model: str | None = None
    prompt_hash: str | None = None
    time: datetime | None = None
    by: str | None = None
    note: str | None = None

    @field_validator("value")
    @classmethod
    def _known(cls, value: Any, info: ValidationInfo) -> Any:
        """Claims about personal data and codes are of a form that others read."""
        kind = info.data.get("kind")
        if kind is Kind.PII:
            return _checked(Pii, value) if value is not None else personal.said(None).model_dump()
        return _checked(CodeList, value) if kind is Kind.CODES else value

    def model_post_init(self, _context: Any, /) -> None:
        """A claim without an id gets one from what it says, so equal claims are one claim."""
        if self.origin is Origin.HUMAN and self.status is Status.SUGGESTED:
            self.status = Status.APPROVED
        if not self.id:
            self.id = self.content_id

    @property
    def content_id(self) -> str:
        """The id that a claim of this kind, value and origin has unless it was given another.

        Reasons and counts move with the data and are no part of it: so what a person has judged is known again.
        """
        said = json.dumps([self.kind, _gist(self.kind, self.value), self.origin], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def alive(self) -> bool:
        """Neither rejected nor withdrawn."""
        return self.status not in _DEAD


def _checked(form: type[BaseModel], value: Any) -> Any:
    form.model_validate(value)
    return value


def _gist(kind: Kind, value: Any) -> Any:
    """What a claim says, without what goes with it."""
    if kind is Kind.PII:
        verdict = personal.said(value)
        return [verdict.category, verdict.sensitivity]
    if kind is Kind.CODES:
        return [(code.value, code.label) for code in CodeList.model_validate(value).codes]
    return value


def _order(claim: Claim) -> tuple[int, float, str]:
    if claim.origin is Origin.HUMAN:
        rank = 0
    elif claim.status is Status.APPROVED:
        rank = 1
    else:
        rank = _RANK[claim.origin]
    newest_first = -claim.time.timestamp() if claim.time else 0.0
    return rank, newest_first, claim.id


def winner(claims: Iterable[Claim], kind: Kind) -> Claim | None:
    """The claim of that kind that is shown, if any is alive."""
    return min((claim for claim in claims if claim.kind is kind and claim.alive), key=_order, default=None)


def winners(claims: Iterable[Claim], kind: Kind) -> list[Claim]:
    """All living claims of a kind that may have several values, best first, one for each value."""
    alive = sorted((claim for claim in claims if claim.kind is kind and claim.alive), key=_order)
    by_value = {json.dumps(claim.value, sort_keys=True, default=str): claim for claim in reversed(alive)}
    return sorted(by_value.values(), key=_order)


def judged(claim: Claim) -> bool:
    """Whether a person wrote it, approved it or refused it."""
    return claim.origin is Origin.HUMAN or claim.status in {Status.APPROVED, Status.REJECTED}


def judged_by_a_person(claims: Iterable[Claim]) -> bool:
    """Whether it is a person who says what personal data there is, or that there is none."""
    told = [claim for claim in claims if claim.kind is Kind.PII]
    won = winner(told, Kind.PII)
    return judged(won) if won is not None else any(map(judged, told))


def verdict(claims: Iterable[Claim]) -> Pii | None:
    """What is held of personal data in a field, `none` included; None where nobody looked.

    Where a person has refused what a machine found, and nothing else is said, it holds none.
    """
    told = [claim for claim in claims if claim.kind is Kind.PII]
    won = winner(told, Kind.PII)
    if won is not None:
        return personal.said(won.value)
    refused = [claim for claim in told if claim.status is Status.REJECTED]
    names = sorted({found.category for claim in refused if (found := personal.said(claim.value)).personal})
    why = [f"a person has refused: {name}" for name in names]
    return Pii(category=personal.NONE, sensitivity=0, why=why) if names else None
