"""Several workers share answers through Redis; one that fails is a miss."""

from __future__ import annotations

import logging
import os
import socket
import time
import uuid
from collections.abc import Iterator

import pytest
import redis

from ddgen.llm.cache import NOTE
from ddgen.llm.clock import SystemClock
from ddgen.llm.redis_cache import REST, RedisCache

URL = "redis://127.0.0.1:6379/0"


class Watch(SystemClock):
    now = 50.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def plain() -> Iterator[redis.Redis]:
    """The real server; where it is absent these tests are skipped, but not on the build machine."""
    client = redis.Redis.from_url(URL)
    try:
        client.ping()
    except redis.ConnectionError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no Redis at 127.0.0.1:6379")
    yield client
    client.close()


@pytest.fixture
def prefix(plain: redis.Redis) -> Iterator[str]:
    prefix = f"ddgen-test:{uuid.uuid4().hex}:"
    yield prefix
    for name in plain.scan_iter(match=f"{prefix}*", count=1_000):
        plain.delete(name)


@pytest.fixture
def cache(prefix: str) -> Iterator[RedisCache]:
    cache = RedisCache(URL, prefix=prefix)
    yield cache
    cache.close()


def test_another_worker_finds_what_one_put(cache: RedisCache, prefix: str) -> None:
    cache.put_many({"a": "1", "b": "\u00fc \U0001f600"})
    other = RedisCache(URL, prefix=prefix)
    assert other.get_many(["a", "b", "c"]) == {"a": "1", "b": "\u00fc \U0001f600"}
    other.close()


def test_many_keys(cache: RedisCache) -> None:
    kept = {f"key {number}": f"text {number}" for number in range(1_234)}
    cache.put_many(kept)
    assert cache.get_many([*kept, "nothing"]) == kept
    assert cache.clear() == 1_234
    assert cache.get_many(kept) == {}


def test_notes_about_texts_are_no_texts_and_are_forgotten_too(cache: RedisCache) -> None:
    cache.put_many({"a": "1", f"{NOTE}server-x": "a-model"})
    assert cache.count() == 1
    assert cache.clear() == 1
    assert cache.get_many([f"{NOTE}server-x"]) == {}
    assert cache.count() == 0


def test_texts_expire(plain: redis.Redis, prefix: str) -> None:
    cache = RedisCache(URL, prefix=prefix, max_age=100)
    cache.put_many({"a": "1"})
    assert 90 < plain.ttl(f"{prefix}a") <= 100
    cache.close()


def test_clear_leaves_what_is_not_ours(cache: RedisCache, plain: redis.Redis, prefix: str) -> None:
    cache.put_many({"a": "1"})
    other = f"other:{uuid.uuid4().hex}"
    plain.set(other, "x", ex=60)
    assert cache.clear() == 1
    assert plain.delete(other) == 1
    assert plain.get(f"{prefix}a") is None


@pytest.mark.parametrize("wrong", [b"", b"xx", b"1234text", b"\x00" * 9])
def test_what_something_else_wrote_is_a_miss(cache: RedisCache, plain: redis.Redis, prefix: str, wrong: bytes) -> None:
    plain.set(f"{prefix}a", wrong, ex=60)
    assert cache.get_many(["a"]) == {}


def test_a_key_of_another_kind_is_a_miss(cache: RedisCache, plain: redis.Redis, prefix: str) -> None:
    plain.lpush(f"{prefix}a", "x")
    assert cache.get_many(["a"]) == {}


def test_halves_of_characters_are_not_kept(cache: RedisCache) -> None:
    cache.put_many({"a": "\ud800", "b": "2"})
    assert cache.get_many(["a", "b", "\ud800"]) == {"b": "2"}


def test_nothing_to_put_asks_nobody() -> None:
    cache = RedisCache("redis://127.0.0.1:1/0")
    cache.put_many({})
    assert cache.get_many([]) == {}
    cache.close()


def test_one_that_is_not_there_is_a_miss_and_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    clock = Watch()
    cache = RedisCache("redis://:secret-word@127.0.0.1:1/0", clock=clock)
    for _ in range(3):
        cache.put_many({"a": "1"})
        assert cache.get_many(["a"]) == {}
        assert cache.clear() is None
        assert cache.count() is None
        clock.now += REST
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "secret-word" not in caplog.text
    assert "(no connection)" in caplog.text
    cache.close()


def test_one_that_hangs_costs_seconds_once(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        cache = RedisCache(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        start = time.monotonic()
        for _ in range(50):
            assert cache.get_many(["a"]) == {}
        assert time.monotonic() - start < 5
        cache.close()
    assert "(no answer within 1 s)" in caplog.text


def test_a_refused_command_is_told_without_what_it_held(
    plain: redis.Redis, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    plain.lpush(f"{prefix}a", "x")
    cache = RedisCache(URL, prefix=prefix)
    cache._ask(lambda client: client.get(f"{prefix}a"), None)  # noqa: SLF001 - no question of ours is refused
    assert "(it refused a command)" in caplog.text
    assert prefix not in caplog.text
    cache.close()


def test_it_is_asked_again_after_a_rest(prefix: str) -> None:
    clock = Watch()
    cache = RedisCache(URL, prefix=prefix, clock=clock)
    cache.put_many({"a": "1"})
    cache._fail(redis.ConnectionError())  # noqa: SLF001 - a failure, without waiting for one
    assert cache.get_many(["a"]) == {}
    clock.now += REST
    assert cache.get_many(["a"]) == {"a": "1"}
    cache.close()
