"""A server on loopback, and what it takes to ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from behaviours import describe_all
from loopback import Loopback

from ddgen.llm.client import Client
from ddgen.llm.messages import Endpoint, Limits
from ddgen.llm.metrics import Metrics

QUICK = Limits(request_timeout=5, retry_min_wait=0.01, retry_max_wait=0.02, requests_per_minute=0, total_timeout=20)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        running.answer = describe_all()
        yield running


@pytest.fixture
async def connect(server: Loopback) -> AsyncIterator[Callable[..., Client]]:
    """Makes clients for the server, and closes them."""
    made: list[Client] = []

    def one(limits: Limits = QUICK, model: str | None = "test-model") -> Client:
        made.append(Client(Endpoint(server.url, model, "lm-studio"), limits, metrics=Metrics()))
        return made[-1]

    yield one
    for client in made:
        await client.aclose()
