"""Single requests: where they begin, what they wait for, and what a failure closes."""

from __future__ import annotations

import asyncio
import time

import pytest
from behaviours import always, completion, error, hang, say, scaled
from loopback import Loopback

from ddgen.llm.attempt import Call, Sender
from ddgen.llm.bell import Rung
from ddgen.llm.budget import Budget
from ddgen.llm.clock import SystemClock
from ddgen.llm.deadline import Deadline
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.messages import Endpoint, Question
from ddgen.llm.metrics import Metrics
from ddgen.llm.server import ServerFacts

DOWN = Failure(Cause.NETWORK, "refused")
LOCAL = ServerFacts(model="m", local=True, key_ok=True)


def sender(url: str, facts: ServerFacts = LOCAL, **limits: float) -> Sender:
    made = Sender(Endpoint(url, "m", "k"), scaled(**limits), SystemClock(), Budget(), Metrics())
    made.adopt(facts, None)
    return made


def call(seconds: float = 3.0) -> Call:
    return Call(Question("s", "u"), "m", 10, Deadline(SystemClock(), seconds))


@pytest.mark.parametrize(
    ("facts", "limit"),
    [
        (ServerFacts(local=False), 10),
        (ServerFacts(local=True), 4),
        (ServerFacts(local=True, slots=2), 2),
        (ServerFacts(local=True, slots=64), 10),
        (ServerFacts(local=False, slots=7), 7),
    ],
)
def test_where_concurrency_begins(facts: ServerFacts, limit: int) -> None:
    assert sender("http://127.0.0.1:9/v1", facts).concurrency.limit == limit


async def test_a_request_counts_once() -> None:
    with Loopback() as server:
        server.answer = say("x", tokens=(30, 5))
        made, asked = sender(server.url), call()
        assert (await made.attempt(asked)).text == "x"
        await made.wire.aclose()
    counts = made.metrics.everything()
    assert (asked.sent, asked.attempts, made.budget.requests, counts["attempts_ok"]) == (1, 1, 1, 1)
    assert counts["total_tokens"] == 35
    assert made.calibration.samples("m") == 1


@pytest.mark.parametrize(("status", "attempts"), [(500, 1), (400, 1)])
async def test_a_failure_is_kept_with_the_call(status: int, attempts: int) -> None:
    with Loopback() as server:
        server.answer = always(error(status))
        made, asked = sender(server.url), call()
        with pytest.raises(CallFailed):
            await made.attempt(asked)
        await made.wire.aclose()
    assert asked.last is not None
    assert (asked.last.status, asked.attempts) == (status, attempts)


async def test_what_a_parameter_or_a_loading_model_turns_away_is_no_attempt() -> None:
    with Loopback() as server:
        server.answer = always(error(400, "'temperature' is not supported", code="unsupported_parameter"))
        made, asked = sender(server.url), call()
        with pytest.raises(CallFailed) as caught:
            await made.attempt(asked)
        await made.wire.aclose()
    assert caught.value.failure.cause is Cause.UNSUPPORTED
    assert (asked.sent, asked.attempts) == (1, 0)


async def test_a_request_ends_with_the_time_of_its_question() -> None:
    with Loopback() as server:
        server.answer = always(hang())
        made, asked = sender(server.url, request_timeout=5.0), call(0.2)
        start = time.monotonic()
        with pytest.raises(CallFailed) as caught:
            await made.attempt(asked)
        assert time.monotonic() - start < 1.5
        await made.wire.aclose()
    assert caught.value.failure.cause is Cause.DEADLINE
    assert (made.concurrency.in_flight, made.breaker.opened_count) == (0, 0)


async def test_waiting_for_a_second_turn_ends_with_it_too() -> None:
    with Loopback() as server:
        server.answer = say("x")
        made, asked = sender(server.url), call(0.3)
        await made.attempt(asked)
        made.rates.pause_until(made.clock.monotonic() + 60)
        with pytest.raises(Rung):
            await made.attempt(asked)
        assert (made.concurrency.in_flight, made.rates.waiting, asked.sent) == (0, 0, 1)
        await made.wire.aclose()


async def test_waiting_for_a_first_turn_costs_no_time() -> None:
    with Loopback() as server:
        server.answer = say("x")
        made = sender(server.url)
        made.rates.pause_until(made.clock.monotonic() + 1.2)
        assert (await made.attempt(call(1.0))).text == "x"
        await made.wire.aclose()


async def test_a_breaker_that_opens_meanwhile_stops_who_waits() -> None:
    with Loopback() as server:
        server.answer = say("x")
        made = sender(server.url)
        await made.attempt(call())
        made.rates.pause_until(made.clock.monotonic() + 60)
        waiting = asyncio.create_task(made.attempt(call()))
        await asyncio.sleep(0.05)
        for _ in range(3):
            with made.breaker.admit() as lease:
                made.vote(lease, DOWN)
        with pytest.raises(Rung):
            await asyncio.wait_for(waiting, 5)
        assert (made.concurrency.in_flight, made.rates.waiting) == (0, 0)
        assert len(server.posts) == 1
        await made.wire.aclose()


async def test_nothing_is_billed_where_nothing_was_sent() -> None:
    with Loopback() as server:
        server.answer = always(completion("x"))
    made = sender(server.url)
    with pytest.raises(CallFailed):
        await made.attempt(call())
    await made.wire.aclose()
    assert (made.budget.spent, made.budget.unknown, made.budget.reserved) == (0, 0, 0)
