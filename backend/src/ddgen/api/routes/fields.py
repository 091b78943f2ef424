"""Fields by page and by id, and what people say of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from ddgen.api import aside, shown
from ddgen.api.auth import Reader, Writer
from ddgen.api.bodies import EXAMPLE_ID, NO_NUL, Body, DictionaryId, FieldId, Line, Listed, Text
from ddgen.api.context import Context, Needed
from ddgen.api.documents import holding_values, reveal
from ddgen.api.etag import IfMatch, tagged, unchanged, version_of
from ddgen.api.responses import CACHED, CHANGES, MISSING, json_of
from ddgen.api.routes.tables import edited
from ddgen.store.reading import FieldFilter
from ddgen.store.records import FieldRow, TextStatus

router = aside.router("fields")

Unmasked = Annotated[
    bool,
    Query(description="Show personal values too, where the store has them: for admins, and audited.", examples=[False]),
]


FieldPage = Listed[shown.FieldFull] | Listed[shown.FieldCore]


class FieldQuery(Body):
    """Which fields are asked for; what is left out does not matter."""

    table_id: str | None = Field(
        default=None, description="Of this table.", examples=[EXAMPLE_ID], pattern=r"^[0-9A-Za-z_-]{1,64}$"
    )
    name: str | None = Field(
        default=None, description="Of exactly this name.", examples=["customer_id"], max_length=500, pattern=NO_NUL
    )
    q: str | None = Field(
        default=None,
        description="With this in path or business name.",
        examples=["mail"],
        max_length=200,
        pattern=NO_NUL,
    )
    data_type: str | None = Field(
        default=None, description="Of this data type.", examples=["integer"], max_length=500, pattern=NO_NUL
    )
    semantic_type: str | None = Field(
        default=None, description="Of this semantic type.", examples=["contact.email"], max_length=200, pattern=NO_NUL
    )
    pii_category: str | None = Field(
        default=None, description="Of this kind of personal data.", examples=["contact"], max_length=100, pattern=NO_NUL
    )
    pii_min: int | None = Field(default=None, description="Of this sensitivity or more.", examples=[2], ge=0, le=3)
    status: TextStatus | None = Field(default=None, description="Whose texts are so far.", examples=["suggested"])
    owner: str | None = Field(
        default=None, description="That this person answers for.", examples=["mara"], max_length=200, pattern=NO_NUL
    )
    removed: bool | None = Field(default=None, description="That the data have no more, or have.", examples=[False])
    sort: Literal["position", "-position", "name", "-name"] = Field(
        default="position", description="The order.", examples=["name"]
    )
    fields: Literal["core", "full"] = Field(
        default="core", description="`core` leaves out facts and claims, which makes pages small.", examples=["full"]
    )
    cursor: str | None = Field(
        default=None,
        description="The `next_cursor` of the page before.",
        examples=["WyJvcmRlcnMiLDEyXQ"],
        max_length=2000,
        pattern=NO_NUL,
    )
    limit: int = Field(default=50, description="Most items of the page.", examples=[50], ge=1, le=200)


class PiiSaid(Body):
    """What personal data a field holds; the category `none` says that it holds none."""

    category: Line = Field(examples=["contact"])
    sensitivity: int = Field(ge=0, le=3, examples=[2])
    why: list[Line] = Field(default_factory=list, max_length=20, examples=[["it holds addresses of customers"]])


class FieldPatch(Body):
    """What a person says of a field; what is left out stays."""

    business_name: Line = Field(default="", validate_default=False, examples=["Customer"])
    description: Text = Field(default="", validate_default=False, examples=["Who placed the order."])
    semantic_type: Line = Field(default="", validate_default=False, examples=["contact.email"])
    unit: Line = Field(default="", validate_default=False, examples=["EUR"])
    pii: PiiSaid = Field(default=PiiSaid(category="none", sensitivity=0), description="What it holds of personal data")
    owner: Line | None = Field(default=None, examples=["mara"], description="Who answers for it; null is nobody")
    comment: Text = Field(default="", validate_default=False, examples=["As agreed with sales"])


@router.get("/dictionaries/{dictionary_id}/fields", response_model=FieldPage, responses=MISSING)
def list_fields(
    context: Needed, _caller: Reader, dictionary_id: DictionaryId, wanted: Annotated[FieldQuery, Query()]
) -> Response:
    """Fields of a dictionary that pass a filter, by page."""
    return json_of(_page(context, wanted, dictionary_id))


@router.get("/fields", response_model=FieldPage, responses=MISSING)
def list_all_fields(context: Needed, _caller: Reader, wanted: Annotated[FieldQuery, Query()]) -> Response:
    """Fields of all dictionaries that pass a filter, by page: all that are named `customer_id`, for example."""
    return json_of(_page(context, wanted, None))


@router.get("/fields/{field_id}", responses=CACHED)
def get_field(
    context: Needed,
    caller: Reader,
    field_id: FieldId,
    request: Request,
    response: Response,
    unmasked: Unmasked = False,
) -> shown.FieldFull:
    """A field with its facts and claims."""
    detail = context.store.field(field_id)
    tagged(response, detail.row.row_version)
    if unmasked:
        reveal(caller, field_id, detail.row.dictionary_id)
    elif unchanged(request, detail.row.row_version):
        response.status_code = 304
    return shown.full(context, detail, unmasked=unmasked)


@router.patch("/fields/{field_id}", responses=CHANGES)
def update_field(
    context: Needed, caller: Writer, field_id: FieldId, patch: FieldPatch, response: Response, if_match: IfMatch = ""
) -> shown.FieldFull:
    """Write what a person says of a field; it is shown from now on."""
    wanted = version_of(if_match)
    caller.permit_part("write", field_id)
    changes = edited(patch)
    detail = context.heads.edit_field(field_id, actor=caller.name, if_match=wanted, **changes)
    tagged(response, detail.row.row_version)
    return shown.full(context, detail)


def _page(context: Context, wanted: FieldQuery, dictionary_id: str | None) -> Listed[Any]:
    filtered = FieldFilter(
        dictionary_id=dictionary_id,
        table_id=wanted.table_id,
        name=wanted.name,
        like=wanted.q,
        **wanted.model_dump(
            include={"data_type", "semantic_type", "pii_category", "pii_min", "status", "owner", "removed"}
        ),
    )
    span: dict[str, Any] = {"sort": wanted.sort, "cursor": wanted.cursor, "limit": wanted.limit}
    if wanted.fields == "full":
        details = context.store.fields_full(filtered, **span)
        return Listed[shown.FieldFull](items=shown.fulls(context, details.items), next_cursor=details.next_cursor)
    page = context.store.fields(filtered, **span)
    asked = {row.dictionary_id for row in page.items}
    open_ = holding_values(context, asked)
    items = [_masked(context, row) if row.dictionary_id in open_ else shown.core(row) for row in page.items]
    return Listed[shown.FieldCore](items=items, next_cursor=page.next_cursor)


def _masked(context: Context, row: FieldRow) -> shown.FieldCore:
    """A field whose texts may quote personal values, without these."""
    found = shown.full(context, context.store.field(row.id))
    texts = {"description": found.document.description, "business_name": found.document.business_name}
    return shown.core(row).model_copy(update=texts)
