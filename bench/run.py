"""Measures ddgen beside its peers and writes docs/benchmarks.md.

    python bench/run.py            everything but 1 GB of 100 fields: under 45 minutes on 2 cores
    python bench/run.py --large    with it
    python bench/run.py --quick    on a tenth of the data, once: a few minutes; prints, writes nothing

Every figure is of a process of its own, from its start to its end, start-up and reading of the file included. Times
are medians over rounds in which the programs take turns; memory is the highest peak.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import environments
import report
from measure import Cost, median, rounds, run
from report import Goal

HERE = Path(__file__).parent
DATA = HERE / "data"
PAGE = HERE.parent / "docs" / "benchmarks.md"
PYTHON = str(environments.python("ddgen"))
DDGEN = [PYTHON, "-m", "ddgen"]
PEERS = {
    "ydata": ", minimal, with its JSON",
    "ydata_facts": ", minimal, facts only",
    "dataprofiler": ", no labeler",
    "whylogs": "",
}
"""How each is run; what follows an underscore is handed to it."""

PATIENCE = 150.0
"""Seconds after which a program that is compared is stopped: its figure is then a lower bound."""

COSTS = ["Program", "Wall, s", "CPU, s", "Peak, MB", "Start-up of it, s", "Wall of ddgen = 1"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much data; MB are 10^6 bytes."""

    csv: int = 100
    json: int = 50
    parquet: tuple[int, ...] = (100, 1000)
    memory: tuple[int, ...] = (10, 100, 1000)
    widest: int = 100
    """Up to which size memory is measured with 100 fields too: 1 GB of them takes minutes to write and to read."""

    wide_rows: int = 5_000
    rows: tuple[int, int] = (10, 100)
    fields: tuple[int, int] = (50, 500)
    fields_rows: int = 20_000
    files: tuple[int, int] = (5, 50)
    starts: int = 20
    tables: tuple[int, int] = (10, 100)
    table_rows: int = 1_000


QUICK = Sizes(10, 5, (1, 10), (1, 10), 10, 500, (1, 10), (20, 200), 5_000, (2, 20), 5)


@dataclass(slots=True)
class Bench:
    """One run of the benchmarks: what it found so far."""

    sizes: Sizes
    rounds: int
    goals: list[Goal] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)

    def compare(self, title: str, name: str, peers: Sequence[str], goals: dict[str, float]) -> None:
        """Run ddgen and peers on the same file; each goal is how many times the wall of ddgen a peer takes."""
        commands = {"ddgen": build(dataset(name))}
        run(build(small := dataset("people-1.csv" if name.endswith(".csv") else "events-1.jsonl")), folder=DATA)
        failed: dict[str, str] = {}
        for peer in peers:
            trouble = None if peer == "orjson" else environments.ready(package(peer))
            if trouble is None:
                commands[peer] = peer_command(peer, dataset(name))
                run(peer_command(peer, small), folder=DATA)  # its libraries are in the disk's cache from then on
            else:
                failed[peer] = f"not installed: {trouble}"
        found = rounds(commands, self.rounds, folder=DATA, patience=PATIENCE)
        costs = {key: median(costs) for key, costs in found.items()}
        base = costs["ddgen"].wall
        rows = [line(title_of(key), cost, base) for key, cost in costs.items()]
        rows += [[title_of(key), why, *[""] * 4] for key, why in failed.items()]
        self.sections.append(f"## {title}\n\n{report.table(COSTS, rows)}")
        for peer, times in goals.items():
            if peer in costs and (not costs[peer].code or stopped(costs[peer])) and not costs["ddgen"].code:
                self.goals.append(faster(title, title_of(peer), costs[peer].wall / base, times))

    def csv(self) -> None:
        """CSV of 20 fields."""
        goals = {"ydata": 5.0, "dataprofiler": 5.0, "whylogs": 1.0}
        self.compare(f"CSV, {self.sizes.csv} MB, 20 fields", f"people-{self.sizes.csv}.csv", [*PEERS], goals)

    def json(self) -> None:
        """Nested JSON lines."""
        goals = {"orjson": 0.25, "ydata": 5.0}
        name = f"events-{self.sizes.json}.jsonl"
        self.compare(f"Nested JSON lines, {self.sizes.json} MB", name, ["orjson", "ydata"], goals)

    def parquet(self) -> None:
        """Parquet, in MB of the CSV that holds the same rows; the rate is that of the larger file."""
        rows, speed = [], 0.0
        for megabytes_asked in self.sizes.parquet:
            size = megabytes(f"people-{megabytes_asked}.csv")
            cost = self.typical(f"people-{megabytes_asked}.parquet")
            speed = size / cost.cpu
            rows.append([f"{size:.0f} MB", f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.memory:.0f}", f"{speed:.0f}"])
        header = ["Same rows as CSV", "Wall, s", "CPU, s", "Peak, MB", "MB of CSV per s and core"]
        self.sections.append(f"## Parquet, 20 fields\n\n{report.table(header, rows)}")
        what = f"Parquet of {self.sizes.parquet[-1]:,} MB of CSV, per second and core"
        self.goals.append(Goal(what, "30 MB of CSV", f"{speed:.0f} MB", speed >= 30))

    def memory(self) -> None:
        """Peak memory by size, for 20 and 100 fields."""
        rows: list[list[str]] = []
        highest = 0.0
        for size in self.sizes.memory:
            names = {20: f"people-{size}.csv", 100: f"wide-100x{size * 1350}.csv"}
            for fields, name in [*names.items()][: 1 if size > self.sizes.widest else 2]:
                cost = self.once(name)
                highest = max(highest, cost.memory)
                rows.append([f"{megabytes(name):.0f} MB", str(fields), f"{cost.wall:.1f}", f"{cost.memory:.0f}"])
        header = ["CSV", "Fields", "Wall, s", "Peak, MB"]
        self.sections.append(f"## Memory by size\n\n{report.table(header, rows)}")
        self.goals.append(Goal("Memory, up to 100 fields, any size", "< 300 MB", f"{highest:.0f} MB", highest < 300))

    def wide(self) -> None:
        """A table of 2,000 fields."""
        name = f"wide-2000x{self.sizes.wide_rows}.csv"
        cost = self.typical(name)
        rows = [[f"{megabytes(name):.0f} MB", f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.memory:.0f}"]]
        title = f"2,000 fields x {self.sizes.wide_rows:,} rows"
        self.sections.append(f"## {title}\n\n{report.table(['CSV', 'Wall, s', 'CPU, s', 'Peak, MB'], rows)}")
        self.goals.append(Goal(title, "< 60 s", f"{cost.wall:.1f} s", cost.wall < 60))
        self.goals.append(Goal(f"{title}, memory", "< 600 MB", f"{cost.memory:.0f} MB", cost.memory < 600))

    def meaning(self) -> None:
        """What finding the meaning of fields takes, alone and beside their profile."""
        rows = []
        for name in (f"people-{self.sizes.csv}.csv", f"wide-2000x{self.sizes.wide_rows}.csv"):
            fields, seconds = self.steps(name)
            spent, beside = seconds["detect"], seconds["profile"]
            shares = [f"{beside:.1f}", f"{spent:.2f}", f"{fields / spent:.0f}", f"{spent / beside:.0%}"]
            rows.append([name, f"{fields:,}", *shares])
        header = ["CSV", "Fields", "Profile, CPU s", "Meaning, CPU s", "Fields a second", "Of the profile"]
        self.sections.append(f"## Meaning\n\n{report.table(header, rows)}")
        speed, share = float(rows[1][4]), rows[0][5]
        self.goals.append(Goal("Meaning of fields, 2,000 of them", "300 a second", f"{speed:.0f}", speed >= 300))
        small = float(share.rstrip("%")) <= 30
        self.goals.append(Goal(f"Meaning beside the profile, {self.sizes.csv} MB of CSV", "at most 30 %", share, small))

    def relations(self) -> None:
        """What keys and references of databases of n and 10 n tables take, when nothing declares them."""
        rows = []
        for tables in self.sizes.tables:
            name = f"schema-{tables}x{self.sizes.table_rows}.sqlite"
            fields, seconds = self.steps(name)
            rows.append(
                [f"{tables:,}", f"{fields:,}", *(f"{seconds[step]:.1f}" for step in ("profile", "detect", "relate"))]
            )
        header = ["Tables", "Fields", "Profile, CPU s", "Meaning and keys, CPU s", "References, CPU s"]
        title = f"Keys and references, {self.sizes.table_rows:,} rows a table"
        self.sections.append(f"## {title}\n\n{report.table(header, rows)}")
        spent = sum(float(cell) for cell in rows[-1][3:])
        self.goals.append(Goal(f"Keys and references in {rows[-1][0]} tables", "< 10 s", f"{spent:.1f} s", spent < 10))

    def steps(self, name: str) -> tuple[int, dict[str, float]]:
        """The number of fields of a data set, and seconds of processor by step: medians over the rounds."""
        script = [PYTHON, str(HERE / "peers" / "steps_ddgen.py"), str(dataset(name))]
        told = [json.loads(sound(name, run(script, folder=DATA)).output) for _ in range(self.rounds)]
        steps = told[0]["seconds"]
        return told[0]["fields"], {step: statistics.median(one["seconds"][step] for one in told) for step in steps}

    def linear(self) -> None:
        """Time for n and 10 n rows, fields and files."""
        sizes = self.sizes
        pairs = {
            "rows": tuple(f"people-{size}.csv" for size in sizes.rows),
            "fields": tuple(f"wide-{count}x{sizes.fields_rows}.csv" for count in sizes.fields),
            "files": tuple(f"files-{count}x1" for count in sizes.files),
        }
        start = self.start(["--help"])
        rows = []
        for what, (one, ten) in pairs.items():
            costs = rounds({name: build(dataset(name)) for name in (one, ten)}, self.rounds, folder=DATA)
            walls = [sound(name, median(found)).wall for name, found in costs.items()]
            growth = (walls[1] - start) / max(walls[0] - start, 1e-3)
            rows.append([what, one, f"{walls[0]:.1f}", ten, f"{walls[1]:.1f}", f"{growth:.1f}"])
            self.goals.append(Goal(f"10 times the {what}", "about 10 times the time", f"{growth:.1f}", growth < 12))
        header = ["10 times the", "n", "Wall, s", "10 n", "Wall, s", "Growth, start-up apart"]
        self.sections.append(f"## Time by size\n\n{report.table(header, rows)}")

    def starting(self) -> None:
        """Start-up of the command and of the package."""
        shown = self.start(["--help"])
        timed = "import time; t = time.perf_counter(); import ddgen; print(time.perf_counter() - t)"
        costs = [run([PYTHON, "-c", timed], folder=DATA) for _ in range(self.sizes.starts)]
        imported = statistics.median(float(cost.output) for cost in costs)
        rows = [["`ddgen --help`", f"{shown:.3f}"], ["`import ddgen`", f"{imported:.3f}"]]
        title = f"## Start-up, median of {self.sizes.starts}"
        self.sections.append(f"{title}\n\n{report.table(['What', 'Wall, s'], rows)}")
        self.goals.append(Goal("`ddgen --help`", "< 0.25 s", f"{shown:.3f} s", shown < 0.25))
        self.goals.append(Goal("`import ddgen`", "< 0.1 s", f"{imported:.3f} s", imported < 0.1))

    def start(self, arguments: Sequence[str]) -> float:
        """Seconds until a command without work is done."""
        return statistics.median(run([*DDGEN, *arguments], folder=DATA).wall for _ in range(self.sizes.starts))

    def typical(self, name: str) -> Cost:
        """The median cost of ddgen on a data set."""
        return sound(name, median(rounds({name: build(dataset(name))}, self.rounds, folder=DATA)[name]))

    def once(self, name: str) -> Cost:
        """The cost of one run of ddgen on a data set."""
        return sound(name, run(build(dataset(name)), folder=DATA))


def sound(name: str, cost: Cost) -> Cost:
    """The cost, unless the run failed: then there is nothing to report, and RuntimeError says why."""
    if cost.code:
        raise RuntimeError(f"ddgen left with {cost.code} on {name}: {cost.trouble}")
    return cost


def dataset(name: str) -> Path:
    """The data set, made by a process of its own if it is not there."""
    if not (DATA / name).exists():
        print(f"making {name}", file=sys.stderr)
        subprocess.run([sys.executable, str(HERE / "data.py"), str(DATA), name], check=True)
    return DATA / name


def megabytes(name: str) -> float:
    """The size of a data set."""
    return dataset(name).stat().st_size / 1e6


def build(source: Path) -> list[str]:
    """The command that makes the dictionary of a source, and writes it to standard output."""
    return [*DDGEN, "build", str(source), "--quiet", "--format", "json"]


def peer_command(peer: str, source: Path) -> list[str]:
    """The command by which a peer profiles a file."""
    if peer == "orjson":
        return [sys.executable, str(HERE / "peers" / "walk_orjson.py"), str(source)]
    script = HERE / "peers" / f"profile_{package(peer)}.py"
    return [str(environments.python(package(peer))), str(script), str(source), *peer.split("_")[1:]]


def package(peer: str) -> str:
    """The environment of a peer, of which there may be several ways to run it."""
    return peer.partition("_")[0]


def title_of(key: str) -> str:
    """What a program is called in the tables."""
    if key == "orjson":
        return "orjson walk that only counts types"
    return key if key == "ddgen" else environments.version(package(key)) + PEERS[key]


def stopped(cost: Cost) -> bool:
    """Whether a program was still at work when patience ended."""
    return cost.code < 0 and cost.wall >= PATIENCE


def line(title: str, cost: Cost, base: float) -> list[str]:
    """A program's costs as a line of a table."""
    if stopped(cost):
        more = f"> {cost.wall / base:.1f}"
        return [title, f"> {cost.wall:.0f}, stopped", f"> {cost.cpu:.0f}", f"> {cost.memory:.0f}", "", more]
    if cost.code:
        return [title, f"failed: {cost.trouble[:80]}", "", "", "", ""]
    start = ""
    if cost.output.startswith("{"):
        start = f"{cost.wall - json.loads(cost.output)['seconds']:.1f}"
    return [title, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.memory:.0f}", start, f"{cost.wall / base:.1f}"]


def faster(where: str, peer: str, times: float, wanted: float) -> Goal:
    """A goal of the form: so many times as fast as a peer, or at most so many times its wall."""
    if wanted < 1:
        return Goal(
            f"{where}: wall beside {peer}", f"at most {1 / wanted:g} times", f"{1 / times:.1f} times", times >= wanted
        )
    return Goal(f"{where}: speed beside {peer}", f"at least {wanted:g} times", f"{times:.1f} times", times >= wanted)


def main() -> int:
    """Measure, print, and write the page unless quick."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, one round")
    parser.add_argument("--large", action="store_true", help="1 GB of 100 fields as well")
    parser.add_argument("--rounds", type=int, help="rounds for each figure (default: 3, quick 1)")
    parser.add_argument("--only", action="append", metavar="NAME", help="csv, json, parquet, memory, ...")
    asked = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    if failure := environments.ready("ddgen"):
        parser.exit(1, f"ddgen cannot be installed: {failure}\n")
    sizes = QUICK if asked.quick else Sizes(widest=1000 if asked.large else 100)
    bench = Bench(sizes, asked.rounds or (1 if asked.quick else 3))
    parts = {
        "csv": bench.csv,
        "parquet": bench.parquet,
        "start": bench.starting,
        "wide": bench.wide,
        "json": bench.json,
        "memory": bench.memory,
        "meaning": bench.meaning,
        "relations": bench.relations,
        "linear": bench.linear,
    }
    for name in asked.only or parts:
        print(f"measuring: {name}", file=sys.stderr)
        parts[name]()
        if not asked.quick and not asked.only:
            report.write(PAGE, "\n".join([report.machine(), "", report.goals(bench.goals), *bench.sections]))
    print("\n".join([report.machine(), "", report.goals(bench.goals), *bench.sections]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
