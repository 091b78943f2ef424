"""A refused key and an exhausted quota are remembered: who is refused once need not ask again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from ddgen.llm.clock import Clock
from ddgen.llm.failure import CallFailed, Failure

OF_ONE_MODEL = frozenset({"model_not_found", "unfit"})
"""Codes of failures that say nothing about other models of the same server."""


def _mark(*parts: str | None) -> str:
    """A one-way mark, so that no key is kept."""
    return hashlib.sha256("\0".join(part or "" for part in parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Refusal:
    failure: Failure
    until: float | None


class Latch:
    """Remembers per origin and key why no more requests make sense.

    `seconds` is how long; None means as long as this object lives, which is a run. Another key, another origin and, for
    a model that is not there or not fit for the work, another model are other settings and are not held back.
    """

    def __init__(self, clock: Clock, seconds: float | None = None) -> None:
        self._clock = clock
        self._seconds = seconds
        self._refusals: dict[str, _Refusal] = {}

    def close(
        self,
        origin: str,
        key: str | None,
        failure: Failure,
        *,
        model: str | None = None,
        seconds: float | None = None,
    ) -> None:
        """No more requests from now on, for `seconds` where they are given."""
        lasting = self._seconds if seconds is None else seconds
        until = None if lasting is None else self._clock.monotonic() + lasting
        only = model if failure.code in OF_ONE_MODEL else None
        self._refusals[_mark(origin, key, only)] = _Refusal(failure, until)

    def check(self, origin: str, key: str | None, *, model: str | None = None) -> None:
        """Raise CallFailed with the remembered failure, if there is one."""
        for mark in (_mark(origin, key, None), _mark(origin, key, model)):
            refusal = self._refusals.get(mark)
            if refusal is None:
                continue
            left = None if refusal.until is None else refusal.until - self._clock.monotonic()
            if left is None or left > 0:
                raise CallFailed(replace(refusal.failure, retry_after=left or refusal.failure.retry_after))
            del self._refusals[mark]

    def clear(self) -> None:
        """Forget everything."""
        self._refusals.clear()
