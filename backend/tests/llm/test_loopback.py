"""The misbehaving server that the other tests rest on does what it says."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from behaviours import (
    always,
    completion,
    describe_all,
    drip,
    enforce,
    error,
    failing,
    hang,
    redirect,
    reset,
    say,
    sequence,
)
from loopback import Loopback, Response, Wait

SCHEMA = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"enum": ["c0", "c1"]}, "description": {"type": "string"}},
            },
        }
    },
}


def post(server: Loopback, body: dict[str, Any] | None = None, timeout: float = 5) -> Any:
    asked = body or {"messages": [{"role": "user", "content": "hello"}]}
    request = urllib.request.Request(f"{server.url}/chat/completions", json.dumps(asked).encode())  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())


def fetch(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())


def refused(url: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as raised:
        fetch(url)
    raised.value.close()
    return raised.value.code


def status(server: Loopback) -> int:
    try:
        post(server)
    except urllib.error.HTTPError as failed:
        with failed:
            return failed.code
    return 200


def test_it_records_requests_and_answers() -> None:
    with Loopback() as server:
        server.answer = say("good day")
        assert post(server)["choices"][0]["message"]["content"] == "good day"
        assert server.posts[0].path == "/v1/chat/completions"
        assert server.posts[0].prompt == "hello"


def test_models_are_listed_and_other_paths_are_not_there() -> None:
    with Loopback(model="m1") as server:
        assert fetch(f"{server.url}/models")["data"][0]["id"] == "m1"
        assert refused(f"{server.origin}/props") == 404


def test_it_describes_every_id_of_a_schema() -> None:
    with Loopback() as server:
        server.answer = describe_all()
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
        got = post(server, {"messages": [{"role": "user", "content": "x"}], "response_format": form})
    items = json.loads(got["choices"][0]["message"]["content"])["items"]
    assert [item["id"] for item in items] == ["c0", "c1"]
    assert all(item["description"] for item in items)


def test_it_describes_every_id_of_a_prompt_without_schema() -> None:
    with Loopback() as server:
        server.answer = describe_all()
        got = post(server, {"messages": [{"role": "user", "content": "c0: a, c7: b"}]})
    assert set(json.loads(got["choices"][0]["message"]["content"])) == {"c0", "c7"}


def test_one_answer_after_the_other() -> None:
    with Loopback() as server:
        server.answer = sequence(error(500), error(429), then=say("ok"))
        assert [status(server) for _ in range(4)] == [500, 429, 200, 200]


def test_a_redirect_names_its_target() -> None:
    with Loopback() as server:
        server.answer = always(redirect("http://127.0.0.1:9/"))
        assert status(server) == 307


def test_a_drip_takes_its_time() -> None:
    with Loopback() as server:
        server.answer = always(drip(completion("slow"), every=0.02, size=50))
        start = time.monotonic()
        assert post(server)["choices"]
        assert time.monotonic() - start > 0.08


def test_a_client_that_goes_is_noticed_at_once() -> None:
    with Loopback() as server:
        server.answer = always(hang())
        with pytest.raises(TimeoutError):
            post(server, timeout=0.1)
        time.sleep(0.1)
        assert server.posts[0].dropped
        assert server.in_flight == 0


def test_a_reset_is_an_error_of_the_connection() -> None:
    with Loopback() as server:
        server.answer = always(reset())
        with pytest.raises(ConnectionError):
            post(server)


def test_slots_serve_so_many_at_a_time() -> None:
    with Loopback(slots=2) as server, ThreadPoolExecutor(6) as pool:
        server.answer = lambda _: [Wait(0.05), completion("x")]
        start = time.monotonic()
        assert len(list(pool.map(lambda _: post(server), range(6)))) == 6
        assert time.monotonic() - start > 0.14
        assert server.most_in_flight == 2


def test_zombies_keep_their_slot() -> None:
    with Loopback(slots=1, zombies=True) as server:
        server.answer = lambda _: [Wait(0.4), completion("x")]
        with pytest.raises(TimeoutError):
            post(server, timeout=0.05)
        start = time.monotonic()
        post(server)
        assert time.monotonic() - start > 0.6


def test_a_rate_is_enforced() -> None:
    with Loopback() as server:
        server.answer = enforce(say("ok"), requests=3, window=60)
        assert [status(server) for _ in range(5)] == [200, 200, 200, 429, 429]


def test_some_fail_after_the_same_work() -> None:
    with Loopback() as server:
        server.answer = failing(0.5, say("ok", latency=0.05), seed=3)
        start = time.monotonic()
        seen = [status(server) for _ in range(10)]
        assert time.monotonic() - start > 0.45
    assert {200, 500} == set(seen)


def test_everything_answers_gets_too() -> None:
    with Loopback() as server:
        server.everything = always(Response(401))
        assert refused(f"{server.url}/models") == 401
