"""Faults 28 to 34: few slots, enforced rates, equal questions, caches, kill -9, budgets, Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from pathlib import Path
from typing import Any

from behaviours import error, hang, sequence
from loopback import Loopback, Reaction, Request

from ddgen.llm.prices import Price
from faults.clerk import clerk, words_of
from faults.ring import (
    MINUTE,
    SCALE,
    FastClock,
    Ring,
    Text,
    all_by_model,
    all_by_rule,
    check,
    equal,
    fields,
    none_wrong,
    prompt_of,
    scenario,
)

CHILD = Path(__file__).with_name("child.py")


@scenario(28, "4 slots, 25 s a prompt, a ceiling of 10", "40 of 40 texts, no timeout, 4 to 5 prompts at a time")
async def _few_slots(ring: Ring) -> None:
    asked = fields(40)
    with Loopback(slots=4, zombies=True) as server:
        server.answer = clerk(latency=25 / SCALE)
        async with ring.enter(server, batch=1) as contender:
            all_by_model(await contender.describe(asked), asked)
        dropped = sum(post.dropped for post in server.posts)
        equal(dropped, 0, "prompts that timed out")
        last = server.posts[30:]
        busy = [sum(other.at <= post.at < (other.ended or 0) for other in server.posts) for post in last]
        check(4 <= max(busy) <= 5, f"{max(busy)} prompts at a time at the end")


@scenario(
    29, "60 requests and 10,000 tokens a minute, enforced, and each second", "no 429 after minute 1; 90 % of it used"
)
async def _enforced(ring: Ring) -> None:
    minutes, asked = 4, fields(150)
    good = clerk()
    seen: deque[tuple[float, int]] = deque()
    refused: list[float] = []
    used: list[tuple[float, int]] = []

    def answer(request: Request) -> Reaction:
        now = time.monotonic()
        while seen and seen[0][0] <= now - MINUTE:
            seen.popleft()
        reply = good(request)
        usage = reply.json["usage"]["total_tokens"]  # type: ignore[union-attr] # a Response, as it has no latency
        second = sum(at > now - MINUTE / 60 for at, _ in seen)
        if len(seen) >= 60 or sum(tokens for _, tokens in seen) + usage > 10_000 or second >= 3:
            refused.append(now)
            seen.append((now, 0))
            return error(429, code="rate_limit_exceeded", headers={"retry-after-ms": f"{MINUTE / 60 * 1000:.0f}"})
        seen.append((now, usage))
        used.append((now, usage))
        return reply

    with Loopback() as server:
        server.tell_slots(10)
        server.answer = answer
        async with ring.enter(server, batch=1, rpm=60, tpm=10_000, clock=FastClock()) as contender:
            work = asyncio.ensure_future(contender.describe(asked))
            await asyncio.wait({work}, timeout=minutes * MINUTE)
            end = time.monotonic()
            work.cancel()
            await asyncio.wait({work})
        start = server.posts[0].at + MINUTE
        check(end > start + MINUTE, "gave up within the first minute")
        late = sum(at > start for at in refused)
        equal(late, 0, "answers 429 after the first minute")
        end = min(end, used[-1][0])
        passed = (end - start) / MINUTE
        share = max(
            sum(at > start for at, _ in used) / 60 / passed, sum(n for at, n in used if at > start) / 10_000 / passed
        )
        check(share >= 0.9, f"{share:.0%} of the permitted rate used")


@scenario(30, "200 equal questions at once", "1 request, also when the first asker leaves; errors are not kept")
async def _equal_questions(ring: Ring) -> None:
    asked = fields(1)
    with Loopback() as server:
        server.answer = clerk(latency=0.3)
        async with ring.enter(server) as contender:
            for texts in await asyncio.gather(*(contender.describe(asked) for _ in range(200))):
                all_by_model(texts, asked)
            equal(len(server.posts), 1, "requests for 200 callers")
        async with ring.enter(server) as contender:
            callers = [asyncio.ensure_future(contender.describe(asked)) for _ in range(200)]
            await asyncio.sleep(0.15)
            callers[0].cancel()
            for texts in await asyncio.gather(*callers[1:]):
                all_by_model(texts, asked)
            equal(len(server.posts), 2, "requests with a leader who left")
        server.answer = sequence(error(400), then=clerk())
        async with ring.enter(server) as contender:
            all_by_rule(await contender.describe(asked), asked)
            all_by_model(await contender.describe(asked), asked)


@scenario(
    31, "Second run; new version of the model; cache broken; disk full; two at once", "0; all; fresh; goes on; no lock"
)
async def _caches(ring: Ring) -> None:
    ring.needs("persistent cache")
    asked, path = fields(40), ring.folder / "cache" / "ai.sqlite"
    with Loopback() as server:

        async def requests(of: Any = asked) -> int:
            before = len(server.requests)
            async with ring.enter(server, cache=path) as contender:
                all_by_model(await contender.describe(of), of)
            return len(server.requests) - before

        server.answer = clerk(model="test-model-2026-01-01")
        await requests()
        equal(await requests(), 0, "requests of the second run")
        server.answer = clerk(model="test-model-2026-02-02")
        await requests(fields(1, 500))
        before = len(server.posts)
        await requests()
        again = {found for post in server.posts[before:] for found in words_of(post).values()}
        equal(len(again), 40, "fields asked anew of a new version")
        equal(await requests(), 0, "requests after that")
        _damage(path)
        check(await requests() > 0, "a broken cache answered")
        equal(await requests(), 0, "requests after a broken cache")
        await _processes(ring, server)


def _damage(path: Path) -> None:
    """Write nonsense into the middle of every file of the cache."""
    for file in path.parent.glob(f"{path.name}*"):
        size = file.stat().st_size
        with file.open("r+b") as opened:
            opened.write(b"not a database" * (size // 14))


async def _processes(ring: Ring, server: Loopback) -> None:
    """A full disk, then two processes with one cache."""
    full = await _child(ring, server, cache="full.sqlite", file_size=20_000)
    _sound(*await _ended(full))
    server.answer = clerk(latency=0.05)
    both = [await _child(ring, server, cache="both.sqlite", batch=1) for _ in range(2)]
    for found in await asyncio.gather(*(_ended(process) for process in both)):
        _sound(*found)


async def _child(ring: Ring, server: Loopback, **order: Any) -> Process:
    """A run in a process of its own."""
    program = "ddgen" if "guard" in ring.kind.means else str(getattr(ring.kind, "title", ""))
    cache = str(ring.folder / order.pop("cache", "ai.sqlite"))
    whole = {"program": program, "base_url": server.url, "count": 40, "batch": 4, "cache": cache} | order
    command = [sys.executable, "-W", "default", str(CHILD), json.dumps(whole)]
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)


async def _ended(process: Process) -> tuple[int | None, bytes, bytes]:
    out, err = await process.communicate()
    return process.returncode, out, err


def _texts(out: bytes) -> list[Text]:
    return [Text(description, name, by_model=model) for description, name, model in json.loads(out or b"[]")]


def _sound(code: int | None, out: bytes, err: bytes) -> list[Text]:
    """The texts of a run that ended well, each the model's."""
    last = err.decode(errors="replace").strip().rpartition("\n")[2]
    equal(code, 0, f"exit code ({last})")
    check(b"locked" not in err and b"Traceback" not in err, last)
    texts = _texts(out)
    all_by_model(texts, fields(40))
    return texts


@scenario(32, "`kill -9` at half of the run, then another run", "only what was in flight is asked again; same texts")
async def _killed(ring: Ring) -> None:
    ring.needs("persistent cache")
    with Loopback() as server:
        server.answer = sequence(*[clerk()] * 5, then=hang())
        process = await _child(ring, server)
        await _until_busy(server, 6)
        process.kill()
        await _ended(process)
        in_flight = {prompt_of(post) for post in server.posts[5:]}
        answered = {found for post in server.posts[:5] for found in words_of(post).values()}
        before = len(server.posts)
        server.answer = clerk()
        _sound(*await _ended(await _child(ring, server)))
        again = {found for post in server.posts[before:] for found in words_of(post).values()}
        check(not again & answered, f"{len(again & answered)} answered fields asked again, beside {len(in_flight)}")


async def _until_busy(server: Loopback, count: int) -> None:
    from faults.ring import until

    await until(lambda: len(server.posts) >= count, 30.0)
    await asyncio.sleep(0.5)


@scenario(33, "A budget of 30 % with 10 callers", "never spent beyond; the rest by rule")
async def _budget(ring: Ring) -> None:
    ring.needs("budget")
    asked, price, spent = fields(60), Price(input=100.0, output=200.0), 0.0
    good = clerk(latency=0.05)

    def answer(request: Request) -> Reaction:
        nonlocal spent
        reaction = good(request)
        usage = reaction[-1].json["usage"]  # type: ignore[index,union-attr] # a wait, and a Response
        spent += (usage["prompt_tokens"] * price.input + usage["completion_tokens"] * price.output) / 1e6
        return reaction

    with Loopback() as server:
        server.tell_slots(10)
        server.answer = answer
        async with ring.enter(server, batch=1, price=price) as contender:
            all_by_model(await contender.describe(asked), asked)
        cap, spent = 0.3 * spent, 0.0
        async with ring.enter(server, batch=1, price=price, max_cost=cap) as contender:
            texts = await contender.describe(asked)
        check(spent <= cap, f"spent {spent / cap:.0%} of what was allowed")
        check(spent >= 0.7 * cap, f"only {spent / cap:.0%} of the budget was used")
        none_wrong(texts, asked)
        causes = {text.cause for text in texts if not text.by_model}
        equal(causes, {"budget"}, "causes")


@scenario(34, "Ctrl-C while the server hangs", "the dictionary so far within 6 s, nothing pending, connections closed")
async def _interrupted(ring: Ring) -> None:
    asked = fields(40)
    with Loopback() as server:
        server.answer = sequence(*[clerk()] * 3, then=hang())
        process = await _child(ring, server)
        await _until_busy(server, 4)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        code, out, err = await _ended(process)
        took = time.monotonic() - begin
        check(out, f"no dictionary (exit code {code})")
        texts = _texts(out)
        none_wrong(texts, asked)
        check(all(text.description and text.business_name for text in texts), "fields without text")
        check(sum(text.by_model for text in texts) >= 12, "texts that had come were lost")
        check(took < 6.0, f"took {took:.1f} s")
        noise = err.decode(errors="replace").strip().rpartition("\n")[2]
        check(not any(bad in err for bad in (b"pending", b"unclosed", b"never", b"Traceback")), noise)
        equal(server.open_connections, 0, "open connections")
