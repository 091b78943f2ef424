"""Makes the data that the benchmarks run on: the shapes of real exports, with a fixed seed.

    python bench/data.py FOLDER NAME...

people-MB.csv: 20 fields, with leading-zero codes, NaN, quoted newlines and a null token in an integer field.
people-MB.parquet: the same rows, typed.
events-MB.jsonl: nested events with arrays, a field of four types, and optional parts.
wide-FIELDSxROWS.csv: fields in turn integers, decimals, codes, words and dates.
files-COUNTxMB: a folder of files of people.
schema-TABLESxROWS.sqlite: tables of 20 fields that declare no key; each refers to up to four of those before it.

What is there already is not made again.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

NAME = re.compile(r"(people|events|wide|files|schema)-(\d+)(?:x(\d+))?(?:\.(csv|parquet|jsonl|sqlite))?")
CITIES = ["Berlin", "Paris", "Oslo", "Rome", "Lisbon", "Wien", "Zürich", "New York", "Springfield", "São Paulo"]
FIRST = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Tony", "Margaret", "John", "Leslie", "Niklaus"]
LAST = ["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Hoare", "Hamilton", "Backus", "Lamport"]
WORDS = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore".split()
START = datetime(2020, 1, 1, tzinfo=UTC)


def people_row(random_: random.Random, number: int) -> list[str]:
    """One row of people.csv."""
    first, last = random_.choice(FIRST), random_.choice(LAST)
    moment = START + timedelta(seconds=random_.randrange(120_000_000))
    note = " ".join(random_.choices(WORDS, k=random_.randrange(3, 9)))
    return [
        str(number),
        str(uuid.UUID(int=random_.getrandbits(128), version=4)),
        first,
        last,
        f"{first}.{last}{random_.randrange(10**6)}@example.com".lower(),
        f"+1-555-{random_.randrange(1000):03d}-{random_.randrange(10_000):04d}",
        f"{random_.randrange(100_000):05d}",
        random_.choice(CITIES),
        random_.choice(["DE", "FR", "NO", "IT", "PT", "US", "BR"]),
        (START + timedelta(days=random_.randrange(-20_000, 0))).date().isoformat(),
        moment.strftime("%Y-%m-%d %H:%M:%S"),
        "N/A" if number % 1000 == 7 else str(random_.randrange(18, 90)),
        f"{random_.lognormvariate(8, 1):.2f}",
        "NaN" if number % 5000 == 3 else f"{random_.gauss(0, 1):.6f}",
        random_.choice(["active", "inactive", "pending", ""]),
        random_.choice(["true", "false"]),
        str(random_.randrange(1, 6)),
        f"{random_.uniform(-90, 90):.5f}",
        f"{random_.uniform(-180, 180):.5f}",
        note + ("\nsecond line" if number % 200 == 0 else ""),
    ]


PEOPLE = (
    "id,user_uuid,first_name,last_name,email,phone,zip,city,country,birth_date,created_at,age,income,score,status,"
    "is_active,rating,latitude,longitude,note"
).split(",")


def event(random_: random.Random, number: int) -> dict[str, Any]:
    """One document of events.jsonl."""
    reference: Any = random_.choice([None, number, f"R{number}", {"id": number, "kind": "order"}])
    made: dict[str, Any] = {
        "id": number,
        "type": random_.choice(["view", "click", "buy", "return"]),
        "at": (START + timedelta(seconds=number)).isoformat(),
        "ref": reference,
        "user": {
            "id": random_.randrange(100_000),
            "name": f"{random_.choice(FIRST)} {random_.choice(LAST)}",
            "address": {"city": random_.choice(CITIES), "zip": f"{random_.randrange(100_000):05d}"},
        },
        "items": [
            {
                "sku": f"SKU-{random_.randrange(10_000):05d}",
                "qty": random_.randrange(1, 9),
                "price": round(random_.uniform(1, 500), 2),
                "tags": random_.choices(WORDS, k=random_.randrange(4)),
            }
            for _ in range(random_.randrange(6))
        ],
        "metrics": {"dwell_ms": random_.randrange(100_000), "score": random_.random()},
        "ok": random_.random() < 0.9,
    }
    if random_.random() < 0.3:
        made["campaign"] = {"id": random_.randrange(50), "source": random_.choice(["mail", "web", "app"])}
    return made


def write_people(path: Path, size: int) -> None:
    """People until the file has `size` bytes; after 60,000 rows they repeat, but for ids, addresses and income."""
    random_ = random.Random(7)
    pool = [people_row(random_, number) for number in range(60_000)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(PEOPLE)
        number = 0
        while file.tell() < size:
            for row in pool:
                number += 1
                unique = uuid.UUID(int=random_.getrandbits(128), version=4)
                income = f"{float(row[12]) + number % 977 / 7:.2f}"
                writer.writerow([number, unique, *row[2:4], f"u{number}.{row[4]}", *row[5:12], income, *row[13:]])
                if number % 5_000 == 0 and file.tell() >= size:
                    return


def write_events(path: Path, size: int) -> None:
    """Events until the file has `size` bytes."""
    random_ = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in _numbers():
            file.write(json.dumps(event(random_, number), ensure_ascii=False) + "\n")
            if number % 1_000 == 0 and file.tell() >= size:
                return


def write_parquet(path: Path, source: Path) -> None:
    """The rows of people.csv as Parquet: numbers, dates and booleans typed, codes as texts, row groups as is usual."""
    codes = {name: pa.string() for name in ("zip", "phone")}
    convert = pa_csv.ConvertOptions(column_types=codes, null_values=["N/A", ""], strings_can_be_null=True)
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    pq.write_table(pa_csv.read_csv(source, parse_options=parse, convert_options=convert), path)


def write_wide(path: Path, fields: int, rows: int) -> None:
    """A table of `fields` fields in turn integers, decimals, codes, words and dates."""
    random_ = np.random.default_rng(7)
    step = max(1, 1_000_000 // fields)
    quoting = pa_csv.WriteOptions(quoting_style="none")
    schema = _wide(random_, fields, 1).schema
    with pa_csv.CSVWriter(path, schema, write_options=quoting) as writer:
        for first in range(0, rows, step):
            writer.write_table(_wide(random_, fields, min(step, rows - first)))


def _wide(random_: np.random.Generator, fields: int, rows: int) -> pa.Table:
    codes = pa.array([f"{number:04d}" for number in range(1000)])
    words = pa.array(WORDS)
    days = pa.array([(START + timedelta(days=day)).date().isoformat() for day in range(2000)])

    def drawn(count: int) -> npt.NDArray[np.int64]:
        return random_.integers(0, count, rows)

    makers = (
        lambda: pa.array(drawn(10**6)),
        lambda: pc.divide(pc.cast(pa.array(drawn(10**6)), pa.float64()), 1000.0),
        lambda: codes.take(pa.array(drawn(len(codes)))),
        lambda: words.take(pa.array(drawn(len(words)))),
        lambda: days.take(pa.array(drawn(len(days)))),
    )
    return pa.table({f"field_{number}": makers[number % 5]() for number in range(fields)})


def write_files(folder: Path, count: int, size: int) -> None:
    """A folder of files, each `size` bytes of the same people."""
    folder.mkdir()
    write_people(folder / "part-000.csv", size)
    content = (folder / "part-000.csv").read_bytes()
    for number in range(1, count):
        (folder / f"part-{number:03d}.csv").write_bytes(content)


NOUNS = "sale customer product store invoice payment shipment supplier region employee".split()
PARTS = "line note log plan batch event price rate team kind".split()


def write_schema(path: Path, tables: int, rows: int) -> None:
    """A database without declared keys: a table's id, up to four references, and measures, codes, days and words."""
    random_ = random.Random(7)
    names = [noun if part is None else f"{noun}_{part}" for part in (None, *PARTS) for noun in NOUNS][:tables]
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, name in enumerate(names):
            others = random_.sample(names[:number], min(4, number))
            plain = 19 - len(others)
            columns = [f"{name}_id", *(f"{other}_id" for other in others), *(f"field_{at}" for at in range(plain))]
            connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            made = (_schema_row(random_, row, rows, len(others), plain) for row in range(rows))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", made)  # noqa: S608 - only names made here


def _schema_row(random_: random.Random, row: int, rows: int, references: int, plain: int) -> list[Any]:
    makers = (
        lambda: random_.randrange(10**6),
        lambda: round(random_.uniform(0, 1000), 2),
        lambda: random_.choice("ABCDE"),
        lambda: (START + timedelta(days=random_.randrange(2000))).date().isoformat(),
        lambda: " ".join(random_.choices(WORDS, k=3)),
    )
    ids = [random_.randrange(1, rows + 1) for _ in range(references)]
    return [row + 1, *ids, *(makers[at % len(makers)]() for at in range(plain))]


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def make(folder: Path, name: str) -> Path:
    """The data set of that name, made if it is not there; raises ValueError for a name that says nothing."""
    match = NAME.fullmatch(name)
    path = folder / name
    if match is None:
        raise ValueError(f"no data set: {name}")
    if path.exists():
        return path
    kind, first, second, suffix = match[1], int(match[2]), int(match[3] or 0), match[4]
    unfinished = path.with_name(f"unfinished-{name}")
    if kind == "files":
        write_files(unfinished, first, second * 1_000_000)
    elif kind == "schema":
        write_schema(unfinished, first, second)
    elif kind == "wide":
        write_wide(unfinished, first, second)
    elif kind == "events":
        write_events(unfinished, first * 1_000_000)
    elif suffix == "parquet":
        write_parquet(unfinished, make(folder, f"people-{first}.csv"))
    else:
        write_people(unfinished, first * 1_000_000)
    return unfinished.rename(path)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    for asked in sys.argv[2:]:
        make(place, asked)
