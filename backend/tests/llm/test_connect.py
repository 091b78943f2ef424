"""Names are resolved once, checked, and connected to as they were checked."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from behaviours import say
from loopback import Loopback

from ddgen.llm.connect import Resolved, http_client, proxy_for
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.guard import check_base_url

Answers = list[list[str]]


def resolver(monkeypatch: pytest.MonkeyPatch, answers: Answers) -> list[str]:
    """The machine's resolver gives these answers, one after the other, and says what it was asked."""
    asked: list[str] = []
    true = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        if host is None or host[0].isdigit():
            return true(host, port, *rest, **named)
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


async def fetch(url: str, *, allow_http: bool = False) -> int:
    origin = check_base_url(url, allow_http=allow_http)
    timeout = httpx2.Timeout(5.0)
    async with http_client(origin, "k", local=False, openai=False, connections=2, timeout=timeout) as client:
        return (await client.post(f"{origin.base_url}/x", json={})).status_code


async def test_a_name_is_connected_to_where_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback() as server:
        server.answer = say("x")
        asked = resolver(monkeypatch, [["127.0.0.1"], ["169.254.169.254"]])
        assert await fetch(f"http://model-box:{server.port}/v1") == 200
        assert asked == ["model-box"]
        assert server.posts[0].headers["host"] == f"model-box:{server.port}"


@pytest.mark.parametrize(
    "addresses",
    [["169.254.169.254"], ["127.0.0.1", "169.254.169.254"], ["0.0.0.0"], ["100.100.100.200"]],  # noqa: S104 - what is blocked
)
async def test_one_bad_address_blocks_a_name(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    with Loopback() as server:
        resolver(monkeypatch, [addresses])
        with pytest.raises(CallFailed) as failed:
            await fetch(f"http://model-box:{server.port}/v1", allow_http=True)
        assert failed.value.failure.cause is Cause.BLOCKED
        assert not server.requests


async def test_a_name_that_turns_public_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, [["93.184.216.34"]])
    with pytest.raises(CallFailed) as failed:
        await fetch("http://model-box:1234/v1")
    assert failed.value.failure.cause is Cause.BLOCKED


async def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback() as server:
        server.answer = say("x")
        resolver(monkeypatch, [["127.0.0.2", "127.0.0.1"]])
        assert await fetch(f"http://model-box:{server.port}/v1") == 200


async def test_a_slow_resolver_counts_as_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(5)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", slow)
    with pytest.raises(Exception, match="too long"):
        await Resolved(local_only=False).connect_tcp("model-box", 80, timeout=0.05)


async def test_requests_go_to_the_one_origin_only() -> None:
    with Loopback() as other, Loopback() as server:
        origin = check_base_url(server.url)
        timeout = httpx2.Timeout(5.0)
        async with http_client(origin, "k", local=True, openai=False, connections=2, timeout=timeout) as client:
            with pytest.raises(CallFailed):
                await client.get(other.url)
        assert not other.requests


def test_proxies_are_for_public_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    proxies = {"https": "http://proxy:3128"}
    monkeypatch.setenv("NO_PROXY", "inside.example")
    public = check_base_url("https://api.openai.com/v1")
    assert proxy_for(public, local=False, proxies=proxies) == "http://proxy:3128"
    assert proxy_for(public, local=True, proxies=proxies) is None
    assert proxy_for(replace(public, local_only=True), local=False, proxies=proxies) is None
    assert proxy_for(check_base_url("https://inside.example/v1"), local=False, proxies=proxies) is None
    assert proxy_for(public, local=False, proxies={}) is None


async def test_all_headers_are_for_openai_only() -> None:
    with Loopback() as server:
        server.answer = say("x")
        origin = check_base_url(server.url)
        for openai in (True, False):
            timeout = httpx2.Timeout(5.0)
            async with http_client(origin, "k", local=True, openai=openai, connections=2, timeout=timeout) as client:
                await client.post(f"{server.url}/x", json={}, headers={"OpenAI-Organization": "org"})
        assert ["openai-organization" in request.headers for request in server.posts] == [True, False]
