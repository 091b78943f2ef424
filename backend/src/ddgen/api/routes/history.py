"""What happened: to fields, tables and dictionaries, and in the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from ddgen.api import aside
from ddgen.api.auth import Admin, Reader
from ddgen.api.bodies import EXAMPLE_ID, NO_NUL, Cursor, DictionaryId, FieldId, Limit, Listed, TableId
from ddgen.api.context import Needed
from ddgen.api.documents import holds_values
from ddgen.api.responses import MISSING
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.store.audit import AuditRow
from ddgen.store.records import HistoryRow

router = aside.router("history")


class Said(BaseModel):
    """A claim as it was."""

    kind: Kind
    value: Any
    origin: Origin
    status: str


class ChangeShown(BaseModel):
    """What happened to one claim; null is that it was not there."""

    before: Said | None
    after: Said | None


class Happened(BaseModel):
    """One thing that happened: a decision of a person, or a version in which something changed."""

    seq: int
    part_id: str = Field(examples=[EXAMPLE_ID])
    revision: int
    at: datetime
    actor: str
    action: str = Field(examples=["edit"])
    kind: str | None
    claim_id: str | None
    comment: str | None
    batch: str | None
    version: int | None
    undoes: int | None
    changes: list[ChangeShown]


@router.get("/fields/{field_id}/history", responses=MISSING)
def get_field_history(context: Needed, _caller: Reader, field_id: FieldId) -> list[Happened]:
    """Everything that happened to a field, the newest first."""
    open_ = holds_values(context, context.store.field(field_id).row.dictionary_id)
    return _shown(context.store.history(field_id), open_=open_)


@router.get("/tables/{table_id}/history", responses=MISSING)
def get_table_history(context: Needed, _caller: Reader, table_id: TableId) -> list[Happened]:
    """Everything that happened to a table, the newest first."""
    open_ = holds_values(context, context.store.table(table_id).row.dictionary_id)
    return _shown(context.store.history(table_id), open_=open_)


@router.get("/dictionaries/{dictionary_id}/history", responses=MISSING)
def get_dictionary_history(
    context: Needed, _caller: Reader, dictionary_id: DictionaryId, cursor: Cursor = None, limit: Limit = 50
) -> Listed[Happened]:
    """What happened in a dictionary since its first version, the newest first."""
    page = context.store.activity(dictionary_id, cursor=cursor, limit=limit)
    items = _shown(page.items, open_=holds_values(context, dictionary_id))
    return Listed(items=items, next_cursor=page.next_cursor)


@router.get("/audit")
def list_audit(
    context: Needed,
    _caller: Admin,
    actor: Annotated[
        str | None, Query(description="What this one did.", examples=["mara"], max_length=200, pattern=NO_NUL)
    ] = None,
    dictionary_id: Annotated[
        str | None,
        Query(description="In this dictionary.", examples=[EXAMPLE_ID], pattern=r"^[0-9A-Za-z_-]{1,64}$"),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listed[AuditRow]:
    """Who changed or revealed what and when, the newest first; kept also when what it was done to is gone."""
    page = context.store.audit.page(actor=actor, dictionary_id=dictionary_id, cursor=cursor, limit=limit)
    return Listed[AuditRow].of(page)


def _shown(rows: list[HistoryRow], *, open_: bool) -> list[Happened]:
    return [
        Happened(
            **{name: getattr(row, name) for name in Happened.model_fields if name != "changes"},
            changes=[
                ChangeShown(before=_said(one.before, open_=open_), after=_said(one.after, open_=open_))
                for one in row.changes
            ],
        )
        for row in rows
    ]


def _said(claim: Claim | None, *, open_: bool) -> Said | None:
    """A claim; of a dictionary with personal values, what a machine said is left out, since it may quote them."""
    if claim is None:
        return None
    hidden = open_ and claim.origin is not Origin.HUMAN and claim.kind not in _PLAIN
    return Said(kind=claim.kind, value=None if hidden else claim.value, origin=claim.origin, status=claim.status)


_PLAIN = frozenset({Kind.BUSINESS_NAME, Kind.SEMANTIC_TYPE, Kind.UNIT, Kind.KEY, Kind.PRIMARY_KEY, Kind.REFERENCES})
