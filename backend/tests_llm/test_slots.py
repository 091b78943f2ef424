"""A server with two slots is kept busy, and no more than that."""

from __future__ import annotations

import asyncio
import time

from local_model import LlamaServer

from ddgen.llm.client import Client
from ddgen.llm.messages import Question

SCHEMA = {"type": "object", "properties": {"story": {"type": "string"}}, "required": ["story"]}


def story(tokens: int) -> Question:
    return Question("You tell long stories.", "Tell one of the sea.", SCHEMA, tokens, temperature=0.5)


async def watch(server: LlamaServer, seen: list[int]) -> None:
    while True:
        seen.append(await asyncio.to_thread(server.busy))
        await asyncio.sleep(0.02)


async def test_two_work_at_a_time_and_nobody_waits_inside_the_server(client: Client, server: LlamaServer) -> None:
    await client.ask(story(8))
    seen: list[int] = []
    watcher = asyncio.create_task(watch(server, seen))
    begin = time.monotonic()
    answers = await asyncio.gather(*(client.ask(story(48)) for _ in range(8)))
    elapsed = time.monotonic() - begin
    watcher.cancel()
    assert len(answers) == 8
    assert max(seen) == 2
    assert [answer.attempts for answer in answers] == [1] * 8
    at_once = sum(answer.seconds for answer in answers) / elapsed
    assert 1.5 < at_once < 2.1


async def test_who_goes_away_frees_the_slot(client: Client, server: LlamaServer) -> None:
    asking = asyncio.create_task(client.ask(story(1500)))
    assert await asyncio.to_thread(server.wait_until_busy)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert await asyncio.to_thread(server.wait_until_idle, 10.0)
    assert client.concurrency.in_flight == 0
    assert (await client.ask(story(8))).finish_reason == "length"
