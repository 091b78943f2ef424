"""Every error as a problem of RFC 9457: what went wrong, where, what to do, and the id of the request."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ddgen.api.problem_types import TYPES, slug_of
from ddgen.api.shown import of_row
from ddgen.errors import DdgenError, ExternalServiceError, PreconditionFailed, StoreError, TooManyRequests, UsageError

log = logging.getLogger("ddgen.api")

MEDIA_TYPE = "application/problem+json"
_OF_STATUS = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_CURSOR = "cursor"


class Invalid(BaseModel):
    """One part of a request that is wrong: `pointer` (RFC 6901) is into the body, `parameter` a name."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Problem(BaseModel):
    """Why a request was not done (RFC 9457). `code` is for programs, `hint` says what to do."""

    type: str = Field(examples=["/problems/not_found"])
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    code: str
    hint: str | None = None
    errors: list[Invalid] | None = None
    current: Any = None
    """How it is now, where someone else was faster."""


def request_id(request: Request) -> str:
    """The id of a request, in answers and in the log."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def answer(
    request: Request,
    slug: str,
    detail: str,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """The answer for a problem of a type."""
    kind = TYPES[slug]
    problem = Problem(
        type=f"/problems/{slug}",
        title=kind.title,
        status=status or kind.status,
        detail=detail,
        instance=request.url.path,
        request_id=request_id(request),
        **{"code": slug, **more},
    )
    content = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, problem.status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def of_error(request: Request, error: Exception) -> Response:
    """The answer for an error of ours."""
    if not isinstance(error, DdgenError) or isinstance(error, StoreError):
        return of_anything(request, error)
    headers: dict[str, str] = {}
    more: dict[str, Any] = {"code": error.code, "hint": error.hint}
    if isinstance(error, PreconditionFailed):
        more["current"] = jsonable_encoder(of_row(error.current) or error.current)
        headers["ETag"] = f'"{error.row_version}"'
    wait = error.retry_after if isinstance(error, ExternalServiceError | TooManyRequests) else None
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    if error.http_status == 401:
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if "authorization" in request.headers else "Bearer"
    if isinstance(error, UsageError) and error.where == _CURSOR:
        return answer(request, "malformed", f"{error.where}: {error.message}", headers=headers, hint=error.hint)
    shown = error.where if error.http_status < 500 else None  # where things are on the server is nobody's business
    detail = f"{shown}: {error.message}" if shown else error.message
    return answer(request, slug_of(error), detail, status=error.http_status, headers=headers, **more)


def of_invalid(request: Request, error: Exception) -> Response:
    """The answer for a request that does not fit the schema: each part that is wrong, never what was in it."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    if any(one["type"] == "json_invalid" for one in found):
        return answer(request, "malformed", "The body is no JSON")
    errors = [_invalid(one["loc"], one["msg"]) for one in found]
    first = errors[0] if errors else None
    place = (first.pointer or first.parameter or "body") if first else "request"
    return answer(request, "invalid", f"{place}: {first.detail if first else 'wrong'}", errors=errors)


def _invalid(place: Sequence[Any], said: str) -> Invalid:
    if place and place[0] == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in place[1:])
        return Invalid(pointer="".join(f"/{step}" for step in steps), detail=said)
    return Invalid(parameter=str(place[-1]) if place else None, detail=said)


def of_http(request: Request, error: Exception) -> Response:
    """The answer for what the framework refuses: no such route, no such method."""
    if not isinstance(error, HTTPException):
        return of_anything(request, error)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(request.app.methods_at(request.url.path)))
        return answer(request, "method_not_allowed", f"{request.method} is not possible here", headers=headers)
    slug = _OF_STATUS.get(error.status_code, "malformed")
    detail = "There is nothing at this address" if error.status_code == 404 else str(error.detail)
    return answer(request, slug, detail, status=error.status_code, headers=headers)


def of_anything(request: Request, error: Exception) -> Response:
    """The answer for an error that nobody foresaw: nothing of it is shown, the log has it under the id."""
    log.error("%s: %s", request_id(request), type(error).__name__, exc_info=error)
    detail = "An error of ours; the log of the server has it under this request id"
    return answer(request, "internal", detail)


HANDLERS: dict[Any, Any] = {
    DdgenError: of_error,
    RequestValidationError: of_invalid,
    HTTPException: of_http,
    Exception: of_anything,
}
