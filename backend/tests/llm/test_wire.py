"""One attempt over a real connection."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import openai
import pytest
from behaviours import always, completion, cut, drip, error, hang, html, redirect, reset, say, scaled
from loopback import Close, Loopback, Response, Send, Step

from ddgen.llm.classify import classify_exception
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.messages import Endpoint, Limits
from ddgen.llm.wire import Wire

PAYLOAD = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
Open = Callable[..., AbstractAsyncContextManager[Wire]]


@asynccontextmanager
async def opened(url: str, *, key: str | None = "k", limits: Limits | None = None) -> AsyncIterator[Wire]:
    wire = Wire(Endpoint(url, "m", key), limits or scaled())
    try:
        yield wire
    finally:
        await wire.aclose()


async def cause(work: Awaitable[object]) -> Cause:
    with pytest.raises((openai.OpenAIError, TimeoutError, OSError, CallFailed)) as failed:
        await work
    return classify_exception(failed.value).cause


async def test_a_reply_comes_as_it_is() -> None:
    with Loopback() as server:
        server.answer = always(completion("hi", headers={"x-request-id": "r1", "X-RateLimit-Limit-Requests": "9"}))
        async with opened(server.url) as wire:
            reply = await wire.post(PAYLOAD)
    assert (reply.status, reply.request_id, reply.headers["x-ratelimit-limit-requests"]) == (200, "r1", "9")
    assert b"hi" in reply.body
    assert "hi" not in repr(reply)
    assert reply.seconds > 0


@pytest.mark.parametrize("status", [400, 401, 408, 409, 429, 500, 503])
async def test_no_status_is_tried_again(status: int) -> None:
    with Loopback() as server:
        server.answer = always(error(status))
        async with opened(server.url) as wire:
            reply = await wire.post(PAYLOAD)
        assert reply.status == status
        assert b"it failed" in reply.body
        assert len(server.posts) == 1


async def test_a_file_is_sent_as_a_form() -> None:
    with Loopback() as server:
        server.answer = always(Response(json={"id": "file-1"}))
        async with opened(server.url) as wire:
            reply = await wire.upload("/files", "batch.jsonl", b"one\ntwo\n", {"purpose": "batch"})
    assert b"file-1" in reply.body
    sent = server.posts[0]
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert all(part in sent.body for part in (b"one\ntwo", b'name="purpose"', b'filename="batch.jsonl"'))


async def test_paths_of_the_origin_can_be_fetched() -> None:
    with Loopback() as server:
        server.gets["/props"] = Response(json={"total_slots": 3})
        async with opened(server.url) as wire:
            assert (await wire.get("//props")).status == 200
            assert (await wire.get("/models")).status == 200
            assert (await wire.get("/nothing")).status == 404


async def test_a_server_that_hangs_is_left_in_time() -> None:
    with Loopback() as server:
        server.answer = always(hang())
        async with opened(server.url) as wire:
            await wire.get("/models")
            start = time.monotonic()
            assert await cause(wire.post(PAYLOAD, seconds=0.2)) is Cause.TIMEOUT
            assert time.monotonic() - start < 0.4
            await asyncio.sleep(0.1)
        assert server.posts[0].dropped


async def test_dripping_bytes_stretch_nothing() -> None:
    with Loopback() as server:
        server.answer = always(drip(completion("slow" * 100), every=0.05))
        async with opened(server.url) as wire:
            await wire.get("/models")
            start = time.monotonic()
            assert await cause(wire.post(PAYLOAD, seconds=0.3)) is Cause.TIMEOUT
            assert time.monotonic() - start < 0.5


@pytest.mark.parametrize(
    "steps",
    [reset(), cut(completion("x" * 500), 30), [Close()], [Send(b"garbage\r\n\r\n")], [Send(b"HTTP/1.1 200 OK\r\n")]],
)
async def test_broken_connections_are_the_networks_failure(steps: list[Step]) -> None:
    with Loopback() as server:
        server.answer = always([*steps, Close()])
        async with opened(server.url) as wire:
            assert await cause(wire.post(PAYLOAD)) is Cause.NETWORK


async def test_nobody_there_is_the_networks_failure() -> None:
    with Loopback() as server:
        url = server.url
    async with opened(url) as wire:
        assert await cause(wire.post(PAYLOAD)) is Cause.NETWORK


async def test_an_unknown_name_is_the_networks_failure() -> None:
    async with opened("https://name.invalid/v1") as wire:
        assert await cause(wire.post(PAYLOAD, seconds=20)) is Cause.NETWORK


async def test_tls_to_a_plain_server_is_the_networks_failure() -> None:
    with Loopback() as server:
        async with opened(server.url.replace("http:", "https:")) as wire:
            assert await cause(wire.post(PAYLOAD)) is Cause.NETWORK


async def test_redirects_are_not_followed() -> None:
    with Loopback() as other, Loopback() as server:
        server.answer = always(redirect(f"{other.url}/chat/completions"))
        async with opened(server.url) as wire:
            assert (await wire.post(PAYLOAD)).status == 307
        assert not other.requests


async def test_a_page_is_returned_as_it_is() -> None:
    with Loopback() as server:
        server.answer = always(html())
        async with opened(server.url) as wire:
            assert b"Welcome" in (await wire.post(PAYLOAD)).body


async def test_an_endless_answer_is_not_read() -> None:
    with Loopback() as server:
        server.answer = always(Response(body=b" " * (5 * 2**20)))
        async with opened(server.url) as wire:
            assert await cause(wire.post(PAYLOAD, seconds=5)) is Cause.BAD_OUTPUT


async def test_a_compressed_answer_is_not_unpacked() -> None:
    with Loopback() as server:
        server.answer = always(Response(body=b"\x1f\x8b", headers={"content-encoding": "gzip"}))
        async with opened(server.url) as wire:
            assert await cause(wire.post(PAYLOAD)) is Cause.BAD_OUTPUT
        assert server.posts[0].headers["accept-encoding"] == "identity"


async def test_a_closed_keep_alive_is_invisible() -> None:
    with Loopback() as server:
        server.answer = lambda _: [completion("x"), Close()]
        async with opened(server.url) as wire:
            for _ in range(20):
                assert (await wire.post(PAYLOAD)).status == 200
                await asyncio.sleep(0.01)
        assert len(server.posts) == 20


async def test_connections_are_kept() -> None:
    with Loopback() as server:
        server.answer = say("x")
        async with opened(server.url) as wire:
            for _ in range(5):
                await wire.post(PAYLOAD)
        assert server.connections == 1


async def test_nothing_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "planted-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer planted-secret\nX-Mine: planted-secret")
    with Loopback() as server:
        server.answer = say("x")
        async with opened(server.url, key=None) as wire:
            await wire.post(PAYLOAD)
            await wire.get("/models")
        assert "planted-secret" not in str(server.requests)
        assert server.posts[0].headers["authorization"] == "Bearer not-needed"


async def test_a_proxy_is_not_used_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback() as proxy, Loopback() as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        server.answer = say("x")
        async with opened(server.url) as wire:
            assert (await wire.post(PAYLOAD)).status == 200
        assert not proxy.requests


async def test_many_at_once_find_connections() -> None:
    with Loopback() as server:
        server.answer = say("x", latency=0.05)
        async with opened(server.url) as wire:
            replies = await asyncio.gather(*(wire.post(PAYLOAD) for _ in range(10)))
        assert {reply.status for reply in replies} == {200}
        assert server.most_in_flight == 10


async def test_cancelling_closes_the_socket() -> None:
    with Loopback() as server:
        server.answer = always(hang())
        async with opened(server.url) as wire:
            task = asyncio.create_task(wire.post(PAYLOAD))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0.1)
            assert server.posts[0].dropped


async def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with Loopback() as server, caplog.at_level(logging.DEBUG):
        server.answer = say("planted-answer")
        async with opened(server.url, key="planted-key") as wire:
            await wire.post({"model": "m", "messages": [{"role": "user", "content": "planted-prompt"}]})
    assert "planted" not in caplog.text


def test_importing_the_transport_does_not_import_the_sdk() -> None:
    code = "import sys, ddgen.llm.client, ddgen.llm.wire; print('openai' in sys.modules, 'httpx2' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert run.stdout.split() == ["False", "False"]
