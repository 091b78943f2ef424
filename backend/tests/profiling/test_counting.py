"""Values counted in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ddgen.profiling.counting import Counted, Counting


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Counting]:
    counting = Counting(tmp_path / "c.duckdb")
    yield counting
    counting.close()


def put(file: Counting, **counts: int) -> Counted:
    return file.put(Counter(counts))


def test_values_that_occur_again(file: Counting) -> None:
    found = put(file, a=1, b=3, c=2).uniqueness(1)
    assert (found.unique, found.repeated, found.examples) == (False, 2, ["b"])
    assert put(file, a=1).uniqueness(5).unique


def test_values_that_stand_in_others(file: Counting) -> None:
    found = put(file, a=1, b=3, c=2).contained_in(put(file, a=1, c=1, d=4), 5)
    assert (found.values, found.found, found.rows, found.orphans) == (3, 2, 6, 3)
    assert (found.target_values, found.most, found.target_most, found.examples) == (3, 3, 4, ["b"])


def test_nothing_stands_in_nothing(file: Counting) -> None:
    found = put(file).contained_in(put(file), 5)
    assert (found.values, found.rows, found.orphans, found.target_most) == (0, 0, 0, 0)


def test_few_values_are_handed_out(file: Counting) -> None:
    counted = put(file, a=1, b=3)
    assert counted.fetched(2) == Counter(a=1, b=3)
    assert counted.fetched(1) is None
