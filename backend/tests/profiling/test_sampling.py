"""A sample of records: the same ones however the input is cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.relation import ArrowBatch, Batch, TextBatch, TreeBatch
from ddgen.profiling.sampling import Sampler

from .feeding import arrows, facts_of, field, texts, trees


def chosen(batches: Iterable[Batch], size: int) -> list[Batch]:
    sampler = Sampler(size)
    for batch in batches:
        sampler.offer(batch)
    return list(sampler.chosen())


def numbers(batches: list[Batch]) -> list[tuple[int, Any]]:
    """The ordinals of the chosen records with their values."""
    found: list[tuple[int, Any]] = []
    for batch in batches:
        assert batch.ordinals is not None
        if isinstance(batch, TreeBatch):
            held = batch.values
        elif isinstance(batch, TextBatch):
            held = [int(value) for value in batch.columns[0].to_pylist()]
        else:
            assert isinstance(batch, ArrowBatch)
            held = batch.batch.column(0).to_pylist()
        assert batch.count == len(held) == len(batch.ordinals)
        found += zip(batch.ordinals, held, strict=True)
    return found


@given(st.integers(1, 300), st.integers(1, 50), st.integers(1, 100))
def test_the_same_records_are_chosen_in_every_form_and_size(count: int, size: int, wanted: int) -> None:
    values = list(range(count))
    found = numbers(chosen(trees(values, size), wanted))
    assert len(found) == min(count, wanted)
    assert all(ordinal == value for ordinal, value in found)
    assert [ordinal for ordinal, _ in found] == sorted(ordinal for ordinal, _ in found)
    assert numbers(chosen(trees(values), wanted)) == found
    assert numbers(chosen(texts({"x": list(map(str, values))}, size), wanted)) == found
    assert numbers(chosen(arrows(pa.table({"x": values}), size), wanted)) == found


def test_the_sample_is_spread_over_the_input() -> None:
    found = [ordinal for ordinal, _ in numbers(chosen(trees(list(range(10_000)), 100), 1_000))]
    assert sum(found) / len(found) == pytest.approx(5_000, rel=0.06)


def test_little_more_is_held_than_is_wanted() -> None:
    sampler = Sampler(100)
    for batch in trees(list(range(20_000)), 50):
        sampler.offer(batch)
        assert sum(len(hashes) for _, hashes in sampler._kept) <= 125  # noqa: SLF001 - memory is the point


def test_facts_of_a_sample_name_the_records_of_the_input() -> None:
    values = [" x" for _ in range(1_000)]
    found = facts_of(chosen(texts({"a": values}, 100), 20))
    profile = field(found, "a").profile
    assert (found.rows, profile.total) == (20, 20)
    assert max(place.record or 0 for place in profile.oddities[0].first) <= 1_000


def test_only_duplicates_of_chosen_records_are_told() -> None:
    batch = TreeBatch([{"a": number} for number in range(50)], "a", 0, duplicates=[(("a",), at) for at in range(50)])
    found = facts_of(chosen([batch], 10))
    (odd,) = field(found, "a").profile.oddities
    assert odd.count == 10
