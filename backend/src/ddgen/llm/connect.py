"""The connection below the client: only to checked addresses, redirects off, and with a limit on what is read."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import urllib.request
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, NoReturn

import httpcore2
import httpx2
from httpcore2 import AnyIOBackend

from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.guard import Address, Origin, check_address, literal

MAX_RESPONSE_BYTES = 4 * 2**20
"""What is read of an answer to a question, which is a few kilobytes."""

IDLE_SECONDS = 30.0
SENT_ABROAD = frozenset(
    "host connection accept accept-encoding authorization content-type content-length "
    "transfer-encoding user-agent".split()
)
"""What servers other than OpenAI are sent: the SDK would add organisation, project and headers from the environment."""


class Resolved(httpcore2.AsyncNetworkBackend):
    """Resolves a name, checks every address it stands for, and connects to one of those very addresses."""

    def __init__(self, *, local_only: bool) -> None:
        self._local_only = local_only
        self._inner = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """One connection; raises CallFailed (BLOCKED) where any address is not allowed."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
                return await self._first(addresses, port, timeout, local_address, socket_options)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("connecting took too long") from error

    async def _resolve(self, host: str, port: int) -> list[Address]:
        addresses = [known] if (known := literal(host)) is not None else await _look_up(host, port)
        for address in addresses:
            check_address(address, local_only=self._local_only)
        return addresses

    async def _first(
        self,
        addresses: list[Address],
        port: int,
        seconds: float | None,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore2.AsyncNetworkStream:
        last: Exception = httpcore2.ConnectError("the server's name stands for no address")
        for place, address in enumerate(addresses):
            share = None if seconds is None else seconds / (len(addresses) - place)
            try:
                return await self._inner.connect_tcp(str(address), port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def _look_up(host: str, port: int) -> list[Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore2.ConnectError("the server's name is not known") from error
    return list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


def _translate(error: Exception) -> NoReturn:
    """The same error as the client knows it."""
    kind = getattr(httpx2, type(error).__name__, httpx2.TransportError)
    raise kind(str(error)) from error


CORE_ERRORS = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
)


class _Translated(httpx2.AsyncByteStream):
    """A response's bytes, with errors as the client knows them."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._stream:
                yield part
        except CORE_ERRORS as error:
            _translate(error)

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Limited(httpx2.AsyncByteStream):
    """A response's bytes, up to a limit."""

    def __init__(self, stream: Any, limit: int) -> None:
        self._stream = stream
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._stream:
            read += len(part)
            if read > self._limit:
                size = self._limit / 2**20
                raise CallFailed(Failure(Cause.BAD_OUTPUT, f"the server's answer is larger than {size:g} MB"))
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class Direct(httpx2.AsyncBaseTransport):
    """Connections to one origin, without a proxy."""

    def __init__(self, origin: Origin, connections: int) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False) if origin.scheme == "https" else None,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=Resolved(local_only=origin.local_only),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        url = request.url
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        sent = httpcore2.Request(
            method=request.method,
            url=target,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            got = await self._pool.handle_async_request(sent)
        except CORE_ERRORS as error:
            _translate(error)
        return httpx2.Response(
            got.status, headers=got.headers, stream=_Translated(got.stream), extensions=got.extensions
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class Careful(httpx2.AsyncBaseTransport):
    """A transport to one origin that sends this key, no header it need not, and reads no more than `max_bytes`."""

    def __init__(
        self, inner: httpx2.AsyncBaseTransport, origin: Origin, key: str, *, all_headers: bool, max_bytes: int
    ) -> None:
        self._inner = inner
        self._origin = origin
        self._key = key
        self._all_headers = all_headers
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; raises CallFailed (BLOCKED) if it would go elsewhere."""
        url = request.url
        port = url.port or {"http": 80, "https": 443}.get(url.scheme)
        if (url.scheme, url.raw_host.decode(), port) != (self._origin.scheme, self._origin.host, self._origin.port):
            raise CallFailed(Failure(Cause.BLOCKED, "a request to another server was about to be made"))
        if not self._all_headers:
            kept = [(name, value) for name, value in request.headers.raw if name.decode().lower() in SENT_ABROAD]
            request.headers = httpx2.Headers(kept)
        # The SDK takes headers from the environment, a foreign key among them.
        request.headers["authorization"] = f"Bearer {self._key}"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise CallFailed(Failure(Cause.BAD_OUTPUT, "the server compressed its answer, which it was asked not to"))
        response.stream = _Limited(response.stream, self._max_bytes)
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()


def proxy_for(origin: Origin, *, local: bool, proxies: Mapping[str, str] | None = None) -> str | None:
    """The proxy that the environment names for this server; never one for loopback and private networks."""
    if local or origin.local_only or urllib.request.proxy_bypass(origin.host):
        return None
    known = urllib.request.getproxies() if proxies is None else proxies
    return known.get(origin.scheme) or known.get("all")


def http_client(
    origin: Origin,
    key: str,
    *,
    local: bool,
    openai: bool,
    connections: int,
    timeout: httpx2.Timeout,
    max_bytes: int = MAX_RESPONSE_BYTES,
) -> httpx2.AsyncClient:
    """The client for one server: checked addresses, no redirects, nothing from the environment but a proxy."""
    proxy = proxy_for(origin, local=local)
    inner: httpx2.AsyncBaseTransport = Direct(origin, connections)
    if proxy is not None:
        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
        inner = httpx2.AsyncHTTPTransport(proxy=proxy, limits=limits, trust_env=False)
    return httpx2.AsyncClient(
        transport=Careful(inner, origin, key, all_headers=openai, max_bytes=max_bytes),
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        headers={"accept-encoding": "identity"},
    )
