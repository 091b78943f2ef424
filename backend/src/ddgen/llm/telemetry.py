"""Prometheus and OpenTelemetry, where they are installed: counts, times and names of models, never a text.

The names of OpenTelemetry's GenAI conventions are all still "Development"; they stand here and nowhere else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ddgen.llm.metrics import Attempt, Metrics, Sink

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider
    from prometheus_client import CollectorRegistry

SCOPE = "ddgen.llm"
OPENAI_HOST = "api.openai.com"
OTHER = "_OTHER"

SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120)
OPERATION_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = tuple(4**power for power in range(14))
"""The conventions' own buckets, as `OPERATION_SECONDS` are."""

COUNTERS = {
    "requests_total": ("Requests to the model server, by outcome", ("model", "outcome")),
    "attempts_total": ("Requests to the model server, by class of failure", ("class",)),
    "breaker_transitions_total": ("Changes of the circuit breaker", ("to",)),
    "cache_total": ("Lookups in the caches of answers", ("level", "result")),
    "coalesced_total": ("Fields that joined an equal question in flight", ()),
    "tokens_total": ("Tokens of prompts and answers", ("type",)),
    "cost_usd_total": ("US dollars spent on answers", ("kind",)),
    "fields_total": ("Fields described, by where their text is from", ("source",)),
    "batch_bisects_total": ("Batches that were halved", ()),
    "output_rejected_total": ("Items of answers that were not accepted", ("reason",)),
}
HISTOGRAMS = {
    "attempt_seconds": ("How long a request to the model server took", ()),
    "queue_wait_seconds": ("How long a request waited before it was sent", ("stage",)),
}
GAUGES = {
    "inflight": "Requests at the model server now",
    "concurrency_limit": "Requests that may be at the model server at once",
    "breaker_state": "0 closed, 1 half open, 2 open",
    "retry_budget_tokens": "Retries that are left",
    "budget_remaining_usd": "US dollars that are left",
}


def attach(metrics: Metrics, *, prometheus: bool = True, opentelemetry: bool = True) -> list[str]:
    """Send what `metrics` counts to those of the two that are installed, and return their names.

    Prometheus' default registry and OpenTelemetry's configured providers are used; to use others, append a
    `PrometheusSink` or `OpenTelemetrySink` to `metrics.sinks`.
    """
    wanted: dict[str, Callable[[], Sink]] = {}
    if prometheus:
        wanted["prometheus"] = PrometheusSink
    if opentelemetry:
        wanted["opentelemetry"] = OpenTelemetrySink
    return [name for name, sink in wanted.items() if _attached(metrics, sink)]


def _attached(metrics: Metrics, sink: Callable[[], Sink]) -> bool:
    try:
        metrics.sinks.append(sink())
    except ImportError:
        return False
    return True


class PrometheusSink:
    """Metrics named `ddgen_llm_...`; several sinks of one registry add to the same ones. Labels are few words each."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        from prometheus_client import REGISTRY

        self._series = _series_of(registry if registry is not None else REGISTRY)

    def count(self, name: str, amount: float, labels: dict[str, str]) -> None:
        """Something happened."""
        self._labelled(name, labels).inc(amount)

    def observe(self, name: str, value: float, labels: dict[str, str]) -> None:
        """Something was measured."""
        self._labelled(name, labels).observe(value)

    def gauge(self, name: str, value: float) -> None:
        """Something is now so large."""
        self._series[name].set(value)

    def moved(self, name: str, by: float) -> None:
        """Something is now larger by so much."""
        self._series[name].inc(by)

    def attempted(self, attempt: Attempt) -> None:
        """Nothing: what an attempt adds has been counted."""

    def _labelled(self, name: str, labels: dict[str, str]) -> Any:
        series = self._series[name]
        return series.labels(**labels) if labels else series


_REGISTRIES: WeakKeyDictionary[CollectorRegistry, dict[str, Any]] = WeakKeyDictionary()
_REGISTERING = threading.Lock()


def _series_of(registry: CollectorRegistry) -> dict[str, Any]:
    """A registry takes each name once, however many generators count into it."""
    with _REGISTERING:
        if registry not in _REGISTRIES:
            _REGISTRIES[registry] = _register(registry)
        return _REGISTRIES[registry]


def _register(registry: CollectorRegistry) -> dict[str, Any]:
    from prometheus_client import Counter, Gauge, Histogram

    made: dict[str, Any] = {}
    for name, (meaning, labels) in COUNTERS.items():
        made[name] = Counter(f"ddgen_llm_{name}", meaning, labels, registry=registry)
    for name, (meaning, labels) in HISTOGRAMS.items():
        made[name] = Histogram(f"ddgen_llm_{name}", meaning, labels, registry=registry, buckets=SECONDS)
    for name, meaning in GAUGES.items():
        made[name] = Gauge(f"ddgen_llm_{name}", meaning, registry=registry)
    return made


class OpenTelemetrySink:
    """A span `chat MODEL` for every request that went over the wire, and the conventions' two histograms.

    A span is written when its request has ended, below the span that is current then.
    """

    def __init__(
        self, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
    ) -> None:
        from opentelemetry import metrics, trace

        self._tracer = trace.get_tracer(SCOPE, tracer_provider=tracer_provider)
        meter = metrics.get_meter(SCOPE, meter_provider=meter_provider)
        self._duration = meter.create_histogram(
            "gen_ai.client.operation.duration",
            "s",
            "Duration of requests to the model",
            explicit_bucket_boundaries_advisory=OPERATION_SECONDS,
        )
        self._tokens = meter.create_histogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Tokens of prompts and answers",
            explicit_bucket_boundaries_advisory=TOKENS,
        )

    def count(self, name: str, amount: float, labels: dict[str, str]) -> None:
        """Nothing: the conventions know attempts only."""

    def observe(self, name: str, value: float, labels: dict[str, str]) -> None:
        """Nothing: the conventions know attempts only."""

    def gauge(self, name: str, value: float) -> None:
        """Nothing: the conventions know attempts only."""

    def moved(self, name: str, by: float) -> None:
        """Nothing: the conventions know attempts only."""

    def attempted(self, attempt: Attempt) -> None:
        """A request ended just now."""
        common = _common(attempt)
        self._trace(attempt, common)
        self._duration.record(attempt.seconds, common)
        usage = attempt.answer.usage if attempt.answer else None
        if usage is not None:
            self._tokens.record(usage.prompt_tokens, {**common, "gen_ai.token.type": "input"})
            self._tokens.record(usage.completion_tokens, {**common, "gen_ai.token.type": "output"})

    def _trace(self, attempt: Attempt, common: dict[str, str | int]) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode

        ended = time.time_ns()
        span = self._tracer.start_span(
            f"chat {attempt.model}",
            kind=SpanKind.CLIENT,
            attributes={**common, **_details(attempt)},
            start_time=ended - int(attempt.seconds * 1e9),
        )
        if attempt.cause is not None:
            span.set_status(Status(StatusCode.ERROR))
        span.end(ended)


def _common(attempt: Attempt) -> dict[str, str | int]:
    """What spans and histograms both carry: few values each."""
    known: dict[str, str | int | None] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai" if attempt.host == OPENAI_HOST else OTHER,
        "gen_ai.request.model": attempt.model,
        "gen_ai.response.model": attempt.answer.model if attempt.answer else None,
        "server.address": attempt.host or None,
        "server.port": attempt.port,
        "error.type": attempt.cause.value if attempt.cause else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _details(attempt: Attempt) -> dict[str, Any]:
    """What only spans carry."""
    if attempt.answer is None:
        return {}
    answer = attempt.answer
    details: dict[str, Any] = {
        "gen_ai.response.finish_reasons": [answer.finish_reason],
        "gen_ai.usage.input_tokens": answer.usage.prompt_tokens,
        "gen_ai.usage.output_tokens": answer.usage.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": answer.usage.cached_tokens,
    }
    if answer.request_id:
        details["gen_ai.response.id"] = answer.request_id
    return details
