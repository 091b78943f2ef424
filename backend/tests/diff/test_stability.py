"""The population stability index."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ddgen
from ddgen.diff.stability import index, shift

from .parts import listed, profile


def test_the_index_as_computed_by_hand() -> None:
    found, _ = index([500, 500], [600, 400])
    assert found == pytest.approx(0.1 * 0.1823215568 + -0.1 * -0.2231435513)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=12), st.integers(1, 50))
def test_more_of_the_same_is_no_move(counts: list[int], times: int) -> None:
    assert index(counts, [count * times for count in counts])[0] == pytest.approx(0, abs=1e-12)


def test_chance_alone_stays_within_its_bound() -> None:
    chance = random.Random(7)  # noqa: S311 - a fixed seed, for data
    for rows in (60, 400, 3000):
        tables = [[{"n": chance.lognormvariate(3, 1)} for _ in range(rows)] for _ in range(2)]
        one, other = (ddgen.build(records, name="t").tables[0].fields[0].profile for records in tables)
        found = shift(one, other)
        assert found is not None
        assert found.index < found.by_chance
    moved = ddgen.build([{"n": chance.lognormvariate(4, 1)} for _ in range(3000)], name="t").tables[0].fields[0].profile
    found = shift(one, moved)
    assert found is not None
    assert found.index > max(0.25, found.by_chance)


def test_without_facts_there_is_nothing_to_say() -> None:
    assert shift(profile(), profile()) is None
    assert shift(listed(a=5), listed(a=5)) is None
