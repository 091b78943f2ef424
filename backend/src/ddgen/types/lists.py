"""The lists of members that declarations speak of: one member a line, lower case, without accents."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path

from ddgen.types import words

FILE = "file:"
"""Begins the name of a list that is a file of its own."""


@cache
def members(name: str) -> frozenset[str]:
    """The members of a list that comes with ddgen, or of a file: `file:/path/to/codes.txt`, `file:codes.csv#code`.

    A text file has one member a line. Of a CSV the first column counts, or the one with the heading behind `#`. Raises
    OSError or UnicodeDecodeError where there is no such list, LookupError where there is no such column.
    """
    if name.startswith(FILE):
        place, _, heading = name.removeprefix(FILE).partition("#")
        text = Path(place).read_text(encoding="utf-8-sig")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        return frozenset(map(folded, _column(lines, heading) if place.lower().endswith(".csv") else lines))
    text = files("ddgen.types").joinpath("lists", f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def _column(lines: list[str], heading: str) -> list[str]:
    rows = [row for row in csv.reader(lines) if row]
    if not heading:
        return [row[0] for row in rows]
    heads = [cell.strip() for cell in rows[0]] if rows else []
    if heading not in heads:
        raise LookupError(f"no column {heading}; there is {', '.join(heads)}")
    at = heads.index(heading)
    return [row[at] for row in rows[1:] if len(row) > at and row[at].strip()]


@cache
def endings(name: str) -> tuple[str, ...]:
    """The members of a list of endings, as `str.endswith` takes them."""
    return tuple(members(name))


def folded(text: str) -> str:
    """How a value stands in a list: lower case, without accents, with single blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(words.plain(text).replace("\u2019", "'").split())
