"""The pipeline against a real model. Not part of the ordinary tests: `make test-llm` installs what it needs."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from local_model import LlamaServer

from ddgen.describe.facts import FieldFacts, facts_of_request
from ddgen.llm.client import Client
from ddgen.llm.messages import Endpoint, Limits


@pytest.fixture(scope="session")
def limits() -> Limits:
    """The documented time for an answer, short waits, and no rate."""
    return Limits(retry_min_wait=0.1, retry_max_wait=0.3, requests_per_minute=0, breaker_seconds=2)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's own, and no proxy."""
    for name in os.environ:
        if name.upper().startswith(("OPENAI_", "DDGEN_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")):
            monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def server() -> Iterator[LlamaServer]:
    """Two slots, 2,048 tokens each: for tests that leave it as it is."""
    with LlamaServer(slots=2, context=2048) as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[LlamaServer]:
    """One slot, for tests that end it."""
    with LlamaServer(slots=1, context=2048) as running:
        yield running


@pytest.fixture(scope="session")
def narrow_server() -> Iterator[LlamaServer]:
    """One slot of 512 tokens."""
    with LlamaServer(slots=1, context=512) as running:
        yield running


@pytest.fixture
async def client(server: LlamaServer, limits: Limits) -> AsyncIterator[Client]:
    asking = Client(Endpoint(server.url), limits)
    yield asking
    await asking.aclose()


@pytest.fixture
def fields() -> list[FieldFacts]:
    """Fields of an ordinary shop."""
    said = [
        ("customer_id", "integer", None, ["10023", "10024", "10025"]),
        ("order_date", "date", "date", ["2024-01-05", "2024-02-11"]),
        ("total_amount", "float", "currency", ["19.99", "245.00"]),
        ("status", "string", None, ["shipped", "pending", "cancelled"]),
        ("email", "string", "email", ["maria.keller@example.org"]),
        ("quantity", "integer", None, ["1", "2", "5"]),
        ("shipping_country", "string", "country_code", ["DE", "FR", "PL"]),
        ("created_at", "timestamp", "timestamp", ["2024-01-05T10:11:12Z"]),
    ]
    return [
        facts_of_request(
            {
                "field_path": f"orders.{name}",
                "field_name": name,
                "data_type": kind,
                "semantic_type": semantic,
                "sample_values": samples,
            }
        )
        for name, kind, semantic, samples in said
    ]
