"""One change of the store: the transaction in which it happens, who does it and when; and the trail it leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, insert

from ddgen.store import schema
from ddgen.store.database import Database
from ddgen.store.ids import Clock, new_id, stamp, utc_now

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes something, when, and the transaction of it."""

    connection: Connection
    actor: str
    at: datetime

    @property
    def stamp(self) -> int:
        """The time as it is kept."""
        return stamp(self.at)

    def new_id(self) -> str:
        """An id for what is made."""
        return new_id(self.at)

    def note(
        self, action: str, target: str | None = None, *, dictionary_id: str | None = None, **detail: object
    ) -> None:
        """Leave a line in the audit trail; `detail` holds no values of data and no secrets."""
        row = {
            "at": self.stamp,
            "actor": self.actor,
            "action": action,
            "target": target,
            "dictionary_id": dictionary_id,
            "detail": json.dumps(detail, sort_keys=True, default=str) if detail else None,
        }
        self.connection.execute(insert(schema.audit), row)


class Desk:
    """A part of the store that reads and changes it, each time in one transaction."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self.database = database
        self.clock = clock

    def _read(self) -> AbstractContextManager[Connection]:
        return self.database.reading()

    def _act(self, actor: str, work: Callable[[Act], T]) -> T:
        return self.database.write(lambda connection: work(Act(connection, actor, self.clock())))
