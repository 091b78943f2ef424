"""Whether the server is well, what it is, what it counts, and what its problems mean."""

from __future__ import annotations

import html
from typing import Annotated, Literal

from fastapi import Path
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

import ddgen
from ddgen.api import aside
from ddgen.api.auth import Reader
from ddgen.api.bodies import NO_NUL
from ddgen.api.context import Needed
from ddgen.api.problem_types import TYPES
from ddgen.errors import NotFound

router = aside.router("system")


class Health(BaseModel):
    """That the server is there."""

    status: Literal["ok"] = "ok"


class Version(BaseModel):
    """What the server is."""

    name: str = "ddgen"
    version: str
    api: str = "v1"


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> Health:
    """Whether the process answers; it asks nothing of the store."""
    return Health()


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses={503: {"description": "The store gives no answer"}})
def readyz(context: Needed) -> Health:
    """Whether the store answers too."""
    context.store.dictionaries(limit=1)
    return Health()


@router.get("/version")
async def version() -> Version:
    """Which version of ddgen answers."""
    return Version(version=ddgen.__version__)


@router.get(
    "/metrics", response_class=Response, responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
)
def metrics(context: Needed, _caller: Reader) -> Response:
    """What the server counts, for Prometheus."""
    context.metrics.runs(context.heads.run_counts())
    return Response(context.metrics.text(), media_type=context.metrics.media_type)


@router.get("/problems/{slug}", response_class=HTMLResponse, responses={404: {"description": "No such problem"}})
async def problem_type(
    slug: Annotated[
        str, Path(description="The type of problem.", examples=["not_found"], max_length=64, pattern=NO_NUL)
    ],
) -> HTMLResponse:
    """What a type of problem means, and what to do."""
    kind = TYPES.get(slug)
    if kind is None:
        raise NotFound("there is no such type of problem", where=slug)
    title, advice = html.escape(f"{kind.status} {kind.title}"), html.escape(kind.advice)
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{advice}</p></html>"
    )
    return HTMLResponse(page)
