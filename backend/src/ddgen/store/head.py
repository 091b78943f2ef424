"""The rows of the head beside those of a new version: which are new, other than before, or gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Table, bindparam, insert, select, update

from ddgen.model.dictionary import Field as DocumentField
from ddgen.model.dictionary import Table as DocumentTable
from ddgen.store import bodies, numbers, schema
from ddgen.store.act import Act
from ddgen.store.shown import unpack_claims

Part = DocumentField | DocumentTable
HISTORY = dict.fromkeys(
    ("table_n", "field_n", "kind", "claim_id", "comment", "batch", "changes", "version", "body_n", "undoes")
)
"""A line of the history that says nothing yet."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What is the same for all rows of a version: of which dictionary, its number, its revision, what made it."""

    act: Act
    dictionary_n: int
    version: int
    revision: int
    cause: str


@dataclass(slots=True)
class Rows:
    """The rows of one kind, `tables` or `fields`, and what a version does to them."""

    cut: Cut
    table: Table
    fresh: Sequence[int]
    new: list[dict[str, Any]] = field(default_factory=list)
    altered: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    touched: list[tuple[int, Part]] = field(default_factory=list)
    """Parts whose content is new or changed, with their numbers."""
    gone: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, cut: Cut, table: Table, count: int) -> Rows:
        """For so many parts of a document."""
        return cls(cut, table, numbers.take(cut.act.connection, table, count))

    def known(self) -> Sequence[Row[Any]]:
        """The rows that are there, those that are gone too."""
        query = select(self.table).where(self.table.c.dictionary_n == self.cut.dictionary_n)
        return self.cut.act.connection.execute(query).all()

    def put(self, row: Row[Any] | None, part: Part, columns: dict[str, Any]) -> int:
        """Make the row of a part what the version says; its number."""
        return self._add(part, columns) if row is None else self._alter(row, part, columns)

    def _add(self, part: Part, columns: dict[str, Any]) -> int:
        n = self.fresh[len(self.new)]
        act = self.cut.act
        added = {
            "n": n,
            "id": act.new_id(),
            "dictionary_n": self.cut.dictionary_n,
            "gone": False,
            "owner": None,
            "claims": None,
            "first_version": self.cut.version,
            "first_body_n": columns["body_n"],
            "row_version": 1,
            "updated_at": act.stamp,
        }
        self.new.append(added | columns)
        self.touched.append((n, part))
        return n

    def _alter(self, row: Row[Any], part: Part, columns: dict[str, Any]) -> int:
        before = row._mapping  # noqa: SLF001 - the public way to read a row by the names of its columns
        if row.claims is None and not row.gone and all(before[name] == value for name, value in columns.items()):
            return int(row.n)
        changed = row.gone or not self._says_the_same(row, part, columns["body_n"])
        self._rewrite(row, columns, gone=False, changed=changed)
        if changed:
            self.touched.append((row.n, part))
            self._remember(row.n, columns["body_n"], leaves=part.removed and not row.removed)
        return int(row.n)

    def _says_the_same(self, row: Row[Any], part: Part, body: int) -> bool:
        if row.claims is None:
            return bool(row.body_n == body)
        text = bodies.load(self.cut.act.connection, [row.body_n])[row.body_n]
        head = type(part).model_validate_json(text)
        head.claims = unpack_claims(row.claims)
        head.settle()
        return head == (part.model_copy(update={"fields": []}) if isinstance(part, DocumentTable) else part)

    def leave(self, row: Row[Any]) -> None:
        """Mark what is no longer in the dictionary."""
        if row.gone:
            return
        kept = {column.name for column in self.table.columns} - {"n", "id", "dictionary_n", "claims"}
        columns = {name: value for name, value in row._mapping.items() if name in kept}  # noqa: SLF001 - same
        self._rewrite(row, columns, gone=True, changed=True)
        self.gone.append(row.n)
        self._remember(row.n, None)

    def _rewrite(self, row: Row[Any], columns: dict[str, Any], *, gone: bool, changed: bool) -> None:
        kept = {"owner": row.owner, "first_version": row.first_version, "first_body_n": row.first_body_n}
        act = self.cut.act
        rewritten = {
            **columns,
            **kept,
            "claims": None,
            "gone": gone,
            "row_version": row.row_version + changed,
            "updated_at": act.stamp if changed else row.updated_at,
        }
        self.altered.append({"which": row.n, **rewritten})

    def _remember(self, n: int, body: int | None, *, leaves: bool = False) -> None:
        """Note what becomes of a part; one that leaves the data may stay in the dictionary, as removed."""
        which = "field_n" if self.table is schema.fields else "table_n"
        cut = self.cut
        self.history.append(
            {
                **HISTORY,
                which: n,
                "dictionary_n": cut.dictionary_n,
                "revision": cut.revision,
                "at": cut.act.stamp,
                "actor": cut.act.actor,
                "action": "gone" if leaves or body is None else cut.cause,
                "version": cut.version,
                "body_n": body,
            }
        )

    def write(self) -> None:
        """Write it all."""
        connection = self.cut.act.connection
        if self.new:
            connection.execute(insert(self.table), self.new)
        if self.altered:
            names = [name for name in self.altered[0] if name != "which"]
            statement = update(self.table).where(self.table.c.n == bindparam("which"))
            connection.execute(statement.values({name: bindparam(name) for name in names}), self.altered)
        if self.history:
            connection.execute(insert(schema.history), self.history)
