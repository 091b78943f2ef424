"""What runs asked for and what is still open, so that the next run can go on where one was killed."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ddgen.llm.cache import NOTE
from ddgen.llm.clock import Clock
from ddgen.llm.disk_file import DiskFile

State = Literal["in_flight", "deferred", "failed"]

NO_USE = "no_use"
"""Note of a failed unit: the model answered, and nothing of it could be used."""

CHUNK = 500
KEEP_SECONDS = 90 * 86_400.0
"""Older runs and open units are forgotten when a new run starts."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run and what it took so far; times are Unix seconds, the cost is in US dollars."""

    id: str
    started: float
    ended: float | None
    requests: int
    tokens: int
    cost: float
    fields: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that was to be asked and is not answered; `attempts` runs of it were begun."""

    key: str
    run: str
    state: State
    attempts: int
    at: float
    note: str


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch that a server works on, and what its owner wants to know when it comes back for it."""

    id: str
    run: str
    state: str
    at: float
    document: dict[str, Any]


class Journal:
    """Runs, units in flight and batches. Answered units are not kept here: their answers are in the cache."""

    def __init__(self, file: DiskFile, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    def start_run(self) -> str:
        """A new run's id."""
        run = uuid.uuid4().hex
        now = self._clock.time()

        def start(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT INTO runs (id, started) VALUES (?, ?)", (run, now))
            connection.execute("DELETE FROM runs WHERE started < ?", (now - KEEP_SECONDS,))
            connection.execute("DELETE FROM journal WHERE at < ?", (now - KEEP_SECONDS,))

        self._file.write(start, None)
        return run

    def count(self, run: str, *, requests: int = 0, tokens: int = 0, cost: float = 0.0, fields: int = 0) -> None:
        """Add to what a run took."""
        statement = (
            "UPDATE runs SET requests = requests + ?, tokens = tokens + ?, cost = cost + ?, fields = fields + ?"
            " WHERE id = ?"
        )
        self._file.change(statement, (requests, tokens, cost, fields, run))

    def end_run(self, run: str) -> None:
        """The run came to its end; without this it was killed."""
        self._file.change("UPDATE runs SET ended = ? WHERE id = ?", (self._clock.time(), run))

    def runs(self, limit: int = 20) -> list[Run]:
        """The latest runs, newest first."""
        query = "SELECT id, started, ended, requests, tokens, cost, fields FROM runs ORDER BY rowid DESC LIMIT ?"
        return [Run(*row) for row in self._file.rows(query, (limit,))]

    def begin(self, run: str, keys: Iterable[str]) -> None:
        """These units are about to be asked."""
        now = self._clock.time()
        statement = (
            "INSERT INTO journal VALUES (?, ?, 'in_flight', 1, ?, '') ON CONFLICT (unit) DO UPDATE SET"
            " run = excluded.run, state = excluded.state, attempts = attempts + 1, at = excluded.at, note = ''"
        )
        self._file.change(statement, *((key, run, now) for key in keys))

    def done(self, keys: Iterable[str]) -> None:
        """These units are answered, and their answers kept."""
        self._file.change("DELETE FROM journal WHERE unit = ?", *((key,) for key in keys))

    def leave(self, keys: Iterable[str], state: State, note: str = "") -> None:
        """These units have no answer: `deferred` to a later run, or `failed`; `note` is a cause, never a text."""
        now = self._clock.time()
        statement = "UPDATE journal SET state = ?, note = ?, at = ? WHERE unit = ?"
        self._file.change(statement, *((state, note, now, key) for key in keys))

    def give_up(self, keys: Iterable[str], run: str = "", *, chances: int = 0) -> None:
        """These units got nothing of use, begun here or not; with `chances`, that is not for good at first."""
        now, first = self._clock.time(), "deferred" if chances else "failed"
        statement = (
            "INSERT INTO journal VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT (unit) DO UPDATE SET"
            " attempts = attempts + ?, state = CASE WHEN attempts < ? THEN 'deferred' ELSE 'failed' END,"
            " at = excluded.at, note = excluded.note"
        )
        self._file.change(statement, *((key, run, first, now, NO_USE, bool(chances), chances) for key in keys))

    def futile(self, units: Sequence[str], since: float) -> dict[str, float]:
        """Of these units, those that got nothing of use after `since`, and when that was (Unix seconds)."""
        found: dict[str, float] = {}
        for start in range(0, len(units), CHUNK):
            some = units[start : start + CHUNK]
            marks = ",".join("?" * len(some))
            query = f"SELECT unit, at FROM journal WHERE state = 'failed' AND note = ? AND at > ? AND unit IN ({marks})"  # noqa: S608 - marks only
            found |= dict(self._file.rows(query, (NO_USE, since, *some)))
        return found

    def count_futile(self, since: float, *, notes: bool = False) -> int:
        """How many units, or notes, got nothing of use after `since`."""
        query = "SELECT count(*) FROM journal WHERE state = 'failed' AND note = ? AND at > ? AND (unit GLOB ?) = ?"
        rows = self._file.rows(query, (NO_USE, since, f"{NOTE}*", notes))
        return int(rows[0][0]) if rows else 0

    def forget_futile(self) -> int:
        """Forget which units got nothing of use, and such notes; returns how many units there were."""
        units = self.count_futile(0)
        self._file.change("DELETE FROM journal WHERE state = 'failed' AND note = ?", (NO_USE,))
        return units

    def open_units(self, run: str | None = None) -> list[Unit]:
        """The units without an answer, of one run or of all, oldest first; `in_flight` ones of a dead run were lost."""
        query = "SELECT unit, run, state, attempts, at, note FROM journal WHERE ? IS NULL OR run = ? ORDER BY at, unit"
        return [Unit(*row) for row in self._file.rows(query, (run, run))]

    def keep_batch(self, batch: str, run: str, state: str, document: dict[str, Any]) -> bool:
        """Remember a batch, or its new state; False where nothing can be kept."""
        row = (batch, run, state, self._clock.time(), json.dumps(document))
        return self._file.change("INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?)", row) == 1

    def batches(self) -> list[BatchRecord]:
        """All batches that are remembered, oldest first."""
        rows = self._file.rows("SELECT id, run, state, at, document FROM batches ORDER BY at, rowid")
        return [BatchRecord(batch, run, state, at, json.loads(text)) for batch, run, state, at, text in rows]

    def forget_batch(self, batch: str) -> None:
        """It was collected."""
        self._file.change("DELETE FROM batches WHERE id = ?", (batch,))
