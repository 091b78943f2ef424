"""What is on its way to a text: single fields, the batches that share a prompt, and the questions that went out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from ddgen.describe import prompt
from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import FieldView, TableView
from ddgen.describe.futile import is_futile
from ddgen.describe.texts import FieldText, rule_text
from ddgen.llm.failure import Cause, Failure
from ddgen.llm.messages import Answer, Question

_CONSEQUENCES = frozenset({Cause.BREAKER_OPEN, Cause.DEADLINE, Cause.BUDGET, Cause.STOPPED})
"""Of these a field is not told where it failed for a reason of its own before."""


@dataclass(slots=True, eq=False)
class Unit:
    """One field on its way to a text."""

    table: TableFacts
    facts: FieldFacts
    key: str = ""
    asked: int = 0
    attempts: int = 0
    failure: Failure | None = None
    """Why it has no text, as a reader is told."""

    ended_by: Failure | None = None
    """Why it is asked for no longer: of one that failed before it may be that a person stopped the run."""

    same: set[str] = field(default_factory=set)
    """Sentences that were refused, as they were written for many fields."""

    view: FieldView | None = None
    kept: bool = False
    """It has a text of the model."""

    done: asyncio.Future[FieldText] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def give_up(self, failure: Failure) -> None:
        """Ask for it no longer; `settle` then tells who waits.

        What an unfit model has answered already with nothing of use was asked to the end.
        """
        refused = self.failure is not None and is_futile(self.failure) and failure.cause is Cause.UNFIT
        self.ended_by = self.failure if refused else failure
        known = self.failure is not None and failure.cause in _CONSEQUENCES
        self.failure = replace(self.failure, retry_after=failure.retry_after) if known and self.failure else failure

    def settle(self) -> None:
        """Settle for the text by rule, once it was given up."""
        if self.ended_by is not None and not self.done.done():
            self.done.set_result(rule_text(self.facts, self.failure, attempts=self.attempts))


@dataclass(frozen=True, slots=True)
class Batch:
    """Fields of one table that share a prompt; a `lean` one leaves out whatever can be long."""

    table: TableView
    units: tuple[Unit, ...]
    lean: bool = False

    def halves(self) -> list[Batch]:
        """Two batches, of two or more fields."""
        middle = (len(self.units) + 1) // 2
        return [replace(self, units=self.units[:middle]), replace(self, units=self.units[middle:])]


@dataclass(frozen=True, slots=True)
class Sent:
    """One question that went out, for the record: what the fields showed, and how it ended.

    `attempts` requests went over the wire for it.
    """

    table: TableView
    fields: tuple[FieldView, ...]
    question: Question
    prompt_hash: str
    nonce: str
    """The random word in the tags around the data; no text may hold it."""

    answer: Answer | None = None
    failure: Failure | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Wording:
    """How questions are put."""

    language: str = "English"
    temperature: float | None = None
    form: prompt.Form = prompt.Form.LIST


class Recorder(Protocol):
    """Where it is written down what is under way, so that a run that was killed can be continued."""

    async def began(self, keys: Sequence[str]) -> None:
        """These are about to be asked."""

    async def answered(self, keys: Sequence[str], answer: Answer) -> None:
        """An answer came, and these have their texts out of it; there may be none."""

    async def gave_up(self, keys: Sequence[str], failure: Failure) -> None:
        """These got no text of the model, and this is what ended the asking."""
