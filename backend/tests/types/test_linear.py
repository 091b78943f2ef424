"""Expressions matched by RE2."""

from __future__ import annotations

import pytest

from ddgen.types.linear import Linear


@pytest.mark.parametrize(
    ("regex", "flags", "text", "matches"),
    [
        ("a|b", "", "b", True),
        ("a|b", "", "ab", False),
        ("a", "i", "A", True),
        ("a", "", "a\n", False),
        ("\\p{L}+", "", "Größe", True),
    ],
)
def test_the_whole_text_must_match(regex: str, flags: str, text: str, *, matches: bool) -> None:
    assert Linear(regex, flags).fullmatch(text) is matches


@pytest.mark.parametrize("regex", ["(?=a)", "(a)\\1", "("])
def test_what_re2_does_not_know_is_refused(regex: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)invalid|missing|bad"):
        Linear(regex)
