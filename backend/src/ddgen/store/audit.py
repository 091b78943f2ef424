"""The audit trail: who did what, when, and to what; kept also when what it was done to is gone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from ddgen.store import schema
from ddgen.store.act import Desk
from ddgen.store.ids import moment
from ddgen.store.pages import page
from ddgen.store.records import Page

_A = schema.audit.c


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line: `action` is a kind and a verb (`claim.edit`), `target` the id or name of what it was done to."""

    seq: int
    at: datetime
    actor: str
    action: str
    target: str | None
    dictionary_id: str | None
    detail: dict[str, Any]


class Audit(Desk):
    """Reads the trail, and adds what happens outside the store, such as that unmasked values were shown."""

    def note(self, action: str, *, actor: str, target: str | None = None, dictionary_id: str | None = None) -> None:
        """Add a line."""
        self._act(actor, lambda act: act.note(action, target, dictionary_id=dictionary_id))

    def page(
        self,
        *,
        actor: str | None = None,
        dictionary_id: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[AuditRow]:
        """Lines, the newest first."""
        query = select(schema.audit)
        if actor is not None:
            query = query.where(_A.actor == actor)
        if dictionary_id is not None:
            query = query.where(_A.dictionary_id == dictionary_id)
        with self._read() as connection:
            return page(connection, query, [_A.n], _line, cursor=cursor, limit=limit, descending=True)


def _line(row: Row[Any]) -> AuditRow:
    detail = json.loads(row.detail) if row.detail else {}
    return AuditRow(row.n, moment(row.at), row.actor, row.action, row.target, row.dictionary_id, detail)
