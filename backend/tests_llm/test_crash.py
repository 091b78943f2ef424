"""The server dies, stands still, or is only starting while it is asked."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import replace
from typing import Any

import pytest
from local_model import LlamaServer

from ddgen.describe.generator import AIDescriptionGenerator
from ddgen.llm.client import Client
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.messages import Endpoint, Limits, Question
from ddgen.model.claim import Origin

SCHEMA = {"type": "object", "properties": {"story": {"type": "string"}}, "required": ["story"]}
LONG = Question("You tell long stories.", "Tell one of the sea.", SCHEMA, max_output_tokens=1500, temperature=0.5)
SHORT = replace(LONG, max_output_tokens=8)
QUICK: dict[str, Any] = {"retry_min_wait": 0.1, "retry_max_wait": 0.3, "rate_limit_rpm": 0, "fields_per_request": 1}
FIELDS = [
    {"field_path": f"orders.{name}", "field_name": name, "data_type": "string", "sample_values": ["a", "b"]}
    for name in ("status", "channel", "warehouse", "carrier", "priority", "currency")
]


async def test_killed_during_generation_the_question_fails_as_network(own_server: LlamaServer, limits: Limits) -> None:
    client = Client(Endpoint(own_server.url), limits)
    asking = asyncio.create_task(client.ask(LONG))
    assert await asyncio.to_thread(own_server.wait_until_busy)
    own_server.kill()
    begin = time.monotonic()
    with pytest.raises(CallFailed) as failed:
        await asking
    assert failed.value.failure.cause is Cause.NETWORK
    assert failed.value.attempts == 3
    assert time.monotonic() - begin < 5
    assert client.concurrency.in_flight == 0
    await client.aclose()


async def test_killed_during_generation_no_field_is_lost(own_server: LlamaServer) -> None:
    async with AIDescriptionGenerator(base_url=own_server.url, **QUICK) as generator:
        first = await generator.describe(FIELDS[:1])
        assert len(first) == 1
        asking = asyncio.create_task(generator.describe(FIELDS))
        assert await asyncio.to_thread(own_server.wait_until_busy)
        own_server.kill()
        texts = await asyncio.wait_for(asking, 20)
        metrics = generator.get_metrics()
    assert len(texts) == len(FIELDS)
    assert all(text.description and text.business_name for text in texts)
    lost = [text for text in texts if text.origin is Origin.RULE]
    assert lost
    assert all(text.reason for text in lost)
    assert metrics["circuit_breaker_open"]
    assert metrics["total_requests"] == metrics["successful_requests"] + metrics["failed_requests"] == 1 + len(FIELDS)


async def test_started_again_it_is_asked_again(own_server: LlamaServer, limits: Limits) -> None:
    client = Client(Endpoint(own_server.url), replace(limits, breaker_seconds=0.5))
    await client.ask(SHORT)
    own_server.kill()
    with pytest.raises(CallFailed):
        await client.ask(SHORT)
    assert client.breaker.state == "open"
    own_server.start()
    await asyncio.to_thread(own_server.wait_until_loaded)
    await asyncio.sleep(0.6)
    assert (await client.ask(SHORT)).finish_reason == "length"
    assert client.breaker.state == "closed"
    await client.aclose()


async def test_back_between_two_attempts_nothing_is_noticed(own_server: LlamaServer, limits: Limits) -> None:
    client = Client(Endpoint(own_server.url), replace(limits, retry_min_wait=3, retry_max_wait=4))
    await client.ready()
    asking = asyncio.create_task(client.ask(replace(LONG, max_output_tokens=400)))
    assert await asyncio.to_thread(own_server.wait_until_busy)
    own_server.kill()
    own_server.start()
    answer = await asking
    assert answer.attempts >= 2
    assert answer.text
    await client.aclose()


async def test_a_server_that_is_loading_is_waited_for(limits: Limits) -> None:
    with LlamaServer(wait=False) as server:
        await asyncio.to_thread(listened, server)
        client = Client(Endpoint(server.url), limits)
        answer = await client.ask(SHORT)
        assert answer.attempts == 1
        assert client.breaker.opened_count == 0
        await client.aclose()


def listened(server: LlamaServer) -> None:
    """Return as soon as anybody answers at all: what comes after that is the client's to wait for."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", server.port), 1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise AssertionError(server.log)


async def test_a_server_that_stands_still_costs_the_time_limit_and_no_more(
    own_server: LlamaServer, limits: Limits
) -> None:
    client = Client(Endpoint(own_server.url), replace(limits, request_timeout=1.5, max_attempts=1))
    await client.ask(SHORT)
    own_server.pause()
    begin = time.monotonic()
    with pytest.raises(CallFailed) as failed:
        await client.ask(LONG)
    assert failed.value.failure.cause is Cause.TIMEOUT
    assert time.monotonic() - begin == pytest.approx(1.5, abs=0.5)
    assert client.concurrency.in_flight == 0
    own_server.resume()
    assert await asyncio.to_thread(own_server.wait_until_idle)
    assert (await client.ask(SHORT)).finish_reason == "length"
    await client.aclose()
