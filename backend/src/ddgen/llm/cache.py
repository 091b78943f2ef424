"""The answers of this process: texts that expire (TTL), the least recently used leaving first when it is full."""

from __future__ import annotations

import threading
from hashlib import blake2b
from typing import TYPE_CHECKING

from ddgen.llm.clock import Clock, SystemClock

if TYPE_CHECKING:
    from cachetools import TTLCache


NOTE = "note-"
"""Keys that begin so hold something about texts, such as a model's version, and are none."""


class MemoryCache:
    """At most `max_size` texts, each for `ttl` seconds after it was put; reading does not prolong. Thread-safe.

    It keeps bytes under short hashes of the keys: 10,000 take a third of the memory that dictionaries would.
    `evictions` counts what had to go because the cache was full, not what expired or was cleared.
    A `max_size` or `ttl` of 0 keeps nothing.
    """

    def __init__(self, ttl: float = 3600.0, max_size: int = 10_000, clock: Clock | None = None) -> None:
        from cachetools import TTLCache

        self.ttl = ttl
        self.max_size = max_size
        self.evictions = 0
        self._lock = threading.Lock()
        self._texts: TTLCache[bytes, bytes] = TTLCache(max(max_size, 1), ttl, (clock or SystemClock()).monotonic)

    def get(self, key: str) -> str | None:
        """The text under `key`, now the most recently used; None where there is none or it has expired."""
        with self._lock:
            found = self._texts.get(_short(key))
        return None if found is None else found.decode("utf-8", "surrogatepass")

    def put(self, key: str, text: str) -> None:
        """Keep a text, in place of an older one under the same key."""
        if self.max_size < 1 or self.ttl <= 0:
            return
        short = _short(key)
        with self._lock:
            self._texts.expire()
            if short not in self._texts and len(self._texts) >= self.max_size:
                self.evictions += 1
            self._texts[short] = text.encode("utf-8", "surrogatepass")

    def clear(self) -> None:
        """Forget all texts; the count of evictions stays."""
        with self._lock:
            self._texts.clear()

    def __len__(self) -> int:
        """How many texts would be found now."""
        with self._lock:
            self._texts.expire()
            return len(self._texts)


def storable(text: str) -> bool:
    """Whether it is Unicode, halves of surrogate pairs, which JSON lets through, are not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
