"""How long to wait before the next attempt, and whether the endpoint can bear another one."""

from __future__ import annotations

import random

from ddgen.llm.messages import Limits

START = 10
MOST = 100
SHARE = 10
"""One retry is earned by so many first attempts."""

LARGEST_POWER = 32


def wait_before(attempt: int, hint: float | None, limits: Limits, rng: random.Random) -> float:
    """Return the seconds to wait before `attempt` (2 is the first retry; lower counts as 2).

    `max(min_wait, hint) + U(0, min(max_wait, multiplier * 2^(attempt - 2)))`: full jitter on top of a floor
    (after "Exponential Backoff And Jitter", AWS Architecture Blog), as wide as the multiplier for the first retry and
    twice as wide for each one after it, kept inside [min_wait, max_wait] where the server gave no hint. A hint is a
    minimum and is never cut.
    """
    least = limits.retry_min_wait
    most = max(least, limits.retry_max_wait)
    power = min(max(attempt, 2) - 2, LARGEST_POWER)
    spread = min(most, limits.retry_multiplier * 2**power)
    if hint is None:
        return least + rng.uniform(0, min(spread, most - least))
    return max(least, hint) + rng.uniform(0, spread)


class RetryBudget:
    """Retries that one endpoint may be asked for: a few at once, and one for every ten first attempts.

    A server that fails every call then sees a tenth more requests, not three times as many
    (the idea of Finagle's RetryBudget). First attempts are never refused.
    """

    def __init__(self) -> None:
        self._tenths = START * SHARE

    @property
    def left(self) -> float:
        """Retries that could be taken now."""
        return self._tenths / SHARE

    def deposit(self) -> None:
        """Count a first attempt."""
        self._tenths = min(self._tenths + 1, MOST * SHARE)

    def take(self) -> bool:
        """Take one retry, if there is one."""
        if self._tenths < SHARE:
            return False
        self._tenths -= SHARE
        return True
