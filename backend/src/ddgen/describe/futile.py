"""What need not be asked again for a while, since the answers were no use: single questions, and whole models.

This is no cache: the text by rule is not kept, and neither is what the model said. Kept is, in the journal beside the
cache of texts, that a question to this model was asked to the end and answered with nothing of use, so that nobody
pays for the same nothing again. Failures of servers and networks are never among them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.failure import Cause, Failure

if TYPE_CHECKING:
    from ddgen.describe.shelf import Asking

DAY = 86_400.0
QUESTION_SECONDS = 7 * DAY
"""How long a question is not asked again..."""

MODEL_SECONDS = DAY
"""...and a model that was found unfit."""

ITEM = "item"
"""Code of a failure: the model answered, and what it wrote about this field could not be used."""

_OF_THE_MODEL = frozenset({ITEM, "refusal", "content_filter", "reasoning"})
_AGAIN = "or at once after `ddgen ai cache clear --unanswered`"


def is_futile(failure: Failure) -> bool:
    """Whether asking again would only be paid for: the model answered, and it was no use."""
    return failure.cause is Cause.BAD_OUTPUT and failure.code in _OF_THE_MODEL


class Notes(Protocol):
    """Where it is kept: in the journal of a file, or where several workers share it."""

    def futile(self, units: Sequence[str], since: float) -> dict[str, float]:
        """Of these units, those that got nothing of use after `since`, and when that was (Unix seconds)."""

    def give_up(self, keys: Iterable[str], run: str = "", *, chances: int = 0) -> None:
        """These units got nothing of use; with `chances`, that is not for good at first."""


class Futile:
    """What is kept of it. It is read and written in other threads."""

    def __init__(self, journal: Notes, clock: Clock | None = None) -> None:
        self._journal = journal
        self._clock = clock or SystemClock()

    async def among(self, asking: Asking, wanted: Mapping[int, Sequence[str]]) -> dict[int, Failure]:
        """By the numbers in `wanted`, why these questions (each under one of its keys) are not asked again."""
        if not wanted:
            return {}
        keys = dict.fromkeys(key for keys in wanted.values() for key in keys)
        now = self._clock.time()
        found = await asyncio.to_thread(self._journal.futile, [asking.context_key, *keys], now - QUESTION_SECONDS)
        unfit = found.get(asking.context_key, 0.0) + MODEL_SECONDS
        if unfit > now:
            return dict.fromkeys(wanted, _unfit(asking, unfit))
        times = {number: max((found.get(key, 0.0) for key in own), default=0.0) for number, own in wanted.items()}
        return {number: _futile(at) for number, at in times.items() if at}

    async def keep(self, keys: Iterable[str], run: str = "", *, chances: int = 0) -> None:
        """These were answered with nothing of use; so many times that is no reason yet not to ask again."""
        await asyncio.to_thread(self._journal.give_up, list(keys), run, chances=chances)

    async def condemn(self, asking: Asking) -> None:
        """This model was found unfit."""
        await self.keep([asking.context_key])


def _futile(at: float) -> Failure:
    said = f"its answers of {_day(at)} were no use; it is asked again from {_day(at + QUESTION_SECONDS)}, {_AGAIN}"
    return Failure(Cause.BAD_OUTPUT, said, code=ITEM)


def _unfit(asking: Asking, until: float) -> Failure:
    said = f"the answers of {asking.model} were no use; it is asked again from {_minute(until)}, {_AGAIN}"
    return Failure(Cause.UNFIT, said, code="unfit")


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))


def _minute(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at))
