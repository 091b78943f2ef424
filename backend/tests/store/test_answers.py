from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from ddgen.llm.clock import SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.store import answers as module
from ddgen.store import schema
from ddgen.store.store import Store

from .conftest import Clock


def test_texts_come_back_and_newer_ones_replace_them(store: Store) -> None:
    texts = {f"key-{number}": f'{{"text": "ä {number}"}}' for number in range(1_200)}
    store.answers.put_many(texts)
    assert store.answers.get_many([*texts, "absent"]) == texts
    store.answers.put_many({"key-7": "new"})
    assert store.answers.get_many(["key-7"]) == {"key-7": "new"}
    assert store.answers.count() == 1_200
    assert store.answers.clear() == 1_200
    assert store.answers.get_many(texts) == {}


def test_what_was_changed_by_others_and_what_is_old_is_not_returned(store: Store, clock: Clock) -> None:
    store.answers.put_many({"a": "1", "b": "2"})
    with store.database.transaction() as connection:
        connection.execute(update(schema.answers).where(schema.answers.c.key == "a").values(text="9"))
    assert store.answers.get_many(["a", "b"]) == {"b": "2"}
    clock.pass_by(module.MAX_AGE)
    assert store.answers.get_many(["a", "b"]) == {}


def test_what_no_database_can_hold_is_left_out(store: Store) -> None:
    store.answers.put_many({"half": "\ud800", "nul\0": "x", "good": "y"})
    assert store.answers.get_many(["half", "nul\0", "good", "\udfff"]) == {"good": "y"}
    store.answers.give_up(["nul\0", "q"])
    assert list(store.answers.futile(["nul\0", "q"], 0)) == ["q"]


def test_of_too_many_texts_the_longest_unused_leave(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 20)
    monkeypatch.setattr(module, "_TIDY_EVERY", 5)
    for number in range(20):
        store.answers.put_many({f"key-{number:02}": "x"})
        clock.pass_by(timedelta(hours=2))
    assert store.answers.get_many(["key-00"]) == {"key-00": "x"}  # used again
    store.answers.put_many({f"more-{number}": "x" for number in range(5)})
    left = store.answers.get_many([f"key-{number:02}" for number in range(20)])
    assert store.answers.count() == 18
    assert sorted(left) == ["key-00", *(f"key-{number:02}" for number in range(8, 20))]


def test_many_write_the_same_at_once(store: Store) -> None:
    texts = {f"key-{number}": "x" for number in range(200)}

    def write(order: int) -> None:
        store.answers.put_many(dict(sorted(texts.items(), reverse=bool(order))))
        store.answers.give_up(texts)

    threads = [threading.Thread(target=write, args=(number % 2,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.answers.get_many(texts) == texts
    assert len(store.answers.futile(list(texts), 0)) == 200


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.tuples(st.sets(st.sampled_from("abc"), min_size=1), st.integers(0, 3)), max_size=8))
def test_questions_are_given_up_as_in_the_journal_of_a_file(store: Store, tmp_path: Path, told: Any) -> None:
    store.answers.forget_futile()
    disk = DiskCache(tmp_path / "ai.sqlite", clock=SystemClock())
    disk.journal.forget_futile()
    disk.journal.done("abc")
    for keys, chances in told:
        for kept in (disk.journal, store.answers):
            kept.give_up(sorted(keys), chances=chances)
    assert set(store.answers.futile("abc", 0)) == set(disk.journal.futile("abc", 0))
    disk.close()
