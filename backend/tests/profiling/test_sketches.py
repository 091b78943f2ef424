"""Sketches: errors within what they state, and merging that loses nothing."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from ddgen.profiling.hashing import Hashes, record_hashes
from ddgen.profiling.sketches import HEAVY_HITTERS, REGISTERS, RELATIVE_ERROR, HeavyHitters, HyperLogLog

BATCHES = st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=60), min_size=1, max_size=12)


def numbered(count: int, seed: int = 0) -> Hashes:
    return record_hashes(seed, np.arange(count, dtype=np.int64))


def sketch_of(hashes: Hashes) -> HyperLogLog:
    sketch = HyperLogLog()
    sketch.add(hashes)
    return sketch


@pytest.mark.parametrize("count", [5_000, 20_000, 100_000, 400_000, 2_000_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_estimates_lie_within_three_standard_errors(count: int, seed: int) -> None:
    estimate = sketch_of(numbered(count, seed)).estimate()
    assert abs(estimate - count) <= 3 * RELATIVE_ERROR * count


@pytest.mark.parametrize("count", [0, 1, 10, 100, 1_000])
def test_small_counts_are_nearly_exact(count: int) -> None:
    assert sketch_of(numbered(count)).estimate() == pytest.approx(count, rel=0.03)


def test_estimates_are_not_biased() -> None:
    off = [sketch_of(numbered(50_000, seed)).estimate() / 50_000 - 1 for seed in range(40)]
    assert abs(float(np.mean(off))) < 3 * RELATIVE_ERROR / 40**0.5
    assert float(np.std(off)) == pytest.approx(RELATIVE_ERROR, rel=0.5)


def test_index_is_the_upper_14_bits_and_rank_counts_leading_zeros() -> None:
    hashes = [0, 1, (1 << 50) - 1, 5 << 50, (5 << 50) | (1 << 49), 2**64 - 1]
    registers = sketch_of(np.array(hashes, np.uint64)).registers
    assert (registers[0], registers[5], registers[REGISTERS - 1]) == (51, 51, 1)
    assert sketch_of(np.array([1], np.uint64)).registers[0] == 50


@given(st.lists(st.integers(0, 2**64 - 1)), st.lists(st.integers(0, 2**64 - 1)))
def test_merging_and_adding_commute(one: list[int], other: list[int]) -> None:
    parts = [sketch_of(np.array(hashes, np.uint64)) for hashes in (one, other)]
    parts[0].merge(parts[1])
    assert (parts[0].registers == sketch_of(np.array(other + one, np.uint64)).registers).all()


def test_registers_survive_as_text() -> None:
    sketch = sketch_of(numbered(1_000))
    assert (HyperLogLog.from_state(sketch.to_state()).registers == sketch.registers).all()


def add(heavy: HeavyHitters, values: Sequence[int]) -> None:
    counts: Counter[Hashable] = Counter(values)
    heavy.add(dict(counts), max(counts.values()))


def check(heavy: HeavyHitters, truth: Counter[int]) -> None:
    """Counts bracket the truth, and what is not held occurs no more often than the error."""
    assert len(heavy.counts) <= HEAVY_HITTERS
    for value, upper in heavy.top(HEAVY_HITTERS):
        assert upper - heavy.error <= truth[value] <= upper
    assert all(count <= heavy.error for value, count in truth.items() if value not in heavy.counts)


@given(BATCHES, st.integers(1, 12))
def test_few_values_are_counted_exactly(batches: list[list[int]], cut: int) -> None:
    one, other = HeavyHitters(), HeavyHitters()
    for number, batch in enumerate(batches):
        add(one if number < cut else other, batch)
    one.merge(other)
    assert Counter(dict(one.top(100))) == Counter(value for batch in batches for value in batch)
    assert one.error == 0


@given(st.integers(0, 2**32), st.integers(2, 6), st.booleans())
def test_many_values_are_bracketed(seed: int, parts: int, single: bool) -> None:
    random = np.random.default_rng(seed)
    truth: Counter[int] = Counter()
    sketches = [HeavyHitters() for _ in range(parts)]
    for heavy in sketches:
        for _ in range(4):
            batch = (random.permutation(3_000)[:900] if single else random.zipf(1.3, 900).clip(max=10**6)).tolist()
            truth.update(batch)
            add(heavy, batch)
    for heavy in sketches[1:]:
        sketches[0].merge(heavy)
    check(sketches[0], truth)


def test_the_error_is_bounded_by_the_number_of_counters() -> None:
    random = np.random.default_rng(5)
    heavy, total = HeavyHitters(), 0
    for _ in range(50):
        batch = random.zipf(1.2, 2_000).clip(max=10**7).tolist()
        add(heavy, batch)
        total += len(batch)
    assert heavy.error <= total / (HEAVY_HITTERS + 1)


def test_values_that_return_in_batches_without_repeats_are_not_lost() -> None:
    heavy = HeavyHitters()
    for _ in range(20):
        add(heavy, range(400))
    assert (heavy.error, set(heavy.counts.values())) == (0, {20})


def test_the_hash_of_an_integer_is_that_of_its_bytes() -> None:
    assert numbered(3)[2] == xxhash.xxh64_intdigest(struct.pack("<QQ", 2, 0), seed=0)
