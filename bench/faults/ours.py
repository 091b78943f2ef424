"""ddgen as a contender: the writer of `ddgen build`, with limits scaled in time and nothing else changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from behaviours import scaled

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import Firewall
from ddgen.describe.futile import Futile
from ddgen.describe.record import RunRecord
from ddgen.describe.shelf import Shelf
from ddgen.describe.texts import Ask, FieldText
from ddgen.describe.writer import Options, Writer
from ddgen.errors import DdgenError
from ddgen.llm.budget import Budget
from ddgen.llm.cache import MemoryCache
from ddgen.llm.client import Client
from ddgen.llm.clock import SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import CallFailed
from ddgen.llm.flights import Flights
from ddgen.llm.messages import Endpoint, Limits
from ddgen.llm.metrics import Metrics
from ddgen.model.claim import Origin
from ddgen.settings import Privacy, load_ai
from faults.ring import Knobs, Text

TABLE = TableFacts(name="records", row_count=10_000)


class Ours:
    """ddgen."""

    means = frozenset(
        {"circuit breaker", "cache", "persistent cache", "single-flight", "budget", "metrics", "firewall", "guard"}
    )
    title: ClassVar[str] = "ddgen"

    def __init__(self, knobs: Knobs) -> None:
        self.knobs = knobs
        self.sent: list[str] = []
        clock = knobs.clock or SystemClock()
        memory = MemoryCache(3600.0, 10_000, clock)
        self.disk = DiskCache(knobs.cache) if knobs.cache else None
        self.metrics = Metrics(memory)
        self._blocked: CallFailed | None = None
        privacy = Privacy(knobs.privacy) if knobs.privacy else Privacy.MASKED
        try:
            self.client = Client(
                Endpoint(knobs.base_url, knobs.model, _key(knobs)),
                limits_of(knobs),
                clock=clock,
                budget=Budget(knobs.max_cost, clock=clock),
                metrics=self.metrics,
                price=None if knobs.price is None else lambda _: knobs.price,
            )
        except CallFailed as failed:
            self._blocked = failed
            return
        futile = Futile(self.disk.journal, clock) if self.disk else None
        shelf = Shelf(memory, [("disk", self.disk)] if self.disk else (), self.metrics, futile)
        options = Options(temperature=0.2, fields_per_request=knobs.batch)
        record = RunRecord(self.disk.journal) if self.disk else None
        self.writer = Writer(self.client, options, shelf, Flights(), Firewall(privacy), recorder=record)

    async def describe(self, fields: Sequence[FieldFacts]) -> list[Text]:
        """One text for every field, in order."""
        if self._blocked is not None:
            cause, said = self._blocked.failure.cause.value, str(self._blocked)
            return [
                Text(field.rule_description, field.rule_name, by_model=False, cause=cause, said=said)
                for field in fields
            ]
        return [_text(text) for text in (await self.writer.write([Ask(TABLE, fields)]))[0]]

    def breaker_open(self) -> bool:
        """Whether the circuit breaker is open."""
        return self.client.breaker.state == "open"

    def counts(self) -> dict[str, int]:
        """What it counted."""
        told = self.metrics.everything()
        names = {"requests": "attempts", "prompt_tokens": "prompt_tokens", "completion_tokens": "completion_tokens"}
        return {name: told[key] for name, key in names.items()}

    async def aclose(self) -> None:
        """Close every connection."""
        if self._blocked is None:
            await self.writer.aclose()
            await self.client.aclose()
        if self.disk is not None:
            self.disk.close()


def limits_of(knobs: Knobs) -> Limits:
    """The documented limits, scaled."""
    faster = 1.0 if knobs.clock is not None else knobs.scale
    return replace(
        scaled(faster),
        request_timeout=knobs.request_timeout / knobs.scale,
        connection_timeout=knobs.connection_timeout,
        max_attempts=knobs.max_attempts,
        max_concurrent=knobs.max_concurrent,
        requests_per_minute=knobs.rpm * faster,
        tokens_per_minute=knobs.tpm * faster,
    )


def _key(knobs: Knobs) -> str | None:
    if knobs.api_key is not None:
        return knobs.api_key
    key = load_ai(base_url=knobs.base_url).key_for()
    return key.get_secret_value() if key else None


def _text(text: FieldText) -> Text:
    status = None
    try:
        text.or_error()
    except DdgenError as error:
        status = error.http_status
    failure = text.failure
    return Text(
        text.description,
        text.business_name,
        by_model=text.origin is Origin.AI,
        cause=failure.cause.value if failure else None,
        retry_after=failure.retry_after if failure else None,
        status=status,
        said=f"{text.reason} {failure}",
    )
