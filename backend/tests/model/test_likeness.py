from __future__ import annotations

import pytest

from ddgen.model.likeness import alike


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Customer ID", "customer id", True),
        ("Customer ID", "Customer IDs", False),
        ("1,500 rows with 15 fields.", "1,622 rows with 16 fields", True),
        ("Where the customer reads mail.", "Where the customers read mail.", True),
        ("Where the customer reads mail.", "When the order was placed by them.", False),
        (["a"], ["a"], True),
        ("a", ["a"], False),
        ("", "", True),
    ],
)
def test_what_counts_as_the_same_text(one: object, other: object, same: bool) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same
