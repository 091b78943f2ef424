"""Whether two texts say the same for a reader: case, blanks, marks and figures apart, and but for a few letters."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

LIKE = 0.92
"""Share of equal characters from which two texts count as one; short names have to be the same."""

_LEAST = 20
_FIGURES = re.compile(r"\d[\d.,:]*")
_MARKS = re.compile(r"[\W_]+")


def gist(said: str) -> str:
    """The words of a text: without case, marks and blanks, each figure as `0`."""
    return _MARKS.sub(" ", _FIGURES.sub("0", said.casefold())).strip()


def alike(one: object, other: object) -> bool:
    """Whether a person who has refused one would refuse the other as the same text."""
    if not isinstance(one, str) or not isinstance(other, str):
        return one == other
    mine, theirs = gist(one), gist(other)
    if mine == theirs or min(len(mine), len(theirs)) < _LEAST:
        return mine == theirs
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    return matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE and matcher.ratio() >= LIKE
