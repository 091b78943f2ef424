"""A misbehaving OpenAI-compatible server on loopback: what real servers do wrong, on demand and to the byte.

    with Loopback() as server:
        server.answer = always(Response(429, headers={"Retry-After": "2"}))
        ... base_url=server.url ...
        assert len(server.posts) == 1

`answer` is called for every POST with the `Request` and returns a `Response` or a list of steps (`Send`, `Wait`,
`Hang`, `Reset`, `Close`, `Response`). `gets` holds answers to GETs by path; `/v1/models` is there, every other path
is 404. `everything`, where set, answers GETs and POSTs alike. The server runs in a thread of its own, so that a busy
or blocked client does not slow it. Ready-made answers stand in `behaviours.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json as json_module
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

TLS = b"\x16"
"""With this a TLS handshake begins, which this server does not speak."""

REASONS = {200: "OK", 307: "Temporary Redirect", 401: "Unauthorized", 429: "Too Many Requests", 500: "Server Error"}


@dataclass(slots=True)
class Request:
    """What arrived: `json` is the parsed body, `at` and `ended` are seconds of `time.monotonic()`."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    number: int = 0
    connection: int = 0
    ended: float | None = None
    dropped: bool = False
    """The client went away before its answer was complete."""

    @property
    def json(self) -> Any:
        """The body, parsed; None where there is none."""
        return json_module.loads(self.body) if self.body else None

    @property
    def prompt(self) -> str:
        """All messages' texts, one after the other."""
        return "\n".join(str(message["content"]) for message in self.json["messages"])

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON Schema that the answer is to follow, if the request names one."""
        form = self.json.get("response_format") or {}
        found: dict[str, Any] | None = (form.get("json_schema") or {}).get("schema")
        return found


@dataclass(slots=True)
class Response:
    """A complete HTTP response; `json` or `body` is its body. `close` ends the connection after it."""

    status: int = 200
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    close: bool = False

    def content(self) -> bytes:
        """The body's bytes."""
        if self.body is not None:
            return self.body
        return b"" if self.json is None else json_module.dumps(self.json).encode()

    def head(self) -> bytes:
        """Status line and headers; a `content-length` among the headers replaces the true one."""
        fields = {"content-type": "application/json", "content-length": str(len(self.content()))}
        if self.close:
            fields["connection"] = "close"
        fields |= {name.lower(): value for name, value in self.headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}\r\n{lines}\r\n".encode()


@dataclass(slots=True)
class Send:
    """These bytes, as they are."""

    data: bytes


@dataclass(slots=True)
class Wait:
    """So many seconds of work."""

    seconds: float


@dataclass(slots=True)
class Hang:
    """Nothing more, until the client goes away."""


@dataclass(slots=True)
class Reset:
    """A TCP reset."""


@dataclass(slots=True)
class Close:
    """An orderly end of the connection."""


Step = Response | Send | Wait | Hang | Reset | Close
Reaction = Response | Sequence[Step]
Answer = Callable[[Request], Reaction]


class _Over(Exception):
    """This connection has ended."""


def _models(*names: str) -> Response:
    return Response(json={"object": "list", "data": [{"id": name, "object": "model"} for name in names]})


class Loopback:
    """The server. `slots` prompts are served at a time, the rest queue (0: all at once).

    With `zombies`, work goes on in its slot after the client has gone, as some local servers do.
    """

    def __init__(self, *, model: str = "test-model", slots: int = 0, zombies: bool = False) -> None:
        self.model = model
        self.zombies = zombies
        self.requests: list[Request] = []
        self.gets: dict[str, Reaction | Answer] = {"/v1/models": _models(model)}
        self.answer: Answer = lambda _: Response(500, json={"error": {"message": "no answer was set"}})
        self.everything: Answer | None = None
        self.in_flight = 0
        self.most_in_flight = 0
        self.connections = 0
        self.open_connections = 0
        self.port = 0
        self._slots = asyncio.Semaphore(slots) if slots else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loopback", daemon=True)
        self._jobs: set[asyncio.Task[None]] = set()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The base_url for clients, ending in /v1."""
        return f"{self.origin}/v1"

    @property
    def posts(self) -> list[Request]:
        """The requests that were prompts."""
        return [request for request in self.requests if request.method == "POST"]

    def tell_slots(self, slots: int, *, context: int = 8192) -> None:
        """Answer `/props` as llama-server does."""
        settings = {"n_ctx": context}
        self.gets["/props"] = Response(json={"total_slots": slots, "default_generation_settings": settings})

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the loopback server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=16 * 2**20, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._keep(self._serve(reader, writer, self.connections))

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        job = asyncio.get_running_loop().create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._forget)
        return job

    def _forget(self, job: asyncio.Task[None]) -> None:
        """A job that ended; that its client had gone is no news."""
        self._jobs.discard(job)
        if not job.cancelled():
            job.exception()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> None:
        self.open_connections += 1
        pending = b""
        try:
            with contextlib.suppress(_Over, ConnectionError, asyncio.IncompleteReadError):
                while True:
                    pending = pending or await reader.readexactly(1)
                    if pending == TLS:
                        raise _Over
                    request = await self._read(reader, pending, connection)
                    pending = await self._react(request, reader, writer)
        finally:
            self.open_connections -= 1
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader, pending: bytes, connection: int) -> Request:
        head = pending + await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        at = time.monotonic()
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = Request(method, urlsplit(path).path, headers, body, at, len(self.requests), connection)
        self.requests.append(request)
        return request

    def _reaction(self, request: Request) -> Reaction:
        if self.everything is not None:
            return self.everything(request)
        if request.method == "POST":
            return self.answer(request)
        found = self.gets.get(request.path, Response(404, json={"error": {"message": "no such path"}}))
        return found(request) if callable(found) else found

    async def _react(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """Answer one request; returns a byte of the next one that arrived meanwhile."""
        reaction = self._reaction(request)
        if isinstance(reaction, Response) and (self._slots is None or request.method == "GET"):
            await self._send(reaction, writer)
            request.ended = time.monotonic()
            return b""
        steps = [reaction] if isinstance(reaction, Response) else reaction
        work = self._keep(self._work(request, steps, writer))
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() and not gone.result():
                request.dropped = not work.done()
                raise _Over
            await work
        except asyncio.CancelledError:
            work.cancel()
            raise
        finally:
            request.ended = time.monotonic()
            if not (self.zombies and request.dropped):
                work.cancel()
            if not gone.done():
                gone.cancel()
                await asyncio.wait({gone})
        return b"" if gone.cancelled() else gone.result()

    async def _work(self, request: Request, steps: Sequence[Step], writer: asyncio.StreamWriter) -> None:
        """All steps of an answer, in a slot if this is a prompt and slots are few."""
        prompt = request.method == "POST"
        async with self._slots if prompt and self._slots else contextlib.nullcontext():
            self.in_flight += prompt
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                for step in steps:
                    await self._step(step, writer)
            finally:
                self.in_flight -= prompt

    async def _step(self, step: Step, writer: asyncio.StreamWriter) -> None:
        match step:
            case Wait(seconds):
                await asyncio.sleep(seconds)
            case Send(data):
                writer.write(data)
                await writer.drain()
            case Response():
                await self._send(step, writer)
            case Hang():
                await asyncio.Event().wait()
            case Reset():
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                raise _Over
            case Close():
                raise _Over

    async def _send(self, response: Response, writer: asyncio.StreamWriter) -> None:
        writer.write(response.head() + response.content())
        await writer.drain()
        if response.close:
            raise _Over
