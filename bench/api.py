"""Measures the REST API under load, over loopback, on SQLite and, where it is named, PostgreSQL.

    python bench/api.py [--fields 1000000] [--seconds 30] [--postgresql URL] [--write]

A store is filled once for each database and kept in bench/data. 50 users send 100 requests a second between them: of
ten, seven reads, two writes and a search. A request's time counts from the moment it was due, so that one that waits
behind another is told. In 600 seconds, 50 users have sent 1,200 requests each, which is a long day's work; what the
server holds is looked at seven times meanwhile. With `--write` the tables go into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import report
import stored
from report import Goal

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
DATA = Path(__file__).parent / "data"
PART = "measured, API"
USERS, A_SECOND, EDITS = 50, 100, 2_000
WORDS = ("customer", "emial", "birth date", "loyalty points", "zip", "signup", "postal", "identifier")


@dataclass(slots=True)
class Client:
    """One user with a connection of its own, which stays open."""

    port: int
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, Any]:
        """The status, the ETag and the JSON of an answer."""
        sent = None if body is None else json.dumps(body)
        more = {"Content-Type": "application/json"} if sent else {}
        self.connection.request(method, "/api/v1" + path, sent, {**more, **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, answer.headers.get("ETag", ""), json.loads(content or b"null")


@dataclass(slots=True)
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    start: float
    """Seconds until it answered."""

    def resources(self) -> tuple[float, int, int]:
        """Memory in MB, threads, and open files."""
        place = Path("/proc") / str(self.process.pid)
        status = dict(line.split(":", 1) for line in (place / "status").read_text("utf-8").splitlines())
        return int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), sum(1 for _ in (place / "fd").iterdir())


@contextmanager
def served(store: str) -> Iterator[Served]:
    """The API of a store, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "ddgen",
        "serve",
        "--store",
        store,
        "--port",
        str(port),
        "--rate",
        "1000000/second",
    ]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield Served(port, process, _ready(port, began))
        finally:
            process.terminate()


def _ready(port: int, began: float) -> float:
    while time.perf_counter() - began < 60:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
    raise TimeoutError("the server does not listen")


@dataclass(slots=True)
class Places:
    """What is asked for: ids of dictionaries, tables and fields."""

    dictionaries: list[str]
    fields: list[str]
    large: str
    """The table of 10,000 fields, and its dictionary."""

    large_dictionary: str


def places(client: Client) -> Places:
    """Some ids of what is stored."""
    pages = [item["id"] for item in client.ask("GET", "/dictionaries?limit=200")[2]["items"]]
    known = {name: client.ask("GET", f"/dictionaries?q={name}&limit=1")[2]["items"][0]["id"] for name in ("large",)}
    tables = client.ask("GET", f"/dictionaries/{known['large']}/tables")[2]["items"]
    fields = [
        item["id"]
        for one in pages[:20]
        for item in client.ask("GET", f"/dictionaries/{one}/fields?limit=50&fields=core")[2]["items"]
    ]
    return Places(pages, fields, tables[0]["id"], known["large"])


def read(client: Client, at: Places, chance: random.Random) -> str:
    """One of the reads that a user interface makes, and what it is."""
    one = chance.choice(at.dictionaries)
    kind, path = chance.choice(
        (
            ("a field", f"/fields/{chance.choice(at.fields)}"),
            ("a dictionary", f"/dictionaries/{one}"),
            ("tables", f"/dictionaries/{one}/tables?limit=50"),
            ("a page of fields", f"/dictionaries/{one}/fields?limit=50&fields=core"),
        )
    )
    _expect(client.ask("GET", path), 200)
    return f"read: {kind}"


def write(client: Client, at: Places, chance: random.Random) -> str:
    """A description, whatever was there."""
    text = f"Written under load, {chance.random()}."
    path = f"/fields/{chance.choice(at.fields)}"
    _expect(client.ask("PATCH", path, {"description": text}, **{"If-Match": "*"}), 200)
    return "write: a description"


def search(client: Client, _at: Places, chance: random.Random) -> str:
    """A word, sometimes misspelt."""
    _expect(client.ask("GET", f"/search?q={quote(chance.choice(WORDS))}&limit=20"), 200)
    return "search"


def first_page(client: Client, at: Places, _chance: random.Random) -> str:
    """The first page of the table of 10,000 fields."""
    _expect(client.ask("GET", f"/dictionaries/{at.large_dictionary}/fields?limit=100&fields=core"), 200)
    return "first page of 10,000 fields"


def _expect(answer: tuple[int, str, Any], status: int) -> None:
    if answer[0] != status:
        raise RuntimeError(f"{answer[0]} instead of {status}: {str(answer[2])[:300]}")


Act = Callable[[Client, Places, random.Random], str]


def load(port: int, at: Places, seconds: float, acts: Sequence[tuple[Act, int]]) -> dict[str, list[float]]:
    """Milliseconds of each request by kind, at the rate that is wanted."""
    taken: dict[str, list[float]] = {}
    lock, began = threading.Lock(), time.perf_counter() + 0.5
    kinds, weights = zip(*acts, strict=True)

    def user(number: int) -> None:
        client, chance = Client(port), random.Random(number)
        for turn in range(int(seconds * A_SECOND / USERS)):
            due = began + (turn * USERS + number) / A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            kind = chance.choices(kinds, weights)[0](client, at, chance)
            with lock:
                taken.setdefault(kind, []).append(1000 * (time.perf_counter() - due))

    with ThreadPoolExecutor(USERS) as users:
        list(users.map(user, range(USERS)))
    return taken


MIX: Sequence[tuple[Act, int]] = ((read, 7), (write, 2), (search, 1))
LOOKS = 6


@contextmanager
def watched(server: Served, seconds: float) -> Iterator[list[tuple[float, int, int]]]:
    """What the server holds, at the beginning, so often during so many seconds, and at the end."""
    held, over = [server.resources()], threading.Event()

    def look() -> None:
        while len(held) < LOOKS and not over.wait(seconds / LOOKS):
            held.append(server.resources())

    watch = threading.Thread(target=look)
    watch.start()
    yield held
    over.set()
    watch.join()
    held.append(server.resources())


def contend(port: int, at: Places) -> Counter[str]:
    """Edits by all users at once on few fields of one dictionary: answers by status, and those that are lost."""
    told: Counter[str] = Counter()
    lock, few = threading.Lock(), at.fields[:10]

    def user(number: int) -> None:
        client, chance = Client(port), random.Random(number)
        for turn in range(EDITS // USERS):
            path = f"/fields/{chance.choice(few)}"
            tag = client.ask("GET", path)[1]
            text = f"By {number}, {turn}."
            status, _, answer = client.ask("PATCH", path, {"description": text}, **{"If-Match": tag})
            with lock:
                told[f"{status}"] += 1
                told["unexplained"] += status == 412 and "current" not in answer

    before = sum(_versions(port, few))
    with ThreadPoolExecutor(USERS) as users:
        list(users.map(user, range(USERS)))
    told["lost"] = told["200"] - (sum(_versions(port, few)) - before)
    return told


def _versions(port: int, fields: Sequence[str]) -> list[int]:
    client = Client(port)
    return [int(client.ask("GET", f"/fields/{one}")[1].strip('"')) for one in fields]


def p95(times: Sequence[float]) -> float:
    """The 95th of 100."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def measure(name: str, store: str, seconds: float, fields: int) -> tuple[list[Goal], str]:
    """All figures of one database."""
    with served(store) as server:
        at = places(Client(server.port))
        load(server.port, at, 5, MIX)
        with watched(server, seconds) as held:
            mixed = load(server.port, at, seconds, MIX)
        pages = load(server.port, at, min(seconds, 5), [(first_page, 1)])
        contended = contend(server.port, at)
    reads = [one for kind, times in mixed.items() if kind.startswith("read") for one in times]
    writes = [one for kind, times in mixed.items() if kind.startswith("write") for one in times]
    goals = [
        _within(f"{name}: reads, p95", p95(reads), 25, "ms"),
        _within(f"{name}: writes, p95", p95(writes), 50, "ms"),
        _within(f"{name}: search, p95", p95(mixed["search"]), 100, "ms"),
        _within(f"{name}: first page of 10,000 fields, p95", p95(pages["first page of 10,000 fields"]), 100, "ms"),
        _within(f"{name}: start until it answers", server.start, 1.5, "s"),
        _steady(name, held),
        Goal(
            f"{name}: {EDITS:,} edits by {USERS} users on 10 fields",
            "none lost, each conflict 412",
            f"{contended['200']:,} made, {contended['412']:,} times 412, {contended['lost']} lost",
            contended["lost"] == 0 and contended["200"] + contended["412"] == EDITS and not contended["unexplained"],
        ),
    ]
    rows = [
        [kind, f"{len(times):,}", *(f"{one:.1f}" for one in (statistics.median(times), p95(times), max(times)))]
        for kind, times in sorted((mixed | pages).items())
    ]
    looks = [[f"{100 * turn / (len(held) - 1):.0f} %", *_shown(one)] for turn, one in enumerate(held)]
    return goals, "\n".join(
        [
            f"## {name}, {fields:,} fields",
            "",
            report.table(["Request", "Number", "Median, ms", "p95, ms", "Longest, ms"], rows),
            report.table(["Of the load", "Memory, MB", "Threads", "Open files"], looks),
        ]
    )


def _steady(name: str, held: Sequence[tuple[float, int, int]]) -> Goal:
    """Whether the second half of a load ends with no more than the first half had at its most."""
    half = len(held) // 2 + 1
    most, last = [max(column) for column in zip(*held[:half], strict=True)], held[-1]
    shown = [f"{last[0]:.0f} MB, {last[1]} threads, {last[2]} files", f"{most[0]:.0f}, {most[1]}, {most[2]}"]
    steady = last[0] <= 1.05 * most[0] and last[1] <= most[1] and last[2] <= most[2]
    return Goal(f"{name}: held at the end of the load", f"no more than until its middle ({shown[1]})", shown[0], steady)


def _shown(resources: tuple[float, int, int]) -> list[str]:
    return [f"{resources[0]:.0f}", str(resources[1]), str(resources[2])]


def _within(what: str, measured: float, most: float, unit: str) -> Goal:
    return Goal(what, f"< {most:g} {unit}", f"{measured:.3g} {unit}", measured < most)


def main() -> int:
    """Fill the stores, measure, print, and write the page if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fields", type=int, default=1_000_000, help="fields in the store (default 1,000,000)")
    parser.add_argument("--seconds", type=float, default=30, help="seconds of mixed load (default 30)")
    parser.add_argument("--postgresql", metavar="URL", help="an empty database, or one that this command has filled")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    asked = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    wanted = {"SQLite": str(DATA / f"store-{asked.fields}.sqlite")}
    wanted |= {"PostgreSQL": asked.postgresql} if asked.postgresql else {}
    goals, sections = [], []
    for name, store in wanted.items():
        print(f"filling {name}", file=sys.stderr)
        stored.fill(store, asked.fields)
        print(f"measuring {name}", file=sys.stderr)
        reached, section = measure(name, store, asked.seconds, asked.fields)
        goals += reached
        sections.append(section)
    text = "\n".join([report.machine(), "", report.goals(goals), *sections])
    if asked.write:
        report.write(PAGE, text, PART)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
