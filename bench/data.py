"""Makes the data that the benchmarks run on: the shapes of real exports, with a fixed seed.

people.csv: 20 fields, with leading-zero codes, NaN, quoted newlines and a null token in an integer field.
events.jsonl: nested events with arrays, a field of four types, and optional parts.
wide.csv: as many fields as asked for.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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
    """People until the file has `size` bytes; from 100,000 distinct rows on, rows repeat but for their ids."""
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


def write_wide(path: Path, fields: int, rows: int) -> None:
    """A table of `fields` fields in turn integers, decimals, codes, words and dates."""
    random_ = random.Random(7)
    makers = (
        lambda: str(random_.randrange(10**6)),
        lambda: f"{random_.random() * 1000:.3f}",
        lambda: f"{random_.randrange(1000):04d}",
        lambda: random_.choice(WORDS),
        lambda: (START + timedelta(days=random_.randrange(2000))).date().isoformat(),
    )
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([f"field_{number}" for number in range(fields)])
        for _ in range(rows):
            writer.writerow([makers[number % 5]() for number in range(fields)])


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_people(folder / "people_100.csv", 100_000_000)
    write_events(folder / "events_50.jsonl", 50_000_000)
    write_wide(folder / "wide_2000.csv", 2_000, 5_000)
