"""What a server counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Requests by route, method and status, how long they took, and how many are under way."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("ddgen_http_requests", "Requests answered", labels, registry=self._registry)
        self._seconds = Histogram(
            "ddgen_http_request_seconds",
            "Seconds until a request was answered",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.under_way = Gauge("ddgen_http_requests_under_way", "Requests under way", registry=self._registry)
        self._runs = Gauge("ddgen_runs", "Runs of this server by state", ("state",), registry=self._registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def runs(self, counts: dict[str, int]) -> None:
        """Say how many runs there are of each state."""
        for state, count in counts.items():
            self._runs.labels(state).set(count)

    def text(self) -> bytes:
        """All of it in Prometheus' text form."""
        return generate_latest(self._registry)
