"""Texts expire, the least recently used leave first, and 10,000 of them are small."""

from __future__ import annotations

import json
import threading
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.llm.cache import MemoryCache
from ddgen.llm.clock import SystemClock


class Watch(SystemClock):
    """Time that stands still until it is moved."""

    now = 1_000.0

    def monotonic(self) -> float:
        return self.now


def test_a_text_comes_back() -> None:
    cache = MemoryCache()
    cache.put("a", "1")
    cache.put("a", "2")
    assert cache.get("a") == "2"
    assert cache.get("b") is None
    assert len(cache) == 1


def test_a_text_expires_and_reading_does_not_prolong_it() -> None:
    clock = Watch()
    cache = MemoryCache(ttl=10, clock=clock)
    cache.put("a", "1")
    clock.now += 9.9
    assert cache.get("a") == "1"
    clock.now += 0.1
    assert cache.get("a") is None
    assert len(cache) == 0
    assert cache.evictions == 0


def test_putting_again_prolongs() -> None:
    clock = Watch()
    cache = MemoryCache(ttl=10, clock=clock)
    cache.put("a", "1")
    clock.now += 9
    cache.put("a", "1")
    clock.now += 9
    assert cache.get("a") == "1"


def test_the_least_recently_used_leaves_first() -> None:
    cache = MemoryCache(max_size=3)
    for key in "abc":
        cache.put(key, key)
    cache.get("a")
    cache.put("d", "d")
    assert [key for key in "abcd" if cache.get(key)] == ["a", "c", "d"]
    assert cache.evictions == 1


def test_what_expired_makes_room_without_an_eviction() -> None:
    clock = Watch()
    cache = MemoryCache(ttl=10, max_size=1, clock=clock)
    cache.put("a", "1")
    clock.now += 10
    cache.put("b", "2")
    assert cache.get("b") == "2"
    assert cache.evictions == 0


def test_replacing_in_a_full_cache_is_no_eviction() -> None:
    cache = MemoryCache(max_size=1)
    cache.put("a", "1")
    cache.put("a", "2")
    assert cache.evictions == 0


def test_clear_forgets_all() -> None:
    cache = MemoryCache()
    cache.put("a", "1")
    cache.clear()
    assert cache.get("a") is None
    assert len(cache) == 0


@pytest.mark.parametrize("cache", [MemoryCache(max_size=0), MemoryCache(ttl=0)])
def test_nothing_is_kept_where_nothing_may_be(cache: MemoryCache) -> None:
    cache.put("a", "1")
    assert cache.get("a") is None
    assert len(cache) == 0


def test_two_caches_are_independent() -> None:
    first, second = MemoryCache(), MemoryCache()
    first.put("a", "1")
    assert second.get("a") is None


def test_ten_thousand_entries_take_less_than_12_mb() -> None:
    tracemalloc.start()
    try:
        cache = MemoryCache()
        before = tracemalloc.get_traced_memory()[0]
        for number in range(10_000):
            text = json.dumps({"description": f"{number} ".ljust(800, "d"), "business_name": "n" * 42})
            assert len(text) == 882
            cache.put(f"{number:064x}", text)
        used = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(cache) == 10_000
    assert used < 12e6


def test_threads_may_share_it() -> None:
    cache = MemoryCache(max_size=50)
    wrong: list[str] = []

    def work(name: str) -> None:
        for number in range(2_000):
            cache.put(f"{name}{number % 60}", f"{name}{number % 60}")
            found = cache.get(f"{name}{(number * 7) % 60}")
            if found not in {None, f"{name}{(number * 7) % 60}"}:
                wrong.append(str(found))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(cache) == 50


@given(st.lists(st.tuples(st.sampled_from("pgt"), st.integers(0, 6)), max_size=60))
def test_it_behaves_as_a_slow_and_plain_cache_does(steps: list[tuple[str, int]]) -> None:
    clock = Watch()
    cache = MemoryCache(ttl=5, max_size=3, clock=clock)
    plain: dict[int, float] = {}
    evicted = 0
    for action, number in steps:
        if action == "t":
            clock.now += number
        plain = {key: at for key, at in plain.items() if clock.now - at < 5}
        if action == "g":
            assert (cache.get(str(number)) is not None) == (number in plain)
            if number in plain:
                plain[number] = plain.pop(number)
        if action == "p":
            if number not in plain and len(plain) == 3:
                del plain[next(iter(plain))]
                evicted += 1
            plain.pop(number, None)
            plain[number] = clock.now
            cache.put(str(number), "x")
    assert len(cache) == len(plain)
    assert cache.evictions == evicted
