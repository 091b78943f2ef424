"""What a plan will take: requests, tokens, money and time, each as a range around what is likely."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ddgen.describe.planner import MOST, OUTPUT_PER_FIELD
from ddgen.describe.preview import Plan, Prompt
from ddgen.llm.attempt import UNTOLD_SLOTS
from ddgen.llm.messages import Usage
from ddgen.llm.prices import MARGIN, Price
from ddgen.llm.rates import BURST, BURST_SHARE
from ddgen.llm.server import ServerFacts
from ddgen.settings import AiSettings

CLOUD_SPEED, LOCAL_SPEED = 80.0, 25.0
"""Tokens a second of one answer where nobody measured: `ddgen ai check` does."""

START_SECONDS = 0.8
"""Until the first token."""

AGAIN = 1.1
"""At most a tenth of the requests is tried again: the retry budget."""

SHORT_PROMPT = 0.8
"""A prompt's tokens are estimated; they may be so many times as many, or `MARGIN` times."""

SHORT_ANSWER = 0.65


@dataclass(frozen=True, slots=True)
class Range:
    """At least, likely, at most."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds that a run is expected to take, and what keeps it from being faster.

    `speed` is in tokens a second of one answer; `callers` is how many requests are under way at once.
    """

    seconds: float
    bound: str
    callers: int
    speed: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a limit lets through: so many of the prompts, and of their fields."""

    prompts: int
    fields: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Tokens and US dollars of a plan; no `cost` where nobody told the price."""

    requests: Range
    prompt_tokens: Range
    completion_tokens: Range
    cost: Range | None
    time: Time


def forecast(
    plan: Plan, settings: AiSettings, facts: ServerFacts, price: Price | None, *, speed: float | None = None
) -> Forecast:
    """The forecast of a plan; `speed` is in tokens a second, where it was measured."""
    prompts = plan.prompts
    sent = sum(prompt.tokens for prompt in prompts)
    return Forecast(
        requests=Range(_fewest(prompts, settings), len(prompts), math.ceil(len(prompts) * AGAIN)),
        prompt_tokens=Range(round(sent * SHORT_PROMPT), sent, math.ceil(sent * MARGIN * AGAIN)),
        completion_tokens=Range(
            round(sum(map(_likely, prompts)) * SHORT_ANSWER),
            round(sum(map(_likely, prompts))),
            math.ceil(sum(prompt.most for prompt in prompts) * AGAIN),
        ),
        cost=None if price is None else _cost(prompts, price),
        time=expected(prompts, settings, facts, speed),
    )


def _fewest(prompts: Sequence[Prompt], settings: AiSettings) -> int:
    """The requests of a server so fast that prompts grow to their largest."""
    if settings.fields_per_request:
        return len(prompts)
    fields: dict[str, int] = {}
    for prompt in prompts:
        fields[prompt.sent.table.name] = fields.get(prompt.sent.table.name, 0) + len(prompt.keys)
    return min(len(prompts), sum(math.ceil(count / MOST) for count in fields.values()))


def _likely(prompt: Prompt) -> float:
    """Tokens of an answer."""
    return min(prompt.most, len(prompt.keys) * OUTPUT_PER_FIELD)


def _cost(prompts: Sequence[Prompt], price: Price) -> Range:
    def all_of(short: float, answer: float) -> float:
        return sum(
            price.cost(Usage(round(prompt.tokens * short), round(_likely(prompt) * answer))) for prompt in prompts
        )

    worst = AGAIN * sum(price.worst(prompt.tokens, prompt.most) for prompt in prompts)
    return Range(all_of(SHORT_PROMPT, SHORT_ANSWER), all_of(1, 1), worst)


def expected(prompts: Sequence[Prompt], settings: AiSettings, facts: ServerFacts, speed: float | None = None) -> Time:
    """The time of these prompts: the largest of what callers, both rates and one answer need.

    With M prompts, C callers, L seconds an answer, R requests and K tokens a minute and a burst b:
    max(ceil(M/C)·L, 60·(M-b)/R + L, 60·tokens/K + L, L).
    """
    speed = speed or (LOCAL_SPEED if facts.local else CLOUD_SPEED)
    callers = callers_of(settings, facts)
    if not prompts:
        return Time(0.0, "nothing is asked", callers, speed)
    count = len(prompts)
    answers = sum(map(_likely, prompts))
    each = START_SECONDS + answers / count / speed
    bounds = [(each, "one answer"), (math.ceil(count / callers) * each, f"{callers} at a time")]
    if rpm := settings.rate_limit_rpm:
        burst = min(BURST, rpm / BURST_SHARE)
        bounds.append((60 * max(0.0, count - burst) / rpm + each, f"{rpm:g} requests a minute"))
    if tpm := settings.tokens_per_minute:
        tokens = answers + sum(prompt.tokens for prompt in prompts)
        bounds.append((60 * max(0.0, tokens - tpm / BURST_SHARE) / tpm + each, f"{tpm:g} tokens a minute"))
    seconds, bound = max(bounds)
    return Time(seconds, bound, callers, speed)


def callers_of(settings: AiSettings, facts: ServerFacts) -> int:
    """How many requests will be under way at once."""
    slots = facts.slots or (UNTOLD_SLOTS if facts.local else settings.max_concurrent_requests)
    return min(settings.max_concurrent_requests, slots)


def allowed_by_cost(prompts: Sequence[Prompt], price: Price, max_cost: float, callers: int) -> Allowance:
    """What `max_cost` US dollars let through where answers are of the likely length.

    A prompt goes out when its worst case, and those of the ones still under way, fit beside what is spent.
    """
    spent = 0.0
    worst = [price.worst(prompt.tokens, prompt.most) for prompt in prompts]
    for number in range(len(prompts)):
        under_way = max(0, number - callers + 1)
        if under_way:
            done = prompts[under_way - 1]
            spent += price.cost(Usage(done.tokens, round(_likely(done))))
        if spent + sum(worst[under_way : number + 1]) > max_cost:
            return _first(prompts, number)
    return _first(prompts, len(prompts))


def _first(prompts: Sequence[Prompt], count: int) -> Allowance:
    return Allowance(count, sum(len(prompt.keys) for prompt in prompts[:count]))


def price_for(settings: AiSettings, facts: ServerFacts, *, batch: bool = False) -> Price | None:
    """What the model costs: as a person has set it, nothing on a server of one's own, else by the list."""
    from ddgen.describe.connection import price_of as own_price
    from ddgen.llm.prices import FREE, price_of

    own: Callable[[str], Price | None] | None = own_price(settings)
    if own is not None:
        return own(facts.model or "")
    if facts.local:
        return FREE
    return price_of(facts.model or "", settings.base_url, batch=batch) if facts.model else None
