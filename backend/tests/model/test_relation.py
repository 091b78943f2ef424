"""What sources hand over."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ddgen.model.relation import ArrowBatch, Relation, Tagged, TextBatch, TreeBatch


def test_batches_know_how_many_records_they_hold() -> None:
    assert TreeBatch([1, 2, 3], "a", 0).count == 3
    assert ArrowBatch(pa.record_batch({"x": [1, 2]}), "a", 0).count == 2
    assert TextBatch([], [], "a", 0, 5).count == 5


def test_tagged_values_are_equal_by_type_and_value() -> None:
    assert Tagged("objectid", "5") == Tagged("objectid", "5")
    assert len({Tagged("objectid", "5"), Tagged("symbol", "5"), Tagged("objectid", "5")}) == 2


def test_a_relation_without_batches_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="batches"):
        Relation("a", "a.csv", "csv")  # type: ignore[abstract] # that is what is tested
