"""What is asked of a writer, and what comes back: one text for every field, with its provenance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.llm.failure import CallFailed, Failure
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Generation
from ddgen.model.problem import Problem

CONFIDENCE = 0.7
"""Of what a model says; a person has not looked at it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Fields of one table that need texts."""

    table: TableFacts
    fields: Sequence[FieldFacts]


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field's description and business name, by a model or by rule, and how they came about.

    `attempts` are requests that went over the wire for it. Of a rule text where a model was wanted, `failure` says
    why, and `reason` says so in a line. `at` is when the model wrote it; a `cached` text was written earlier.
    """

    description: str
    business_name: str
    origin: Origin = Origin.RULE
    model: str | None = None
    prompt_hash: str | None = None
    attempts: int = 0
    reason: str | None = None
    cached: bool = False
    at: datetime | None = None
    failure: Failure | None = field(default=None, repr=False)

    @property
    def pair(self) -> tuple[str, str]:
        """Description and business name."""
        return self.description, self.business_name

    def or_error(self) -> Self:
        """Itself; raises the error that a caller who wants a model's text or none is given."""
        if self.failure is not None:
            raise CallFailed(self.failure, attempts=self.attempts).for_people()
        return self

    def claims(self) -> list[Claim]:
        """The name and the description as claims."""
        return [self._claim(Kind.BUSINESS_NAME, self.business_name), self._claim(Kind.DESCRIPTION, self.description)]

    def _claim(self, kind: Kind, value: str) -> Claim:
        if self.origin is Origin.RULE:
            confidence = 0.5 if kind is Kind.BUSINESS_NAME else 0.4
            return Claim(kind=kind, value=value, origin=Origin.RULE, confidence=confidence, evidence=self._why())
        return Claim(
            kind=kind,
            value=value,
            origin=Origin.AI,
            confidence=CONFIDENCE,
            model=self.model,
            prompt_hash=self.prompt_hash,
            time=self.at,
        )

    def _why(self) -> list[str]:
        return ["rule"] if self.reason is None else [f"no text of a model: {self.reason}"]


def rule_text(
    facts: FieldFacts, failure: Failure | None = None, *, attempts: int = 0, reason: str | None = None
) -> FieldText:
    """The text by rule, and why it has to do: because a model was wanted and failed, or for some other reason."""
    said = str(CallFailed(failure)) if failure is not None else reason
    return FieldText(facts.rule_description, facts.rule_name, attempts=attempts, reason=said, failure=failure)


class Describer(Protocol):
    """What a build asks for texts: a session with a model, a preview of one, or the slow lane.

    `interrupted`: a person stopped it, and what is missing has texts by rule.
    """

    interrupted: bool

    @property
    def server(self) -> str:
        """Scheme, host and port of the server."""

    def describe(
        self, asks: Sequence[Ask], on_progress: Callable[[int, int], None] | None = None
    ) -> list[list[FieldText]]:
        """One text for every field, always, in the order asked."""

    def generation(self) -> Generation:
        """What was asked for so far, and what it took."""

    def problems(self) -> list[Problem]:
        """What went wrong besides single fields."""
