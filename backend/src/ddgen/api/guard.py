"""What stands before every request: its id, the host it is meant for, its size, its rate, and safe headers after it."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ddgen.api.config import API
from ddgen.api.context import Context
from ddgen.api.problems import of_error
from ddgen.errors import DdgenError, Forbidden, Malformed, Misdirected, TooLarge

log = logging.getLogger("ddgen.api")

_PORT = re.compile(r":\d{1,5}$")
_KEY = re.compile(r"Bearer (ddg_[0-9a-f]{1,32})_", re.IGNORECASE)
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UPLOADS = f"{API}/uploads"
_ROOM = 1 << 16
"""What a multipart body may have beside its file."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_UNCACHED = "no-store"


class Guard:
    """Wraps the whole application, so that what it adds is on error pages too."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = _Visit(scope, send, self._context)
        self._context.metrics.under_way.inc()
        try:
            refusal = self._refusal(scope, visit)
            if refusal is not None:
                await of_error(Request(scope), refusal)(scope, receive, visit.send)
            else:
                await self._app(scope, self._limited(scope, receive), visit.send)
        finally:
            self._context.metrics.under_way.dec()
            visit.over()

    def _refusal(self, scope: Scope, visit: _Visit) -> DdgenError | None:
        try:
            self._check(scope, visit)
        except DdgenError as error:
            return error
        return None

    def _check(self, scope: Scope, visit: _Visit) -> None:
        headers, settings = Headers(scope=scope), self._context.settings
        if "*" not in settings.hosts and _PORT.sub("", headers.get("host", "")).lower() not in settings.hosts:
            raise Misdirected("this server is not called so", where="Host", hint="The operator adds --allow-host NAME")
        origin = headers.get("origin")
        ours = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
        if not ours and scope["method"] not in _SAFE_METHODS:
            raise Forbidden("a page of another site sent this", where="Origin")
        if "%00" in scope["raw_path"].decode("latin-1") or "%00" in scope["query_string"].decode("latin-1"):
            raise Malformed("an address holds no character U+0000")
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self._most(scope):
            raise _too_large(self._most(scope))
        visit.headers |= self._context.limits.count(self._client(scope, headers))

    def _client(self, scope: Scope, headers: Headers) -> str:
        """Whose request it is: a key by its public part, else an address. Wrong keys are counted by address later."""
        found = _KEY.match(headers.get("authorization", "")) if self._context.settings.auth else None
        return found[1] if found else str(scope["client"][0] if scope.get("client") else "?")

    def _most(self, scope: Scope) -> int:
        settings = self._context.settings
        return settings.max_upload + _ROOM if scope["path"] == _UPLOADS else settings.max_body

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """What receives a body as long as it is not too large, whatever its headers say."""
        left = self._most(scope)

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, _too_large(self._most(scope)).message)
            return message

        return limited


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"more than {most:,} bytes", where="body")


class _Visit:
    """One request: its id and its headers, and how it ended."""

    def __init__(self, scope: Scope, send: Send, context: Context) -> None:
        given = Headers(scope=scope).get("x-request-id", "")
        self.id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        self.headers: dict[str, str] = {**SAFE, "X-Request-ID": self.id}
        self._scope, self._send, self._context = scope, send, context
        self._began, self._status = time.perf_counter(), 0
        scope.setdefault("state", {})["request_id"] = self.id

    async def send(self, message: Message) -> None:
        """Send on, with safe headers."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers[name] = value
            headers.setdefault("Cache-Control", _UNCACHED)
        await self._send(message)

    def over(self) -> None:
        """Count and log it: the route, never what was asked of it or sent."""
        seconds = time.perf_counter() - self._began
        route: Any = self._scope.get("route")
        shown = getattr(route, "path", None) or "none"
        method = self._scope["method"]
        self._context.metrics.answered(method if method in _METHODS else "other", shown, self._status, seconds)
        told = {"method": method, "route": shown, "status": self._status, "ms": round(seconds * 1000, 1)}
        log.info("request", extra={"told": {**told, "request_id": self.id}})


_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
