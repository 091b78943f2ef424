"""Stores of many dictionaries: made of the sample, under other names."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import ddgen
from ddgen import merge
from ddgen.model.dictionary import Dictionary, Table
from ddgen.store.store import Store

SAMPLE = Path(__file__).parent.parent / "samples" / "shop"
LARGE = 10_000
EACH = 1_000
"""Fields of the large dictionary, and of each of the others."""

_A_TABLE = 100


def fill(store: str, fields: int) -> None:
    """Put in dictionaries of 1,000 fields, one of 10,000 in one table, until there are so many; what is there stays."""
    number = max(1, (fields - LARGE) // EACH)
    with Store.open(store) as opened:
        held = {f"many-{index:04}": opened.recall(f"many-{index:04}") is not None for index in (number - 1,)}
        if all(held.values()):
            return
        opened.put_run_result(made("large", LARGE, LARGE), actor="bench", merge=merge.merge)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(partial(_put, store), range(number), chunksize=20))


def _put(store: str, index: int) -> None:
    with Store.open(store) as opened:
        opened.put_run_result(made(f"many-{index:04}", EACH, _A_TABLE), actor="bench", merge=merge.merge)


def made(name: str, fields: int, a_table: int) -> Dictionary:
    """A dictionary of so many fields, in tables of `a_table` fields."""
    sample = ddgen.build(SAMPLE / "customers.csv", name=name)
    one = sample.tables[0]
    sample.tables = [_table(one, number, a_table) for number in range(fields // a_table)]
    sample.settle()
    sample.content_hash = merge.content_hash(sample)
    return sample


def _table(sample: Table, number: int, fields: int) -> Table:
    names = [f"{one.name}_{copy}" for copy in range(fields // len(sample.fields) + 1) for one in sample.fields][:fields]
    copies = [
        sample.fields[place % len(sample.fields)].model_copy(
            update={"path": name, "name": name, "position": place + 1}, deep=True
        )
        for place, name in enumerate(names)
    ]
    table = sample.model_copy(
        update={"id": f"{number}", "name": f"customers_{number:03}", "fields": copies}, deep=False
    )
    table.claims = [claim.model_copy(deep=True) for claim in sample.claims]
    return table
