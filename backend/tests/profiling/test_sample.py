"""Samples: random, the same in any order, and mergeable."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.profiling.hashing import record_hashes
from ddgen.profiling.sample import SAMPLE_SIZE, BottomK, rank_error

SIZE = 50


def sample_of(ordinals: list[int], size: int = SIZE, batch: int = 7, seed: int = 1) -> BottomK:
    sample = BottomK(size)
    for start in range(0, len(ordinals), batch):
        part = ordinals[start : start + batch]
        sample.add(part, record_hashes(seed, np.array(part, np.int64)))
    return sample


def smallest(ordinals: list[int], size: int, seed: int = 1) -> list[int]:
    hashes = record_hashes(seed, np.array(ordinals, np.int64)).tolist()
    return [ordinal for _, ordinal in sorted(zip(hashes, ordinals, strict=True))[:size]]


@given(st.integers(0, 400), st.integers(1, 100), st.integers(1, 90), st.randoms())
def test_the_sample_is_the_smallest_hashes_whatever_the_order(
    count: int, size: int, batch: int, random: Random
) -> None:
    ordinals = random.sample(range(count), count)
    assert sample_of(ordinals, size, batch).ordered() == smallest(list(range(count)), size)


@given(st.lists(st.integers(1, 120), min_size=1, max_size=5), st.integers(1, 60))
def test_merged_samples_are_the_sample_of_all(parts: list[int], size: int) -> None:
    ends = np.cumsum([0, *parts]).tolist()
    samples = [sample_of(list(range(*pair)), size) for pair in pairwise(ends)]
    for other in samples[1:]:
        samples[0].merge(other)
    assert samples[0].ordered() == smallest(list(range(ends[-1])), size)


@given(st.integers(1, 80), st.integers(1, 80))
def test_a_bottom_k_of_a_bottom_k_is_one(first: int, then: int) -> None:
    sample = sample_of(list(range(200)), first)
    sample.shrink(then)
    assert sample.ordered() == smallest(list(range(200)), min(first, then))


def test_little_more_is_held_than_is_wanted() -> None:
    sample = sample_of(list(range(20_000)), size=100, batch=10)
    assert len(sample) <= 125 + 10


def test_every_part_of_the_input_is_sampled_alike() -> None:
    """Chi-square over 100 equal parts of 100,000 records, 99 degrees of freedom: beyond 180 is one in 10^6."""
    sample = sample_of(list(range(100_000)), SAMPLE_SIZE, 1_000).ordered()
    found = np.bincount(np.array(sample) // 1_000, minlength=100)
    assert float(((found - 100) ** 2 / (100 * 0.9)).sum()) < 180


def test_sources_are_sampled_differently() -> None:
    assert sample_of(list(range(1_000)), seed=1).ordered() != sample_of(list(range(1_000)), seed=2).ordered()


def test_the_rank_error_falls_with_the_root_of_the_size() -> None:
    assert rank_error(SAMPLE_SIZE) == pytest.approx(0.0098)
    assert rank_error(0) == 1.0
