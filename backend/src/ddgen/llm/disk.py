"""The answers of earlier runs, in one SQLite file that several processes share."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ddgen.llm.cache import NOTE, storable
from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.disk_file import DiskFile
from ddgen.llm.disk_journal import Journal

DAY = 86_400.0
MAX_AGE = 30 * DAY
MAX_BYTES = 256 * 2**20
CHUNK = 500
TOUCH_AFTER = 3_600.0
"""Reading marks an answer as used at most once in so many seconds: a run over known fields hardly writes."""


_IS_TEXT = f"key NOT GLOB '{NOTE}*'"


@dataclass(frozen=True, slots=True)
class DiskStats:
    """What a cache file holds; times are Unix seconds, None while it is empty."""

    path: Path
    usable: bool
    entries: int = 0
    """Texts."""

    size: int = 0
    """Bytes."""

    oldest: float | None = None
    newest: float | None = None


class DiskCache:
    """Texts (JSON, never pickles) by key, for `max_age` seconds each and `max_bytes` together. Thread-safe.

    The least recently used leave first. Each text carries a checksum: one that does not fit is not returned. A file
    that is broken, full or forbidden costs its content, never a run (see `disk_file.py`).
    `journal` keeps runs, units in flight and batches in the same file.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        max_age: float = MAX_AGE,
        max_bytes: int = MAX_BYTES,
        clock: Clock | None = None,
    ) -> None:
        self.max_age = max_age
        self.max_bytes = max_bytes
        self.evictions = 0
        self._clock = clock or SystemClock()
        self._file = DiskFile(path)
        self.journal = Journal(self._file, self._clock)
        self._touched: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._file.path

    def get_many(self, keys: Iterable[str], *, stale: bool = False) -> dict[str, str]:
        """The texts there are; `stale`: those that have expired and are still there, too."""
        wanted = [key for key in keys if storable(key)]
        now = self._clock.time()
        found: dict[str, str] = {}
        for chunk in _chunks(wanted):
            for key, text, checksum, created, used in self._rows(chunk):
                if checksum != _checksum(key, text) or not (stale or now - created < self.max_age):
                    continue
                found[key] = text
                if now - used > TOUCH_AFTER:
                    self._touch(key, now)
        return found

    def put_many(self, texts: Mapping[str, str]) -> None:
        """Keep these texts, in place of older ones under the same keys."""
        if not texts:
            return
        now = self._clock.time()
        rows = [(key, text, _checksum(key, text), now, now) for key, text in texts.items() if storable(key + text)]
        touched = self._take_touched()

        def put(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", rows)
            _mark_used(connection, touched)

        self._file.write(put, None)
        self._shrink()

    def clear(self) -> int:
        """Forget all texts, and what is known about them; returns how many texts there were. Runs and batches stay."""
        self._take_touched()

        def forget(connection: sqlite3.Connection) -> int:
            (texts,) = connection.execute(f"SELECT count(*) FROM answers WHERE {_IS_TEXT}").fetchone()  # noqa: S608 - a constant
            connection.execute("DELETE FROM answers")
            return int(texts)

        removed = self._file.write(forget, 0)
        self._vacuum()
        return removed

    def stats(self) -> DiskStats:
        """What the file holds."""

        def ask(connection: sqlite3.Connection) -> DiskStats:
            query = f"SELECT count(*), min(created), max(created) FROM answers WHERE {_IS_TEXT}"  # noqa: S608 - a constant
            entries, oldest, newest = connection.execute(query).fetchone()
            return DiskStats(
                self.path, usable=True, entries=entries, size=_size(connection), oldest=oldest, newest=newest
            )

        return self._file.read(ask, DiskStats(self.path, usable=False))

    def close(self) -> None:
        """Write what is left to write and close the file; a later use opens it again."""
        self._flush()
        self._file.close()

    def _rows(self, keys: list[str]) -> list[tuple[str, str, int, float, float]]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, text, checksum, created, used FROM answers WHERE key IN ({marks})"  # noqa: S608 - marks only
        return self._file.rows(query, keys)

    def _touch(self, key: str, now: float) -> None:
        with self._lock:
            self._touched[key] = now
            full = len(self._touched) >= CHUNK
        if full:
            self._flush()

    def _take_touched(self) -> dict[str, float]:
        with self._lock:
            taken, self._touched = self._touched, {}
        return taken

    def _flush(self) -> None:
        touched = self._take_touched()
        if touched:
            self._file.write(lambda connection: _mark_used(connection, touched), None)

    def _shrink(self) -> None:
        """Below nine tenths of the cap again, once it is passed: expired texts go first, then the longest unused."""
        if self._file.read(_size, 0) <= self.max_bytes:
            return
        long_ago = self._clock.time() - self.max_age
        self._file.change("DELETE FROM answers WHERE created <= ?", (long_ago,))
        while self._file.read(_size, 0) > 0.9 * self.max_bytes:
            removed = self._file.write(_drop_oldest, 0)
            if not removed:
                break
            self.evictions += removed
        self._vacuum()

    def _vacuum(self) -> None:
        """Give free pages back to the file system; not a transaction of ours, hence a read."""
        self._file.rows("PRAGMA incremental_vacuum")


def _checksum(key: str, text: str) -> int:
    return zlib.crc32(text.encode(), zlib.crc32(key.encode()))


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _size(connection: sqlite3.Connection) -> int:
    """Bytes in use: whole pages without the free ones."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _mark_used(connection: sqlite3.Connection, touched: Mapping[str, float]) -> None:
    connection.executemany("UPDATE answers SET used = ? WHERE key = ?", [(at, key) for key, at in touched.items()])


def _drop_oldest(connection: sqlite3.Connection) -> int:
    """Delete a tenth of the texts, the longest unused; returns how many."""
    count = connection.execute("SELECT count(*) FROM answers").fetchone()[0]
    return connection.execute(
        "DELETE FROM answers WHERE key IN (SELECT key FROM answers ORDER BY used LIMIT ?)", (-(-count // 10),)
    ).rowcount
