"""Faults 10 to 18: circuit breakers, connections that break, hang, drip, close, and lead elsewhere."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass

from behaviours import always, completion, cut, drip, error, hang, redirect, sequence
from loopback import Answer, Close, Loopback, Reaction, Request, Reset, Wait

from faults.clerk import clerk, say_of
from faults.ring import (
    MINUTE,
    SLACK,
    Contender,
    HandClock,
    Ring,
    all_by_model,
    all_by_rule,
    check,
    equal,
    fields,
    scenario,
    until,
)


@dataclass
class Opened:
    """A breaker that opened at `at`, by three failures; `used` fields were asked about."""

    server: Loopback
    contender: Contender
    clock: HandClock
    at: float


@asynccontextmanager
async def _opened(ring: Ring) -> AsyncIterator[Opened]:
    """A contender whose breaker has just opened; nobody has come back to the server since."""
    ring.needs("circuit breaker")
    clock = HandClock()
    with Loopback() as server:
        server.answer = always(error(500))
        async with ring.enter(server, batch=1, clock=clock) as contender:
            asked = fields(3, 900)
            all_by_rule(await contender.describe(asked), asked)
            check(contender.breaker_open(), "the breaker did not open")
            server.requests.clear()
            yield Opened(server, contender, clock, clock.now)


async def _calls(contender: Contender, count: int, start: int) -> list[bool]:
    """So many callers at once, with a field each: who got a text of the model."""
    texts = await asyncio.gather(*(contender.describe(fields(1, start + number)) for number in range(count)))
    return [text[0].by_model for text in texts]


@scenario(10, "Breaker open, at 59.9 s and at 60.0 s", "no request, then exactly 1 among 50 callers")
async def _half_open(ring: Ring) -> None:
    async with _opened(ring) as opened:
        server, contender = opened.server, opened.contender
        server.answer = clerk(latency=0.3)
        opened.clock.now = opened.at + 59.9
        check(not any(await _calls(contender, 50, 0)), "a text at 59.9 s")
        equal(len(server.posts), 0, "prompts at 59.9 s")
        opened.clock.now = opened.at + 60.0
        through = await _calls(contender, 50, 100)
        equal(len(server.posts), 1, "prompts at 60.0 s")
        equal(sum(through), 1, "texts at 60.0 s")
        await contender.describe(fields(1, 200))
        equal(len(server.posts), 2, "prompts after the probe")


@scenario(
    11, "The probe fails, is cancelled, gets 400, hangs", "open for 60 s more; next probe at once; closed; open again"
)
async def _probes(ring: Ring) -> None:
    await _probe(ring, always(error(500)), closes=False)
    await _probe(ring, always(error(400, "no")), closes=True)
    await _probe(ring, always(hang()), closes=False)
    async with _opened(ring) as opened:
        server, contender = opened.server, opened.contender
        server.answer = always(hang())
        opened.clock.now = opened.at + 60.0
        probe = asyncio.ensure_future(contender.describe(fields(1)))
        await until(lambda: server.posts)
        probe.cancel()
        await asyncio.wait({probe})
        server.answer = clerk()
        await until(lambda: server.posts[0].ended)
        check(all(await _calls(contender, 1, 50)), "a cancelled probe keeps its place")


async def _probe(ring: Ring, answer: Answer, *, closes: bool) -> None:
    async with _opened(ring) as opened:
        server, contender = opened.server, opened.contender
        server.answer = answer
        opened.clock.now = opened.at + 60.0
        await contender.describe(fields(1))
        equal(len(server.posts), 1, "prompts of a probe")
        server.answer = clerk()
        if not closes:
            opened.clock.now = opened.at + 119.9
            check(not any(await _calls(contender, 10, 100)), "a text although the probe failed")
            equal(len(server.posts), 1, "prompts after a failed probe")
            opened.clock.now = opened.at + 120.0
            equal(sum(await _calls(contender, 10, 200)), 1, "probes 60 s later")
        check(all(await _calls(contender, 10, 300)), "not closed")


@scenario(12, "400, ten times in a row", "no retry, breaker closed, the next call goes through")
async def _refusals(ring: Ring) -> None:
    with Loopback() as server:
        server.answer = always(error(400, "invalid request", code="invalid_request"))
        async with ring.enter(server) as contender:
            for number in range(10):
                asked = fields(1, number)
                all_by_rule(await contender.describe(asked), asked, "bad_request")
            equal(len(server.posts), 10, "prompts for 10 calls")
            server.answer = clerk()
            check(all(await _calls(contender, 1, 50)), "the call after them got no text")


@scenario(
    13, "500s that come late, from before the breaker opened", "they do not affect the probe, nor what comes after"
)
async def _late_failures(ring: Ring) -> None:
    ring.needs("circuit breaker")
    clock = HandClock()
    with Loopback() as server:
        server.tell_slots(10)
        server.answer = clerk()
        async with ring.enter(server, batch=1, clock=clock) as contender:
            check(all(await _calls(contender, 10, 0)), "not even ready")
            server.requests.clear()
            early = len(server.posts)
            server.answer = lambda request: [Wait(0.1 if request.number < 3 else 0.6), error(500)]
            before = asyncio.ensure_future(_calls(contender, 10, 100))
            await until(contender.breaker_open)
            check(len(server.posts) - early >= 5, f"only {len(server.posts)} in flight")
            server.answer = clerk(latency=0.9)
            clock.now += 60.0
            seen = len(server.posts)
            probe = asyncio.ensure_future(_calls(contender, 1, 200))
            await before
            check(not probe.done(), "the probe ended first")
            check(not any(await _calls(contender, 5, 300)), "late failures let others through")
            equal(len(server.posts) - seen, 1, "prompts while the probe was out")
            check(all(await probe), "the probe was lost")
            server.answer = clerk()
            check(all(await _calls(contender, 10, 400)), "not closed after a good probe")


@scenario(14, "Refused connection, reset mid-body, no TLS, unknown host", "cause network, retried, breaker opens")
async def _connections(ring: Ring) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]
    with Loopback() as server:
        server.answer = always(cut(completion("never whole"), 40, by=Reset()))
        await _broken(ring, server.url)
        check(len(server.posts) >= 3, f"{len(server.posts)} attempts")
        await _broken(ring, server.url.replace("http:", "https:"))
    await _broken(ring, f"http://127.0.0.1:{port}/v1")
    await _broken(ring, "https://no-such-host.invalid/v1")


async def _broken(ring: Ring, url: str) -> None:
    asked = fields(1)
    async with ring.enter(url) as contender:
        all_by_rule(await contender.describe(asked), asked, "network")
        ring.needs("circuit breaker")
        check(contender.breaker_open(), f"the breaker is closed: {url.partition(':')[0]}")


@scenario(15, "Accepts, and never answers", "ends at 60 s, the slot is free; connecting ends at 10 s of its own")
async def _never_answers(ring: Ring) -> None:
    asked = fields(1)
    with Loopback() as server:
        server.answer = sequence(hang(), then=clerk())
        async with ring.enter(server, max_concurrent=1) as contender:
            all_by_model(await contender.describe(asked), asked)
        first = server.posts[0]
        took = (first.ended or 0) - first.at
        check(first.dropped and abs(took - MINUTE) <= SLACK, f"ended after {took * 50:.0f} s")
    with _deaf() as url:
        begin = time.monotonic()
        async with ring.enter(url, connection_timeout=0.4, request_timeout=100.0, max_attempts=1) as contender:
            texts = await contender.describe(asked)
        took = time.monotonic() - begin
        all_by_rule(texts, asked, "timeout", "network")
        check(0.35 <= took <= 2.0, f"connecting ended after {took:.1f} s, not 0.4")


@contextmanager
def _deaf() -> Iterator[str]:
    """An address that lets nobody connect, and refuses nobody: its queue is full."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    try:
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        for one in (*waiting, listener):
            one.close()


@scenario(16, "One byte every 0.25 s", "ends at 60 s, not later")
async def _drips(ring: Ring) -> None:
    asked = fields(1)
    with Loopback() as server:
        server.answer = lambda request: drip(say_of(request), every=0.25 / 50)
        async with ring.enter(server, max_attempts=1) as contender:
            texts = await contender.describe(asked)
            await until(lambda: server.posts[0].ended)
        first = server.posts[0]
        took = (first.ended or 0) - first.at
        check(abs(took - MINUTE) <= SLACK, f"ended after {took * 50:.0f} s")
        all_by_rule(texts, asked, "timeout", "deadline")


@scenario(17, "The server closes idle connections", "nobody notices: 50 calls, 50 requests, 50 texts")
async def _keep_alive(ring: Ring) -> None:
    good = clerk()

    def answer(request: Request) -> Reaction:
        reply = good(request)
        return [*([reply] if not isinstance(reply, list) else reply), Wait(0.02), Close()]

    with Loopback() as server:
        server.answer = answer
        async with ring.enter(server) as contender:
            for number in range(50):
                asked = fields(1, number)
                all_by_model(await contender.describe(asked), asked)
                await asyncio.sleep(0.04)
        equal(len(server.posts), 50, "requests for 50 calls")


@scenario(18, "307 to another origin", "not followed: the other server hears nothing")
async def _elsewhere(ring: Ring) -> None:
    asked = fields(4)
    with Loopback() as other, Loopback() as server:
        other.answer = clerk()
        server.everything = lambda request: redirect(f"{other.origin}{request.path}")
        async with ring.enter(server) as contender:
            texts = await contender.describe(asked)
        equal(len(other.requests), 0, "requests at the other server")
        all_by_rule(texts, asked)
