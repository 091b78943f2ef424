"""The documented class: names and descriptions of fields that callers describe, from any thread or event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from ddgen.describe import connection
from ddgen.describe.facts import FieldFacts, TableFacts, facts_of_request
from ddgen.describe.shelf import Asking, Shelf
from ddgen.describe.texts import Ask, FieldText, rule_text
from ddgen.describe.units import Sent
from ddgen.describe.writer import Options, Progress, Writer, asking_of
from ddgen.errors import UsageError
from ddgen.llm.cache import MemoryCache
from ddgen.llm.client import Client
from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.flights import Flights
from ddgen.llm.latch import Latch
from ddgen.llm.loop import LoopThread
from ddgen.llm.metrics import Metrics
from ddgen.llm.retry import RetryBudget
from ddgen.settings import AiSettings, load_ai

OnError = Literal["rules", "raise"]

TURNED_OFF = "models are turned off (OPENAI_ENABLED=false)"
_NO_TABLE = TableFacts()
"""Fields that callers describe name no table; those of one call share prompts all the same."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What lives in one event loop."""

    loop: asyncio.AbstractEventLoop
    client: Client
    writer: Writer
    keeper: asyncio.Task[None]


async def _keep_until_cancelled(client: Client, writer: Writer) -> None:
    """Close both when the loop ends."""
    try:
        await asyncio.Event().wait()
    finally:
        await writer.aclose()
        await client.aclose()


class AIDescriptionGenerator:
    """Business names and descriptions from an OpenAI-compatible server, or by rule where it does not answer.

    Without arguments it reads the documented settings from the environment and `.env`; keyword arguments are the
    settings' names (`base_url`, `model`, `request_timeout`, ...) and override them; `settings` replaces them all.
    Nothing is shared between two generators. It may be used from any event loop, from several, after a loop has ended,
    and through the `..._sync` methods without any: the requests run in a thread of its own, which `close`, `aclose`,
    or leaving `async with` ends, and which a later call starts anew.

    With `on_error="rules"` a field whose server fails gets the text by rule, never an exception; with "raise", here or
    in a call, RateLimitError and ExternalServiceError come through. Raises UsageError for settings that cannot be.
    """

    def __init__(
        self,
        *,
        on_error: OnError = "rules",
        settings: AiSettings | None = None,
        clock: Clock | None = None,
        on_sent: Callable[[Sent], None] | None = None,
        **overrides: Any,
    ) -> None:
        self.settings = settings if settings is not None else load_ai(**overrides)
        if settings is not None and overrides:
            raise UsageError(f"settings are given whole, so {', '.join(overrides)} cannot be given beside them")
        self._on_error = _checked(on_error)
        self._clock = clock or SystemClock()
        self._on_sent = on_sent
        self._memory = self._make_memory()
        self._metrics = Metrics(self._memory, enabled=self.settings.metrics_enabled)
        self._metrics.retries_left = lambda: RetryBudget().left
        self._shelf = Shelf(self._memory, metrics=self._metrics)
        self._latch = Latch(self._clock, connection.limits_of(self.settings).latch_seconds)
        self._budget = connection.budget_of(self.settings, self._clock)
        self._options: Options = connection.options_of(self.settings, exact=True)
        self._firewall = connection.firewall_of(self.settings)
        self._thread = LoopThread()
        self._desk: _Desk | None = None

    def __repr__(self) -> str:
        """The server and model, without the key."""
        return f"{type(self).__name__}(base_url={self.settings.base_url!r}, model={self.settings.model!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def generate_description(
        self,
        field_path: str,
        field_name: str,
        data_type: str,
        semantic_type: str | None = None,
        sample_values: Sequence[Any] | None = None,
        *,
        on_error: OnError | None = None,
    ) -> tuple[str, str]:
        """Description and business name of one field."""
        field = _request(field_path, field_name, data_type, semantic_type, sample_values)
        return (await self.describe([field], on_error=on_error))[0].pair

    async def generate_batch(
        self,
        fields: Iterable[Mapping[str, Any]],
        *,
        on_error: OnError | None = None,
        on_progress: Progress | None = None,
    ) -> list[tuple[str, str]]:
        """Description and business name of every field, in the order given.

        Fields are mappings with the names of `generate_description`'s arguments.
        """
        return [text.pair for text in await self.describe(fields, on_error=on_error, on_progress=on_progress)]

    async def describe(
        self,
        fields: Iterable[Mapping[str, Any]],
        *,
        on_error: OnError | None = None,
        on_progress: Progress | None = None,
    ) -> list[FieldText]:
        """Like `generate_batch`, with where each text comes from; `FieldText.claims()` makes claims of it.

        `on_progress(done, total)` is called from the generator's thread. Raises UsageError for a field without name.
        """
        job = self._job(fields, on_error)
        if job.left:
            job.fill(await self._thread.run(lambda: self._write(job.left, on_progress)))
        return job.result()

    def generate_description_sync(
        self,
        field_path: str,
        field_name: str,
        data_type: str,
        semantic_type: str | None = None,
        sample_values: Sequence[Any] | None = None,
        *,
        on_error: OnError | None = None,
    ) -> tuple[str, str]:
        """`generate_description` for callers without an event loop; inside one it blocks the loop."""
        field = _request(field_path, field_name, data_type, semantic_type, sample_values)
        return self.describe_sync([field], on_error=on_error)[0].pair

    def generate_batch_sync(
        self,
        fields: Iterable[Mapping[str, Any]],
        *,
        on_error: OnError | None = None,
        on_progress: Progress | None = None,
    ) -> list[tuple[str, str]]:
        """`generate_batch` for callers without an event loop; inside one it blocks the loop."""
        return [text.pair for text in self.describe_sync(fields, on_error=on_error, on_progress=on_progress)]

    def describe_sync(
        self,
        fields: Iterable[Mapping[str, Any]],
        *,
        on_error: OnError | None = None,
        on_progress: Progress | None = None,
    ) -> list[FieldText]:
        """`describe` for callers without an event loop; inside one it blocks the loop."""
        job = self._job(fields, on_error)
        if job.left:
            job.fill(self._thread.run_sync(lambda: self._write(job.left, on_progress)))
        return job.result()

    @property
    def metrics(self) -> Metrics:
        """What counts; `ddgen.llm.telemetry.attach` sends it on to Prometheus and OpenTelemetry."""
        return self._metrics

    def get_metrics(self) -> dict[str, Any]:
        """The documented counters, whose unit is a field asked for; then those of attempts, and the cost.

        total = successful + failed = hits + misses, and the three kinds of error sum to failed.
        """
        return self._metrics.everything()

    def reset_metrics(self) -> None:
        """Start counting at zero."""
        self._metrics.reset()

    def clear_cache(self) -> None:
        """Forget all texts of this generator."""
        if self._memory is not None:
            self._memory.clear()

    async def aclose(self) -> None:
        """End what is under way, close the connections and the thread."""
        self._desk = None
        await asyncio.to_thread(self._thread.close)

    def close(self) -> None:
        """`aclose` for callers without an event loop."""
        self._desk = None
        self._thread.close()

    def _make_memory(self) -> MemoryCache | None:
        if not self.settings.cache_enabled:
            return None
        return MemoryCache(self.settings.cache_ttl, self.settings.cache_max_size, self._clock)

    def _job(self, fields: Iterable[Mapping[str, Any]], on_error: OnError | None) -> _Job:
        """What is asked for; what needs no server is answered here, in the caller's thread."""
        job = _Job(
            [facts_of_request(field) for field in fields], raising=_checked(on_error or self._on_error) == "raise"
        )
        if not self.settings.enabled:
            job.texts = [rule_text(facts, reason=TURNED_OFF) for facts in job.facts]
        elif (asking := self._asking()) is not None:
            for number, facts in enumerate(job.facts):
                job.texts[number] = self._shelf.near(asking, asking.keys(_NO_TABLE, facts))
                if job.texts[number] is not None:
                    self._metrics.field(hit=True)
        return job

    def _asking(self) -> Asking | None:
        if self._desk is not None:
            return self._desk.writer.asking
        return asking_of(self.settings.base_url, self.settings.model, self._options, self._firewall)

    async def _write(self, facts: Sequence[FieldFacts], on_progress: Progress | None) -> list[FieldText]:
        """In the generator's thread."""
        desk = self._desk
        if desk is None or desk.loop is not asyncio.get_running_loop():
            desk = self._desk = self._open()
        return (await desk.writer.write([Ask(_NO_TABLE, facts)], on_progress))[0]

    def _open(self) -> _Desk:
        client = Client(
            connection.endpoint_of(self.settings),
            connection.limits_of(self.settings),
            clock=self._clock,
            budget=self._budget,
            metrics=self._metrics,
            latch=self._latch,
            price=connection.price_of(self.settings),
        )
        self._metrics.breaker_open = lambda: client.breaker.state == "open"
        writer = Writer(client, self._options, self._shelf, Flights(), self._firewall, on_sent=self._on_sent)
        keeper = asyncio.create_task(_keep_until_cancelled(client, writer))
        return _Desk(asyncio.get_running_loop(), client, writer, keeper)


class _Job:
    """One call: the fields asked for, and the texts so far."""

    def __init__(self, facts: list[FieldFacts], *, raising: bool) -> None:
        self.facts = facts
        self.texts: list[FieldText | None] = [None] * len(facts)
        self._raising = raising

    @property
    def left(self) -> list[FieldFacts]:
        """The fields without text."""
        return [facts for facts, text in zip(self.facts, self.texts, strict=True) if text is None]

    def fill(self, texts: Iterable[FieldText]) -> None:
        """Give the fields without text these."""
        rest = iter(texts)
        self.texts = [next(rest) if text is None else text for text in self.texts]

    def result(self) -> list[FieldText]:
        """All texts; raises the error of the first field without a model's text, if that is wanted."""
        texts = [text for text in self.texts if text is not None]
        return [text.or_error() for text in texts] if self._raising else texts


def _checked(on_error: str) -> OnError:
    if on_error == "rules":
        return "rules"
    if on_error == "raise":
        return "raise"
    raise UsageError(f'on_error is "rules" or "raise", not {on_error!r}')


def _request(path: str, name: str, data_type: str, semantic_type: str | None, samples: Any) -> dict[str, Any]:
    return {
        "field_path": path,
        "field_name": name,
        "data_type": data_type,
        "semantic_type": semantic_type,
        "sample_values": samples,
    }
