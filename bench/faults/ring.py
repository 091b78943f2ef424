"""What every fault scenario uses: the contender's interface, fields whose right texts are known, and clocks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from loopback import Loopback, Request

from ddgen.describe.facts import FieldFacts, facts_of_request
from ddgen.llm.clock import Clock
from ddgen.llm.prices import Price

SCALE = 50.0
"""A minute takes 1.2 seconds."""

MINUTE = 60 / SCALE
SLACK = 0.25
"""Seconds that a busy machine may be late."""

SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


class Missed(Exception):
    """What must be observed was not; the message says what was."""


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a contender is told. Times are those of a real run; a contender divides its own by `scale`.

    `connection_timeout` alone is as it is. With a `clock` only `request_timeout` is divided: the rest is the clock's.
    `api_key` of None leaves it to the environment.
    """

    base_url: str
    api_key: str | None = "a-key"
    model: str = "test-model"
    scale: float = SCALE
    request_timeout: float = 60.0
    connection_timeout: float = 2.0
    max_attempts: int = 3
    max_concurrent: int = 10
    rpm: float = 0.0
    tpm: float = 0.0
    batch: int = 10
    cache: Path | None = None
    price: Price | None = None
    max_cost: float | None = None
    privacy: str | None = None
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What a contender gave for a field: by the model, or by rule because of `cause`; `status` as told to callers."""

    description: str
    business_name: str
    by_model: bool = True
    cause: str | None = None
    retry_after: float | None = None
    status: int | None = None
    said: str = ""


class Contender(Protocol):
    """A program that describes fields. `means` are what it has to bear faults with."""

    means: frozenset[str]

    def __init__(self, knobs: Knobs) -> None: ...

    async def describe(self, fields: Sequence[FieldFacts]) -> list[Text]:
        """One text for every field, in order."""

    def breaker_open(self) -> bool:
        """Whether its circuit breaker is open."""

    def counts(self) -> dict[str, int]:
        """`requests`, `prompt_tokens` and `completion_tokens` so far, as it believes."""

    async def aclose(self) -> None:
        """Close every connection."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Where one contender meets one fault."""

    kind: type[Contender]
    folder: Path

    @asynccontextmanager
    async def enter(self, server: Loopback | str, **knobs: object) -> AsyncIterator[Contender]:
        """A fresh contender for this server."""
        url = server if isinstance(server, str) else server.url
        contender = self.kind(Knobs(url, **knobs))  # type: ignore[arg-type] # the knobs of Knobs, by name
        try:
            yield contender
        finally:
            await contender.aclose()

    def needs(self, *means: str) -> None:
        """Miss where the contender has no such means."""
        for one in means:
            check(one in self.kind.means, f"has no {one}")


Fight = Callable[[Ring], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One fault: what happens, what must be observed, and the program that looks."""

    number: int
    fault: str
    wanted: str
    fight: Fight


SCENARIOS: dict[int, Scenario] = {}


def scenario(number: int, fault: str, wanted: str) -> Callable[[Fight], Fight]:
    """Make a function one of the 36."""

    def keep(fight: Fight) -> Fight:
        SCENARIOS[number] = Scenario(number, fault, wanted, fight)
        return fight

    return keep


def check(holds: object, otherwise: str) -> None:
    """Miss, for this reason, unless it holds."""
    if not holds:
        raise Missed(otherwise)


def equal(found: object, wanted: object, what: str) -> None:
    """Miss unless these are equal."""
    check(found == wanted, f"{what}: {found}, not {wanted}")


def word(number: int) -> str:
    """Six letters for a number below 343,000."""
    parts = []
    for _ in range(3):
        number, rest = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[rest])
    return "".join(reversed(parts))


def fields(count: int, start: int = 0) -> list[FieldFacts]:
    """Fields that only their names tell apart."""
    return [
        facts_of_request(
            {
                "field_path": f"records.value_{word(number)}",
                "field_name": f"value_{word(number)}",
                "data_type": "string",
                "sample_values": ["north", "south"],
            }
        )
        for number in range(start, start + count)
    ]


def right(field: FieldFacts) -> tuple[str, str]:
    """What the server says of this field and of no other."""
    return about(field.name.rpartition("_")[2])


def about(of: str) -> tuple[str, str]:
    """Description and business name."""
    return f"Amount that was measured by {of} for this entry.", f"Measured {of.title()}"


def all_by_model(texts: Sequence[Text], asked: Sequence[FieldFacts]) -> None:
    """Miss unless the model wrote every text, and each is its own field's."""
    check_count(texts, asked)
    by_rule = [text for text in texts if not text.by_model]
    causes = ", ".join(sorted({str(text.cause) for text in by_rule}))
    check(not by_rule, f"{len(by_rule)} of {len(asked)} fields without text of the model ({causes})")
    none_wrong(texts, asked)


def none_wrong(texts: Sequence[Text], asked: Sequence[FieldFacts]) -> None:
    """Miss if the model's text for one field was given to another, or is not whole."""
    check_count(texts, asked)
    pairs = zip(texts, asked, strict=True)
    wrong = [field for text, field in pairs if text.by_model and (text.description, text.business_name) != right(field)]
    check(not wrong, f"{len(wrong)} fields have a wrong text")


def all_by_rule(texts: Sequence[Text], asked: Sequence[FieldFacts], *causes: str) -> None:
    """Miss unless every text is by rule, and because of one of these."""
    check_count(texts, asked)
    check(not any(text.by_model for text in texts), "fields have a text of the model")
    check(all(text.description and text.business_name for text in texts), "fields without any text")
    found = {text.cause for text in texts}
    check(not causes or found <= set(causes), f"cause {found}, not {set(causes)}")


def check_count(texts: Sequence[Text], asked: Sequence[FieldFacts]) -> None:
    """Miss if a field was lost."""
    equal(len(texts), len(asked), "texts")


def none_twice(posts: Sequence[Request]) -> None:
    """Miss if any prompt was sent again."""
    bodies = [prompt_of(post) for post in posts]
    check(len(set(bodies)) == len(bodies), f"{len(bodies) - len(set(bodies))} prompts were sent again")


def prompt_of(post: Request) -> str:
    """What is asked for in a prompt, whatever else changes from one to the next."""
    from faults.clerk import words_of

    return " ".join(sorted(words_of(post).values()))


async def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something to be observed; miss where it does not happen."""
    end = time.monotonic() + seconds
    while not holds():
        check(time.monotonic() < end, "what was waited for did not happen")
        await asyncio.sleep(0.005)


class HandClock:
    """Time stands still until it is set; waiting takes a fraction of the time, and moves nothing."""

    def __init__(self, scale: float = SCALE) -> None:
        self.now = 1024.0
        self._scale = scale

    def monotonic(self) -> float:
        """Seconds, as set."""
        return self.now

    def time(self) -> float:
        """Unix time."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait a fraction of so long."""
        await asyncio.sleep(seconds / self._scale)


class FastClock:
    """The machine's clock, faster."""

    def __init__(self, scale: float = SCALE) -> None:
        self._scale = scale

    def monotonic(self) -> float:
        """Seconds of its own."""
        return time.monotonic() * self._scale

    def time(self) -> float:
        """Unix time."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait so many of its own seconds."""
        await asyncio.sleep(seconds / self._scale)
