"""Search over everything that is stored."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, Field

from ddgen.api import aside, shown
from ddgen.api.auth import Reader
from ddgen.api.bodies import EXAMPLE_ID, NO_NUL, Body
from ddgen.api.context import Needed
from ddgen.api.documents import holding_values
from ddgen.api.responses import MISSING, json_of
from ddgen.store.excerpts import Excerpt
from ddgen.store.records import FieldRow
from ddgen.store.searching import Hit, Scope

router = aside.router("search")

_ID = r"^[0-9A-Za-z_-]{1,64}$"


class SearchQuery(Body):
    """What is looked for, and where."""

    q: str = Field(
        description="Words; the last may be a beginning.", examples=["emial"], max_length=200, pattern=NO_NUL
    )
    dictionary_id: str | None = Field(
        default=None, description="In this dictionary.", examples=[EXAMPLE_ID], pattern=_ID
    )
    table_id: str | None = Field(default=None, description="In this table.", examples=[EXAMPLE_ID], pattern=_ID)
    data_type: str | None = Field(
        default=None, description="Of this data type.", examples=["string"], max_length=200, pattern=NO_NUL
    )
    semantic_type: str | None = Field(
        default=None, description="Of this semantic type.", examples=["contact.email"], max_length=200, pattern=NO_NUL
    )
    pii_category: str | None = Field(
        default=None, description="Of this kind of personal data.", examples=["contact"], max_length=100, pattern=NO_NUL
    )
    kind: Literal["field", "table"] | None = Field(
        default=None, description="Only fields, or tables.", examples=["field"]
    )
    cursor: str | None = Field(
        default=None,
        description="The `next_cursor` of the page before.",
        examples=["WzEsMiwzXQ"],
        max_length=2000,
        pattern=NO_NUL,
    )
    limit: int = Field(default=20, description="Most items of the page.", examples=[20], ge=1, le=200)


class HitShown(BaseModel):
    """A field or table that was found, and the texts in which the words stand; `marks` are places in `text`."""

    kind: Literal["field", "table"]
    field: shown.FieldCore | None = None
    table: shown.TableCore | None = None
    excerpts: list[Excerpt]


class Facet(BaseModel):
    """How many of what was found have a value."""

    value: str
    count: int


class FoundShown(BaseModel):
    """What was found, the best first; `meant` has the words that misspelt ones were taken for.

    `facets` counts what was found, the most frequent first, at most 50 values of each.
    """

    items: list[HitShown]
    next_cursor: str | None
    facets: dict[str, list[Facet]]
    complete: bool = Field(description="Whether all of it was counted, or the first thousand")
    meant: dict[str, list[str]]


@router.get("/search", response_model=FoundShown, responses=MISSING)
def search(context: Needed, _caller: Reader, wanted: Annotated[SearchQuery, Query()]) -> Response:
    """Fields and tables that hold all words, in names, descriptions, types, tags, or values that may be shown."""
    names = ("dictionary_id", "table_id", "data_type", "semantic_type", "pii_category", "kind")
    scope = Scope(**{name: getattr(wanted, name) for name in names})
    found = context.store.search(wanted.q, scope, cursor=wanted.cursor, limit=wanted.limit)
    open_ = holding_values(context, {hit.row.dictionary_id for hit in found.items})
    answer = FoundShown(
        items=[_hit(hit, quoting=hit.row.dictionary_id not in open_) for hit in found.items],
        next_cursor=found.next_cursor,
        facets={
            name: [Facet(value=value, count=count) for value, count in counts] for name, counts in found.facets.items()
        },
        complete=found.complete,
        meant=found.meant,
    )
    return json_of(answer)


def _hit(hit: Hit, *, quoting: bool) -> HitShown:
    """What was found; of a dictionary with personal values without excerpts, since they may quote them."""
    excerpts = hit.excerpts if quoting else []
    if isinstance(hit.row, FieldRow):
        return HitShown(kind="field", field=shown.core(hit.row), excerpts=excerpts)
    return HitShown(kind="table", table=shown.table_core(hit.row), excerpts=excerpts)
