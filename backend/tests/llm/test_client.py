"""Questions to a misbehaving server, end to end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from behaviours import (
    always,
    completion,
    cut,
    describe_all,
    error,
    failing,
    hang,
    html,
    loading,
    reset,
    say,
    scaled,
    sequence,
)
from loopback import Loopback, Request, Response, Wait

from ddgen.llm.budget import Budget
from ddgen.llm.client import Client
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.messages import Answer, Endpoint, Limits, Question
from ddgen.llm.metrics import Metrics
from ddgen.llm.prices import Price

SCHEMA = {"type": "object", "properties": {"c0": {"type": "string"}}, "required": ["c0"]}
QUESTION = Question("Describe.", "c0: a column", SCHEMA, max_output_tokens=100)
GOOD = '{"c0": "text"}'
FREE_RATE = {"requests_per_minute": 0.0}


@asynccontextmanager
async def asking(server: Loopback, *, limits: Limits | None = None, **parts: Any) -> AsyncIterator[Client]:
    endpoint = Endpoint(server.url, parts.pop("model", server.model), parts.pop("key", "k"))
    client = Client(endpoint, limits or scaled(**FREE_RATE), **parts)
    try:
        yield client
    finally:
        await client.aclose()


async def failed(client: Client) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        await client.ask(QUESTION)
    return caught.value


async def all_of(client: Client, times: int) -> list[Answer | BaseException]:
    return await asyncio.gather(*(client.ask(QUESTION) for _ in range(times)), return_exceptions=True)


def causes(results: list[Answer | BaseException]) -> list[Cause | None]:
    return [result.failure.cause if isinstance(result, CallFailed) else None for result in results]


async def test_a_question_gets_its_answer() -> None:
    with Loopback() as server:
        server.answer = say(GOOD)
        async with asking(server) as client:
            answer = await client.ask(QUESTION)
    assert (answer.text, answer.attempts, answer.rung, answer.cost) == (GOOD, 1, "json_schema_strict", 0.0)
    assert len(server.posts) == 1


async def test_the_server_is_learned_about_once() -> None:
    with Loopback() as server:
        server.answer = say(GOOD)
        server.tell_slots(3)
        async with asking(server) as client:
            one, two = await asyncio.gather(client.ready(), client.ready())
            assert one is two is client.facts
            assert (client.concurrency.limit, client.concurrency.ceiling) == (3, 3)
        assert [request.path for request in server.requests].count("/v1/models") == 1


async def test_untold_slots_start_at_four() -> None:
    with Loopback() as server:
        async with asking(server) as client:
            await client.ready()
            assert (client.concurrency.limit, client.concurrency.ceiling) == (4, 10)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_costs_one_request(status: int) -> None:
    with Loopback() as server:
        server.everything = always(error(status))
        async with asking(server) as client:
            assert causes(await all_of(client, 10)) == [Cause.AUTH] * 10
            assert (await failed(client)).failure.cause is Cause.AUTH
        assert len(server.requests) == 1


@pytest.mark.parametrize("listed", [True, False])
async def test_a_key_refused_by_the_first_prompt_costs_one_prompt(listed: bool) -> None:
    with Loopback() as server:
        server.answer = always(error(401))
        if not listed:
            server.gets["/v1/models"] = error(404)
        limits = scaled(10, **FREE_RATE)
        async with asking(server, limits=limits) as client:
            assert causes(await all_of(client, 10)) == [Cause.AUTH] * 10
        assert len(server.posts) == 1
        assert client.breaker.opened_count == 0


async def test_an_exhausted_quota_is_not_asked_again() -> None:
    with Loopback() as server:
        server.answer = always(error(429, "You exceeded your current quota", code="insufficient_quota"))
        async with asking(server, limits=scaled(10, **FREE_RATE)) as client:
            assert set(causes(await all_of(client, 10))) == {Cause.QUOTA}
        assert len(server.posts) == 1


async def test_those_who_wait_for_the_rate_learn_of_a_refusal_at_once() -> None:
    with Loopback() as server:
        server.answer = sequence(say(GOOD), then=error(401))
        async with asking(server, limits=scaled(requests_per_minute=600)) as client:
            await client.ask(QUESTION)
            start = time.monotonic()
            results = await all_of(client, 40)
            assert set(causes(results)) == {Cause.AUTH}
            assert time.monotonic() - start < 1.5
        assert len(server.posts) <= 12


async def test_a_failing_server_is_asked_three_times_and_no_more() -> None:
    with Loopback() as server:
        server.answer = always(error(500))
        async with asking(server) as client:
            caught = await failed(client)
            assert (caught.failure.cause, caught.attempts) == (Cause.OVERLOAD, 3)
            assert len(server.posts) == 3
            assert client.breaker.opened_count == 1
            assert (await failed(client)).failure.cause is Cause.BREAKER_OPEN
            assert len(server.posts) == 3


async def test_two_failures_then_an_answer() -> None:
    with Loopback() as server:
        server.answer = sequence(error(500), error(503), then=say(GOOD))
        async with asking(server) as client:
            answer = await client.ask(QUESTION)
        assert answer.attempts == 3
        waits = [
            later.at - (earlier.ended or 0) for earlier, later in zip(server.posts, server.posts[1:], strict=False)
        ]
    assert all(4 / 50 <= wait <= 30 / 50 + 0.2 for wait in waits)


async def test_waits_differ_between_callers() -> None:
    with Loopback() as server:
        server.answer = lambda request: error(500) if request.number < 9 else completion(GOOD)
        async with asking(server, limits=scaled(breaker_failures=50, **FREE_RATE)) as client:
            await client.ready()
            await all_of(client, 4)
        again = sorted(request.at for request in server.posts[4:8])
    assert len({round(at, 4) for at in again}) == 4


@pytest.mark.parametrize("status", [400, 404, 405, 422])
async def test_what_the_server_refuses_is_not_tried_again(status: int) -> None:
    with Loopback() as server:
        server.answer = always(error(status, "no"))
        async with asking(server) as client:
            for _ in range(10):
                assert (await failed(client)).attempts == 1
            assert client.breaker.opened_count == 0
        assert len(server.posts) == 10


@pytest.mark.parametrize(
    ("headers", "hint"),
    [({"Retry-After": "0.6"}, 0.6), ({"retry-after-ms": "600"}, 0.6), ({"x-ratelimit-reset-requests": "600ms"}, 0.6)],
)
async def test_retry_after_holds_for_every_caller(headers: dict[str, str], hint: float) -> None:
    with Loopback() as server:
        server.answer = sequence(error(429, headers=headers), then=say(GOOD))
        async with asking(server) as client:
            assert causes(await all_of(client, 10)) == [None] * 10
        first, *others = server.posts
        told = first.ended
        assert told is not None
        later = [request.at for request in others if request.at > told]
        assert len(later) >= 8, "only those that were on their way already come before"
        assert min(later) >= told + hint - 0.01


async def test_a_wait_that_is_too_long_is_not_waited() -> None:
    with Loopback() as server:
        server.answer = always(error(429, headers={"Retry-After": "600"}))
        async with asking(server) as client:
            start = time.monotonic()
            caught = await failed(client)
            assert (caught.failure.cause, caught.failure.retry_after) == (Cause.RATE, 600)
            assert set(causes(await all_of(client, 5))) == {Cause.RATE}
            assert time.monotonic() - start < 1
        assert len(server.posts) == 1


@pytest.mark.parametrize("steps", [hang(), reset(), cut(completion(GOOD), 20)])
async def test_network_and_time_are_tried_again(steps: Any) -> None:
    with Loopback() as server:
        server.answer = sequence(steps, then=say(GOOD))
        async with asking(server, limits=scaled(request_timeout=0.4, **FREE_RATE)) as client:
            assert (await client.ask(QUESTION)).attempts == 2


async def test_a_server_that_is_not_there() -> None:
    with Loopback() as server:
        pass
    async with asking(server) as client:
        caught = await failed(client)
        assert (caught.failure.cause, caught.attempts) == (Cause.NETWORK, 3)
        assert client.breaker.opened_count == 1


async def test_without_a_model_a_server_that_is_not_there_opens_the_breaker() -> None:
    with Loopback() as server:
        pass
    async with asking(server, model=None) as client:
        seen = [(await failed(client)).failure.cause for _ in range(5)]
    assert seen == [Cause.NETWORK] * 3 + [Cause.BREAKER_OPEN] * 2


async def test_a_hanging_server_holds_nobody_beyond_the_deadline() -> None:
    with Loopback() as server:
        server.answer = always(hang())
        limits = scaled(request_timeout=0.5, total_timeout=0.8, breaker_failures=99, **FREE_RATE)
        async with asking(server, limits=limits) as client:
            await client.ready()
            start = time.monotonic()
            results = await all_of(client, 4)
            assert time.monotonic() - start < 1.4
            assert set(causes(results)) <= {Cause.TIMEOUT, Cause.DEADLINE}
            assert client.concurrency.in_flight == 0
            await asyncio.sleep(0.1)
        assert all(request.dropped for request in server.posts)
        assert server.open_connections == 0


async def test_queued_callers_see_the_breaker_open_at_once() -> None:
    with Loopback() as server:
        server.answer = always(error(500))
        async with asking(server, limits=scaled(requests_per_minute=300)) as client:
            start = time.monotonic()
            results = await all_of(client, 40)
            assert time.monotonic() - start < 3
            assert set(causes(results)) <= {Cause.OVERLOAD, Cause.BREAKER_OPEN}
        assert len(server.posts) <= 12


async def test_one_probe_goes_when_the_time_is_over() -> None:
    with Loopback() as server:
        server.answer = always(error(500))
        async with asking(server, limits=scaled(breaker_seconds=0.5, **FREE_RATE)) as client:
            await failed(client)
            before = len(server.posts)
            server.answer = lambda _: [Wait(0.2), error(500)]
            await asyncio.sleep(0.55)
            results = await all_of(client, 50)
            assert len(server.posts) == before + 1
            assert causes(results).count(Cause.BREAKER_OPEN) == 49
            server.answer = say(GOOD)
            await asyncio.sleep(0.55)
            await client.ask(QUESTION)
            assert causes(await all_of(client, 5)) == [None] * 5


@pytest.mark.parametrize(
    "response",
    [html(), Response(json={"choices": []}), Response(body=b'{"choices": [{"mess'), Response(json=[1])],
)
async def test_nonsense_is_bad_output_and_no_failure_of_the_server(response: Response) -> None:
    with Loopback() as server:
        server.answer = always(response)
        async with asking(server) as client:
            for _ in range(4):
                caught = await failed(client)
                assert (caught.failure.cause, caught.attempts) == (Cause.BAD_OUTPUT, 1)
            assert client.breaker.opened_count == 0


def refusing(*words: str) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        body = request.body.decode()
        found = next((word for word in words if f'"{word}"' in body), None)
        return error(400, f"'{found}' is not supported", param=found) if found else completion(GOOD)

    return answer


@pytest.mark.parametrize(
    ("words", "rung", "extra"),
    [
        (("strict",), "json_schema", 1),
        (("json_schema",), "json_object", 1),
        (("response_format",), "text", 3),
        (("max_tokens",), "json_schema_strict", 1),
        (("temperature", "max_tokens"), "json_schema_strict", 2),
    ],
)
async def test_what_a_server_does_not_know_is_learned_once(words: tuple[str, ...], rung: str, extra: int) -> None:
    question = Question("s", "u", SCHEMA, temperature=0.2)
    with Loopback() as server:
        server.answer = refusing(*words)
        async with asking(server, limits=scaled(10, **FREE_RATE)) as client:
            answers = await asyncio.gather(*(client.ask(question) for _ in range(10)))
        assert {answer.rung for answer in answers} == {rung}
        assert len(server.posts) == 10 + extra


async def test_a_model_that_loads_is_waited_for() -> None:
    busy = error(404, "No models loaded. Please load a model")
    with Loopback() as server:
        server.answer = sequence(busy, busy, busy, then=say(GOOD))
        async with asking(server) as client:
            assert (await client.ask(QUESTION)).attempts == 4
            assert client.breaker.opened_count == 0
        assert sum(request.method == "GET" for request in server.requests) > 3


async def test_a_model_that_loads_for_ever_is_given_up() -> None:
    with Loopback() as server:
        server.answer = loading(10_000, completion(GOOD))
        async with asking(server, limits=scaled(warming_seconds=0.3, **FREE_RATE)) as client:
            assert (await failed(client)).failure.cause is Cause.WARMING
            assert client.breaker.opened_count == 0


@pytest.mark.parametrize("told", [True, False])
async def test_four_slots_and_slow_answers_lose_nothing(told: bool) -> None:
    with Loopback(slots=4, zombies=True) as server:
        if told:
            server.tell_slots(4)
        server.answer = describe_all(latency=25 / 50, tokens=(100, 50))
        async with asking(server) as client:
            results = await all_of(client, 40)
            assert causes(results) == [None] * 40
            assert not any(request.dropped for request in server.posts)
            assert len(server.posts) == 40
            assert client.concurrency.ceiling == (4 if told else 10)


async def test_random_failures_are_borne() -> None:
    with Loopback() as server:
        server.answer = failing(0.1, describe_all(), seed=8)
        patient = scaled(200, request_timeout=5.0, total_timeout=30.0, **FREE_RATE)
        async with asking(server, limits=patient) as client:
            results = await all_of(client, 100)
        assert causes(results).count(None) >= 95


async def test_what_is_spent_is_counted() -> None:
    metrics, budget = Metrics(), Budget()
    with Loopback() as server:
        server.answer = sequence(error(500), then=say(GOOD, tokens=(1000, 500)))
        async with asking(server, metrics=metrics, budget=budget, price=lambda _: Price(1.0, 1.0, 2.0)) as client:
            answer = await client.ask(QUESTION)
    assert answer.cost == pytest.approx(0.002)
    assert budget.spent == pytest.approx(0.002)
    assert (budget.requests, budget.reserved) == (2, 0)
    counts = metrics.everything()
    assert (counts["attempts"], counts["attempts_failed"], counts["retries"]) == (2, 1, 1)
    assert counts["total_tokens"] == 1500


async def test_an_answer_that_never_came_may_have_cost_the_worst() -> None:
    budget = Budget()
    with Loopback() as server:
        server.answer = sequence(hang(), then=say(GOOD, tokens=(10, 10)))
        limits = scaled(request_timeout=0.3, **FREE_RATE)
        async with asking(server, limits=limits, budget=budget, price=lambda _: Price(1.0, 1.0, 1000.0)) as client:
            await client.ask(QUESTION)
    assert budget.unknown == pytest.approx(0.1, rel=0.05)


async def test_what_is_held_for_requests_in_flight_is_waited_for() -> None:
    budget = Budget(max_cost=0.55)
    with Loopback() as server:
        server.answer = say(GOOD, tokens=(10, 20), latency=0.02)
        async with asking(server, budget=budget, price=lambda _: Price(0.0, 0.0, 1000.0)) as client:
            results = await all_of(client, 40)
    assert budget.spent <= 0.55
    assert causes(results).count(None) == len(server.posts) == 23
    assert causes(results).count(Cause.BUDGET) == 17


async def test_a_budget_is_never_exceeded() -> None:
    budget = Budget(max_cost=0.55)
    price = Price(0.0, 0.0, 1000.0)
    with Loopback() as server:
        server.answer = say(GOOD, tokens=(10, 100), latency=0.02)
        async with asking(server, budget=budget, price=lambda _: price) as client:
            results = await all_of(client, 30)
    assert budget.spent <= 0.55
    assert causes(results).count(None) == 5
    assert causes(results).count(Cause.BUDGET) == 25


async def test_cancelling_frees_everything() -> None:
    budget = Budget()
    with Loopback() as server:
        server.answer = always(hang())
        async with asking(server, budget=budget) as client:
            await client.ready()
            tasks = [asyncio.create_task(client.ask(QUESTION)) for _ in range(20)]
            await asyncio.sleep(0.3)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert (client.concurrency.in_flight, client.rates.waiting, budget.reserved) == (0, 0, 0)
            await asyncio.sleep(0.1)
            assert all(request.dropped for request in server.posts)
            server.answer = say(GOOD)
            assert (await client.ask(QUESTION)).text == GOOD


async def test_a_prompt_that_was_cut_in_silence_is_too_large() -> None:
    long = Question("s", "word " * 4000, SCHEMA)
    with Loopback() as server:
        server.tell_slots(2, context=1000)
        server.answer = lambda request: completion(GOOD, tokens=(min(1000, len(request.prompt)), 20))
        async with asking(server) as client:
            await client.ask(QUESTION)
            with pytest.raises(CallFailed) as caught:
                await client.ask(long)
    assert caught.value.failure.cause is Cause.TOO_LARGE


async def test_a_first_look_that_failed_is_taken_again() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = lambda request: (
            error(500) if request.number == 0 else Response(json={"data": [{"id": "m"}]})
        )
        server.answer = say(GOOD)
        async with asking(server, model="m") as client:
            await client.ask(QUESTION)
            known = await client.ready()
    assert known.models == ("m",)


async def test_nothing_secret_is_in_failures() -> None:
    question = Question("planted-system", "planted-prompt", SCHEMA)
    with Loopback() as server:
        server.answer = lambda request: error(400, f"bad: {request.prompt} {request.headers['authorization']}")
        async with asking(server, key="planted-key") as client:
            with pytest.raises(CallFailed) as caught:
                await client.ask(question)
            assert "planted" not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r} {vars(client)}"


async def test_a_call_that_waits_between_attempts_says_so() -> None:
    heard: list[int] = []
    with Loopback() as server:
        server.answer = sequence(error(500), then=say(GOOD))
        async with asking(server) as client:
            client.on_rest = lambda: heard.append(client.resting)
            await client.ask(QUESTION)
            assert (heard, client.resting) == ([1], 0)


async def test_the_first_prompt_to_a_near_server_is_not_far_ahead() -> None:
    with Loopback() as server:
        server.answer = say(GOOD, latency=1.0)
        async with asking(server, limits=Limits(requests_per_minute=0.0)) as client:
            await client.ready()
            await all_of(client, 4)
    ahead, behind = server.posts[0].at, server.posts[-1].at
    assert 0.1 < behind - ahead < 0.45
