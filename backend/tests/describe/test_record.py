"""What a run leaves in the journal."""

from __future__ import annotations

from pathlib import Path

from ddgen.describe.record import RunRecord
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import Cause, Failure
from ddgen.llm.messages import Answer, Usage


async def test_what_is_answered_is_counted_and_what_is_not_stays(tmp_path: Path) -> None:
    disk = DiskCache(tmp_path / "cache.db")
    record = RunRecord(disk.journal)
    await record.began(["a", "b", "c", "d"])
    await record.answered(["a"], Answer("{}", "m", "stop", Usage(10, 5), attempts=2, cost=0.5))
    await record.gave_up(["b"], Failure(Cause.BAD_OUTPUT, "secret detail"))
    await record.gave_up(["c"], Failure(Cause.BUDGET))
    record.end()
    states = {unit.key: (unit.state, unit.note) for unit in disk.journal.open_units(record.run)}
    assert states == {"b": ("failed", "bad_output"), "c": ("deferred", "budget"), "d": ("in_flight", "")}
    (run,) = disk.journal.runs()
    assert (run.requests, run.tokens, run.cost, run.fields) == (2, 15, 0.5, 1)
    assert run.ended is not None
    disk.close()


async def test_a_run_may_go_on(tmp_path: Path) -> None:
    disk = DiskCache(tmp_path / "cache.db")
    first = RunRecord(disk.journal)
    assert RunRecord(disk.journal, first.run).run == first.run
    assert len(disk.journal.runs()) == 1
    disk.close()
