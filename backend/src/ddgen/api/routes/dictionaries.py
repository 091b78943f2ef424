"""Dictionaries: lists, documents, names, publishing, deletion."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from ddgen.api import aside
from ddgen.api.auth import Admin, Reader, Writer
from ddgen.api.bodies import EXAMPLE_ID, NO_NUL, Body, Cursor, DictionaryId, Limit, Line, Listed
from ddgen.api.context import Needed
from ddgen.api.etag import IfMatch, etag, tagged, unchanged, version_of
from ddgen.api.responses import CACHED, CHANGES, MISSING
from ddgen.errors import PreconditionFailed
from ddgen.store.records import Coverage, DictionaryRow, Put

router = aside.router("dictionaries")


class DictionaryShown(BaseModel):
    """A dictionary: `version` is its last one, `edited` where people have changed it since."""

    id: str = Field(examples=[EXAMPLE_ID])
    etag: str = Field(examples=['"12"'])
    name: str
    title: str | None
    version: int
    content_hash: str
    edited: bool
    tables: int
    fields: int
    generated_at: datetime
    created_at: datetime
    updated_at: datetime


class DictionaryPatch(Body):
    """What changes of a dictionary; what is left out stays."""

    name: Line = Field(default="", validate_default=False, examples=["shop"])
    title: str = Field(
        default="", max_length=200, pattern=NO_NUL, examples=["The shop's data"], description="Empty takes it away"
    )


def shown(row: DictionaryRow) -> DictionaryShown:
    """A dictionary as clients see it."""
    members = asdict(row)
    version = members.pop("revision")
    return DictionaryShown(**members, etag=etag(version))


@router.get("/dictionaries")
def list_dictionaries(
    context: Needed,
    _caller: Reader,
    q: Annotated[
        str | None, Query(description="A part of the name or title.", examples=["shop"], max_length=200, pattern=NO_NUL)
    ] = None,
    sort: Annotated[
        Literal["name", "-name", "updated_at", "-updated_at"], Query(description="The order.", examples=["-updated_at"])
    ] = "name",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listed[DictionaryShown]:
    """Dictionaries by page."""
    page = context.store.dictionaries(like=q, sort=sort, cursor=cursor, limit=limit)
    return Listed(items=[shown(row) for row in page.items], next_cursor=page.next_cursor)


@router.get("/dictionaries/{dictionary_id}", responses=CACHED)
def get_dictionary(
    context: Needed, _caller: Reader, dictionary_id: DictionaryId, request: Request, response: Response
) -> DictionaryShown:
    """One dictionary, without what is in it."""
    row = context.store.dictionary(dictionary_id)
    tagged(response, row.revision)
    if unchanged(request, row.revision):
        response.status_code = 304
    return shown(row)


@router.patch("/dictionaries/{dictionary_id}", responses=CHANGES)
def update_dictionary(
    context: Needed,
    caller: Writer,
    dictionary_id: DictionaryId,
    patch: DictionaryPatch,
    response: Response,
    if_match: IfMatch = "",
) -> DictionaryShown:
    """Change its name or title."""
    caller.permit("write", dictionary_id)
    wanted = version_of(if_match)
    told = {name: getattr(patch, name) for name in patch.model_fields_set}
    row = context.store.rename(dictionary_id, actor=caller.name, if_match=wanted, **told)
    tagged(response, row.revision)
    return shown(row)


@router.delete("/dictionaries/{dictionary_id}", status_code=204, responses=CHANGES)
@aside.takes_long
def delete_dictionary(context: Needed, caller: Admin, dictionary_id: DictionaryId, if_match: IfMatch = "") -> None:
    """Delete it with its versions and history; the audit trail keeps that it was there."""
    caller.permit("admin", dictionary_id)
    wanted, row = version_of(if_match), context.store.dictionary(dictionary_id)
    if wanted is not None and wanted != row.revision:
        said = "someone has changed it since it was read"
        raise PreconditionFailed(said, current=shown(row), row_version=row.revision, where=row.name)
    context.store.delete(dictionary_id, actor=caller.name)


@router.post("/dictionaries/{dictionary_id}/publish", responses=MISSING)
@aside.takes_long
def publish_dictionary(context: Needed, caller: Writer, dictionary_id: DictionaryId) -> Put:
    """Cut a version of it as it is now; where nothing is new there is no new version, and `cut` is false."""
    caller.permit("write", dictionary_id)
    return context.store.publish(dictionary_id, actor=caller.name)


@router.get("/dictionaries/{dictionary_id}/coverage", responses=MISSING)
def get_coverage(context: Needed, _caller: Reader, dictionary_id: DictionaryId) -> Coverage:
    """How many of its fields are described, approved, waiting, and personal."""
    return context.store.coverage(dictionary_id)
