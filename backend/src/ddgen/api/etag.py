"""ETags: the version of a row in quotes. A change names the version it was made from, so nobody's work is lost."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header
from starlette.requests import Request
from starlette.responses import Response

from ddgen.errors import PreconditionRequired

_TAG = re.compile(r'"(\d{1,18})"')
ANY = "*"

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        description="The `ETag` that the change was made from; `*` changes whatever is there.",
        pattern=r'^(|\*|"[0-9]{1,18}")$',
        examples=['"7"'],
    ),
]
"""Without it a change is answered with 428."""


def etag(version: int) -> str:
    """The tag of a version."""
    return f'"{version}"'


def version_of(tag: str) -> int | None:
    """The version in `If-Match`; None where any is meant. Raises PreconditionRequired where it is missing."""
    if tag == ANY:
        return None
    found = _TAG.fullmatch(tag)
    if found is None:
        raise PreconditionRequired(
            "the change does not say which version it changes",
            where="If-Match",
            hint="Send the ETag that you have read; * changes whatever is there",
        )
    return int(found[1])


def tagged(response: Response, version: int) -> None:
    """Put the tag of a version on a response."""
    response.headers["ETag"] = etag(version)


def unchanged(request: Request, version: int) -> bool:
    """Whether the client has this version already."""
    return etag(version) in {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
