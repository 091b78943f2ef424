"""Where the work of requests is done: in few threads, since many that want the interpreter keep all of them waiting.

What takes long has threads of its own, so that what is quick never waits for it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.routing import APIRoute

T = TypeVar("T")
E = TypeVar("E", bound=Callable[..., Any])

QUICK, LONG = 6, 4
"""Threads for either."""

_LIMITERS: dict[int, RunVar[CapacityLimiter]] = {0: RunVar("quick"), 1: RunVar("long")}
_MARK = "takes_long"


def takes_long(endpoint: E) -> E:
    """Mark what may take more than a moment: it reads or writes whole dictionaries, or asks other servers."""
    setattr(endpoint, _MARK, True)
    return endpoint


async def aside(work: Callable[..., T], *arguments: Any, long: bool = False) -> T:
    """What `work` returns, done in a thread."""
    held = _LIMITERS[long]
    limiter = held.get(None)
    if limiter is None:
        limiter = CapacityLimiter(LONG if long else QUICK)
        held.set(limiter)
    return await run_sync(partial(work, *arguments), limiter=limiter)


class _Route(APIRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint if inspect.iscoroutinefunction(endpoint) else _in_thread(endpoint), **options)


def _in_thread(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isasyncgenfunction(endpoint):
        return endpoint
    long = getattr(endpoint, _MARK, False)

    @wraps(endpoint)
    async def waiting(**values: Any) -> Any:
        return await aside(partial(endpoint, **values), long=long)

    return waiting


def router(*tags: str) -> APIRouter:
    """Routes of a resource."""
    return APIRouter(tags=list(tags), route_class=_Route)
