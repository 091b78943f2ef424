"""The door to what is stored. Every method is one transaction; those that change something are told who does it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, delete, update

from ddgen.errors import Conflict, NotFound, PreconditionFailed
from ddgen.model.content import content_hash
from ddgen.model.dictionary import Dictionary
from ddgen.store import backup, check, documents, migrate, portable, put, reading, schema, search, stats
from ddgen.store.act import Act
from ddgen.store.address import address_of
from ddgen.store.answers import Answers
from ddgen.store.audit import Audit
from ddgen.store.check import Finding
from ddgen.store.database import Database
from ddgen.store.idempotency import Idempotency
from ddgen.store.ids import Clock, utc_now
from ddgen.store.keys import Keys
from ddgen.store.options import Options
from ddgen.store.people import People
from ddgen.store.reading import FieldFilter
from ddgen.store.records import (
    Coverage,
    DictionaryRow,
    FieldDetail,
    FieldRow,
    Page,
    Put,
    Recalled,
    TableDetail,
    TableRow,
    VersionRow,
)
from ddgen.store.reviews import Reviews
from ddgen.store.runs import Runs
from ddgen.store.schedules import Schedules
from ddgen.store.searching import Found, Scope, Search
from ddgen.store.stats import Stats

T = TypeVar("T")
Merge = Callable[[Dictionary, Dictionary], object]
"""Joins a new dictionary (first, changed in place) with the previous one, as `ddgen.merge.merge` does."""

_OPTIMISTIC = 2
"""How often a run is merged outside the transaction, before it is done while all others wait."""


class Store(Reviews):
    """All dictionaries of a user or a team, in one SQLite file or PostgreSQL database.

    A store may be used by many threads and by many processes at once. `clock` tells the time.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        super().__init__(database, clock)
        self.runs = Runs(database, clock)
        self.schedules = Schedules(database, clock)
        self.people = People(database, clock)
        self.keys = Keys(database, clock)
        self.idempotency = Idempotency(database, clock)
        self.audit = Audit(database, clock)
        self.options = Options(database, clock)
        self.answers = Answers(database, clock)
        self._searching = Search(database, clock)

    @classmethod
    def open(cls, where: str | Path | None = None, *, clock: Clock = utc_now) -> Store:
        """The store at a path or URL, else at DDGEN_STORE_URL, else in the user's data folder; made if need be.

        Raises UsageError, StoreError, StoreBusy, OutputError.
        """
        with ExitStack() as stack:
            database = Database(address_of(where))
            stack.callback(database.close)
            migrate.bring_up_to_date(database)
            stack.pop_all()
        return cls(database, clock)

    def close(self) -> None:
        """Close it; what was acknowledged is safe already."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Dictionaries

    def recall(self, name: str) -> Recalled | None:
        """The head of the dictionary of that name, if there is one."""
        with self._read() as connection:
            return _recalled(connection, name)

    def put_run_result(self, dictionary: Dictionary, *, actor: str, merge: Merge, base: int | None = None) -> Put:
        """Put in what a run has made, under its name; a version is cut only where that says something new.

        It is merged with the head unless it was made from the head's revision `base`, so that nothing is lost that
        people have said meanwhile. Number and content hash of `dictionary` become those of the version.
        """
        put.check(dictionary)
        for _ in range(_OPTIMISTIC):
            previous = self.recall(dictionary.name)
            _join(dictionary, previous, merge, base)
            base = None if previous is None else previous.revision
            work = partial(_put, dictionary=dictionary, revision=base, prepared=put.Prepared.of(dictionary))
            done = self._act(actor, work)
            if done is not None:
                return done
        return self._act(actor, lambda act: _put_alone(act, dictionary, merge, base))

    def publish(self, dictionary_id: str, *, actor: str) -> Put:
        """Cut a version of the head; where it says nothing new since the last version, there is no new one."""
        return self._act(actor, lambda act: _publish(act, dictionary_id))

    def dictionary(self, dictionary_id: str) -> DictionaryRow:
        """A dictionary by id. Raises NotFound."""
        with self._read() as connection:
            return reading.made(DictionaryRow, reading.dictionary(connection, dictionary_id))

    def dictionary_named(self, name: str) -> DictionaryRow:
        """A dictionary by name. Raises NotFound."""
        with self._read() as connection:
            row = reading.named(connection, name)
        if row is None:
            raise NotFound("there is no such dictionary", where=name, hint="ddgen store list names them")
        return reading.made(DictionaryRow, row)

    def dictionaries(
        self, *, like: str | None = None, sort: str = "name", cursor: str | None = None, limit: int = 50
    ) -> Page[DictionaryRow]:
        """Dictionaries whose name or title holds `like`; `sort` is name or updated_at, each also with `-`."""
        with self._read() as connection:
            return reading.dictionaries(connection, like=like, sort=sort, cursor=cursor, limit=limit)

    def versions(self, dictionary_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[VersionRow]:
        """The versions of a dictionary, the newest first. Raises NotFound."""
        with self._read() as connection:
            return reading.versions(connection, dictionary_id, cursor=cursor, limit=limit)

    def version(self, dictionary_id: str, number: int) -> VersionRow:
        """What is known of one version. Raises NotFound."""
        with self._read() as connection:
            return reading.version(connection, dictionary_id, number)

    def document(self, dictionary_id: str, version: int | None = None) -> Dictionary:
        """A version exactly as it was put in; without a number the head, with what people have said since.

        Raises NotFound.
        """
        with self._read() as connection:
            row = reading.dictionary(connection, dictionary_id)
            if version is None:
                return documents.of_head(connection, row)
            return documents.of_version(connection, row, version)

    # Tables and fields of the head

    def tables(
        self, dictionary_id: str, *, removed: bool | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[TableRow]:
        """The tables of a dictionary, in its order. Raises NotFound."""
        with self._read() as connection:
            return reading.tables(connection, dictionary_id, removed=removed, cursor=cursor, limit=limit)

    def table(self, table_id: str) -> TableDetail:
        """A table with its claims, without its fields. Raises NotFound."""
        with self._read() as connection:
            return reading.table(connection, table_id)

    def fields(
        self,
        wanted: FieldFilter | None = None,
        *,
        sort: str = "position",
        cursor: str | None = None,
        limit: int = 50,
        **filters: Any,
    ) -> Page[FieldRow]:
        """Fields that pass a filter, given whole or as its members; `sort` is position or name, each also with `-`."""
        wanted = replace(wanted or FieldFilter(), **filters)
        with self._read() as connection:
            return reading.fields_page(connection, wanted, sort=sort, cursor=cursor, limit=limit)

    def fields_full(
        self,
        wanted: FieldFilter | None = None,
        *,
        sort: str = "position",
        cursor: str | None = None,
        limit: int = 50,
        **filters: Any,
    ) -> Page[FieldDetail]:
        """The same with their facts and claims."""
        wanted = replace(wanted or FieldFilter(), **filters)
        with self._read() as connection:
            found = reading.fields_page(connection, wanted, sort=sort, cursor=cursor, limit=limit)
            return Page(reading.details(connection, found.items), found.next_cursor)

    def field(self, field_id: str) -> FieldDetail:
        """A field with its facts and claims. Raises NotFound."""
        with self._read() as connection:
            return reading.field(connection, field_id)

    def field_at(self, dictionary_id: str, table: str, path: str) -> FieldDetail:
        """The same by the names of table and path. Raises NotFound."""
        with self._read() as connection:
            return reading.field(connection, reading.field_by_path(connection, dictionary_id, table, path))

    def delete(self, dictionary_id: str, *, actor: str) -> None:
        """Remove a dictionary, its versions and history; the audit trail keeps that it was there. Raises NotFound."""
        self._act(actor, lambda act: _delete(act, dictionary_id))

    def rename(
        self,
        dictionary_id: str,
        *,
        actor: str,
        name: str | None = None,
        title: str | None = None,
        if_match: int | None = None,
    ) -> DictionaryRow:
        """Change name or title; what is None stays, an empty title is taken away. `if_match` is a revision.

        Raises NotFound, PreconditionFailed, and Conflict where the name is taken.
        """
        self._act(actor, lambda act: _rename(act, dictionary_id, name, title, if_match))
        return self.dictionary(dictionary_id)

    # The store itself

    def backup(self, target: Path) -> int:
        """Copy the store into a file, whoever writes meanwhile; its size in bytes. For a store in a file only.

        Raises UsageError, OutputError.
        """
        return backup.backup(self.database.address, target)

    def check(self) -> list[Finding]:
        """Everything that does not hold in the store; nothing where it is whole."""
        with self._read() as connection:
            return list(check.check(connection))

    def reindex(self) -> int:
        """Make the index of searches anew; how many fields and tables are in it."""
        return self.database.write(search.rebuild)

    def stats(self) -> Stats:
        """How much is in it."""
        with self._read() as connection:
            return stats.stats(self.database, connection)

    def export_all(self, target: Path) -> dict[str, int]:
        """Write everything into a file that a store of either kind can import; rows by table. Raises OutputError."""
        with self._read() as connection:
            return dict(portable.write(connection, target))

    def import_all(self, source: Path) -> dict[str, int]:
        """Take in such a file, into an empty store. Raises DocumentError, Conflict."""
        return self.database.write(lambda connection: dict(portable.read(connection, source)))

    def search(self, query: str, scope: Scope | None = None, *, cursor: str | None = None, limit: int = 20) -> Found:
        """Fields and tables that hold all words of a query, the best first. Raises NotFound, UsageError."""
        return self._searching.search(query, scope, cursor=cursor, limit=limit)

    def coverage(self, dictionary_id: str) -> Coverage:
        """How many fields are described and approved. Raises NotFound."""
        with self._read() as connection:
            return reading.coverage(connection, dictionary_id)


def _recalled(connection: Connection, name: str) -> Recalled | None:
    row = reading.named(connection, name)
    return None if row is None else Recalled(row.id, row.revision, documents.of_head(connection, row))


def _join(dictionary: Dictionary, previous: Recalled | None, merge: Merge, base: int | None) -> None:
    if previous is not None and previous.revision != base:
        merge(dictionary, previous.dictionary)
    dictionary.content_hash = content_hash(dictionary)
    if previous is not None and dictionary.content_hash == previous.dictionary.content_hash:
        dictionary.version = previous.dictionary.version


def _put(act: Act, dictionary: Dictionary, revision: int | None, prepared: put.Prepared | None = None) -> Put | None:
    """Put it in if the head is still at that revision; None where it has moved on."""
    row = reading.named(act.connection, dictionary.name, lock=True)
    if (None if row is None else row.revision) != revision:
        return None
    if row is not None:
        said = row.content_hash
        if row.edited:
            said = documents.of_head(act.connection, row).content_hash
        if said == dictionary.content_hash:
            return Put(row.id, row.version, row.revision, cut=False)
    return put.put(act, dictionary, row, cause="run", prepared=prepared)


def _put_alone(act: Act, dictionary: Dictionary, merge: Merge, base: int | None) -> Put:
    """Merge and put in while nobody else may change the dictionary."""
    reading.named(act.connection, dictionary.name, lock=True)
    previous = _recalled(act.connection, dictionary.name)
    _join(dictionary, previous, merge, base)
    done = _put(act, dictionary, None if previous is None else previous.revision)
    if done is None:
        raise NotFound("the dictionary was removed meanwhile", where=dictionary.name, hint="Run again")
    return done


def _publish(act: Act, dictionary_id: str) -> Put:
    row = reading.dictionary(act.connection, dictionary_id, lock=True)
    document = documents.of_head(act.connection, row)
    if not row.edited or document.content_hash == row.content_hash:
        return Put(row.id, row.version, row.revision, cut=False)
    return put.put(act, document, row, cause="publish")


def _delete(act: Act, dictionary_id: str) -> None:
    row = reading.dictionary(act.connection, dictionary_id, lock=True)
    search.forget(act.connection, row.n)
    act.connection.execute(delete(schema.dictionaries).where(schema.dictionaries.c.n == row.n))
    act.note("dictionary.delete", row.name, dictionary_id=dictionary_id)


def _rename(act: Act, dictionary_id: str, name: str | None, title: str | None, if_match: int | None) -> None:
    row = reading.dictionary(act.connection, dictionary_id, lock=True)
    if if_match is not None and if_match != row.revision:
        current = reading.made(DictionaryRow, row)
        said = "someone has changed it since it was read"
        raise PreconditionFailed(said, current=current, row_version=row.revision, where=row.name)
    values: dict[str, Any] = {"revision": row.revision + 1, "updated_at": act.stamp}
    if name is not None and name != row.name:
        if not name.strip() or reading.named(act.connection, name) is not None:
            raise Conflict("there is a dictionary of that name", where=name, hint="Choose another name")
        values |= {"name": name, "edited": True}
    if title is not None:
        values["title"] = title.strip() or None
    act.connection.execute(update(schema.dictionaries).where(schema.dictionaries.c.n == row.n).values(values))
    act.note("dictionary.rename", name or row.name, dictionary_id=dictionary_id)
