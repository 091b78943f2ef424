"""The head in ways that only servers ask for: several texts changed at once, and whether values are in it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table as SqlTable
from sqlalchemy import bindparam, func, select

from ddgen.errors import NotFound
from ddgen.model.claim import Claim, Kind
from ddgen.store import bodies, decide, reading, schema
from ddgen.store.act import Act, Desk
from ddgen.store.records import Change, FieldDetail, TableDetail, VersionRow

_UNSET = object()
_D = schema.dictionaries.c
_VERSIONS = select(_D.id, _D.version).where(_D.id.in_(bindparam("ids", expanding=True)))


class Heads(Desk):
    """Beside the store, on the same database."""

    def edit_field(self, field_id: str, values: Mapping[Kind, Any], *, actor: str, **said: Any) -> FieldDetail:
        """Write several texts of a field, and who answers for it (`owner`), all or none; how it is then.

        `comment` is kept in its history. Raises NotFound, UsageError, and PreconditionFailed where `if_match` is not
        its row version.
        """
        found: FieldDetail = self._act(actor, lambda act: _edited(act, schema.fields, field_id, values, **said))
        return found

    def edit_table(self, table_id: str, values: Mapping[Kind, Any], *, actor: str, **said: Any) -> TableDetail:
        """The same of a table."""
        found: TableDetail = self._act(actor, lambda act: _edited(act, schema.tables, table_id, values, **said))
        return found

    def dictionary_of(self, part_id: str) -> str:
        """The id of the dictionary that a field or table is in. Raises NotFound."""
        with self._read() as connection:
            for table in (schema.fields, schema.tables):
                row = reading.dictionary_of(connection, table, part_id)
                if row is not None:
                    return str(row.id)
        raise NotFound("there is no such field or table", where=part_id)

    def suggest(self, part_id: str, claims: Sequence[Claim], *, actor: str) -> int:
        """Add what a machine claims of a field or table; its row version then. Raises NotFound.

        What was claimed before in the same words stays as it was judged.
        """
        return self._act(actor, lambda act: _suggest(act, part_id, claims))

    def version(self, dictionary_id: str, number: int) -> list[VersionRow]:
        """The version of a number, or none. Raises NotFound where there is no such dictionary."""
        columns = schema.versions.c
        with self._read() as connection:
            n = reading.dictionary(connection, dictionary_id).n
            query = select(schema.versions).where(columns.dictionary_n == n, columns.number == number)
            return [reading.version_row(row) for row in connection.execute(query)]

    def versions(self, dictionary_ids: Collection[str]) -> dict[str, int]:
        """The newest version of each dictionary, by id. Raises NotFound where there is none of an id."""
        if not dictionary_ids:
            return {}
        with self._read() as connection:
            found = {row.id: row.version for row in connection.execute(_VERSIONS, {"ids": list(dictionary_ids)}).all()}
        missing = next((one for one in dictionary_ids if one not in found), None)
        if missing is not None:
            raise NotFound("there is no such dictionary", where=missing, hint="ddgen store list names them")
        return found

    def masked(self, dictionary_id: str) -> bool:
        """Whether personal values are kept out of a dictionary. Raises NotFound."""
        with self._read() as connection:
            row = reading.dictionary(connection, dictionary_id)
            body = bodies.load(connection, [row.body_n])[row.body_n]
        return json.loads(body).get("masked") is True

    def run_counts(self) -> dict[str, int]:
        """How many runs there are of each state."""
        with self._read() as connection:
            query = select(schema.runs.c.state, func.count()).group_by(schema.runs.c.state)
            return {row[0]: row[1] for row in connection.execute(query)}


def _suggest(act: Act, part_id: str, claims: Sequence[Claim]) -> int:
    part = decide.Part.of(act, part_id, if_match=None)
    known = {claim.id for claim in part.content.claims}
    new = [claim for claim in claims if claim.id not in known]
    if not new:
        return part.version
    part.content.claims += new
    return part.change(act, [Change(None, claim) for claim in new], "suggest").row_version


def _edited(
    act: Act,
    table: SqlTable,
    part_id: str,
    values: Mapping[Kind, Any],
    *,
    if_match: int | None = None,
    comment: str | None = None,
    owner: Any = _UNSET,
) -> Any:
    part = decide.Part.of(act, part_id, if_match=if_match, among=(table,))
    said: dict[str, Any] = {"comment": comment, "batch": act.new_id() if len(values) > 1 else None}
    for kind, value in values.items():
        decide.say(act, part, kind, value, **said)
    if owner is not _UNSET and owner != part.row.owner:
        part.assign(act, owner)
    row = reading.part_row(act.connection, table, part_id)
    return reading.detail_of(act.connection, row, part.content)
