"""Code lists that many share, with what their codes stand for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FEW, _MOST = 4, 0.8
"""How many codes, and which share of a field's, a list has to explain where the field's name speaks of it."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A list: its name, the words one of which the name of a field must hold (none: any), labels by code."""

    name: str
    words: frozenset[str]
    labels: dict[str, str]


@cache
def known() -> tuple[Standard, ...]:
    """All lists, in the order of the file. Codes are in lower case; the labels of long lists are not all there."""
    text = files("ddgen.types").joinpath("standard_codes.txt").read_text(encoding="utf-8")
    return tuple(_standard(line) for line in text.splitlines() if line and not line.startswith("#"))


def _standard(line: str) -> Standard:
    name, words, codes = line.split("|")
    pairs = (pair.partition("=") for pair in re.split(r",\s*", codes))
    return Standard(name, frozenset(words.split()), {code: label for code, _, label in pairs})


def of_field(words: Collection[str], codes: Collection[str]) -> Standard | None:
    """The list that explains all codes of a field whose name has these words; else one that explains nearly all."""
    folded = {code.lower() for code in codes}
    fits = [one for one in known() if not one.words or not one.words.isdisjoint(words)]
    whole = next((one for one in fits if folded <= one.labels.keys()), None)
    named = (one for one in fits if one.words and len(folded & one.labels.keys()) >= max(_FEW, _MOST * len(folded)))
    return whole or next(named, None)
