"""Units of measure: their symbols, their words, and how names and values show them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

IN_BRACKETS = re.compile(r"[\[(]\s*(?:in\s+)?([^\])]{1,20}?)\s*[\])]\s*$")
"""A unit in brackets at the end of a name."""

_MEASURE = re.compile(
    r"\s*[-+]?(?:\d[\d,']*)?\.?\d+(?:e[-+]?\d+)?\s*([^\W\d_]{1,12}[23]?(?:/[a-z]{1,2})?|%|°[CF])\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure. `before` are words of which one must stand before it in a name, if any are given."""

    symbol: str
    words: str
    names: frozenset[str]
    before: frozenset[str]


@cache
def known() -> tuple[Unit, ...]:
    """All units, in the order of the file."""
    text = files("ddgen.types").joinpath("units.txt").read_text(encoding="utf-8")
    return tuple(_unit(line) for line in text.splitlines() if line and not line.startswith("#"))


def _unit(line: str) -> Unit:
    symbol, words, names, before = [*line.split("|"), ""][:4]
    return Unit(symbol, words, frozenset(names.split()), frozenset(before.split()))


def in_words(symbol: str) -> str:
    """A unit as it is said: `kg` is kilograms. What is no symbol stays."""
    return next((unit.words for unit in known() if unit.symbol == symbol), symbol)


def of_name(words: Sequence[str]) -> Unit | None:
    """The unit that the words of a name, in lower case, end with; a name that is nothing else names none."""
    if len(words) < 2:
        return None
    last, rest = words[-1], set(words[:-1])
    return next((unit for unit in known() if last in unit.names and (not unit.before or unit.before & rest)), None)


def in_brackets(name: str) -> Unit | None:
    """The unit in brackets at the end of a name: `Depth (mm)`."""
    found = IN_BRACKETS.search(name)
    return of_text(found.group(1)) if found else None


def of_text(text: str) -> Unit | None:
    """The unit of which a text is a symbol or a word."""
    exact = next((unit for unit in known() if text == unit.symbol), None)
    low = text.lower().strip(". ")
    return exact or next((unit for unit in known() if low == unit.words or low in unit.names), None)


def of_value(text: str) -> Unit | None:
    """The unit behind a number: `12 kg`."""
    found = _MEASURE.fullmatch(text[:60])
    return of_text(found.group(1)) if found else None
