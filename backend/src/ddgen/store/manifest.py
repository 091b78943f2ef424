"""Which bodies a version is made of: numbers only, and runs of them as one pair, so that it stays small."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ddgen.store.bodies import pack, unpack


@dataclass(frozen=True, slots=True)
class Manifest:
    """The body of what is of no table alone, and for each table its own body and those of its fields, in order."""

    head: int
    tables: list[tuple[int, list[int]]]

    def pack(self) -> bytes:
        """The form in which it is kept."""
        tables = [[body, list(_runs(fields))] for body, fields in self.tables]
        return pack(json.dumps([self.head, tables], separators=(",", ":")).encode())

    @classmethod
    def unpack(cls, data: bytes) -> Manifest:
        """From the form in which it is kept."""
        head, tables = json.loads(unpack(data))
        return cls(head, [(body, list(_spread(runs))) for body, runs in tables])

    def bodies(self) -> Iterator[int]:
        """The number of every body in it."""
        yield self.head
        for body, fields in self.tables:
            yield body
            yield from fields


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Consecutive numbers as the distance from the number before, and how many."""
    before, start, length = 0, 0, 0
    for number in numbers:
        if length and number == start + length:
            length += 1
            continue
        if length:
            yield start - before, length
            before = start + length - 1
        start, length = number, 1
    if length:
        yield start - before, length


def _spread(runs: Iterable[tuple[int, int]]) -> Iterator[int]:
    before = 0
    for distance, length in runs:
        start = before + distance
        yield from range(start, start + length)
        before = start + length - 1
