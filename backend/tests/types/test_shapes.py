"""Shapes of values."""

from __future__ import annotations

import pytest

from ddgen.types.shapes import shape_of


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("AB-1234 x", "AA-9999 a"),
        ("Größe ٣", "Aaaaa 9"),
        ("x" * 60, "a" * 60),
        ("x" * 61, "a" * 60 + "…"),
        ("日本", "aa"),
        ("", ""),
    ],
)
def test_shapes(text: str, shape: str) -> None:
    assert shape_of(text) == shape
