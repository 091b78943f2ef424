"""One attempt: the SDK's client with its retries off, over a connection of ours, and what came back, unread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ddgen.llm.guard import check_base_url, is_local, is_openai
from ddgen.llm.messages import Endpoint, Limits

if TYPE_CHECKING:
    import httpx2
    import openai

NO_KEY = "not-needed"
"""What is sent where no key is set: local servers want one, and take any."""

LOUD = ("openai", "httpx2", "httpcore2")
"""Loggers that would write addresses and bodies below WARNING."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response, whatever its status; `seconds` is how long it took. Its body never appears in a representation."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    seconds: float
    request_id: str | None = None


class Wire:
    """Sends requests to one server, each once. Belongs to the event loop that it is first used in."""

    def __init__(self, endpoint: Endpoint, limits: Limits, *, max_bytes: int = 4 * 2**20) -> None:
        """Raise CallFailed (BLOCKED, SETTINGS) when the address may not be asked; connect nowhere yet.

        No more than `max_bytes` of any answer are read.
        """
        self.origin = check_base_url(endpoint.base_url, allow_http=endpoint.allow_http)
        self.openai = is_openai(endpoint.base_url)
        self._endpoint = endpoint
        self._limits = limits
        self._max_bytes = max_bytes
        self._local: bool | None = None
        self._client: openai.AsyncOpenAI | None = None
        self._opening = asyncio.Lock()

    async def local(self) -> bool:
        """Whether the server is on this machine or a private network; asks the name server once."""
        if self._local is None:
            self._local = await asyncio.to_thread(is_local, self.origin.base_url)
        return self._local

    async def post(self, payload: dict[str, Any], *, seconds: float | None = None) -> Reply:
        """Send a chat completion; `seconds` of wall clock for everything, by default the request timeout.

        Raises TimeoutError after that, and what the SDK raises where there is no response.
        """
        return await self.send("POST", "/chat/completions", payload, seconds=seconds)

    async def get(self, path: str, *, seconds: float | None = None) -> Reply:
        """Fetch a path below the base_url, or one of the origin when it begins with `//`."""
        limit = seconds or self._limits.connection_timeout
        return await self.send("GET", path, None, seconds=limit)

    async def send(
        self, method: str, path: str, payload: dict[str, Any] | None = None, *, seconds: float | None = None
    ) -> Reply:
        """Any GET, POST or DELETE, as JSON."""
        import httpx2

        url = self._url(path)
        client = await self._open()
        if method == "GET":
            return await self._timed(client.get(url, cast_to=httpx2.Response), seconds)
        if method == "DELETE":
            return await self._timed(client.delete(url, cast_to=httpx2.Response), seconds)
        return await self._timed(client.post(url, cast_to=httpx2.Response, body=payload), seconds)

    async def upload(
        self, path: str, name: str, content: bytes, fields: Mapping[str, str], *, seconds: float | None = None
    ) -> Reply:
        """Send a file, as a form."""
        import httpx2

        client = await self._open()
        posting = client.post(
            self._url(path),
            cast_to=httpx2.Response,
            body=dict(fields),
            files=[("file", (name, content))],
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )
        return await self._timed(posting, seconds)

    def _url(self, path: str) -> str:
        return f"{self.origin}{path[1:]}" if path.startswith("//") else path

    async def _timed(self, sending: Coroutine[Any, Any, httpx2.Response], seconds: float | None) -> Reply:
        import openai

        start = perf_counter()
        async with asyncio.timeout(self._limits.request_timeout if seconds is None else seconds):
            try:
                response = await sending
            except openai.APIStatusError as error:
                response = error.response
        return _reply(response, perf_counter() - start)

    async def _open(self) -> openai.AsyncOpenAI:
        async with self._opening:
            if self._client is None:
                local = await self.local()
                self._client = await asyncio.to_thread(self._make, local)
        return self._client

    def _make(self, local: bool) -> openai.AsyncOpenAI:
        import httpx2
        import openai

        from ddgen.llm.connect import http_client

        for name in LOUD:
            logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger(name).level))
        limits = self._limits
        timeout = httpx2.Timeout(limits.request_timeout, connect=limits.connection_timeout)
        origin = replace(self.origin, local_only=self.origin.local_only or local)
        key = self._endpoint.api_key or NO_KEY
        return openai.AsyncOpenAI(
            api_key=key,
            base_url=self.origin.base_url,
            max_retries=0,
            timeout=timeout,
            http_client=http_client(
                origin,
                key,
                local=local,
                openai=self.openai,
                connections=limits.max_concurrent + 2,
                timeout=timeout,
                max_bytes=self._max_bytes,
            ),
        )

    async def aclose(self) -> None:
        """Close every connection; a later request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def _reply(response: httpx2.Response, seconds: float) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, response.content, seconds, headers.get("x-request-id"))
