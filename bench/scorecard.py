"""Scores programs that describe fields by what they bear: 36 faults, one point each.

    python bench/scorecard.py                      all faults, all programs
    python bench/scorecard.py --only 4 --only 16   these faults
    python bench/scorecard.py --program ddgen      this program

Every fault is acted out by a server on loopback, in real time, a minute taking about a second. The same program looks
at what the server saw and at what came back, whoever is being scored. Nothing is given for half of a fault.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from faults.ours import Ours
from faults.ring import SCENARIOS, Contender, Missed, Ring, Scenario
from peers.ai_sdk import Sdk
from peers.ai_tenacity import Tenacity
from report import table

PROGRAMS: Mapping[str, type[Contender]] = {
    "ddgen": Ours,
    "openai SDK, its own retries": Sdk,
    "tenacity around the SDK": Tenacity,
}
PATIENCE = 120.0
"""Seconds after which a fault has not been borne."""

for _part in ("limits", "servers", "answers", "runs", "safety"):
    importlib.import_module(f"faults.{_part}")


@dataclass(frozen=True, slots=True)
class Score:
    """Whether a fault was borne, and if not, what was observed instead."""

    number: int
    program: str
    point: bool
    reason: str
    seconds: float


async def score(scenario: Scenario, program: str) -> Score:
    """Act out one fault before one program."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fight = asyncio.ensure_future(scenario.fight(Ring(PROGRAMS[program], Path(folder))))
        await asyncio.wait({fight}, timeout=PATIENCE)
        if not fight.done():
            fight.cancel()
            await asyncio.wait({fight}, timeout=5)
            reason = f"still at it after {PATIENCE:.0f} s"
        else:
            reason = _reason(fight.exception())
    return Score(scenario.number, program, not reason, reason, time.monotonic() - begin)


def _reason(error: BaseException | None) -> str:
    if error is None:
        return ""
    return str(error) if isinstance(error, Missed) else f"raised {type(error).__name__}: {error}"[:160]


def run(numbers: Sequence[int] = (), programs: Sequence[str] = ()) -> list[Score]:
    """Act out these faults (all) before these programs (all), each in an event loop of its own."""
    scores = []
    for number in sorted(numbers or SCENARIOS):
        for program in programs or PROGRAMS:
            found = asyncio.run(score(SCENARIOS[number], program))
            scores.append(found)
            print(
                f"{number:>2} {program:<28} {'yes' if found.point else 'no ':<3} {found.seconds:5.1f} s {found.reason}"
            )
    return scores


def points(scores: Sequence[Score]) -> dict[str, int]:
    """By program, how many faults it bears."""
    return {program: sum(one.point for one in scores if one.program == program) for program in PROGRAMS}


def as_table(scores: Sequence[Score]) -> str:
    """Faults by programs."""
    by = {(one.number, one.program): one for one in scores}
    rows = [
        [f"{number}. {found.fault}", found.wanted, *(_cell(by[number, program]) for program in PROGRAMS)]
        for number, found in sorted(SCENARIOS.items())
        if all((number, program) in by for program in PROGRAMS)
    ]
    total = ["**Points**", "", *(f"**{count}/{len(rows)}**" for count in points(scores).values())]
    return table(["Fault", "What must be observed", *PROGRAMS], [*rows, total], figures=False)


def _cell(found: Score) -> str:
    return "yes" if found.point else f"no: {found.reason}".replace("|", "/").replace("\n", " ")


def main() -> int:
    """Score, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", type=int, metavar="NUMBER", default=[])
    parser.add_argument("--program", action="append", choices=list(PROGRAMS), default=[])
    asked = parser.parse_args()
    logging.getLogger("ddgen").setLevel(logging.ERROR)
    scores = run(asked.only, asked.program)
    print(points(scores))
    return 0 if all(one.point for one in scores if one.program == "ddgen") else 1


if __name__ == "__main__":
    raise SystemExit(main())
