"""Counts and times reach Prometheus and OpenTelemetry; texts reach neither."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import CollectorRegistry, generate_latest

from ddgen.llm.failure import Cause
from ddgen.llm.messages import Answer, Usage
from ddgen.llm.metrics import Metrics
from ddgen.llm.telemetry import COUNTERS, GAUGES, HISTOGRAMS, OpenTelemetrySink, PrometheusSink, attach

ANSWER = Answer("a very private text", "m-2026", "stop", Usage(100, 20, 30), request_id="req-1")
OPENAI = ("api.openai.com", 443)


def everything_happens(metrics: Metrics) -> None:
    metrics.attempt("m", None, 1.5, answer=ANSWER, server=OPENAI)
    metrics.attempt("m", Cause.TIMEOUT, 60.0, server=("127.0.0.1", 1234))
    metrics.retried()
    metrics.tokens(ANSWER.usage)
    metrics.cost(0.25)
    metrics.cost(0.5, unknown=True)
    metrics.field(hit=False)
    metrics.field(hit=True)
    metrics.field(hit=False, cause=Cause.RATE)
    metrics.looked_up("memory", hits=1, misses=2)
    metrics.coalesced()
    metrics.bisected()
    metrics.rejected("ids")
    metrics.waited("rate", 0.3)
    metrics.breaker_moved("open")
    for name in GAUGES:
        metrics.gauge(name, 3)


def test_every_name_of_prometheus_is_used_and_none_is_unknown() -> None:
    registry = CollectorRegistry()
    metrics = Metrics()
    metrics.sinks.append(PrometheusSink(registry))
    everything_happens(metrics)
    counted = {
        sample.name.removeprefix("ddgen_llm_")
        for family in registry.collect()
        for sample in family.samples
        if sample.value and not sample.name.endswith("_created")
    }
    assert set(COUNTERS) <= counted
    assert {f"{name}_count" for name in HISTOGRAMS} <= counted
    assert set(GAUGES) <= counted


def test_prometheus_values() -> None:
    registry = CollectorRegistry()
    metrics = Metrics()
    metrics.sinks.append(PrometheusSink(registry))
    everything_happens(metrics)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"ddgen_llm_{name}", labels)

    assert value("attempts_total", **{"class": "timeout"}) == 1
    assert value("requests_total", model="m", outcome="ok") == 1
    assert value("tokens_total", type="cached") == 30
    assert value("cost_usd_total", kind="unknown") == 0.5
    assert value("fields_total", source="rule") == 1
    assert value("cache_total", level="memory", result="miss") == 2
    assert value("attempt_seconds_sum") == 61.5
    assert value("queue_wait_seconds_count", stage="rate") == 1
    assert b"private" not in generate_latest(registry)


def test_two_generators_count_into_one_registry() -> None:
    registry = CollectorRegistry()
    for _ in range(2):
        metrics = Metrics()
        metrics.sinks.append(PrometheusSink(registry))
        metrics.coalesced()
        metrics.under_way(1)
    assert registry.get_sample_value("ddgen_llm_inflight") == 2
    assert registry.get_sample_value("ddgen_llm_coalesced_total") == 2


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def reader() -> InMemoryMetricReader:
    return InMemoryMetricReader()


@pytest.fixture
def traced(spans: InMemorySpanExporter, reader: InMemoryMetricReader) -> Metrics:
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    metrics = Metrics()
    metrics.sinks.append(OpenTelemetrySink(tracers, MeterProvider([reader])))
    return metrics


def test_a_span_for_every_request(traced: Metrics, spans: InMemorySpanExporter) -> None:
    everything_happens(traced)
    good, bad = spans.get_finished_spans()
    assert good.name == bad.name == "chat m"
    assert good.kind is SpanKind.CLIENT
    assert dict(good.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.response.model": "m-2026",
        "gen_ai.response.id": "req-1",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 30,
        "server.address": "api.openai.com",
        "server.port": 443,
    }
    assert good.start_time is not None
    assert good.end_time is not None
    assert (good.end_time - good.start_time) / 1e9 == pytest.approx(1.5)
    assert bad.status.status_code is StatusCode.ERROR
    attributes = dict(bad.attributes or {})
    assert (attributes["error.type"], attributes["gen_ai.provider.name"]) == ("timeout", "_OTHER")


def test_no_text_is_ever_traced(traced: Metrics, spans: InMemorySpanExporter) -> None:
    everything_happens(traced)
    assert "private" not in "".join(span.to_json() for span in spans.get_finished_spans())


def test_spans_stand_below_the_current_one(spans: InMemorySpanExporter) -> None:
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    metrics = Metrics()
    metrics.sinks.append(OpenTelemetrySink(tracers))
    with tracers.get_tracer("test").start_as_current_span("build"):
        metrics.attempt("m", None, 0.1, answer=ANSWER)
    inner, outer = spans.get_finished_spans()
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id


def test_the_two_histograms_of_the_conventions(traced: Metrics, reader: InMemoryMetricReader) -> None:
    everything_happens(traced)
    data = reader.get_metrics_data()
    assert data is not None
    found = {
        metric.name: list(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    durations: list[Any] = found["gen_ai.client.operation.duration"]
    tokens: list[Any] = found["gen_ai.client.token.usage"]
    assert sorted(point.sum for point in durations) == [1.5, 60.0]
    assert {point.attributes["gen_ai.token.type"]: point.sum for point in tokens} == {"input": 100, "output": 20}


def test_both_are_attached_where_they_are_installed() -> None:
    metrics = Metrics()
    assert attach(metrics) == ["prometheus", "opentelemetry"]
    everything_happens(metrics)
    assert attach(Metrics(), prometheus=False) == ["opentelemetry"]
    assert attach(Metrics(), prometheus=False, opentelemetry=False) == []


def test_where_they_are_not_installed_nothing_happens() -> None:
    script = """
import sys
sys.modules["prometheus_client"] = sys.modules["opentelemetry"] = None
import ddgen.llm.telemetry as telemetry
from ddgen.llm.metrics import Metrics
assert telemetry.attach(Metrics()) == []
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_importing_it_imports_neither() -> None:
    script = "import sys, ddgen.llm.telemetry; print([n for n in sys.modules if n[:4] in ('prom', 'open')])"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
