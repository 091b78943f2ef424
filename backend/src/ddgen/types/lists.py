"""The lists of members that declarations speak of: one member a line, lower case, without accents."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from ddgen.types import words

_FILE = "file:"


@cache
def members(name: str) -> frozenset[str]:
    """The members of a list that comes with ddgen, or of a text file: `file:/path/to/codes.txt`.

    Raises OSError or UnicodeDecodeError where there is no such list.
    """
    if name.startswith(_FILE):
        text = Path(name.removeprefix(_FILE)).read_text(encoding="utf-8")
        return frozenset(folded(line) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    text = files("ddgen.types").joinpath("lists", f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


@cache
def endings(name: str) -> tuple[str, ...]:
    """The members of a list of endings, as `str.endswith` takes them."""
    return tuple(members(name))


def folded(text: str) -> str:
    """How a value stands in a list: lower case, without accents, with single blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(words.plain(text).replace("\u2019", "'").split())
