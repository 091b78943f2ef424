"""What is said of personal data decides what is shown."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ddgen.model.personal import FREE_TEXT, NONE, Masking, Pii, said


@pytest.mark.parametrize(
    ("category", "sensitivity", "masking"),
    [
        ("contact", 0, None),
        ("location", 1, None),
        ("contact", 2, "shapes"),
        ("health", 3, "counts"),
        (FREE_TEXT, 0, None),
        (FREE_TEXT, 1, "shared"),
        (FREE_TEXT, 2, "shapes"),
        (NONE, 0, None),
        (NONE, 3, None),
    ],
)
def test_sensitivity_decides(category: str, sensitivity: int, masking: Masking | None) -> None:
    assert Pii(category=category, sensitivity=sensitivity).masking == masking


def test_null_says_none() -> None:
    assert said(None) == Pii(category=NONE, sensitivity=0)
    assert not said(None).personal


@pytest.mark.parametrize("value", [{"category": "contact", "sensitivity": 4}, {"sensitivity": 1}, "contact", 3, []])
def test_what_says_nothing_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        said(value)
