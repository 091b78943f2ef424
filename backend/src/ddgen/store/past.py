"""What happened to fields and tables, and taking back what one has decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from ddgen.errors import Conflict, NotFound
from ddgen.model.claim import Claim, Origin, Status
from ddgen.model.dictionary import Field, Table
from ddgen.store import bodies, reading, schema
from ddgen.store.act import Act
from ddgen.store.decide import CHANGES, Part
from ddgen.store.ids import moment
from ddgen.store.pages import page
from ddgen.store.records import Change, Decided, HistoryRow, Page

_H = schema.history.c
_DECISIONS = ("edit", "approve", "reject")
_MOST = 1000
_PARTS = select(
    schema.history,
    schema.fields.c.id.label("field_id"),
    schema.tables.c.id.label("table_id"),
).outerjoin(schema.fields, schema.fields.c.n == _H.field_n)
_QUERY = _PARTS.outerjoin(schema.tables, schema.tables.c.n == _H.table_n)


def of_part(connection: Connection, part_id: str) -> list[HistoryRow]:
    """What happened to a field or table, the newest thousand of it first. Raises NotFound."""
    table, row = _found(connection, part_id)
    which = _H.field_n if table is schema.fields else _H.table_n
    lines = connection.execute(_QUERY.where(which == row.n).order_by(_H.n.desc()).limit(_MOST)).all()
    made = [line for line in reversed(lines) if line.body_n is not None]
    claims = _claims(connection, table, [row.first_body_n, *(line.body_n for line in made)])
    before, moved = claims[row.first_body_n], dict[int, list[Change]]()
    for line in made:
        moved[line.n] = _moved(before, claims[line.body_n])
        before = claims[line.body_n]
    first = _first(connection, row, claims[row.first_body_n])
    return [*(_line(line, moved.get(line.n)) for line in lines), first]


def _found(connection: Connection, part_id: str) -> tuple[Any, Row[Any]]:
    for table in (schema.fields, schema.tables):
        row = connection.execute(select(table).where(table.c.id == part_id)).one_or_none()
        if row is not None:
            return table, row
    raise NotFound("there is no such field or table", where=part_id)


def _claims(connection: Connection, table: Any, numbers: Sequence[int]) -> dict[int, list[Claim]]:
    kind: type[Field | Table] = Field if table is schema.fields else Table
    held = bodies.load(connection, numbers)
    return {number: kind.model_validate_json(text).claims for number, text in held.items()}


def _moved(before: Sequence[Claim], after: Sequence[Claim]) -> list[Change]:
    """What machines changed from one version to the next; what people did has lines of its own."""
    old, new = {claim.id: claim for claim in before}, {claim.id: claim for claim in after}
    return [
        Change(old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name) and not _by_a_person(old.get(name), new.get(name))
    ]


def _by_a_person(*claims: Claim | None) -> bool:
    told = {Status.APPROVED, Status.REJECTED}
    return any(claim is not None and (claim.origin is Origin.HUMAN or claim.status in told) for claim in claims)


def _first(connection: Connection, row: Row[Any], claims: Sequence[Claim]) -> HistoryRow:
    versions = schema.versions.c
    query = select(schema.versions).where(
        versions.dictionary_n == row.dictionary_n, versions.number == row.first_version
    )
    version = connection.execute(query).one()
    return HistoryRow(
        seq=0,
        part_id=row.id,
        revision=0,
        at=moment(version.at),
        actor=version.author,
        action=version.cause,
        kind=None,
        claim_id=None,
        comment=None,
        batch=None,
        version=version.number,
        undoes=None,
        changes=[Change(None, claim) for claim in claims],
    )


def _line(row: Row[Any], moved: list[Change] | None = None) -> HistoryRow:
    part_id = row.field_id or row.table_id
    return HistoryRow(
        seq=row.n,
        part_id=part_id,
        revision=row.revision,
        at=moment(row.at),
        actor=row.actor,
        action=row.action,
        kind=row.kind,
        claim_id=f"{part_id}.{row.claim_id}" if row.claim_id else None,
        comment=row.comment,
        batch=row.batch,
        version=row.version,
        undoes=row.undoes,
        changes=_changes(row) if moved is None else moved,
    )


def _changes(row: Row[Any]) -> list[Change]:
    return [] if row.changes is None else CHANGES.validate_json(bodies.unpack(row.changes))


def of_dictionary(connection: Connection, dictionary_id: str, *, cursor: str | None, limit: int) -> Page[HistoryRow]:
    """What happened in a dictionary, the newest first. Raises NotFound."""
    n = reading.dictionary(connection, dictionary_id).n
    query = _QUERY.where(_H.dictionary_n == n)
    return page(connection, query, [_H.n], _line, cursor=cursor, limit=limit, descending=True)


def undo(act: Act, where: Mapping[str, str | None]) -> list[Decided]:
    """Take back the last decision of who acts, in a dictionary or a part, with all of its batch.

    Raises NotFound where there is none, Conflict where someone has decided otherwise since.
    """
    last = _last(act, where)
    if last is None:
        raise NotFound("there is nothing to undo", where=where["part_id"] or where["dictionary_id"])
    lines = [last]
    if last.batch is not None:
        query = _QUERY.where(_H.dictionary_n == last.dictionary_n, _H.batch == last.batch, ~_undone())
        lines = list(act.connection.execute(query.order_by(_H.n.desc())).all())
    return [_undo(act, line) for line in lines]


def _undone() -> Any:
    later = schema.history.alias()
    return select(later.c.n).where(later.c.undoes == _H.n).exists()


def _last(act: Act, where: Mapping[str, str | None]) -> Row[Any] | None:
    query = _QUERY.where(_H.actor == act.actor, _H.action.in_(_DECISIONS), ~_undone())
    if where["part_id"] is not None:
        table, row = _found(act.connection, where["part_id"])
        query = query.where((_H.field_n if table is schema.fields else _H.table_n) == row.n)
    if where["dictionary_id"] is not None:
        query = query.where(_H.dictionary_n == reading.dictionary(act.connection, where["dictionary_id"]).n)
    return act.connection.execute(query.order_by(_H.n.desc()).limit(1)).one_or_none()


def _undo(act: Act, line: Row[Any]) -> Decided:
    part = Part.of(act, line.field_id or line.table_id, if_match=None)
    taken = []
    for change in _changes(line):
        if change.after is None:
            continue
        now = part.claim(change.after.id)
        if now != change.after:
            raise Conflict("someone has decided otherwise since", where=part.place, hint="Decide again instead")
        back = change.before or now.model_copy(update={"status": Status.WITHDRAWN})
        part.content.claims[part.content.claims.index(now)] = back
        taken.append(Change(now, back))
    return part.change(act, taken, "undo", undoes=line.n, batch=line.batch)
