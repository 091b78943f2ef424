"""Why connections fail, in plain words: real ones to servers that misbehave, and exceptions as libraries nest them."""

from __future__ import annotations

import itertools
import socket
import ssl
from contextlib import closing
from dataclasses import replace

import httpx2
import openai
import pytest
from behaviours import completion, cut, reset, scaled
from loopback import Close, Loopback, Reaction, Reset, Send

from ddgen.llm.breakage import reason
from ddgen.llm.client import Client
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.messages import Endpoint, Question

LIMITS = replace(scaled(max_attempts=1, requests_per_minute=0), request_timeout=5.0)
PERSON = "jane-4711"


async def failure(url: str) -> Failure:
    client = Client(Endpoint(url, "m", "k"), LIMITS)
    try:
        with pytest.raises(CallFailed) as caught:
            await client.ask(Question("", "a"))
    finally:
        await client.aclose()
    return caught.value.failure


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reset(), "connection reset by peer"),
        (cut(completion("x"), 20, by=Reset()), "connection reset by peer"),
        ([Close()], "the server ended the connection before its answer was complete"),
        (cut(completion("x"), 20), "the server ended the connection before its answer was complete"),
        ([Send(b"garbage\r\n\r\n")], "what came back is not HTTP"),
        (
            [Send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc"), Close()],
            "what came back is not HTTP",
        ),
    ],
)
async def test_connections_that_break(answer: Reaction, said: str) -> None:
    with Loopback() as server:
        server.answer = lambda _: answer
        found = await failure(server.url)
    assert (found.cause, found.detail) == (Cause.NETWORK, said)


async def test_connections_that_cannot_be_made() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]
    for host in ("127.0.0.1", "localhost"):
        assert (await failure(f"http://{host}:{port}/v1")).detail == "connection refused"
    assert (await failure("https://no-such-host.invalid/v1")).detail == "the name of the server is not known"
    with Loopback() as server:
        found = await failure(server.url.replace("http:", "https:"))
    assert (found.cause, found.detail) == (Cause.NETWORK, "TLS failed: unexpected eof while reading")


def nested(*links: BaseException) -> BaseException:
    for outer, inner in itertools.pairwise(links):
        outer.__cause__ = inner
    return links[0]


def tls(named: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: X] {PERSON}")
    error.reason = named
    return error


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (ConnectionRefusedError(111, PERSON), "connection refused"),
        (socket.gaierror(-2, PERSON), "the name of the server is not known"),
        (tls("WRONG_VERSION_NUMBER"), "TLS failed: wrong version number"),
        (tls(PERSON), "TLS failed"),
        (httpx2.ReadError(PERSON), "the connection broke while the answer was read"),
        (httpx2.WriteError(PERSON), "the connection broke while the request was sent"),
        (httpx2.RemoteProtocolError(PERSON), "what came back is not HTTP"),
        (KeyError(PERSON), "no connection"),
    ],
)
def test_no_class_and_no_text_of_a_library_is_repeated(inner: BaseException, said: str) -> None:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    found = reason(nested(openai.APIConnectionError(request=request), httpx2.ConnectError(PERSON), inner))
    assert found == said


def test_what_was_merely_being_handled_is_not_told() -> None:
    late = openai.APIConnectionError(request=httpx2.Request("GET", "http://127.0.0.1"))
    late.__context__ = ConnectionRefusedError(111, "no")
    assert reason(late) == "no connection"


def test_an_endless_chain_ends() -> None:
    first, second = KeyError(), IndexError()
    first.__cause__, second.__cause__ = second, first
    assert reason(first) == "no connection"
