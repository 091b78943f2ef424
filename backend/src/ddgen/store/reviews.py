"""What people say and decide: edits, reviews one by one and in bulk, undo, owners, comments, and their history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal

from sqlalchemy import Row

from ddgen.errors import UsageError
from ddgen.model.claim import Kind, winner
from ddgen.model.dictionary import Field, Table
from ddgen.store import decide, past, reading, schema
from ddgen.store.act import Act, Desk
from ddgen.store.pages import page
from ddgen.store.records import Decided, Decision, HistoryRow, Outcome, Page, ReviewItem, TextStatus

TEXTS = (Kind.BUSINESS_NAME, Kind.DESCRIPTION)
_MOST = 1000
"""Decisions of one batch."""


class Reviews(Desk):
    """The part of the store that people speak to."""

    def edit_claim(
        self,
        part_id: str,
        kind: Kind,
        value: Any,
        *,
        actor: str,
        if_match: int | None = None,
        comment: str | None = None,
    ) -> Decided:
        """Write what a person says of a field or table, such as its description; it is shown from now on.

        Raises NotFound, UsageError, and PreconditionFailed with the current row where `if_match` is not its version.
        """
        return self._act(actor, lambda act: decide.edit(act, part_id, kind, value, if_match=if_match, comment=comment))

    def review(self, decision: Decision, *, actor: str) -> Decided:
        """Approve or reject a claim, or write another text in its place. Raises as `edit_claim` does."""
        return self._act(actor, lambda act: decide.review(act, decision))

    def review_batch(self, decisions: Sequence[Decision], *, actor: str) -> list[Outcome]:
        """The same for exactly these, all at once; what became of each, in order. One `undo` takes all back.

        Raises UsageError where there are more than 1,000.
        """
        if len(decisions) > _MOST:
            raise UsageError(f"more than {_MOST} decisions at once", hint="Send some at a time")
        return self._act(actor, lambda act: decide.batch(act, decisions))

    def undo(self, *, actor: str, dictionary_id: str | None = None, part_id: str | None = None) -> list[Decided]:
        """Take back the last decision, or batch of decisions, of `actor`: anywhere, or in a dictionary, field or table.

        Raises NotFound where there is none, Conflict where someone has decided otherwise since.
        """
        return self._act(actor, lambda act: past.undo(act, {"dictionary_id": dictionary_id, "part_id": part_id}))

    def assign(self, part_id: str, owner: str | None, *, actor: str, if_match: int | None = None) -> int:
        """Say who answers for a field or table; its row version then. Raises NotFound, PreconditionFailed."""
        return self._act(actor, lambda act: decide.Part.of(act, part_id, if_match=if_match).assign(act, owner))

    def comment(self, part_id: str, text: str, *, actor: str) -> None:
        """Say something about a field or table that is part of its history alone. Raises NotFound, UsageError."""
        if not text.strip():
            raise UsageError("a comment has a text", where="comment")
        self._act(actor, lambda act: _comment(act, part_id, text.strip()))

    def history(self, part_id: str) -> list[HistoryRow]:
        """What happened to a field or table, the newest thousand of it first; `activity` has all. Raises NotFound."""
        with self._read() as connection:
            return past.of_part(connection, part_id)

    def activity(self, dictionary_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[HistoryRow]:
        """What happened in a dictionary since its first version, the newest first. Raises NotFound."""
        with self._read() as connection:
            return past.of_dictionary(connection, dictionary_id, cursor=cursor, limit=limit)

    def to_review(
        self,
        *,
        dictionary_id: str | None = None,
        status: TextStatus = "suggested",
        kinds: Collection[Kind] = TEXTS,
        of: Literal["fields", "tables"] = "fields",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[ReviewItem]:
        """The texts shown now whose status is `status`; a page holds the texts of `limit` fields or tables.

        Raises NotFound.
        """
        with self._read() as connection:
            query = reading.waiting(connection, of, dictionary_id, status)
            table = schema.fields if of == "fields" else schema.tables
            keys = [table.c.dictionary_n, table.c.n]
            found = page(connection, query, keys, lambda row: row, cursor=cursor, limit=limit)
            parts = reading.heads(connection, table, found.items)
            pairs = zip(found.items, parts, strict=True)
            items = [item for row, part in pairs for item in _items(of, row, part, kinds, status)]
        return Page(items, found.next_cursor)


def _comment(act: Act, part_id: str, text: str) -> None:
    part = decide.Part.of(act, part_id, if_match=None)
    part.remember(act, "comment", comment=text)
    act.note("part.comment", part_id, dictionary_id=part.row.dictionary_id)


def _items(
    of: str, row: Row[Any], part: Field | Table, kinds: Collection[Kind], status: TextStatus
) -> list[ReviewItem]:
    states = {Kind.BUSINESS_NAME: row.name_status, Kind.DESCRIPTION: row.description_status}
    items = []
    for kind in kinds:
        claim = winner(part.claims, kind)
        if claim is None or states.get(kind, status) != status:
            continue
        items.append(
            ReviewItem(
                claim_id=f"{row.id}.{claim.id}",
                part_id=row.id,
                dictionary_id=row.dictionary_id,
                table=row.table if of == "fields" else row.name,
                path=row.path if of == "fields" else None,
                kind=kind,
                value=claim.value,
                origin=claim.origin,
                status=claim.status,
                confidence=claim.confidence,
                row_version=row.row_version,
            )
        )
    return items
