"""A run that was killed says what was in flight; the next one goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ddgen.llm.cache import NOTE
from ddgen.llm.clock import SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.llm.disk_journal import KEEP_SECONDS, Journal


class Calendar(SystemClock):
    now = 1_700_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


@pytest.fixture
def journal(tmp_path: Path, clock: Calendar) -> Iterator[Journal]:
    cache = DiskCache(tmp_path / "answers.sqlite", clock=clock)
    yield cache.journal
    cache.close()


def test_a_run_adds_up(journal: Journal, clock: Calendar) -> None:
    run = journal.start_run()
    journal.count(run, requests=1, tokens=100, cost=0.5, fields=12)
    journal.count(run, requests=2, cost=0.25)
    clock.now += 60
    journal.end_run(run)
    found = journal.runs()[0]
    assert (found.id, found.requests, found.tokens, found.cost, found.fields) == (run, 3, 100, 0.75, 12)
    assert found.ended == found.started + 60


def test_runs_come_newest_first(journal: Journal) -> None:
    made = [journal.start_run() for _ in range(5)]
    assert [run.id for run in journal.runs(3)] == made[::-1][:3]


def test_a_killed_run_has_no_end(journal: Journal) -> None:
    journal.start_run()
    assert journal.runs()[0].ended is None


def test_units_are_open_until_they_are_done(journal: Journal) -> None:
    run = journal.start_run()
    journal.begin(run, ["a", "b", "c", "d"])
    journal.done(["a"])
    journal.leave(["b"], "deferred", "rate")
    journal.leave(["c"], "failed", "bad_output")
    found = {unit.key: (unit.state, unit.note) for unit in journal.open_units()}
    assert found == {"b": ("deferred", "rate"), "c": ("failed", "bad_output"), "d": ("in_flight", "")}


def test_beginning_again_counts_attempts_and_changes_the_run(journal: Journal) -> None:
    first, second = journal.start_run(), journal.start_run()
    journal.begin(first, ["a"])
    journal.begin(second, ["a"])
    unit = journal.open_units()[0]
    assert (unit.run, unit.attempts, unit.state) == (second, 2, "in_flight")
    assert journal.open_units(first) == []
    assert journal.open_units(second) == [unit]


def test_nothing_to_note_is_no_error(journal: Journal) -> None:
    journal.begin("r", [])
    journal.done([])
    journal.leave([], "failed")
    assert journal.open_units() == []


def test_old_notes_are_forgotten(journal: Journal, clock: Calendar) -> None:
    old = journal.start_run()
    journal.begin(old, ["a"])
    clock.now += KEEP_SECONDS + 1
    new = journal.start_run()
    assert [run.id for run in journal.runs()] == [new]
    assert journal.open_units() == []


def test_batches_are_kept_changed_and_forgotten(journal: Journal) -> None:
    assert journal.keep_batch("b1", "r", "submitted", {"ids": {"x": "y"}})
    assert journal.keep_batch("b2", "r", "submitted", {})
    assert journal.keep_batch("b1", "r", "done", {"ids": {"x": "z"}})
    found = {batch.id: (batch.state, batch.document) for batch in journal.batches()}
    assert found == {"b1": ("done", {"ids": {"x": "z"}}), "b2": ("submitted", {})}
    journal.forget_batch("b1")
    assert [batch.id for batch in journal.batches()] == ["b2"]


def test_what_got_nothing_of_use_is_known_and_forgotten(journal: Journal, clock: Calendar) -> None:
    journal.begin("r", ["a", "b"])
    journal.give_up(["a", "never begun", f"{NOTE}model"], "r")
    assert journal.futile(["a", "b", "never begun", "x"], clock.now - 1).keys() == {"a", "never begun"}
    assert journal.futile(["a"], clock.now) == {}, "not after now"
    assert (journal.count_futile(0), journal.count_futile(0, notes=True)) == (2, 1)
    assert journal.forget_futile() == 2
    assert [unit.key for unit in journal.open_units()] == ["b"]


def test_a_unit_may_be_given_further_chances(journal: Journal, clock: Calendar) -> None:
    for states in ("deferred", "deferred", "failed", "failed"):
        journal.give_up(["a"], chances=2)
        assert [unit.state for unit in journal.open_units()] == [states]
    assert journal.futile(["a"], clock.now - 1) == {"a": clock.now}


def test_many_units_are_looked_up(journal: Journal) -> None:
    keys = [str(number) for number in range(1_234)]
    journal.give_up(keys)
    assert len(journal.futile([*keys, "nothing"], 0)) == 1_234
