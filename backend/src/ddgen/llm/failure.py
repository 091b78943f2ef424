"""Why a call failed: one table of causes, what each means for retries, breaker and limits, and one exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from ddgen.errors import DdgenError, ExternalServiceError, RateLimitError


class Cause(str, Enum):
    """The kinds of failure."""

    AUTH = "auth"
    QUOTA = "quota"
    RATE = "rate"
    OVERLOAD = "overload"
    NETWORK = "network"
    TIMEOUT = "timeout"
    WARMING = "warming"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    BAD_REQUEST = "bad_request"
    BAD_OUTPUT = "bad_output"
    UNFIT = "unfit"
    BREAKER_OPEN = "breaker_open"
    BUDGET = "budget"
    DEADLINE = "deadline"
    BLOCKED = "blocked"
    SETTINGS = "settings"
    STOPPED = "stopped"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Policy:
    """What follows from a cause.

    `retry`: another attempt may help. `vote`: counts as a failure of the server for the breaker (but see `votes`).
    `cut`: by what the concurrency is multiplied. `latch`: no more requests with this key to this origin.
    `metric`: which of the three documented counters a field lost to it belongs to.
    """

    retry: bool = False
    vote: bool = False
    cut: float = 1.0
    latch: bool = False
    metric: Literal["rate_limit", "timeout", "api"] = "api"


POLICIES = {
    Cause.AUTH: Policy(latch=True),
    Cause.QUOTA: Policy(latch=True, metric="rate_limit"),
    Cause.RATE: Policy(retry=True, cut=0.5, metric="rate_limit"),
    Cause.OVERLOAD: Policy(retry=True, vote=True, cut=0.8),
    Cause.NETWORK: Policy(retry=True, vote=True, cut=0.8),
    Cause.TIMEOUT: Policy(retry=True, vote=True, cut=0.5, metric="timeout"),
    Cause.WARMING: Policy(),
    Cause.TOO_LARGE: Policy(),
    Cause.UNSUPPORTED: Policy(),
    Cause.BAD_REQUEST: Policy(),
    Cause.BAD_OUTPUT: Policy(),
    Cause.UNFIT: Policy(),
    Cause.BREAKER_OPEN: Policy(),
    Cause.BUDGET: Policy(),
    Cause.DEADLINE: Policy(metric="timeout"),
    Cause.BLOCKED: Policy(),
    Cause.SETTINGS: Policy(),
    Cause.STOPPED: Policy(),
    Cause.WAITING: Policy(),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure. `detail` is short, and free of keys, prompts and values; times are in seconds."""

    cause: Cause
    detail: str = ""
    status: int | None = None
    code: str | None = None
    retry_after: float | None = None
    request_id: str | None = None

    @property
    def policy(self) -> Policy:
        """What follows from it."""
        return POLICIES[self.cause]

    @property
    def votes(self) -> bool:
        """Whether it counts as a failure of the server: who answers with a 4xx is alive, whatever may be repeated."""
        return self.policy.vote and not (self.status is not None and 400 <= self.status < 500)


class CallFailed(Exception):
    """A call that got no answer, and why; `attempts` requests went over the wire for it."""

    def __init__(self, failure: Failure, *, attempts: int = 0) -> None:
        super().__init__(f"{failure.cause.value}: {failure.detail}" if failure.detail else failure.cause.value)
        self.failure = failure
        self.attempts = attempts

    def for_people(self) -> DdgenError:
        """The error that callers who ask for AI and nothing else are given."""
        failure = self.failure
        kind = RateLimitError if failure.cause in {Cause.RATE, Cause.QUOTA} else ExternalServiceError
        return kind(str(self), reason=failure.cause.value, retry_after=failure.retry_after)
