"""What every request needs: the store, the settings, who does runs, and what is counted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import Request

from ddgen.api.config import ServerSettings
from ddgen.api.metrics import Metrics
from ddgen.api.rates import Limits
from ddgen.api.runner import Runner
from ddgen.store.heads import Heads
from ddgen.store.store import Store

if TYPE_CHECKING:
    from ddgen.api.oidc import Provider


@dataclass(frozen=True, slots=True)
class Context:
    """What a server has."""

    settings: ServerSettings
    store: Store
    heads: Heads
    runner: Runner
    limits: Limits
    metrics: Metrics
    provider: Provider | None = None
    """Who tells whom tokens speak for, where tokens are taken."""

    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server ends: what streams then stops."""


def context_of(request: Request) -> Context:
    """The context of the app that a request came to."""
    found: Context = request.app.state.context
    return found


async def _needed(request: Request) -> Context:
    return context_of(request)


Needed = Annotated[Context, Depends(_needed)]
