"""How long comparing and merging take: n fields against n, and ten times as many, in one table and in many.

    python bench/diff.py               10,000 and 100,000 fields
    python bench/diff.py --quick       1,000 and 10,000

The tables are invented, with profiles as those of real ones. `moved`: every second field has other facts. `renamed`:
every field has another name.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from ddgen.diff.compare import compare
from ddgen.merge import merge
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Engine, Field, Table
from ddgen.model.profile import Distinct, Lengths, Profile, Quantiles, Shape, ValueCount

ROWS = 10_000
_NOW = datetime(2024, 1, 31, tzinfo=UTC)


def made(fields: int, *, tables: int = 1, prefix: str = "field", moved: bool = False) -> Dictionary:
    """An invented dictionary; with `moved` every second field has other facts than without."""
    chance = random.Random(1)
    other = random.Random(2)
    each = fields // tables
    found = [
        Table(
            id=f"t{number}",
            name=f"table_{number}",
            uri=f"table_{number}.csv",
            format="csv",
            row_count=ROWS,
            fields=[
                _field(f"{prefix}_{place}", place, chance, other if moved and place % 2 else None)
                for place in range(each)
            ],
        )
        for number in range(tables)
    ]
    return Dictionary(name="bench", generated_at=_NOW, engine=Engine(version="0"), tables=found)


def _field(path: str, place: int, chance: random.Random, other: random.Random | None) -> Field:
    centre = chance.uniform(10, 1e6) if other is None else chance.uniform(10, 1e6) * other.uniform(2, 4)
    profile = _numbers(centre) if place % 3 else _codes(chance, place)
    kind = "float" if place % 3 else "string"
    claims = [
        Claim(kind=Kind.BUSINESS_NAME, value=path.title(), origin=Origin.RULE),
        Claim(kind=Kind.DESCRIPTION, value=f"What {place} is.", origin=Origin.HUMAN if place % 5 else Origin.RULE),
    ]
    return Field(path=path, name=path, position=place, data_type=kind, profile=profile, claims=claims)


def _numbers(centre: float) -> Profile:
    points = {f"p{share}": centre * (0.5 + share / 100) for share in (1, 5, 25, 50, 75, 95, 99)}
    return Profile(
        total=ROWS,
        values=ROWS - 7,
        null=7,
        distinct=Distinct(count=9000, exact=True),
        min=centre * 0.5,
        max=centre * 1.5,
        mean=centre,
        stddev=centre / 3,
        quantiles=Quantiles(**points, exact=True),
    )


def _codes(chance: random.Random, place: int) -> Profile:
    counts = [chance.randint(100, 2000) for _ in range(8)]
    return Profile(
        total=sum(counts),
        values=sum(counts),
        distinct=Distinct(count=8, exact=True),
        lengths=Lengths(min=3, max=9, mean=chance.uniform(3, 9)),
        top_values=[ValueCount(value=f"{place % 700}-{code}", count=count) for code, count in enumerate(counts)],
        all_values_listed=True,
        shapes=[Shape(shape="999-9", count=sum(counts))],
    )


def seconds(work: Callable[[], object]) -> float:
    """The best of three."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def _merged(copies: list[Dictionary], old: Dictionary) -> None:
    """Merge a copy that has not been merged yet."""
    merge(copies.pop(), old)


def main() -> None:
    """Print a line for each case."""
    fields = 1_000 if "--quick" in sys.argv else 10_000
    print(f"{'case':<28}{'fields':>9}{'changes':>9}{'seconds':>9}")
    for number, tables in ((fields, 1), (fields * 10, 1), (fields * 10, 100)):
        old = made(number, tables=tables)
        sides = {
            "same": made(number, tables=tables),
            "moved": made(number, tables=tables, moved=True),
            "renamed": made(number, tables=tables, prefix="column"),
        }
        for case, new in sides.items():
            taken = seconds(partial(compare, old, new))
            found = len(compare(old, new).changes)
            print(f"{f'diff, {tables} tables, {case}':<28}{number:>9,}{found:>9,}{taken:>9.2f}")
        if number == fields:
            for case, new in sides.items():
                copies = [new.model_copy(deep=True) for _ in range(3)]
                taken = seconds(partial(_merged, copies, old))
                print(f"{f'merge, {tables} tables, {case}':<28}{number:>9,}{'':>9}{taken:>9.2f}")


if __name__ == "__main__":
    main()
