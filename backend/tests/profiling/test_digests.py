"""Proof of uniqueness, in memory and beyond."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.profiling import digests as module
from ddgen.profiling.digests import Digests
from ddgen.profiling.hashing import Hashes, record_hashes


@pytest.fixture(params=[(1 << 17, 1 << 20), (10, 8), (3, 1000), (1000, 3)], ids=str)
def limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory, at_once = request.param
    monkeypatch.setattr(module, "_IN_MEMORY", in_memory)
    monkeypatch.setattr(module, "_SORTED_AT_ONCE", at_once)


def numbered(start: int, stop: int) -> Hashes:
    return record_hashes(0, np.arange(start, stop, dtype=np.int64))


@pytest.mark.usefixtures("limits")
@given(st.lists(st.lists(st.integers(0, 120) | st.integers(0, 2**64 - 1), max_size=15), max_size=8), st.integers(0, 8))
def test_equal_hashes_are_found_wherever_they_are(batches: list[list[int]], cut: int) -> None:
    parts = [Digests(), Digests()]
    for number, batch in enumerate(batches):
        parts[number >= cut].add(np.array(batch, np.uint64))
    parts[0].merge(parts[1])
    everything = [value for batch in batches for value in batch]
    assert parts[0].count == len(everything)
    assert parts[0].all_different() == (len(set(everything)) == len(everything))


@pytest.mark.usefixtures("limits")
def test_many_hashes_are_told_apart() -> None:
    kept = Digests()
    for start in range(0, 300, 7):
        kept.add(numbered(start, start + 7))
    assert kept.all_different()
    kept.add(numbered(150, 151))
    assert not kept.all_different()
    assert kept.count == 302


def test_asking_does_not_end_it() -> None:
    kept = Digests()
    kept.add(numbered(0, 200_000))
    assert kept.all_different()
    kept.add(numbered(200_000, 400_000))
    assert kept.all_different()
    kept.add(numbered(399_999, 400_000))
    assert not kept.all_different()
