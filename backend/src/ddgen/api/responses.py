"""Answers that many routes have in common, for the description of the API."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic import BaseModel

Responses = dict[int | str, dict[str, Any]]

MISSING: Responses = {404: {"description": "There is no such thing"}}
CACHED: Responses = {**MISSING, 304: {"description": "As it was"}}
CONFLICT: Responses = {409: {"description": "In conflict with what is there"}}
CHANGES: Responses = {
    **MISSING,
    **CONFLICT,
    412: {"description": "Someone else was faster; `current` is how it is now"},
    428: {"description": "`If-Match` is missing"},
}


def json_of(answer: BaseModel) -> Response:
    """An answer as it is: it was made here, and is not checked again against what the description says."""
    return Response(answer.model_dump_json(by_alias=True), media_type="application/json")
