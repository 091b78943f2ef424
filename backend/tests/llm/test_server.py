"""What servers tell about themselves."""

from __future__ import annotations

from typing import Any

import pytest
from behaviours import always, error, loading, scaled
from loopback import Loopback, Response

from ddgen.llm.clock import SystemClock
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.messages import Endpoint
from ddgen.llm.server import ServerFacts, learn, until_loaded
from ddgen.llm.wire import Wire


async def facts(server: Loopback, model: str | None = "m", *, warming: float = 2.0) -> ServerFacts:
    endpoint = Endpoint(server.url, model, "k")
    wire = Wire(endpoint, scaled())
    try:
        return await learn(wire, endpoint, SystemClock(), warming_seconds=warming)
    finally:
        await wire.aclose()


async def cause(server: Loopback, model: str | None = "m", *, warming: float = 2.0) -> Cause:
    with pytest.raises(CallFailed) as failed:
        await facts(server, model, warming=warming)
    return failed.value.failure.cause


def models(*names: str, **extra: Any) -> Response:
    return Response(json={"data": [{"id": name, **extra} for name in names]})


async def test_a_plain_list_is_enough() -> None:
    with Loopback(model="m") as server:
        known = await facts(server)
    assert (known.model, known.models, known.key_ok, known.local) == ("m", ("m",), True, True)
    assert (known.slots, known.context_tokens, known.state) == (None, None, "unknown")


async def test_only_gets_are_made() -> None:
    with Loopback() as server:
        await facts(server)
        assert {request.method for request in server.requests} == {"GET"}


async def test_llama_server_tells_slots_and_context() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = models("smol", owned_by="llamacpp")
        server.tell_slots(2, context=512)
        known = await facts(server)
        assert (known.software, known.slots, known.context_tokens, known.model) == ("llama.cpp", 2, 512, "smol")
        assert known.substituted == "m"
        assert [request.path for request in server.requests] == ["/v1/models", "/props"]


async def test_lm_studio_tells_what_is_loaded() -> None:
    told = {
        "models": [
            {"type": "llm", "key": "big", "loaded_instances": []},
            {
                "type": "llm",
                "key": "small",
                "loaded_instances": [{"id": "small", "config": {"context_length": 4096, "parallel": 6}}],
            },
            {"type": "embedding", "key": "embed", "loaded_instances": [{"id": "embed", "config": {}}]},
        ]
    }
    with Loopback() as server:
        server.gets["/v1/models"] = models("big", "small", "embed")
        server.gets["/api/v1/models"] = Response(json=told)
        known = await facts(server, None)
    assert (known.software, known.model, known.loaded, known.state) == ("lmstudio", "small", ("small",), "loaded")
    assert (known.slots, known.context_tokens) == (6, 4096)


async def test_an_older_lm_studio_is_understood() -> None:
    told = [
        {"id": "big", "type": "llm", "state": "not-loaded", "max_context_length": 9000},
        {"id": "small", "type": "vlm", "state": "loaded", "loaded_context_length": 2048, "max_context_length": 9000},
    ]
    with Loopback() as server:
        server.gets["/v1/models"] = models("big", "small")
        server.gets["/api/v1/models"] = Response(json={"error": "Unexpected endpoint or method. (GET /api/v1/models)"})
        server.gets["/api/v0/models"] = Response(json={"data": told})
        known = await facts(server, "gpt-4")
    assert (known.model, known.substituted, known.context_tokens) == ("small", "gpt-4", 2048)


async def test_ollama_tells_its_context() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = models("llama3:latest", owned_by="library")
        server.gets["/api/ps"] = Response(json={"models": [{"name": "llama3:latest", "context_length": 4096}]})
        known = await facts(server, "llama3:latest")
        assert (await facts(server, "llama3")).substituted is None
    assert (known.software, known.context_tokens, known.state) == ("ollama", 4096, "loaded")


async def test_vllm_tells_its_context_in_the_list() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = models("m", owned_by="vllm", max_model_len=8192)
        known = await facts(server)
        assert len(server.requests) == 1
    assert (known.software, known.context_tokens) == ("vllm", 8192)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_found_at_once(status: int) -> None:
    with Loopback() as server:
        server.everything = always(error(status))
        assert await cause(server) is Cause.AUTH
        assert len(server.requests) == 1


async def test_without_a_list_the_key_is_unknown() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = error(404)
        known = await facts(server)
    assert (known.model, known.key_ok, known.models) == ("m", None, ())


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": 7}', b'{"data": [7]}', b"[" * 5000])
async def test_nonsense_is_no_list(body: bytes) -> None:
    with Loopback() as server:
        for path in ("/v1/models", "/props", "/api/ps", "/api/v1/models", "/api/v0/models"):
            server.gets[path] = Response(body=body)
        assert (await facts(server)).key_ok is None


async def test_a_loading_server_is_waited_for() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = loading(3, models("m"))
        assert (await facts(server)).models == ("m",)
        assert [request.path for request in server.requests][:4] == ["/v1/models"] * 4


async def test_but_not_for_ever() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = loading(10_000, models("m"))
        assert await cause(server, warming=0.2) is Cause.WARMING


async def test_a_failing_server_is_a_failure() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = error(500)
        assert await cause(server) is Cause.OVERLOAD
        url = server.url
    wire = Wire(Endpoint(url), scaled())
    with pytest.raises(CallFailed) as failed:
        await learn(wire, Endpoint(url), SystemClock())
    await wire.aclose()
    assert failed.value.failure.cause is Cause.NETWORK


async def test_without_a_model_the_only_one_is_taken() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = models("chat", "text-embedding-3")
        assert (await facts(server, None)).model == "chat"


async def test_where_the_choice_is_open_it_is_named() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = models("one", "two")
        with pytest.raises(CallFailed, match=r"OPENAI_MODEL.*one, two") as failed:
            await facts(server, None)
    assert failed.value.failure.cause is Cause.SETTINGS


async def test_a_model_that_is_there_is_kept_among_many() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = models("one", "two")
        assert (await facts(server, "two")).model == "two"
        assert (await facts(server, "three")).model == "three"


async def test_until_loaded_polls_by_get() -> None:
    with Loopback() as server:
        server.gets["/v1/models"] = loading(2, models("m"))
        wire = Wire(Endpoint(server.url, "m", "k"), scaled())
        assert await until_loaded(wire, SystemClock(), 5)
        server.gets["/v1/models"] = loading(10_000, models("m"))
        assert not await until_loaded(wire, SystemClock(), 0.2)
        await wire.aclose()
        assert not server.posts


async def test_until_loaded_believes_lm_studio() -> None:
    unloaded = Response(json={"models": [{"type": "llm", "key": "k", "loaded_instances": []}]})
    loaded = Response(json={"models": [{"type": "llm", "key": "k", "loaded_instances": [{"id": "k", "config": {}}]}]})
    with Loopback() as server:
        answers = [unloaded, unloaded]
        server.gets["/api/v1/models"] = lambda _: answers.pop() if answers else loaded
        wire = Wire(Endpoint(server.url, "m", "k"), scaled())
        assert await until_loaded(wire, SystemClock(), 5)
        assert not answers
        await wire.aclose()
