"""Models: whether one may be asked, and asking it for the texts of one field."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Response
from pydantic import BaseModel, Field

from ddgen.api import aside, shown
from ddgen.api.asking import ask
from ddgen.api.auth import Reader, Writer
from ddgen.api.bodies import FieldId
from ddgen.api.context import Needed
from ddgen.api.etag import tagged
from ddgen.api.responses import MISSING

router = aside.router("ai")


class AiStatus(BaseModel):
    """Whether a model may be asked, and which; the key is never shown."""

    enabled: bool
    server: str | None = Field(examples=["http://localhost:1234"])
    model: str | None
    has_key: bool
    privacy: str | None = Field(description="How much of the data it may see; null is as the server's place says")


@router.get("/ai/status")
def get_ai_status(context: Needed, _caller: Reader) -> AiStatus:
    """Whether a model may be asked, by what the operator has set; none is asked by this."""
    ai = context.settings.ai
    if ai is None or not ai.enabled:
        return AiStatus(enabled=False, server=None, model=None, has_key=False, privacy=None)
    parts = urlsplit(ai.base_url)
    return AiStatus(
        enabled=True,
        server=f"{parts.scheme}://{parts.netloc}",
        model=ai.model,
        has_key=ai.api_key is not None,
        privacy=ai.privacy.value if ai.privacy else None,
    )


@router.post(
    "/fields/{field_id}/describe",
    responses={
        **MISSING,
        409: {"description": "It was changed meanwhile"},
        503: {"description": "The model server gave no answer"},
    },
)
@aside.takes_long
def describe_field(context: Needed, caller: Writer, field_id: FieldId, response: Response) -> shown.FieldFull:
    """Ask the model, and nothing else, for name and description of a field; they are suggestions until approved.

    What people have written or approved stays shown. There is no text by rule instead: where the model gives none the
    answer is 429 or 503.
    """
    detail = context.store.field(field_id)
    caller.permit("write", detail.row.dictionary_id)
    claims = ask(context, detail)
    version = context.heads.suggest(field_id, claims, actor=caller.name)
    tagged(response, version)
    return shown.full(context, context.store.field(field_id))
