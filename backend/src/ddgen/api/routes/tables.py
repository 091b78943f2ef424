"""Tables of a dictionary, and what people say of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field

from ddgen.api import aside, shown
from ddgen.api.auth import Reader, Writer
from ddgen.api.bodies import Body, Cursor, DictionaryId, Limit, Line, Listed, TableId, Text
from ddgen.api.context import Needed
from ddgen.api.etag import IfMatch, tagged, unchanged, version_of
from ddgen.api.responses import CACHED, CHANGES, MISSING, json_of
from ddgen.model.claim import Kind

router = aside.router("tables")

Removed = Annotated[
    bool | None, Query(description="Only those that the data have no more, or only those they have.", examples=[False])
]


class TablePatch(Body):
    """What a person says of a table; what is left out stays."""

    business_name: Line = Field(default="", validate_default=False, examples=["Orders"])
    description: Text = Field(default="", validate_default=False, examples=["One row for each order."])
    grain: Text = Field(default="", validate_default=False, examples=["one order"])
    owner: Line | None = Field(default=None, examples=["mara"], description="Who answers for it; null is nobody")
    comment: Text = Field(default="", validate_default=False, examples=["As agreed with sales"])


def edited(patch: Body) -> dict[str, Any]:
    """What the store has to write for a patch: texts by kind, and who answers for it."""
    given: dict[str, Any] = {name: getattr(patch, name) for name in patch.model_fields_set}
    rest: dict[str, Any] = {name: given.pop(name) for name in ("owner", "comment") if name in given}
    plain = {Kind(name): value.model_dump() if isinstance(value, Body) else value for name, value in given.items()}
    return {"values": plain, **rest}


@router.get("/dictionaries/{dictionary_id}/tables", response_model=Listed[shown.TableCore], responses=MISSING)
def list_tables(
    context: Needed,
    _caller: Reader,
    dictionary_id: DictionaryId,
    removed: Removed = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The tables of a dictionary, in its order."""
    page = context.store.tables(dictionary_id, removed=removed, cursor=cursor, limit=limit)
    items = [shown.table_core(row) for row in page.items]
    return json_of(Listed[shown.TableCore](items=items, next_cursor=page.next_cursor))


@router.get("/tables/{table_id}", responses=CACHED)
def get_table(
    context: Needed, _caller: Reader, table_id: TableId, request: Request, response: Response
) -> shown.TableFull:
    """A table with its claims; its fields are asked for by page."""
    detail = context.store.table(table_id)
    tagged(response, detail.row.row_version)
    if unchanged(request, detail.row.row_version):
        response.status_code = 304
    return shown.table_full(detail)


@router.patch("/tables/{table_id}", responses=CHANGES)
def update_table(
    context: Needed, caller: Writer, table_id: TableId, patch: TablePatch, response: Response, if_match: IfMatch = ""
) -> shown.TableFull:
    """Write what a person says of a table; it is shown from now on."""
    wanted = version_of(if_match)
    caller.permit_part("write", table_id)
    detail = context.heads.edit_table(table_id, actor=caller.name, if_match=wanted, **edited(patch))
    tagged(response, detail.row.row_version)
    return shown.table_full(detail)
