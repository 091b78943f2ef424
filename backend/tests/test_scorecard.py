"""The scorecard: the quickest faults, before ddgen and before a peer, and the program that keeps the score."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import ai
import makespan
import pytest
import scorecard
from faults.ring import SCENARIOS, Missed, Ring, Scenario, check, fields, word
from report import Goal

from ddgen.describe.texts import Ask

QUICK = (1, 2, 6, 12, 18, 21, 22, 23, 36)
BEYOND_THE_SDK = (2, 12, 18, 23)


def test_there_are_36_faults() -> None:
    assert sorted(SCENARIOS) == list(range(1, 37))
    assert all(found.fault and found.wanted for found in SCENARIOS.values())


@pytest.mark.parametrize("number", QUICK)
async def test_ddgen_bears(number: int) -> None:
    found = await scorecard.score(SCENARIOS[number], "ddgen")
    assert found.point, found.reason


@pytest.mark.parametrize("number", BEYOND_THE_SDK)
async def test_the_same_program_scores_peers(number: int) -> None:
    found = await scorecard.score(SCENARIOS[number], "openai SDK, its own retries")
    assert found.point == (number == 12)
    assert bool(found.reason) == (number != 12)


async def _crash(_: Ring) -> None:
    raise ValueError("a | bar")


async def _miss(_: Ring) -> None:
    check(False, "seen something else")


async def _bear(_: Ring) -> None:
    await asyncio.sleep(0)


async def _endless(_: Ring) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("fight", "reason"),
    [(_crash, "raised ValueError: a | bar"), (_miss, "seen something else"), (_bear, ""), (_endless, "still at it")],
)
async def test_nothing_but_an_end_without_complaint_is_a_point(
    fight: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorecard, "PATIENCE", 0.2)
    found = await scorecard.score(Scenario(99, "a fault", "something", fight), "ddgen")  # type: ignore[arg-type] # one of those above
    assert found.point == (not reason)
    assert found.reason.startswith(reason)


def test_the_table_has_a_line_for_each_fault_and_the_points() -> None:
    programs = list(scorecard.PROGRAMS)
    scores = [
        scorecard.Score(number, program, program == "ddgen", "" if program == "ddgen" else "a | b\nc", 0.1)
        for number in (1, 2)
        for program in programs
    ]
    lines = scorecard.as_table(scores).splitlines()
    assert len(lines) == 5
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {6}
    assert "**2/2**" in lines[-1]
    assert "**0/2**" in lines[-1]


def test_missing_means_are_named(tmp_path: Path) -> None:
    ring = Ring(scorecard.PROGRAMS["tenacity around the SDK"], tmp_path)
    with pytest.raises(Missed, match="has no budget"):
        ring.needs("budget")


def test_names_of_fields_are_words_of_their_own() -> None:
    assert len({word(number) for number in range(20_000)}) == 20_000
    assert len({field.name for field in fields(300)}) == 300


@pytest.mark.parametrize(
    ("requests", "rpm", "failed", "seconds"),
    [
        (100, 0, (), 20),
        (13, 0, (), 4),
        (100, 60, (), 92),
        (13, 60, (), 5),
        (100, 0, ((95,),), 26),
        (100, 0, ((3,),), 20),
        (15, 0, ((3, 13),), 14),
    ],
)
def test_bounds(requests: int, rpm: int, failed: tuple[tuple[int, ...], ...], seconds: float) -> None:
    assert makespan.bound(requests, rpm, failed) == pytest.approx(seconds)


def test_runs_with_failures_are_told_apart() -> None:
    tries = [
        makespan.Found(13, 4.0, 4.0, 4.2, 100),
        makespan.Found(14, 4.0, 8.0, 9.0, 100, 1),
        makespan.Found(14, 4.0, 8.0, 9.6, 100, 1),
    ]
    assert makespan.spread_of(tries) == "2 of 3 seeds, which took 1.12 to 1.20 of their bound"
    assert makespan.spread_of(tries[:1]) == "0 of 1 seeds"


def test_a_figure_that_is_not_reached_says_so() -> None:
    assert makespan.goal_of("x", makespan.Found(10, 2.0, 2.0, 2.1, 100), 1.10).reached
    missed = makespan.goal_of("x", makespan.Found(10, 2.0, 2.0, 2.3, 100), 1.10)
    assert missed == Goal("100 fields, x", "at most 1.10 x bound", "1.15", reached=False)


def test_the_changes_of_a_catalogue_are_what_they_say() -> None:
    known = ai.catalogue(1, 40)[0]
    assert known == ai.catalogue(1, 40)[0]
    assert ai.grown(known).table.row_count == int((known.table.row_count or 0) * 1.01)
    assert _changed(known, ai.new_code(known)) == 1
    assert len(ai.new_column(known).fields) == 41


def _changed(before: Ask, after: Ask) -> int:
    return sum(one != other for one, other in zip(before.fields, after.fields, strict=True))
