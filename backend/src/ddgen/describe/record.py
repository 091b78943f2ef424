"""Writes down in the journal what a run asks for, so that a run that was killed can be continued."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ddgen.describe.futile import is_futile
from ddgen.llm.budget import Budget
from ddgen.llm.disk_journal import Journal, State
from ddgen.llm.failure import Cause, Failure
from ddgen.llm.messages import Answer

_FINAL = frozenset({Cause.BAD_OUTPUT, Cause.TOO_LARGE, Cause.BAD_REQUEST, Cause.UNSUPPORTED, Cause.BLOCKED})
"""Asking again later would end the same way; what else failed is deferred to a later run."""


class RunRecord:
    """One run of the journal: the `Recorder` of a writer. The file is written in other threads."""

    def __init__(self, journal: Journal, run: str | None = None) -> None:
        self._journal = journal
        self._requests = 0
        self._cost = 0.0
        self.run = run or journal.start_run()

    async def began(self, keys: Sequence[str]) -> None:
        """These are about to be asked."""
        await asyncio.to_thread(self._journal.begin, self.run, keys)

    async def answered(self, keys: Sequence[str], answer: Answer) -> None:
        """An answer came, and these have their texts out of it."""
        await asyncio.to_thread(self._count, keys, answer)

    def _count(self, keys: Sequence[str], answer: Answer) -> None:
        self._journal.done(keys)
        requests, cost = answer.attempts, answer.cost or 0.0
        self._requests += requests
        self._cost += cost
        self._journal.count(self.run, requests=requests, tokens=answer.usage.total_tokens, cost=cost, fields=len(keys))

    async def gave_up(self, keys: Sequence[str], failure: Failure) -> None:
        """These got no text of the model."""
        if is_futile(failure):
            await asyncio.to_thread(self._journal.give_up, keys, self.run)
            return
        state: State = "failed" if failure.cause in _FINAL else "deferred"
        await asyncio.to_thread(self._journal.leave, keys, state, failure.cause.value)

    def settle(self, budget: Budget) -> None:
        """Count what was sent and spent without an answer, too."""
        requests, cost = budget.requests - self._requests, budget.spent - self._cost
        self._requests, self._cost = budget.requests, budget.spent
        self._journal.count(self.run, requests=requests, cost=cost)

    def end(self) -> None:
        """The run came to its end."""
        self._journal.end_run(self.run)
