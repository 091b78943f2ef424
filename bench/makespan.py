"""How long the asking for 100 fields takes, and what no client can beat."""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from behaviours import failing
from faults.ring import fields, prompt_of
from loopback import Answer, Loopback, Request
from report import Goal

from ddgen.describe.generator import AIDescriptionGenerator
from ddgen.model.claim import Origin
from ddgen.settings import load_ai

LATENCY = 2.0
CALLERS = 10
BURST = 10
MIN_WAIT = 4.0
"""Seconds before a request is sent again, as documented."""


@dataclass(frozen=True, slots=True)
class Found:
    """One run of 100 fields."""

    requests: int
    plain: float
    """The bound without waits before a request is sent again."""

    bound: float
    seconds: float
    by_model: int
    again: int = 0
    """Requests that failed and were sent again."""

    @property
    def share(self) -> float:
        """Measured over bound."""
        return self.seconds / self.bound

    @property
    def cells(self) -> list[str]:
        """As part of a line of a table."""
        figures = (self.plain, self.bound, self.seconds)
        return [str(self.requests), *(f"{one:.1f}" for one in figures), f"{self.share:.2f}", str(self.by_model)]


def middle(tries: Sequence[Found]) -> Found:
    """The median by its share of the bound."""
    return sorted(tries, key=lambda one: one.share)[len(tries) // 2]


def spread_of(tries: Sequence[Found]) -> str:
    """How many runs there were, how many of them had a failure, and the most that these took."""
    hit = [one.share for one in tries if one.again]
    most = f", which took {min(hit):.2f} to {max(hit):.2f} of their bound" if hit else ""
    return f"{len(hit)} of {len(tries)} seeds{most}"


def goal_of(what: str, found: Found, times: float) -> Goal:
    """At most so many times the bound."""
    return Goal(f"100 fields, {what}", f"at most {times:.2f} x bound", f"{found.share:.2f}", found.share <= times)


def run(answer: Answer, *, told: bool, rpm: int, each: int, seed: int | None = None) -> Found:
    """Describe 100 fields with the documented class; with a seed, 5 % of the requests fail."""
    asked = [
        {
            "field_path": one.path,
            "field_name": one.name,
            "data_type": one.data_type,
            "sample_values": list(one.samples),
        }
        for one in fields(100)
    ]

    async def describe(server: Loopback) -> tuple[float, int]:
        given = load_ai(
            environ={},
            cwd=Path("/nonexistent"),
            config_dir=Path("/nonexistent"),
            base_url=server.url,
            api_key="a-key",
            model="test-model",
            rate_limit_rpm=rpm,
            max_concurrent_requests=CALLERS,
            fields_per_request=each,
        )
        async with AIDescriptionGenerator(settings=given) as generator:
            begin = time.monotonic()
            texts = await generator.describe(asked)
            return time.monotonic() - begin, sum(text.origin is Origin.AI for text in texts)

    with Loopback() as server:
        if told:
            server.tell_slots(CALLERS)
        server.answer = answer if seed is None else failing(0.05, answer, seed=seed)
        seconds, by_model = asyncio.run(describe(server))
        posts = len(server.posts)
        failed = sent_again(server.posts)
        return Found(posts, bound(posts, rpm), bound(posts, rpm, failed), seconds, by_model, sum(map(len, failed)))


def sent_again(posts: Sequence[Request]) -> list[list[int]]:
    """For each prompt that was sent more than once, the places of its requests but for the last."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, post in enumerate(posts):
        places[prompt_of(post)].append(place)
    return [found[:-1] for found in places.values() if len(found) > 1]


def bound(requests: int, rpm: int, failed: Sequence[Sequence[int]] = ()) -> float:
    """What no client can beat, in seconds; `failed` are the places of requests that were sent again, by prompt."""
    callers = math.ceil(requests / CALLERS) * LATENCY
    again = max(map(_answered_at, failed), default=0.0)
    return max(callers, again, 60 * (requests - BURST) / rpm + LATENCY if rpm else 0.0)


def _answered_at(failures: Sequence[int]) -> float:
    """The first moment at which a prompt can have its answer, whose requests at these places failed."""
    may_go = 0.0
    for place in failures:
        may_go = max(may_go, place // CALLERS * LATENCY) + LATENCY + MIN_WAIT
    return may_go + LATENCY
