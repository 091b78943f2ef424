"""Uploads: data that a client sends, for a run to read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from ddgen.api import aside
from ddgen.api.auth import Caller, Writer
from ddgen.api.bodies import EXAMPLE_ID
from ddgen.api.context import Context, Needed
from ddgen.api.idempotency import Once, Repeated
from ddgen.api.multipart import receive
from ddgen.api.responses import MISSING
from ddgen.api.uploads import Upload, Uploads
from ddgen.errors import NotFound

router = aside.router("runs")

UploadId = Annotated[
    str, Path(description="The id of the upload.", examples=[EXAMPLE_ID], pattern=r"^[0-9A-Za-z_-]{1,64}$")
]
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary", "description": "The data"}},
                }
            }
        },
    }
}


class UploadShown(BaseModel):
    """An upload: `kind` is what was found in it, `name` what its table will be named after."""

    id: str = Field(examples=[EXAMPLE_ID])
    name: str
    size: int
    kind: str = Field(examples=["csv"])
    sha256: str
    created_at: datetime


def shown(held: Upload) -> UploadShown:
    """An upload as clients see it."""
    return UploadShown(
        id=held.id,
        name=held.name,
        size=held.size,
        kind=held.kind,
        sha256=held.sha256,
        created_at=datetime.fromisoformat(held.created_at),
    )


@router.post(
    "/uploads",
    status_code=201,
    openapi_extra=_BODY,
    responses={413: {"description": "Too large"}, 422: {"description": "Nothing that can be read"}},
)
async def create_upload(
    context: Needed, caller: Writer, request: Request, response: Response, once: Once
) -> UploadShown:
    """Send data for a run to read. They go straight to the disk, and are removed when the run ends or after a day."""
    uploads = Uploads(context.settings)
    await run_in_threadpool(uploads.clear_old)
    held = await receive(request, uploads, by=caller.name)
    first = await run_in_threadpool(_first, caller, uploads, held, once)
    response.headers["Location"] = f"{request.url.path}/{first.id}"
    return first


class _Sent(BaseModel):
    """What tells an upload from another one of the same key."""

    name: str
    sha256: str


def _first(caller: Caller, uploads: Uploads, held: Upload, once: Repeated) -> UploadShown:
    """The upload that the first request of its key made; what this one brought again is removed."""
    kept = None
    try:
        kept = once.do(caller, _Sent(name=held.name, sha256=held.sha256), lambda: shown(held), UploadShown)
    finally:
        if kept is None or kept.id != held.id:
            uploads.remove(held.id)
    return kept


@router.get("/uploads/{upload_id}", responses=MISSING)
def get_upload(context: Needed, caller: Writer, upload_id: UploadId) -> UploadShown:
    """What is known of an upload."""
    return shown(_own(context, caller, upload_id))


@router.delete("/uploads/{upload_id}", status_code=204, responses=MISSING)
def delete_upload(context: Needed, caller: Writer, upload_id: UploadId) -> None:
    """Remove an upload that no run needs."""
    Uploads(context.settings).remove(_own(context, caller, upload_id).id)


def _own(context: Context, caller: Caller, upload_id: str) -> Upload:
    held = Uploads(context.settings).get(upload_id)
    if held.by != caller.name and caller.scope != "admin":
        raise NotFound("there is no such upload", where=upload_id)
    return held
