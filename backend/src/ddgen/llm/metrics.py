"""Counters of what was asked for and what it took; the unit of the documented ones is a field asked for."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sized
from dataclasses import dataclass
from math import inf
from typing import Any, Literal, Protocol

from ddgen.llm.failure import POLICIES, Cause
from ddgen.llm.messages import Answer, Usage

SUM = (
    "successful_requests",
    "failed_requests",
    "cached_requests",
    "prompt_tokens",
    "completion_tokens",
    "rate_limit_errors",
    "timeout_errors",
    "api_errors",
    "cache_hits",
    "cache_misses",
)


class Evicting(Sized, Protocol):
    """A cache, as far as metrics are concerned."""

    @property
    def evictions(self) -> int:
        """How many entries had to go because it was full."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that went over the wire and ended. `answer` is read for its numbers, never for its text."""

    model: str
    cause: Cause | None
    seconds: float
    answer: Answer | None = None
    host: str = ""
    port: int | None = None


class Sink(Protocol):
    """Where counts go beside the counters here: Prometheus, for example."""

    def count(self, name: str, amount: float, labels: dict[str, str]) -> None:
        """Something happened."""

    def observe(self, name: str, value: float, labels: dict[str, str]) -> None:
        """Something was measured."""

    def gauge(self, name: str, value: float) -> None:
        """Something is now so large."""

    def moved(self, name: str, by: float) -> None:
        """Something is now larger by so much, or smaller; several may add to it."""

    def attempted(self, attempt: Attempt) -> None:
        """A request ended just now."""


class Metrics:
    """Thread-safe counters. At any moment successful + failed = hits + misses = total, and the causes sum to failed.

    With `enabled` false nothing is ever counted. `cache`, `breaker_open` and `retries_left` are looked at when somebody
    asks.
    """

    def __init__(
        self,
        cache: Evicting | None = None,
        breaker_open: Callable[[], bool] | None = None,
        *,
        enabled: bool = True,
    ) -> None:
        self.enabled = enabled
        self.cache = cache
        self.breaker_open = breaker_open
        self.retries_left: Callable[[], float] | None = None
        self.sinks: list[Sink] = []
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._own: Counter[str] = Counter()
        self._in_flight = 0
        self._cost = 0.0
        self._cost_unknown = 0.0
        self._evicted_before = 0

    def field(self, *, hit: bool, cause: Cause | None = None, source: str | None = None) -> None:
        """One field is done: with text from model or cache, or with rule text because of `cause`.

        `hit`: the cache knew it, or an equal question was already in flight.
        """
        outcome = "failed" if cause else "successful"
        names = [f"{outcome}_requests", "cache_hits" if hit else "cache_misses"]
        if cause:
            names.append(f"{POLICIES[cause].metric}_errors")
        elif hit:
            names.append("cached_requests")
        self._add(self._counts, dict.fromkeys(names, 1))
        self._send("fields_total", source=source or ("rule" if cause else "cache" if hit else "ai"))

    def tokens(self, usage: Usage) -> None:
        """What one answer took, counted by the server or estimated."""
        self._add(self._counts, {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens})
        kinds = {
            "input": usage.prompt_tokens,
            "output": usage.completion_tokens,
            "cached": usage.cached_tokens,
            "cache_write": usage.cache_write_tokens,
            "reasoning": usage.reasoning_tokens,
        }
        self._add(self._own, {f"{kind}_tokens": kinds[kind] for kind in ("cached", "cache_write", "reasoning")})
        for kind, amount in kinds.items():
            if amount:
                self._send("tokens_total", amount, type=kind)

    def cost(self, dollars: float, *, unknown: bool = False) -> None:
        """US dollars spent; `unknown`: held for a request whose answer never came."""
        if not self.enabled:
            return
        with self._lock:
            self._cost += dollars
            self._cost_unknown += dollars if unknown else 0.0
        self._send("cost_usd_total", dollars, kind="unknown" if unknown else "settled")

    def attempt(
        self,
        model: str,
        cause: Cause | None,
        seconds: float,
        *,
        answer: Answer | None = None,
        server: tuple[str, int | None] = ("", None),
    ) -> None:
        """One request went over the wire and ended just now, after so many seconds, well or because of `cause`."""
        kind = cause.value if cause else "ok"
        self._add(self._own, {"attempts": 1, "attempts_failed": 1 if cause else 0, f"attempts_{kind}": 1})
        self._send("attempts_total", 1, **{"class": kind})
        self._observe("attempt_seconds", seconds)
        self._send("requests_total", model=model, outcome=kind)
        if self.enabled:
            ended = Attempt(model, cause, seconds, answer, *server)
            for sink in self.sinks:
                sink.attempted(ended)

    def under_way(self, change: int) -> None:
        """One more request is at the server (1), or one less (-1)."""
        if not self.enabled:
            return
        with self._lock:
            self._in_flight += change
        for sink in self.sinks:
            sink.moved("inflight", change)

    def retried(self) -> None:
        """An attempt that is not the first is about to wait for its turn."""
        self._add(self._own, {"retries": 1})

    def waited(self, stage: Literal["slot", "rate", "gate"], seconds: float) -> None:
        """A request waited here before it was sent."""
        self._observe("queue_wait_seconds", seconds, stage=stage)

    def looked_up(self, level: Literal["memory", "disk", "redis"], *, hits: int, misses: int) -> None:
        """A level of the cache was asked for so many keys."""
        self._add(self._own, {f"{level}_hits": hits, f"{level}_misses": misses})
        self._send("cache_total", hits, level=level, result="hit")
        self._send("cache_total", misses, level=level, result="miss")

    def coalesced(self) -> None:
        """A field joined an equal question in flight."""
        self._add(self._own, {"coalesced": 1})
        self._send("coalesced_total")

    def bisected(self) -> None:
        """A batch was halved."""
        self._add(self._own, {"bisects": 1})
        self._send("batch_bisects_total")

    def rejected(self, reason: str) -> None:
        """An item of an answer was not accepted; `reason` is one of few words, never text of an answer."""
        self._add(self._own, {"rejected_items": 1})
        self._send("output_rejected_total", reason=reason)

    def budgets(self, *, retries: float, dollars: float) -> None:
        """So many retries and US dollars are left; infinitely many dollars are no news."""
        self.gauge("retry_budget_tokens", retries)
        if dollars < inf:
            self.gauge("budget_remaining_usd", dollars)

    def breaker_moved(self, to: Literal["closed", "open", "half_open"]) -> None:
        """The circuit breaker changed its state."""
        self._add(self._own, {"breaker_opened": int(to == "open")})
        self._send("breaker_transitions_total", to=to)
        self.gauge("breaker_state", {"closed": 0, "half_open": 1, "open": 2}[to])

    def gauge(self, name: str, value: float) -> None:
        """`concurrency_limit`, `retry_budget_tokens` or `budget_remaining_usd` is now so large."""
        if self.enabled:
            for sink in self.sinks:
                sink.gauge(name, value)

    def documented(self) -> dict[str, int | bool]:
        """Exactly the documented keys."""
        with self._lock:
            counts = {name: self._counts[name] for name in SUM}
            evicted = self.cache.evictions - self._evicted_before if self.cache is not None and self.enabled else 0
        return {
            "total_requests": counts["successful_requests"] + counts["failed_requests"],
            **counts,
            "total_tokens": counts["prompt_tokens"] + counts["completion_tokens"],
            "cache_evictions": evicted,
            "cache_size": len(self.cache) if self.cache is not None else 0,
            "circuit_breaker_open": bool(self.breaker_open()) if self.breaker_open else False,
        }

    def everything(self) -> dict[str, Any]:
        """The documented keys, what is so now, then those of attempts, levels of the cache and answers, and the cost.

        `requests_in_flight` are at the server now; `retry_budget_left` retries could be made. Cost is in US dollars.
        """
        with self._lock:
            own = {name: amount for name, amount in sorted(self._own.items()) if amount}
            cost = {"cost": self._cost, "cost_unknown": self._cost_unknown}
            now: dict[str, float] = {"requests_in_flight": self._in_flight}
        now["retry_budget_left"] = self.retries_left() if self.retries_left and self.enabled else 0
        return {**self.documented(), **now, "attempts": 0, "attempts_failed": 0, "retries": 0, **own, **cost}

    def reset(self) -> None:
        """Start counting at zero; the cache keeps its entries, the breaker its state, and what is under way goes on."""
        with self._lock:
            self._counts.clear()
            self._own.clear()
            self._cost = self._cost_unknown = 0.0
            self._evicted_before = self.cache.evictions if self.cache is not None else 0

    def _add(self, counter: Counter[str], amounts: dict[str, int]) -> None:
        if self.enabled:
            with self._lock:
                counter.update(amounts)

    def _send(self, name: str, amount: float = 1, **labels: str) -> None:
        if self.enabled:
            for sink in self.sinks:
                sink.count(name, amount, labels)

    def _observe(self, name: str, value: float, **labels: str) -> None:
        if self.enabled:
            for sink in self.sinks:
                sink.observe(name, value, labels)
