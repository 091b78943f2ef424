"""Asking a model for the texts of one field, and failing where it gives none."""

from __future__ import annotations

from ddgen.api.context import Context
from ddgen.describe import wanted
from ddgen.describe.session import Session
from ddgen.errors import ExternalServiceError
from ddgen.masked import document
from ddgen.model.claim import Claim
from ddgen.settings import types_places
from ddgen.store.records import FieldDetail
from ddgen.types import table as types

_BESIDE = 200
"""Fields of the same table that the model is told of."""


def ask(context: Context, detail: FieldDetail) -> list[Claim]:
    """The claims that the model makes of a field. Raises RateLimitError, ExternalServiceError."""
    settings = context.settings.ai
    if settings is None or not settings.enabled:
        hint = "The operator sets OPENAI_BASE_URL and OPENAI_MODEL"
        raise ExternalServiceError("no model may be asked here", reason="disabled", hint=hint)
    table = context.store.table(detail.row.table_id).table
    beside = context.store.fields_full(table_id=detail.row.table_id, limit=_BESIDE).items
    table.fields = [one.field for one in beside if one.row.id != detail.row.id] + [detail.field]
    document.mask([table], [])
    table.settle()
    one = wanted.Wanted(detail.field, frozenset(wanted.KINDS))
    with Session(settings) as session:
        [[text]] = session.describe([wanted.ask_of(table, [one], types.load(types_places()))])
    return text.or_error().claims()
