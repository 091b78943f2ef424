"""What people say of fields and tables: claims of the head change, and its history keeps what was and what is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row, insert, update
from sqlalchemy import Table as SqlTable

from ddgen.errors import NotFound, PreconditionFailed, UsageError
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Field, Table
from ddgen.store import bodies, reading, schema, search
from ddgen.store.act import Act
from ddgen.store.head import HISTORY
from ddgen.store.records import Change, Decided, Decision, FieldRow, Outcome, TableRow
from ddgen.store.shown import field_columns, pack_claims, table_columns

CHANGES = TypeAdapter(list[Change])
_KEYS = {"fields": "field_n", "tables": "table_n"}
_TEXTS = frozenset(Kind) - {Kind.PII, Kind.CODES, Kind.PRIMARY_KEY}
_OF_TABLES = frozenset({Kind.GRAIN, Kind.PRIMARY_KEY})
_OF_FIELDS = frozenset({Kind.SEMANTIC_TYPE, Kind.PII, Kind.UNIT, Kind.CODES, Kind.REFERENCES, Kind.KEY})
_LONGEST = 20_000
"""Characters of a text that a person writes."""


@dataclass(slots=True)
class Part:
    """A field or table of the head that is about to change."""

    table: SqlTable
    key: str
    row: Row[Any]
    content: Field | Table
    version: int
    """Its row version, also after changes of ours."""

    @classmethod
    def of(
        cls,
        act: Act,
        identity: str,
        *,
        if_match: int | None,
        among: Sequence[SqlTable] = (schema.fields, schema.tables),
    ) -> Part:
        """The part, held against everyone else. Raises NotFound, PreconditionFailed."""
        for table in among:
            key = _KEYS[table.name]
            if reading.dictionary_of(act.connection, table, identity, lock=True) is not None:
                return cls._held(act, table, key, identity, if_match)
        raise NotFound("there is no such field or table", where=identity)

    @classmethod
    def _held(cls, act: Act, table: SqlTable, key: str, identity: str, if_match: int | None) -> Part:
        row = reading.part_row(act.connection, table, identity)
        content = (reading.head_field if table is schema.fields else reading.head_table)(act.connection, row)
        part = cls(table, key, row, content, row.row_version)
        if if_match is not None and if_match != row.row_version:
            raise PreconditionFailed(
                "someone has changed it since it was read",
                current=part.current(),
                row_version=row.row_version,
                where=part.place,
                hint="Look at how it is now, then decide again",
            )
        return part

    def current(self) -> FieldRow | TableRow:
        """How it is now."""
        if self.table is schema.fields:
            return reading.made(FieldRow, self.row)
        return reading.made(TableRow, self.row)

    @property
    def place(self) -> str:
        """Its name for people."""
        return f"{self.row.table}.{self.row.path}" if self.table is schema.fields else str(self.row.name)

    def claim(self, claim_id: str) -> Claim:
        """One of its claims. Raises NotFound."""
        found = next((claim for claim in self.content.claims if claim.id == claim_id), None)
        if found is None:
            raise NotFound("there is no such claim", where=f"{self.place}: {claim_id}")
        return found

    def change(self, act: Act, changes: Sequence[Change], action: str, **said: Any) -> Decided:
        """Write the claims as they are now, the history of what changed, and what pages and searches show."""
        about = changes[0].after or changes[0].before
        if about is None:
            raise UsageError("nothing changes")
        self.content.settle()
        columns = field_columns(self.content) if isinstance(self.content, Field) else table_columns(self.content)
        columns["claims"] = pack_claims(self.content.claims)
        packed = bodies.pack(CHANGES.dump_json(list(changes), exclude_defaults=True))
        version = self._rewrite(act, columns)
        self.remember(act, action, kind=about.kind.value, claim_id=about.id, changes=packed, **said)
        search.update_part(act.connection, self.row, self.content)
        act.note(f"claim.{action}", self.row.id, dictionary_id=self.row.dictionary_id, kind=about.kind.value)
        return Decided(self.row.id, f"{self.row.id}.{about.id}", version)

    def assign(self, act: Act, owner: str | None) -> int:
        """Give it to someone; its row version then."""
        version = self._rewrite(act, {"owner": owner})
        self.remember(act, "assign", comment=owner)
        act.note("part.assign", self.row.id, dictionary_id=self.row.dictionary_id)
        return version

    def _rewrite(self, act: Act, columns: dict[str, Any]) -> int:
        self.version += 1
        changed = {**columns, "row_version": self.version, "updated_at": act.stamp}
        act.connection.execute(update(self.table).where(self.table.c.n == self.row.n).values(changed))
        return self.version

    def remember(self, act: Act, action: str, **said: Any) -> None:
        """Add a line to its history."""
        line = {
            **HISTORY,
            self.key: self.row.n,
            "dictionary_n": self.row.dictionary_n,
            "revision": _revise(act, self.row.dictionary_n),
            "at": act.stamp,
            "actor": act.actor,
            "action": action,
            **said,
        }
        act.connection.execute(insert(schema.history), line)


def _revise(act: Act, dictionary_n: int) -> int:
    table = schema.dictionaries
    statement = update(table).where(table.c.n == dictionary_n)
    changed = statement.values(revision=table.c.revision + 1, edited=True, updated_at=act.stamp)
    return int(act.connection.execute(changed.returning(table.c.revision)).scalar_one())


def edit(act: Act, part_id: str, kind: Kind, value: Any, *, if_match: int | None, **said: Any) -> Decided:
    """Add what a person says; it wins at once. Raises NotFound, PreconditionFailed, UsageError."""
    part = Part.of(act, part_id, if_match=if_match)
    return say(act, part, kind, value, **said)


def say(act: Act, part: Part, kind: Kind, value: Any, **said: Any) -> Decided:
    """Add what a person says to a part that is held. Raises UsageError."""
    if kind in (_OF_FIELDS if isinstance(part.content, Table) else _OF_TABLES):
        raise UsageError(f"nothing here has a {kind.value}", where=part.place)
    claim = written(act, kind, value)
    place = next((place for place, one in enumerate(part.content.claims) if one.id == claim.id), None)
    before = None if place is None else part.content.claims[place]
    if place is None:
        part.content.claims.append(claim)
    else:
        part.content.claims[place] = claim
    return part.change(act, [Change(before, claim)], "edit", **said)


def _text(kind: Kind, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > _LONGEST or "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise UsageError(f"a {kind.value} is a text of 1 to {_LONGEST} characters", where=kind.value)
    return text


def written(act: Act, kind: Kind, value: Any) -> Claim:
    """The claim that a person makes by writing. Raises UsageError where the value is none for its kind."""
    if kind in _TEXTS:
        value = _text(kind, value)
    elif kind is Kind.PRIMARY_KEY and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise UsageError("a primary key is a list of paths", where=kind.value)
    try:
        return Claim(kind=kind, value=value, origin=Origin.HUMAN, status=Status.APPROVED, time=act.at)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageError(f"not a {kind.value}: {first['msg']}", where=kind.value) from error


def review(act: Act, decision: Decision, **said: Any) -> Decided:
    """Approve or reject a claim, or write another text in its place. Raises as `edit` does."""
    part_id, _, claim_id = decision.claim_id.rpartition(".")
    part = Part.of(act, part_id, if_match=decision.if_match)
    claim = part.claim(claim_id)
    said = {"comment": decision.comment, **said}
    if decision.decision == "edit":
        if decision.text is None:
            raise UsageError("an edit needs a text", where=decision.claim_id)
        return say(act, part, claim.kind, decision.text, **said)
    status = Status.APPROVED if decision.decision == "approve" else Status.REJECTED
    judged = claim.model_copy(update={"status": status})
    part.content.claims[part.content.claims.index(claim)] = judged
    return part.change(act, [Change(claim, judged)], decision.decision, **said)


def batch(act: Act, decisions: Sequence[Decision]) -> list[Outcome]:
    """Take each decision that can be taken; those that cannot change nothing and stop no other.

    Several about one part go together: each then holds for the part as it was before the batch.
    """
    name, seen, outcomes = act.new_id(), dict[str, tuple[int, int]](), list[Outcome]()
    for decision in decisions:
        part_id = decision.claim_id.rpartition(".")[0]
        before, now = seen.get(part_id, (None, None))
        mine = replace(decision, if_match=now) if before is not None and decision.if_match == before else decision
        try:
            decided = review(act, mine, batch=name)
        except (NotFound, PreconditionFailed, UsageError) as error:
            outcomes.append(Outcome(decision.claim_id, error=error))
            continue
        seen[part_id] = (decided.row_version - 1 if before is None else before, decided.row_version)
        outcomes.append(Outcome(decision.claim_id, decided))
    return outcomes
