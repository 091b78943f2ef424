"""Where the runs of a store keep answers of models, so that none is paid for twice, whoever runs it.

Those of a store in a file are in a file beside it; those of a store on a server, which has many workers, are in it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from ddgen.errors import DdgenError
from ddgen.llm.clock import Clock, SystemClock
from ddgen.settings import AiSettings, load_ai

if TYPE_CHECKING:
    from pathlib import Path

    from ddgen.jobs.spec import RunSpec
    from ddgen.store.address import Address
    from ddgen.store.answers import Answers
    from ddgen.store.store import Store

T = TypeVar("T")

log = logging.getLogger(__name__)

REST = 30.0
"""Seconds that a store which failed is not asked for answers."""


def settings_of(wanted: RunSpec, address: Address, *, spent: float, sent: int) -> AiSettings:
    """The settings of a run that has spent money and requests before. Raises UsageError."""
    settings = load_ai(model=wanted.model, privacy=wanted.privacy, max_time=wanted.max_time)
    most_cost, most_sent = (
        _least(settings.max_cost, wanted.max_cost),
        _least(settings.max_requests, wanted.max_requests),
    )
    changed: dict[str, object] = {
        "max_cost": None if most_cost is None else max(most_cost - spent, 0.0),
        "max_requests": None if most_sent is None else max(int(most_sent) - sent, 0),
    }
    if settings.cache_path is None and address.file is not None:
        changed["cache_path"] = file_beside(address.file)
    return settings.model_copy(update=changed)


def file_beside(store: Path) -> Path:
    """The file of answers of a store in a file."""
    return store.with_name(f"{store.stem}.ai.sqlite")


def _least(*limits: float | None) -> float | None:
    """The tightest of some limits: whoever asks for a run cannot lift what the operator has set."""
    return min((limit for limit in limits if limit is not None), default=None)


def shared(store: Store, settings: AiSettings) -> SharedAnswers | None:
    """The answers in the store, where it is on a server and no Redis is set, which would be nearer."""
    if store.database.is_file or settings.redis_url is not None or not settings.cache_enabled:
        return None
    return SharedAnswers(store.answers)


class SharedAnswers:
    """The answers in a store. One that fails is a miss: told once in the log, and asked again after a while."""

    def __init__(self, kept: Answers, clock: Clock | None = None) -> None:
        self._kept = kept
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._told = False

    def get_many(self, keys: Sequence[str]) -> dict[str, str]:
        """The texts there are."""
        return self._ask(lambda: self._kept.get_many(keys), {})

    def put_many(self, texts: Mapping[str, str]) -> None:
        """Keep these texts."""
        self._ask(lambda: self._kept.put_many(texts), None)

    def clear(self) -> int | None:
        """Forget all texts; how many there were, None where the store does not answer."""
        return self._ask(self._kept.clear, None)

    def futile(self, units: Sequence[str], since: float) -> dict[str, float]:
        """Of these questions, those that got nothing of use after `since`, and when that was (Unix seconds)."""
        return self._ask(lambda: self._kept.futile(units, since), {})

    def give_up(self, keys: Iterable[str], run: str = "", *, chances: int = 0) -> None:
        """These questions got nothing of use; with `chances`, that is not for good at first."""
        self._ask(lambda: self._kept.give_up(keys, run, chances=chances), None)

    def _ask(self, work: Callable[[], T], otherwise: T) -> T:
        with self._lock:
            resting = self._clock.monotonic() < self._rests_until
        if resting:
            return otherwise
        try:
            return work()
        except DdgenError as error:
            with self._lock:
                self._rests_until = self._clock.monotonic() + REST
                told, self._told = self._told, True
            if not told:
                log.warning("The answers in the store cannot be used (%s)", error.code)
            return otherwise
