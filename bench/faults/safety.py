"""Faults 35 and 36: planted secrets, and addresses that must not be asked."""

from __future__ import annotations

import logging
import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from loopback import Loopback, Request, Response

from ddgen.describe.facts import FieldFacts, ValueShare
from faults.clerk import clerk
from faults.ring import Contender, Ring, all_by_model, all_by_rule, check, equal, fields, scenario

KEY = "sk-planted-9f3b7c1d5e8a2046b1c3"
FIRST = "Wilhelmina Bartholomew Ottoline Peregrine Seraphina Thaddeus Evangeline Cornelius".split()
LAST = "Featherstone Abernathy Kowalczyk Szymanski Oyelaran Thorvaldsen Papadakis Quackenbush".split()


def secrets(seed: int = 5) -> list[list[str]]:
    """20 columns of 10 planted values each."""
    drawn = random.Random(seed)

    def digits(count: int) -> str:
        return "".join(drawn.choice("0123456789") for _ in range(count))

    def letters(count: int) -> str:
        return "".join(drawn.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(count))

    def person() -> str:
        return f"{drawn.choice(FIRST)} {drawn.choice(LAST)}{letters(2).lower()}"

    kinds: list[Callable[[], str]] = [
        lambda: f"{letters(9).lower()}@{letters(7).lower()}.org",
        lambda: _luhn(f"4{digits(14)}"),
        lambda: f"+49 30 {digits(7)}",
        lambda: f"DE{digits(20)}",
        lambda: f"sk-{letters(32)}",
        lambda: f"AKIA{letters(16).upper()}",
        lambda: f"{digits(3)}-{digits(2)}-{digits(4)}",
        lambda: f"10.{drawn.randrange(256)}.{drawn.randrange(256)}.{digits(2)}",
        lambda: f"ghp_{letters(36)}",
        lambda: f"eyJ{letters(20)}.{letters(30)}.{letters(27)}",
        person,
        lambda: f"{drawn.randrange(1, 99)} {drawn.choice(LAST)} Lane, {letters(6).title()}ville",
        lambda: f"https://{letters(5).lower()}:{letters(9)}@db.internal/x",
        lambda: f"19{digits(2)}-0{drawn.randrange(1, 9)}-1{drawn.randrange(9)} {letters(4)}",
        lambda: f"AA{digits(6)}{letters(2).upper()}",
        lambda: f"called {person()} on {digits(9)} about the debt",
        lambda: f"{letters(8)}!{digits(3)}#pw",
        lambda: ":".join(digits(2) for _ in range(6)),
        lambda: f"user_{letters(10)}",
        lambda: f"BIC {letters(8).upper()} acct {digits(10)}",
    ]
    return [[kind() for _ in range(10)] for kind in kinds]


def _luhn(body: str) -> str:
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def planted() -> tuple[list[FieldFacts], list[str]]:
    """Fields that are full of secrets, and all of these."""
    columns = secrets()
    asked = [
        replace(
            field,
            samples=tuple(values),
            values=tuple(ValueShare(value, 0.1, 1) for value in values),
            low=min(values),
            high=max(values),
            comment=f"As {values[0]} said, ask {values[1]}.",
            distinct=10,
            count=10,
        )
        for field, values in zip(fields(len(columns)), columns, strict=True)
    ]
    return asked, [value for values in columns for value in values]


class _Kept(logging.Handler):
    """Everything that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def _all_logged() -> Iterator[list[str]]:
    """Debug logging of everything, as a person who looks for an error turns it on."""
    handler, root = _Kept(), logging.getLogger()
    before = {name: logging.getLogger(name).level for name in ("", "ddgen", "openai", "httpx2", "httpcore2")}
    for name in before:
        logging.getLogger(name or None).setLevel(logging.DEBUG)
    root.addHandler(handler)
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)
        for name, level in before.items():
            logging.getLogger(name or None).setLevel(level)


@contextmanager
def _environment(**changes: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _traced(contender: Contender) -> Callable[[], str]:
    """Follow every request of a contender that writes traces; returns what they say."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from ddgen.llm.telemetry import OpenTelemetrySink

    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    metrics = getattr(contender, "metrics", None)
    if metrics is not None:
        metrics.sinks.append(OpenTelemetrySink(provider))
    return lambda: "".join(span.to_json() for span in kept.get_finished_spans())


@scenario(
    35,
    "200 planted secrets, a key in the environment, debug logging",
    "none on the wire, in logs, cache, journal, traces, errors",
)
async def _planted(ring: Ring) -> None:
    asked, hidden = planted()
    equal(len(set(hidden)), 200, "secrets")

    def echoes(request: Request) -> Response:
        said = f"invalid: {request.body.decode()} {request.headers} {hidden[:20]}"
        return Response(400, json={"error": {"message": said, "code": KEY}})

    for level in ("shapes", "masked"):
        cache = ring.folder / f"{level}.sqlite"
        with Loopback() as server, _environment(OPENAI_API_KEY=KEY), _all_logged() as lines:
            server.answer = clerk()
            async with ring.enter(server, privacy=level, cache=cache, api_key=KEY) as contender:
                traces = _traced(contender)
                all_by_model(await contender.describe(asked), asked)
            _clean(hidden, [request.body.decode() + str(request.headers) for request in server.requests], "on the wire")
            server.answer = echoes
            async with ring.enter(server, privacy=level, api_key=KEY) as contender:
                more_traces = _traced(contender)
                texts = await contender.describe(asked)
            all_by_rule(texts, asked)
            _clean([KEY, *hidden], [traces(), more_traces()], "in traces")
            _clean(hidden, [request.body.decode() for request in server.requests], "on the wire")
            _clean([KEY, *hidden], [str(text) for text in texts], "in errors")
        _clean([KEY, *hidden], lines, "in logs")
        files = [file.read_bytes().decode("latin-1") for file in ring.folder.glob("*.sqlite*")]
        _clean([KEY, *hidden], files, "in the cache")


def _clean(hidden: list[str], texts: list[str], where: str) -> None:
    everything = "\n".join(texts)
    found = [one for one in hidden if one in everything or one.replace('"', '\\"') in everything]
    check(not found, f"{len(found)} secrets {where}")


def _forms(port: int) -> list[str]:
    """40 addresses that no prompt may go to."""
    here = (
        *("127.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "0", "0.0.0.0"),  # noqa: S104 - what is to be refused
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "user:pw@127.0.0.1", "user@127.0.0.1", "@127.0.0.1"),
    )
    elsewhere = (
        *("http://169.254.169.254/v1", "https://169.254.169.254/v1", "http://169.254.170.2/v1"),
        *("http://100.100.100.200/v1", "http://[fd00:ec2::254]/v1", "http://[fe80::1]/v1"),
        *("http://metadata.google.internal/v1", "http://169.254.169.254./v1", "http://[::ffff:169.254.169.254]/v1"),
        *("http://[64:ff9b::a9fe:a9fe]/v1", "http://[2002:a9fe:a9fe::]/v1", "http://224.0.0.1/v1"),
        *("http://255.255.255.255/v1", "http://8.8.8.8/v1", "http://2852039166/v1"),
        *("file:///etc/passwd", "ftp://127.0.0.1/v1", "gopher://127.0.0.1/v1", "unix:///run/x.sock", "data:,x"),
        *("http://", "http:///v1", f"127.0.0.1:{port}/v1", f"//127.0.0.1:{port}/v1"),
        *(f"http://127.0.0.1:{port}/v1#x", "http://127.0.0.1:99999/v1"),
    )
    return [*(f"http://{host}:{port}/v1" for host in here), *elsewhere]


@scenario(
    36, "40 forms of base_url, rebinding, HTTP_PROXY, a key for another host", "blocked, proxy unused, key not sent"
)
async def _addresses(ring: Ring) -> None:
    asked = fields(1)
    with Loopback() as server, Loopback() as proxy:
        server.answer = proxy.answer = clerk()
        forms = _forms(server.port)
        equal(len(forms), 40, "forms")
        for form in forms:
            async with ring.enter(form, connection_timeout=0.5, max_attempts=1) as contender:
                texts = await contender.describe(asked)
            equal(server.connections, 0, f"connections by way of {form}")
            all_by_rule(texts, asked, "blocked", "settings")
        with _rebinding(server.port):
            async with ring.enter(f"http://rebinding.test:{server.port}/v1") as contender:
                texts = await contender.describe(asked)
        equal(server.connections, 0, "connections by rebinding")
        all_by_rule(texts, asked, "blocked")
        with _environment(HTTP_PROXY=proxy.origin, http_proxy=proxy.origin, ALL_PROXY=proxy.origin):
            async with ring.enter(server) as contender:
                all_by_model(await contender.describe(asked), asked)
        equal(proxy.connections, 0, "connections to the proxy")
        with _environment(OPENAI_API_KEY=KEY):
            async with ring.enter(server, api_key=None) as contender:
                all_by_model(await contender.describe(asked), asked)
        check(KEY not in str([request.headers for request in server.requests]), "OpenAI's key went to another host")


@contextmanager
def _rebinding(port: int) -> Iterator[None]:
    """A name that stands for this machine when it is looked up first, and for something else afterwards."""
    real, asked = socket.getaddrinfo, 0

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        nonlocal asked
        if host != "rebinding.test":
            return real(host, *rest, **more)
        asked += 1
        address = "127.0.0.1" if asked == 1 else "0.0.0.0"  # noqa: S104 - what is to be refused
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    socket.getaddrinfo = look_up
    try:
        yield
    finally:
        socket.getaddrinfo = real
