"""Measures the asking of models and writes its part of docs/benchmarks.md.

    python bench/ai.py                   everything: about twelve minutes
    python bench/ai.py --only tokens     makespan, tokens, cache, memory, import or faults; prints, writes nothing

Servers are scripted and on loopback; times are real.
"""

from __future__ import annotations

import argparse
import logging
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import report
import scorecard
from faults.clerk import clerk
from faults.ring import word
from loopback import Loopback
from makespan import CALLERS, LATENCY, goal_of, middle, run, spread_of
from report import Goal

from ddgen.describe.facts import FieldFacts, TableFacts, ValueShare
from ddgen.describe.session import Session
from ddgen.describe.texts import Ask
from ddgen.model.claim import Origin
from ddgen.settings import AiSettings, load_ai

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
ROUNDS = 5
SEEDS, SEEDS_EACH = 21, 5
"""Runs with failures: as planned, where about every other run has one at all, and of one field a request."""

TABLES, COLUMNS = 250, 40
"""10,000 fields."""

RSS = """
import random, resource, sys
from ddgen.llm.cache import MemoryCache
from ddgen.llm.clock import SystemClock

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6

drawn = random.Random(1)
cache = MemoryCache(3600.0, 10_000, SystemClock())
cache.put("warm", "warm")
before = resident()
for number in range(10_000):
    cache.put(f"{number:08d}-{drawn.getrandbits(128):032x}-{drawn.getrandbits(128):032x}", "x" * 860 + f"{number:022d}")
print(resident() - before, len(cache))
"""
IMPORTS = """
import pkgutil, sys
import ddgen, ddgen.llm
for found in pkgutil.iter_modules(ddgen.llm.__path__, "ddgen.llm."):
    if found.name != "ddgen.llm.connect":
        __import__(found.name)
print("openai" in sys.modules)
"""
"""`connect` is the connection itself, imported by the first call."""


@dataclass(slots=True)
class Bench:
    """One run: what it found so far."""

    goals: list[Goal] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)

    def makespan(self) -> None:
        """100 fields at 2 s a request."""
        rows = []
        first = run(clerk(), told=True, rpm=0, each=0).seconds - run(clerk(), told=True, rpm=0, each=0).seconds
        for what, told, rpm, each in (
            ("10 slots told", True, 0, 0),
            ("10 slots told, one field a request", True, 0, 1),
            ("nothing told", False, 0, 0),
            ("nothing told, one field a request", False, 0, 1),
            ("10 slots told, RPM 60", True, 60, 0),
            ("10 slots told, RPM 60, one field a request", True, 60, 1),
        ):
            rounds = 1 if each else ROUNDS
            found = middle([run(clerk(latency=LATENCY), told=told, rpm=rpm, each=each) for _ in range(rounds)])
            rows.append([what, *found.cells])
            if told:
                self.goals.append(goal_of(what, found, 1.10))
        failed: list[str] = []
        for each in (0, 1):
            what = "10 slots told, 5 % of requests answered 500" + (", one field a request" if each else "")
            seeds = range(1, (SEEDS_EACH if each else SEEDS) + 1)
            tries = [run(clerk(latency=LATENCY), told=True, rpm=0, each=each, seed=seed) for seed in seeds]
            found = middle([one for one in tries if one.again] or tries)
            failed.append(spread_of(tries))
            rows.append([what, *found.cells])
            self.goals.append(goal_of(what, found, 1.25))
        header = [
            "100 fields, 2 s a request, 10 callers",
            "Requests",
            "Callers' bound, s",
            "Bound, s",
            "Measured, s",
            "Share",
            "By model",
        ]
        note = (
            f"Runs of seconds are medians of {ROUNDS}."
            f" Of runs with random failures, those count in which there was one: {failed[0]};"
            f" one field a request, {failed[1]}."
            f" The first run of a process takes {first:.1f} s more, to import the client; that is not in these figures."
        )
        self.sections.append(f"## Time\n\n{report.table(header, rows)}\n{note}\n")

    def tokens(self) -> None:
        """1,000 fields, one a request and as planned."""
        found = {}
        for what, each in (("one field a request", 1), ("as planned", 0)):
            with Loopback() as server, tempfile.TemporaryDirectory() as folder:
                server.tell_slots(CALLERS)
                server.answer = clerk()
                with Session(settings(server, Path(folder), fields_per_request=each)) as session:
                    texts = session.describe(catalogue(25, COLUMNS))
                    count = sum(text.origin is Origin.AI for table in texts for text in table)
                    tokens = session.metrics.everything()["prompt_tokens"]
            found[what] = (len(server.posts), tokens / 1000, count)
        rows = [[what, str(posts), f"{each:.0f}", str(count)] for what, (posts, each, count) in found.items()]
        header = ["1,000 fields of 25 tables", "Requests", "Prompt tokens per field", "By model"]
        self.sections.append(f"## Requests and tokens\n\n{report.table(header, rows)}")
        times = found["one field a request"][1] / found["as planned"][1]
        self.goals.append(Goal("1,000 fields, prompt tokens", "at most 1/5", f"1/{times:.1f}", times >= 5))

    def cache(self) -> None:
        """10,000 fields again, unchanged and changed."""
        known = catalogue(TABLES, COLUMNS)
        runs: list[tuple[str, list[Ask], int]] = [
            ("first run", known, len(known) * COLUMNS),
            ("unchanged", known, 0),
            ("1 % more rows", [grown(ask) for ask in known], 0),
            ("one code list changed", [*known[:-1], new_code(known[-1])], 1),
            ("one column added", [*known[:-1], new_column(known[-1])], 1),
        ]
        rows = []
        with Loopback() as server, tempfile.TemporaryDirectory() as folder:
            server.tell_slots(CALLERS)
            server.answer = clerk()
            for what, asks, wanted in runs:
                before, begin = len(server.requests), time.perf_counter()
                with Session(settings(server, Path(folder))) as session:
                    texts = [text for table in session.describe(asks) for text in table]
                seconds, requests = time.perf_counter() - begin, len(server.requests) - before
                asked = sum(not text.cached for text in texts)
                lost = sum(text.origin is not Origin.AI for text in texts)
                rows.append([what, str(asked), str(requests), f"{seconds:.1f}", str(lost)])
                if what == "first run":
                    continue
                good = asked == wanted and not lost and (requests == 0) == (wanted == 0)
                told = f"{asked} fields, {requests} requests, {seconds:.1f} s"
                if what == "unchanged":
                    self.goals.append(
                        Goal("10,000 fields, second run", "0 requests, < 2 s", told, good and seconds < 2)
                    )
                else:
                    self.goals.append(Goal(f"10,000 fields, {what}", f"{wanted} fields asked for", told, good))
        header = ["10,000 fields of 250 tables", "Fields asked for", "Requests", "Seconds", "By rule"]
        self.sections.append(f"## Runs over the same data\n\n{report.table(header, rows)}")

    def memory(self) -> None:
        """10,000 entries of the memory cache."""
        grown_by = float(python(RSS).split()[0])
        self.goals.append(Goal("10,000 entries of 882 bytes in memory", "< 12 MB", f"{grown_by:.1f} MB", grown_by < 12))

    def imports(self) -> None:
        """What the package imports before the first call."""
        loaded = python(IMPORTS).strip() == "True"
        self.goals.append(Goal("Import of `ddgen.llm`", "without openai", "with" if loaded else "without", not loaded))

    def faults(self) -> None:
        """The 36 faults."""
        logging.getLogger("ddgen").setLevel(logging.ERROR)
        scores = scorecard.run()
        self.sections.append(f"## Faults\n\n{scorecard.as_table(scores)}")
        for program, count in scorecard.points(scores).items():
            wanted = "36 of 36" if program == "ddgen" else "beside it"
            self.goals.append(
                Goal(f"Faults borne, {program}", wanted, f"{count} of 36", program != "ddgen" or count == 36)
            )


def settings(server: Loopback, folder: Path, **more: object) -> AiSettings:
    """Those of a run of `ddgen build`, with nothing from this machine."""
    given = {"base_url": server.url, "api_key": "a-key", "model": "test-model", "rate_limit_rpm": 0} | more
    return load_ai(environ={}, cwd=folder, config_dir=folder, cache_path=folder / "cache" / "ai.sqlite", **given)


def catalogue(tables: int, columns: int) -> list[Ask]:
    """Tables of a shop as they are profiled: codes, amounts, dates, texts, keys."""
    drawn = random.Random(4)
    return [_table(drawn, number, columns) for number in range(tables)]


def _table(drawn: random.Random, number: int, columns: int) -> Ask:
    names = [f"value_{word(number * columns + place)}" for place in range(columns)]
    rows = drawn.randrange(10_000, 1_000_000)
    table = TableFacts(f"table_{word(number)}", None, rows, (names[0],), tuple(names))
    return Ask(table, [_column(drawn, table, name, place) for place, name in enumerate(names)])


def _column(drawn: random.Random, table: TableFacts, name: str, place: int) -> FieldFacts:
    rows = table.row_count or 0
    base = FieldFacts(
        f"{table.name}.{name}",
        name,
        "string",
        count=rows,
        missing=drawn.choice([0.0, 0.0, 0.03, 0.4]),
        rule_description=f"Value of {name}.",
        rule_name=name.title(),
    )
    if place == 0:
        return replace(
            base, data_type="integer", unique=True, is_primary_key=True, distinct=rows, low="1", high=str(rows)
        )
    if place % 4 == 1:
        codes = drawn.sample(["open", "paid", "sent", "back", "lost", "held", "new", "done"], drawn.randrange(2, 7))
        shares = tuple(ValueShare(code, 1 / len(codes), rows // len(codes)) for code in codes)
        return replace(base, values=shares, values_closed=True, distinct=len(codes), samples=tuple(codes))
    if place % 4 == 2:
        high = drawn.randrange(100, 9_000)
        numbers = tuple(f"{drawn.uniform(0, high):.2f}" for _ in range(5))
        return replace(
            base, data_type="float", distinct=rows // 3, low="0.5", high=str(high), mean=high / 3, samples=numbers
        )
    if place % 4 == 3:
        dates = tuple(f"20{drawn.randrange(10, 26)}-0{drawn.randrange(1, 9)}-1{drawn.randrange(9)}" for _ in range(5))
        return replace(base, data_type="date", distinct=3_000, low=min(dates), high=max(dates), samples=dates)
    texts = tuple(f"{word(drawn.randrange(9_999))} {word(drawn.randrange(9_999))}" for _ in range(5))
    return replace(base, distinct=rows // 2, samples=texts, shapes=("aaaaaa aaaaaa",), lengths=(13, 13))


def grown(ask: Ask) -> Ask:
    """The same table with one percent more rows."""
    rows = int((ask.table.row_count or 0) * 1.01)
    return Ask(replace(ask.table, row_count=rows), [_grown(one, rows) for one in ask.fields])


def _grown(one: FieldFacts, rows: int) -> FieldFacts:
    distinct = one.distinct if one.values_closed or one.distinct is None else int(one.distinct * 1.01)
    shares = tuple(replace(value, count=int((value.count or 0) * 1.01)) for value in one.values)
    missing = one.missing * 1.004 if one.missing else 0.0
    mean = one.mean * 1.002 if one.mean is not None else None
    return replace(one, count=rows, distinct=distinct, values=shares, missing=missing, mean=mean)


def new_code(ask: Ask) -> Ask:
    """The same table with one more code in one list."""
    place = next(place for place, one in enumerate(ask.fields) if one.values_closed)
    one = ask.fields[place]
    more = replace(one, values=(*one.values, ValueShare("frozen", 0.01, 90)), distinct=(one.distinct or 0) + 1)
    return Ask(ask.table, [*ask.fields[:place], more, *ask.fields[place + 1 :]])


def new_column(ask: Ask) -> Ask:
    """The same table with one more column."""
    name = f"value_{word(300_000)}"
    added = replace(ask.fields[2], path=f"{ask.table.name}.{name}", name=name)
    table = replace(ask.table, siblings=(*ask.table.siblings, name))
    return Ask(table, [*ask.fields, added])


def python(program: str) -> str:
    """What a program prints in a process of its own."""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the page unless only a part was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    bench = Bench()
    parts: dict[str, Callable[[], None]] = {
        "makespan": bench.makespan,
        "tokens": bench.tokens,
        "cache": bench.cache,
        "memory": bench.memory,
        "import": bench.imports,
        "faults": bench.faults,
    }
    parser.add_argument("--only", action="append", choices=list(parts), default=[])
    asked = parser.parse_args(arguments)
    for name in asked.only or parts:
        print(f"measuring: {name}", file=sys.stderr)
        parts[name]()
    content = "\n".join([report.machine(), "", report.goals(bench.goals), *bench.sections])
    print(content)
    if not asked.only:
        report.write(PAGE, content, report.AI_PART)
    return 0 if all(goal.reached for goal in bench.goals) else 1


if __name__ == "__main__":
    raise SystemExit(main())
