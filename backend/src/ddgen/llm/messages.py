"""What is asked of a server, and what it answers: plain data that every part of the transport speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server and what to ask it with. `api_key` never appears in a representation."""

    base_url: str
    model: str | None = None
    api_key: str | None = field(default=None, repr=False)
    allow_http: bool = False
    """Plain http to hosts that are neither loopback nor private."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a call may take. Times are in seconds; 0 means no limit for the two rates."""

    request_timeout: float = 60.0
    connection_timeout: float = 10.0
    total_timeout: float = 150.0
    """All attempts of one call together, from its first admission to the wire."""

    max_attempts: int = 3
    retry_multiplier: float = 2.0
    retry_min_wait: float = 4.0
    retry_max_wait: float = 30.0
    max_hint: float = 120.0
    """A server that asks for a longer wait than this is not waited for."""

    max_concurrent: int = 10
    requests_per_minute: float = 60.0
    tokens_per_minute: float = 0.0
    breaker_failures: int = 3
    breaker_seconds: float = 60.0
    warming_seconds: float = 180.0
    latch_seconds: float = 300.0
    """How long a refused key or an exhausted quota is remembered outside a run."""


@dataclass(frozen=True, slots=True)
class Question:
    """One prompt. `schema` is a flat JSON Schema of the answer (type, properties, required, enum, items only)."""

    system: str
    user: str
    schema: dict[str, Any] | None = None
    max_output_tokens: int = 256
    temperature: float | None = None
    prompt_tokens: int = 0
    """An estimate; 0 lets the transport estimate."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; where it told none, as estimated, and `estimated` says so."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Prompt and completion."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Answer:
    """The text a model wrote, reasoning and code fences already taken off, and how it was got."""

    text: str
    model: str
    finish_reason: str
    usage: Usage
    attempts: int = 1
    seconds: float = 0.0
    """Of the attempt that succeeded."""

    request_id: str | None = None
    rung: str = "json_schema"
    cost: float | None = None
    """US dollars, where the model's price is known."""
