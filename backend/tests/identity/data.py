"""Invented records, and the table that is built of them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import ddgen
from ddgen.model.dictionary import Table

WORDS = "amber basil cedar daisy elder fern grove hazel iris juniper".split()
STREETS = ["12 Oak Street", "7 Mill Lane", "31 High Street", "4 Church Road", "88 Station Road", "2 Park View"]


def records(count: int = 400, seed: int = 1) -> list[dict[str, Any]]:
    """Records of ten fields: keys, numbers, texts, codes, a boolean, a constant, an object."""
    chance = random.Random(seed)  # noqa: S311 - a fixed seed, for data
    return [
        {
            "id": number,
            "price": round(chance.lognormvariate(3, 0.5), 2),
            "quantity": chance.randint(1, 60),
            "plant": chance.choices(WORDS, weights=range(1, 11))[0],
            "code": f"{chance.choice('ABCDEF')}-{chance.randint(1000, 9999)}",
            "active": chance.random() < 0.7,
            "country": "DE",
            "address": {"street": chance.choice(STREETS), "number": chance.randint(1, 300), "main": True},
            "weight": round(chance.gauss(70, 9), 1),
            "day": f"2024-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        }
        for number in range(1, count + 1)
    ]


def called(rows: list[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The records with some fields under other names."""
    return [{names.get(name, name): value for name, value in row.items()} for row in rows]


def built(rows: list[dict[str, Any]]) -> Table:
    """The table of the records, as it is in a document."""
    return ddgen.build({"t": rows}, name="d").tables[0]
