"""Parameters that nobody knows are refused: a misspelt filter would otherwise find everything."""

from __future__ import annotations

import difflib

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from ddgen.errors import UsageError

_KNOWN: dict[str, frozenset[str]] = {}
"""By the name of a route, which no other has."""


async def only_known(request: Request) -> None:
    """Raise UsageError for a parameter that the route does not have."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    if route.name not in _KNOWN:
        _KNOWN[route.name] = frozenset(field.alias for field in get_flat_params(route.dependant))
    for name in request.query_params:
        if name not in _KNOWN[route.name]:
            close = difflib.get_close_matches(name, _KNOWN[route.name], n=1)
            hint = f"Was {close[0]} meant?" if close else None
            raise UsageError("there is no such parameter", where=name[:40], hint=hint)
