"""The documented keys add up at any moment, and count fields."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.llm.cache import MemoryCache
from ddgen.llm.failure import Cause
from ddgen.llm.messages import Usage
from ddgen.llm.metrics import Attempt, Metrics

DOCUMENTED = (
    "total_requests successful_requests failed_requests cached_requests total_tokens prompt_tokens completion_tokens "
    "rate_limit_errors timeout_errors api_errors cache_hits cache_misses cache_evictions cache_size "
    "circuit_breaker_open"
).split()


class Recorder:
    def __init__(self) -> None:
        self.seen: list[tuple[Any, ...]] = []

    def count(self, name: str, amount: float, labels: dict[str, str]) -> None:
        self.seen.append((name, amount, labels))

    def observe(self, name: str, value: float, labels: dict[str, str]) -> None:
        self.seen.append((name, value, labels))

    def gauge(self, name: str, value: float) -> None:
        self.seen.append((name, value))

    def moved(self, name: str, by: float) -> None:
        self.seen.append((name, by))

    def attempted(self, attempt: Attempt) -> None:
        self.seen.append((attempt,))


def check(metrics: Metrics) -> dict[str, Any]:
    found = metrics.documented()
    assert found["total_requests"] == found["successful_requests"] + found["failed_requests"]
    assert found["total_requests"] == found["cache_hits"] + found["cache_misses"]
    assert found["failed_requests"] == found["rate_limit_errors"] + found["timeout_errors"] + found["api_errors"]
    assert found["total_tokens"] == found["prompt_tokens"] + found["completion_tokens"]
    return found


def test_exactly_the_documented_keys() -> None:
    assert sorted(Metrics().documented()) == sorted(DOCUMENTED)
    assert set(Metrics().everything()) > set(DOCUMENTED)


def test_all_begin_at_zero() -> None:
    assert not any(Metrics().documented().values())


@pytest.mark.parametrize(
    ("cause", "key"),
    [
        (Cause.RATE, "rate_limit_errors"),
        (Cause.QUOTA, "rate_limit_errors"),
        (Cause.TIMEOUT, "timeout_errors"),
        (Cause.DEADLINE, "timeout_errors"),
        (Cause.AUTH, "api_errors"),
        (Cause.BREAKER_OPEN, "api_errors"),
        (Cause.BUDGET, "api_errors"),
        (Cause.BAD_OUTPUT, "api_errors"),
    ],
)
def test_each_failed_field_has_one_cause(cause: Cause, key: str) -> None:
    metrics = Metrics()
    metrics.field(hit=False, cause=cause)
    found = check(metrics)
    assert {name for name, value in found.items() if value} == {
        "total_requests",
        "failed_requests",
        "cache_misses",
        key,
    }


def test_text_from_the_cache_is_a_cached_request() -> None:
    metrics = Metrics()
    metrics.field(hit=True)
    metrics.field(hit=False)
    found = check(metrics)
    assert (found["successful_requests"], found["cached_requests"], found["cache_hits"]) == (2, 1, 1)


def test_who_joined_a_question_that_failed_is_a_hit_and_failed() -> None:
    metrics = Metrics()
    metrics.field(hit=True, cause=Cause.NETWORK)
    found = check(metrics)
    assert (found["cache_hits"], found["cached_requests"], found["api_errors"]) == (1, 0, 1)


def test_tokens_and_cost() -> None:
    metrics = Metrics()
    metrics.tokens(Usage(100, 20, 30, 5, 7))
    metrics.tokens(Usage(10, 2, estimated=True))
    metrics.cost(0.25)
    metrics.cost(0.5, unknown=True)
    found = metrics.everything()
    assert check(metrics)["total_tokens"] == 132
    assert (found["cached_tokens"], found["reasoning_tokens"], found["cache_write_tokens"]) == (30, 7, 5)
    assert (found["cost"], found["cost_unknown"]) == (0.75, 0.5)


def test_attempts_have_keys_of_their_own() -> None:
    metrics = Metrics()
    metrics.attempt("m", None, 1.0)
    metrics.attempt("m", Cause.TIMEOUT, 60.0)
    metrics.retried()
    found = metrics.everything()
    assert (found["attempts"], found["attempts_failed"], found["retries"]) == (2, 1, 1)
    assert (found["attempts_ok"], found["attempts_timeout"]) == (1, 1)
    assert not any(metrics.documented().values())


def test_the_cache_and_the_breaker_are_looked_at() -> None:
    cache = MemoryCache(max_size=2)
    metrics = Metrics(cache, lambda: True)
    for key in "abc":
        cache.put(key, "x")
    found = metrics.documented()
    assert (found["cache_size"], found["cache_evictions"], found["circuit_breaker_open"]) == (2, 1, True)


def test_reset_begins_again_and_leaves_the_cache() -> None:
    cache = MemoryCache(max_size=2)
    metrics = Metrics(cache)
    for key in "abc":
        cache.put(key, "x")
    metrics.field(hit=False, cause=Cause.RATE)
    metrics.tokens(Usage(1, 1))
    metrics.attempt("m", None, 1.0)
    metrics.cost(1.0)
    metrics.reset()
    found = metrics.everything()
    assert {name for name, value in found.items() if value} == {"cache_size"}
    cache.put("d", "x")
    assert metrics.documented()["cache_evictions"] == 1


def test_switched_off_it_counts_nothing() -> None:
    metrics, sink = Metrics(MemoryCache(), enabled=False), Recorder()
    metrics.sinks.append(sink)
    metrics.field(hit=False)
    metrics.tokens(Usage(1, 1))
    metrics.cost(1.0)
    metrics.attempt("m", None, 1.0)
    metrics.gauge("concurrency_limit", 3)
    metrics.under_way(1)
    metrics.budgets(retries=3, dollars=1)
    metrics.retries_left = lambda: 3.0
    metrics.waited("slot", 1.0)
    metrics.breaker_moved("open")
    assert not any(metrics.everything().values())
    assert not sink.seen


def test_sinks_hear_of_everything() -> None:
    metrics, sink = Metrics(), Recorder()
    metrics.sinks.append(sink)
    metrics.field(hit=True)
    metrics.looked_up("disk", hits=3, misses=1)
    metrics.breaker_moved("open")
    metrics.waited("rate", 2.5)
    metrics.attempt("m", Cause.TIMEOUT, 60.0, server=("h", 1))
    assert (Attempt("m", Cause.TIMEOUT, 60.0, None, "h", 1),) in sink.seen
    assert ("fields_total", 1, {"source": "cache"}) in sink.seen
    assert ("cache_total", 3, {"level": "disk", "result": "hit"}) in sink.seen
    assert ("breaker_state", 2) in sink.seen
    assert ("queue_wait_seconds", 2.5, {"stage": "rate"}) in sink.seen
    assert metrics.everything()["breaker_opened"] == 1


def test_what_is_so_now_is_no_count() -> None:
    metrics, sink = Metrics(), Recorder()
    metrics.sinks.append(sink)
    metrics.retries_left = lambda: 9.5
    for change in (1, 1, -1):
        metrics.under_way(change)
    metrics.budgets(retries=9.5, dollars=float("inf"))
    metrics.budgets(retries=9.4, dollars=0.25)
    metrics.reset()
    found = metrics.everything()
    assert (found["requests_in_flight"], found["retry_budget_left"]) == (1, 9.5)
    assert [seen[1] for seen in sink.seen if seen[0] == "inflight"] == [1, 1, -1]
    assert [seen for seen in sink.seen if seen[0] == "budget_remaining_usd"] == [("budget_remaining_usd", 0.25)]
    assert ("retry_budget_tokens", 9.4) in sink.seen


def test_they_add_up_while_threads_count() -> None:
    metrics = Metrics()
    over = threading.Event()

    def work(number: int) -> None:
        for step in range(2_000):
            metrics.field(hit=step % 3 == 0, cause=Cause.TIMEOUT if (step + number) % 5 == 0 else None)

    def look() -> None:
        while not over.is_set():
            check(metrics)

    watcher = threading.Thread(target=look)
    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in (watcher, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    over.set()
    watcher.join()
    assert check(metrics)["total_requests"] == 8_000


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([None, *Cause]))))
def test_they_add_up_whatever_happens(fields: list[tuple[bool, Cause | None]]) -> None:
    metrics = Metrics()
    for hit, cause in fields:
        metrics.field(hit=hit, cause=cause)
    assert check(metrics)["total_requests"] == len(fields)
