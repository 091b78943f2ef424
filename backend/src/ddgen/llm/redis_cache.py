"""The answers of all workers, in Redis: the same questions as to the file, between machines. Extra `redis`."""

from __future__ import annotations

import logging
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from ddgen.llm.cache import NOTE, storable
from ddgen.llm.clock import Clock, SystemClock

if TYPE_CHECKING:
    from redis import Redis

T = TypeVar("T")

log = logging.getLogger(__name__)

MAX_AGE = 30 * 86_400.0
TIMEOUT = 1.0
"""Seconds for a connection and for an answer: a cache that is slower than that is none."""

REST = 30.0
"""Seconds that a Redis which failed is left alone."""

CHUNK = 500


class RedisCache:
    """Texts (JSON) by key under `prefix`, for `max_age` seconds each. Thread-safe.

    A Redis that fails is a miss: told once in the log, asked again after `REST` seconds, never raised. Which text
    leaves when its memory is full is Redis' own setting (`maxmemory-policy`). Raises ImportError without the extra.
    """

    def __init__(
        self, url: str, *, max_age: float = MAX_AGE, prefix: str = "ddgen:answer:", clock: Clock | None = None
    ) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self.max_age = max_age
        self._prefix = prefix
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._told = False
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=Retry(NoBackoff(), 1)
        )

    def get_many(self, keys: Iterable[str]) -> dict[str, str]:
        """The texts there are."""
        wanted = [key for key in keys if storable(key)]
        found: dict[str, str] = {}
        for start in range(0, len(wanted), CHUNK):
            found |= self._get_some(wanted[start : start + CHUNK])
        return found

    def _get_some(self, keys: list[str]) -> dict[str, str]:
        names = [self._prefix + key for key in keys]
        none: list[bytes | str | None] = []
        packed = self._ask(lambda redis: redis.mget(names), none)
        return {key: text for key, one in zip(keys, packed, strict=False) if (text := _unpacked(one)) is not None}

    def put_many(self, texts: Mapping[str, str]) -> None:
        """Keep these texts, in place of older ones under the same keys."""
        kept = {key: text for key, text in texts.items() if storable(key + text)}
        lifetime = max(1, int(self.max_age))

        def put(redis: Redis) -> None:
            pipeline = redis.pipeline(transaction=False)
            for key, text in kept.items():
                pipeline.set(self._prefix + key, _packed(text), ex=lifetime)
            pipeline.execute()

        if kept:
            self._ask(put, None)

    def clear(self) -> int | None:
        """Forget all texts under the prefix, and what is known about them; returns how many texts there were.

        None where Redis does not answer.
        """

        def forget(redis: Redis) -> int:
            removed = 0
            for some in self._names(redis):
                removed += sum(map(self._is_text, some))
                redis.unlink(*some)
            return removed

        return self._ask(forget, None)

    def count(self) -> int | None:
        """How many texts there are under the prefix; None where Redis does not answer."""
        return self._ask(lambda redis: sum(sum(map(self._is_text, some)) for some in self._names(redis)), None)

    def _names(self, redis: Redis) -> Iterator[list[bytes]]:
        """The names of all keys under the prefix, some at a time, each once."""
        names = list(dict.fromkeys(redis.scan_iter(match=f"{self._prefix}*", count=CHUNK)))
        return (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))

    def _is_text(self, name: bytes) -> bool:
        return not name.startswith(f"{self._prefix}{NOTE}".encode())

    def close(self) -> None:
        """Close the connections; a later use opens new ones."""
        self._redis.close()

    def _ask(self, work: Callable[[Redis], T], otherwise: T) -> T:
        from redis.exceptions import RedisError

        with self._lock:
            resting = self._clock.monotonic() < self._rests_until
        if resting:
            return otherwise
        try:
            return work(self._redis)
        except (RedisError, OSError) as error:
            self._fail(error)
        return otherwise

    def _fail(self, error: Exception) -> None:
        with self._lock:
            self._rests_until = self._clock.monotonic() + REST
            told, self._told = self._told, True
        if not told:
            log.warning("The answer cache in Redis cannot be used (%s)", _why(error))


def _why(error: Exception) -> str:
    """In plain words; what Redis itself says may hold keys."""
    from redis.exceptions import AuthenticationError, OutOfMemoryError, ResponseError
    from redis.exceptions import TimeoutError as TooSlow

    words: tuple[tuple[type[Exception], str], ...] = (
        (AuthenticationError, "the password is not taken"),
        (TooSlow, f"no answer within {TIMEOUT:g} s"),
        (OutOfMemoryError, "its memory is full"),
        (ResponseError, "it refused a command"),
    )
    return next((said for kind, said in words if isinstance(error, kind)), "no connection")


def _packed(text: str) -> bytes:
    data = text.encode()
    return zlib.crc32(data).to_bytes(4, "big") + data


def _unpacked(packed: bytes | str | None) -> str | None:
    """The text, unless something else wrote or cut it."""
    if not isinstance(packed, bytes) or zlib.crc32(packed[4:]).to_bytes(4, "big") != packed[:4]:
        return None
    return packed[4:].decode("utf-8", "replace")
