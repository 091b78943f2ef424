"""Fields and tables as clients see them: without personal values, with the tags that changes need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel, Field

from ddgen.api.bodies import EXAMPLE_ID
from ddgen.api.context import Context
from ddgen.api.documents import beside
from ddgen.api.etag import etag
from ddgen.masked import document
from ddgen.model import dictionary as documents
from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.store.records import FieldDetail, FieldRow, TableDetail, TableRow, TextStatus


class ClaimShown(BaseModel):
    """A claim, with its id in this API and the tag that a decision about it names."""

    id: str = Field(examples=[f"{EXAMPLE_ID}.3f2a9c0d1e4b5a67"])
    etag: str = Field(examples=['"7"'])
    kind: Kind
    value: Any
    origin: Origin
    status: Status
    confidence: float
    evidence: list[str]
    model: str | None
    time: datetime | None
    shown: bool = Field(description="Whether it is the one that is shown of its kind")


class FieldCore(BaseModel):
    """A field without its facts."""

    id: str = Field(examples=[EXAMPLE_ID])
    etag: str = Field(examples=['"7"'])
    dictionary_id: str
    table_id: str
    table: str
    path: str
    name: str
    ordinal: int
    data_type: str
    semantic_type: str | None
    pii_category: str | None
    pii_sensitivity: int | None
    business_name: str | None
    description: str | None
    status: TextStatus
    name_status: TextStatus
    description_status: TextStatus
    removed: bool
    owner: str | None
    updated_at: datetime


class FieldFull(FieldCore):
    """A field with its facts, as in a dictionary document, and its claims."""

    document: documents.Field
    claims: list[ClaimShown]


class TableCore(BaseModel):
    """A table without its claims."""

    id: str = Field(examples=[EXAMPLE_ID])
    etag: str = Field(examples=['"3"'])
    dictionary_id: str
    name: str
    ordinal: int
    business_name: str | None
    description: str | None
    status: TextStatus
    name_status: TextStatus
    description_status: TextStatus
    row_count: int | None
    fields: int
    removed: bool
    owner: str | None
    updated_at: datetime


class TableFull(TableCore):
    """A table with what is known of it, as in a dictionary document but for its fields, and its claims."""

    document: documents.Table
    claims: list[ClaimShown]


def core(row: FieldRow) -> FieldCore:
    """A field without its facts."""
    return FieldCore.model_construct(**_members(row))


def table_core(row: TableRow) -> TableCore:
    """A table without its claims."""
    return TableCore.model_construct(**_members(row))


def of_row(row: object) -> FieldCore | TableCore | None:
    """A field or table without what is long."""
    if isinstance(row, FieldRow):
        return core(row)
    return table_core(row) if isinstance(row, TableRow) else None


def _members(row: FieldRow | TableRow) -> dict[str, Any]:
    """What the row says: the store has it as the API tells it, so that it is not checked again for each of many."""
    members = {name: getattr(row, name) for name in _names(type(row))}  # type: ignore[arg-type]  # classes can be hashed
    members["etag"] = etag(row.row_version)
    return members


@cache
def _names(kind: type[FieldRow | TableRow]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name != "row_version")


def full(context: Context, detail: FieldDetail, *, unmasked: bool = False) -> FieldFull:
    """A field with everything that may be seen of it."""
    return fulls(context, [detail], unmasked=unmasked)[0]


def fulls(context: Context, details: Sequence[FieldDetail], *, unmasked: bool = False) -> list[FieldFull]:
    """The same of several."""
    if not unmasked:
        for table_id in {detail.row.table_id for detail in details}:
            own = [detail for detail in details if detail.row.table_id == table_id]
            mask([*(detail.field for detail in own), *beside(context, own)])
    return [
        FieldFull(
            **_members(detail.row),
            document=detail.field.model_copy(update={"claims": []}),
            claims=claims(detail.row.id, detail.row.row_version, detail.field.claims),
        )
        for detail in details
    ]


def table_full(detail: TableDetail) -> TableFull:
    """A table with what is known of it."""
    document.mask([detail.table], [])
    return TableFull(
        **_members(detail.row),
        document=detail.table.model_copy(update={"claims": []}),
        claims=claims(detail.row.id, detail.row.row_version, detail.table.claims),
    )


def mask(fields: Iterable[documents.Field]) -> None:
    """Take personal values out of fields, in place."""
    held = documents.Table(id="", name="", uri="", format="", fields=list(fields))
    document.mask([held], [])


def claims(part_id: str, version: int, found: Sequence[Claim]) -> list[ClaimShown]:
    """The claims of a field or table."""
    shown = {id(winner(found, kind)) for kind in Kind}
    return [
        ClaimShown(
            **claim.model_dump(exclude={"id", "prompt_hash"}),
            id=f"{part_id}.{claim.id}",
            etag=etag(version),
            shown=id(claim) in shown,
        )
        for claim in found
    ]
