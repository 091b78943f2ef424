"""Measures the store.

    python bench/store.py [--fields 10000] [--dictionaries 3] [--store PATH|URL] [--kills 0]

Prints how long it takes to put in dictionaries of so many fields, then to ask for pages, fields and words, to write,
and the size on the disk; for n dictionaries and for ten times as many. With --kills a process that writes is killed
that often, and each time the store has to hold all that it acknowledged.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ddgen import merge
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Engine, Field, Table
from ddgen.model.profile import Distinct, Histogram, Profile, ValueCount
from ddgen.store.searching import Scope
from ddgen.store.store import Store

WORDS = "customer order email city amount status created phone price warehouse product invoice region line tax".split()
ROUNDS = 60

WRITER = """
import sys
from ddgen.model.claim import Kind
from ddgen.store.store import Store
store, number = Store.open(sys.argv[1]), int(sys.argv[3])
while True:
    store.edit_claim(sys.argv[2], Kind.DESCRIPTION, f"text {number}", actor="writer")
    print(number, flush=True)
    number += 1
"""


def field(place: int, chance: random.Random) -> Field:
    """A field with claims and facts as large as those of real ones."""
    words = chance.sample(WORDS, 2)
    name = f"{words[0]}_{words[1]}_{place}"
    edges = [float(edge) for edge in range(21)]
    profile = Profile(
        total=10_000,
        values=9_000,
        null=1_000,
        distinct=Distinct(count=chance.randrange(9_000), exact=True),
        min=0,
        max=chance.random(),
        mean=chance.random(),
        stddev=chance.random(),
        histogram=Histogram(of="number", edges=edges, counts=[chance.randrange(900) for _ in range(20)], exact=True),
        top_values=[ValueCount(value=chance.choice(WORDS), count=9) for _ in range(10)],
        samples=[chance.choice(WORDS) for _ in range(10)],
    )
    text = f"The {words[0]} of the {words[1]} in record {place}."
    claims = [
        Claim(kind=Kind.BUSINESS_NAME, value=f"{words[0].title()} {words[1]}", origin=Origin.RULE, confidence=0.8),
        Claim(kind=Kind.DESCRIPTION, value=text, origin=Origin.AI, model="small", evidence=["its name", "its values"]),
    ]
    made = Field(path=name, name=name, position=place, data_type="string", profile=profile, claims=claims)
    made.settle()
    return made


def dictionary(name: str, fields: int, chance: random.Random) -> Dictionary:
    """A dictionary with one table."""
    table = Table(id="t", name=f"table_of_{name}", uri="t.csv", format="csv")
    table.fields = [field(place, chance) for place in range(fields)]
    return Dictionary(name=name, generated_at=datetime.now(UTC), engine=Engine(version="0"), tables=[table])


def timed(what: str, work: Callable[[], object], rounds: int = ROUNDS) -> None:
    """Print the median and the 95th percentile of some rounds, in milliseconds."""
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    print(f"  {what:<42} {took[len(took) // 2]:8.1f} ms   p95 {took[int(len(took) * 0.95)]:8.1f} ms", flush=True)


def ask(store: Store, chance: random.Random) -> None:
    """Pages, fields, words, edits."""
    newest = store.dictionaries(sort="-updated_at", limit=1).items[0]
    table = store.tables(newest.id).items[0].id
    some = store.fields(table_id=table, limit=1000).items
    cursor = store.fields(table_id=table, limit=len(some) // 2 or 1).next_cursor
    timed("first page of the table (100 fields)", lambda: store.fields(table_id=table, limit=100))
    timed("a page further on", lambda: store.fields(table_id=table, limit=100, cursor=cursor))
    timed("first page with facts and claims", lambda: store.fields_full(table_id=table, limit=100))
    timed("one field", lambda: store.field(chance.choice(some).id))
    timed("list of dictionaries", lambda: store.dictionaries(limit=50))
    timed("texts to review", lambda: store.to_review(limit=50))
    timed(
        "an edit", lambda: store.edit_claim(chance.choice(some).id, Kind.DESCRIPTION, chance.choice(WORDS), actor="a")
    )
    for query in ("customer", "email city", "emial", "warehouse 77", "nothing"):
        timed(f"search everywhere: {query}", lambda query=query: store.search(query), 20)  # type: ignore[misc]  # a default
    timed("search in one: customer", lambda: store.search("customer", Scope(dictionary_id=newest.id)), 20)


def killed(where: str, times: int, chance: random.Random) -> None:
    """Kill a writer that often; what it acknowledged has to be there."""
    with Store.open(where) as store:
        part = store.fields(limit=1).items[0].id
    number = 1
    for _ in range(times):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, where, part, str(number)], stdout=subprocess.PIPE, text=True
        )
        if writer.stdout is None:
            raise SystemExit("the writer has no output")
        told = [int(writer.stdout.readline())]
        time.sleep(chance.random() / 3)
        writer.send_signal(signal.SIGKILL)
        told += [int(line) for line in writer.stdout.readlines() if line.endswith("\n")]
        writer.wait()
        with Store.open(where) as store:
            said = int((store.field(part).row.description or "").removeprefix("text "))
        if said not in {told[-1], told[-1] + 1}:
            raise SystemExit(f"acknowledged {told[-1]}, found {said}")
        number = said + 1
    print(f"killed {times} times after {number - 1} edits: every acknowledged one is there")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fields", type=int, default=10_000)
    parser.add_argument("--dictionaries", type=int, default=3)
    parser.add_argument("--store", help="default: a new file")
    parser.add_argument("--kills", type=int, default=0)
    wanted = parser.parse_args()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        where = wanted.store or str(Path(folder) / "store.sqlite")
        there = 0
        for goal in (wanted.dictionaries, wanted.dictionaries * 10):
            with Store.open(where) as store:
                took = []
                for number in range(there, goal):
                    document = dictionary(f"d{number}", wanted.fields, chance)
                    started = time.perf_counter()
                    store.put_run_result(document, actor="bench", merge=merge.merge)
                    took.append(time.perf_counter() - started)
                there = goal
                stats = store.stats()
                size = stats.size / max(1, stats.fields)
                each = f"{sum(took) / len(took):.2f} s each, {size:,.0f} bytes a field"
                print(f"{stats.fields:,} fields in {goal} dictionaries: {each}")
                ask(store, chance)
        if wanted.kills:
            killed(where, wanted.kills, chance)


if __name__ == "__main__":
    main()
