"""Faults 1 to 9: keys, quotas, rate limits, and servers that fail."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

from behaviours import always, error, sequence
from loopback import Loopback, Reaction, Request

from faults.clerk import clerk
from faults.ring import (
    SCALE,
    SLACK,
    Ring,
    all_by_model,
    all_by_rule,
    check,
    equal,
    fields,
    none_twice,
    prompt_of,
    scenario,
)

SPREAD = 30 / SCALE
"""The most that jitter may add to a wait, in seconds."""


@scenario(1, "None", "4 prompts for 40 fields, every text the model's, counts equal to the server's")
async def _nothing(ring: Ring) -> None:
    asked = fields(40)
    with Loopback() as server:
        server.answer = clerk(tokens=(300, 200))
        async with ring.enter(server) as contender:
            all_by_model(await contender.describe(asked), asked)
            equal(len(server.posts), 4, "prompts")
            ring.needs("metrics")
            wanted = {"requests": 4, "prompt_tokens": 1200, "completion_tokens": 800}
            equal(contender.counts(), wanted, "counts")


@scenario(2, "401 on the first request", "1 request for 10 callers, 40 texts by rule, and a reason; breaker closed")
async def _refused_key(ring: Ring) -> None:
    refusal = error(401, "Incorrect API key provided", code="invalid_api_key", type="invalid_request_error")
    for everything in (True, False):
        with Loopback() as server:
            server.answer = always(refusal)
            server.everything = always(refusal) if everything else None
            async with ring.enter(server, scale=1.0) as contender:
                asked = [fields(4, start) for start in range(0, 40, 4)]
                texts = await asyncio.gather(*(contender.describe(part) for part in asked))
                for given, part in zip(texts, asked, strict=True):
                    all_by_rule(given, part, "auth")
                equal(len(server.requests if everything else server.posts), 1, "requests")
                check(not contender.breaker_open(), "the breaker opened")


@scenario(3, "429 `insufficient_quota`", "no more than the 10 in flight, none repeated, nothing asked afterwards")
async def _no_quota(ring: Ring) -> None:
    refusal = error(429, "You exceeded your current quota", code="insufficient_quota", type="insufficient_quota")
    asked = fields(40)
    with Loopback() as server:
        server.answer = always(refusal)
        async with ring.enter(server, batch=1, scale=1.0) as contender:
            all_by_rule(await contender.describe(asked), asked)
            none_twice(server.posts)
            check(1 <= len(server.posts) <= 10, f"{len(server.posts)} prompts")
            before = len(server.posts)
            more = fields(10, 40)
            all_by_rule(await contender.describe(more), more)
            equal(len(server.posts), before, "prompts after the refusal")


@scenario(4, "429 with `Retry-After: 2`", "no request of any caller before 2.0 s, then every text")
async def _rate_limit_for_all(ring: Ring) -> None:
    told: list[float] = []
    good = clerk()

    def answer(request: Request) -> Reaction:
        if told and request.at >= told[0] + 2.0:
            return good(request)
        told.append(time.monotonic())
        return error(429, "slow down", code="rate_limit_exceeded", headers={"Retry-After": "2"})

    with Loopback() as server:
        server.answer = answer
        async with ring.enter(server) as contender:

            async def caller(number: int) -> None:
                await asyncio.sleep(number * 0.1)
                asked = fields(4, 4 * number)
                all_by_model(await contender.describe(asked), asked)

            await asyncio.gather(*(caller(number) for number in range(10)))
        early = [post for post in server.posts if told[0] + 0.05 < post.at < told[0] + 2.0]
        check(not early, f"{len(early)} requests before 2 s were over")


@scenario(5, "429 with an HTTP date, `retry-after-ms: 1500`, `Retry-After: 1.5`", "the wait is the hint and its jitter")
async def _hints(ring: Ring) -> None:
    due = int(time.time()) + 3
    cases = [
        ({"Retry-After": formatdate(due, usegmt=True), "Date": formatdate(time.time(), usegmt=True)}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"Retry-After": "1.5"}, 1.5),
    ]
    await asyncio.gather(*(_hint(ring, headers, seconds, due) for headers, seconds in cases))


async def _hint(ring: Ring, headers: dict[str, str], seconds: float | None, due: float) -> None:
    asked = fields(1)
    with Loopback() as server:
        server.answer = sequence(error(429, code="rate_limit_exceeded", headers=headers), then=clerk())
        async with ring.enter(server, scale=20.0) as contender:
            all_by_model(await contender.describe(asked), asked)
        ended, again = server.posts[0].ended or 0.0, server.posts[1].at
        least = due - time.time() + time.monotonic() if seconds is None else ended + seconds
        check(again >= least - 0.02, f"waited {least - again:.2f} s too short for {next(iter(headers))}")
        most = least + 30 / 20 + SLACK + (1.0 if seconds is None else 0.0)
        check(again <= most, f"waited {again - least:.2f} s longer than {headers}")


@scenario(6, "429 with `Retry-After: 600`", "no waiting, 429 with 600 s told to the caller, asked again by a later run")
async def _hint_too_long(ring: Ring) -> None:
    asked = fields(40)
    with Loopback() as server:
        server.answer = always(error(429, code="rate_limit_exceeded", headers={"Retry-After": "600"}))
        async with ring.enter(server) as contender:
            begin = time.monotonic()
            texts = await contender.describe(asked)
            check(time.monotonic() - begin < 1.0, "it waited")
            all_by_rule(texts, asked, "rate")
            none_twice(server.posts)
            equal({text.status for text in texts}, {429}, "status")
            check(all(text.retry_after and 590 <= text.retry_after <= 600 for text in texts), "does not tell 600 s")
        server.answer = clerk()
        async with ring.enter(server) as contender:
            all_by_model(await contender.describe(asked), asked)


@scenario(7, "429 without hint, `x-ratelimit-reset-tokens`, values of -1 and 0", "the reset is used, nonsense is not")
async def _resets(ring: Ring) -> None:
    asked = fields(1)
    exhausted = {"x-ratelimit-limit-tokens": "600000", "x-ratelimit-remaining-tokens": "0"}
    nonsense = {"retry-after": "0", "x-ratelimit-limit-tokens": "-1", "x-ratelimit-remaining-tokens": "-1"}
    cases = [
        ({**exhausted, "x-ratelimit-reset-tokens": "1s"}, 1.0),
        ({**exhausted, "x-ratelimit-reset-tokens": "1200ms"}, 1.2),
        ({**nonsense, "x-ratelimit-reset-tokens": "-1"}, 4 / SCALE),
    ]
    for headers, seconds in cases:
        with Loopback() as server:
            first = error(429, code="rate_limit_exceeded", headers=headers)
            server.answer = sequence(first, then=clerk())
            async with ring.enter(server) as contender:
                all_by_model(await contender.describe(asked), asked)
            waited = server.posts[1].at - (server.posts[0].ended or 0)
            check(seconds - 0.02 <= waited <= seconds + SPREAD + SLACK, f"waited {waited:.2f} s, not {seconds:.2f}")
    with Loopback() as server:
        long = {**exhausted, "x-ratelimit-reset-tokens": "6m0s"}
        server.answer = always(error(429, code="rate_limit_exceeded", headers=long))
        async with ring.enter(server) as contender:
            texts = await contender.describe(asked)
        equal(len(server.posts), 1, "prompts within 6 minutes")
        check((texts[0].retry_after or 0) >= 350, "does not tell of the 6 minutes")


@scenario(8, "500 twice, then 200", "3 attempts, waits of 4 to 30 s, not the same for all callers")
async def _fails_twice(ring: Ring) -> None:
    scale, callers = 10.0, 8
    waits = await asyncio.gather(*(_two_failures(ring, scale) for _ in range(callers)))
    for first, second in waits:
        for wait in (first, second):
            check(wait * scale + 0.1 >= 4 and wait <= 30 / scale + SLACK, f"waited {wait * scale:.1f} s")
    for place in (0, 1):
        found = [pair[place] for pair in waits]
        check(max(found) - min(found) > 0.8 / scale, "all callers come back in the same moment")


async def _two_failures(ring: Ring, scale: float) -> tuple[float, float]:
    asked = fields(1)
    with Loopback() as server:
        server.answer = sequence(error(500), error(500), then=clerk())
        async with ring.enter(server, scale=scale) as contender:
            all_by_model(await contender.describe(asked), asked)
        posts = server.posts
        equal(len(posts), 3, "attempts")
        return posts[1].at - (posts[0].ended or 0), posts[2].at - (posts[1].ended or 0)


@scenario(9, "500 for ever", "at most 3 attempts a call, 1.1 x calls + 10 in all; breaker opens at the 3rd; rules; 503")
async def _fails_always(ring: Ring) -> None:
    asked = fields(40)
    with Loopback() as server:
        server.answer = always(error(500))
        async with ring.enter(server, batch=1) as contender:
            texts = await contender.describe(asked)
            all_by_rule(texts, asked)
            sent = [prompt_of(post) for post in server.posts]
            check(max(sent.count(one) for one in sent) <= 3, "more than 3 attempts")
            check(len(sent) <= 1.1 * 40 + 10, f"{len(sent)} requests for 40 calls")
            equal({text.status for text in texts}, {503}, "status told to callers")
            ring.needs("circuit breaker")
            check(contender.breaker_open(), "the breaker is closed")
            third = sorted(post.ended or 0 for post in server.posts)[2]
            late = [post for post in server.posts if post.at > third + 0.05]
            check(not late, f"{len(late)} requests after the third failure")
