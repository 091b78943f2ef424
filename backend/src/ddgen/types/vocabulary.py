"""How common words are, alone and side by side, in English texts and in the names of fields."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_FIELDS_WEIGH = 0.6
"""Share of a word's probability that comes from names of fields; the rest from texts."""
_FLATTER = 0.65
"""Counts of texts are taken to this power: "the" is no thousand times as likely in a name as "street"."""
_STEP = 0.25
"""A word's count is e to its level times this (bench/word_lists.py wrote the lists)."""
_PHRASES_COST = 8.0
"""No word of our own phrases costs more."""
_BONDS = {"phrases.txt": 4.0, "field_pairs.txt": 3.3, "text_pairs.txt": 1.6}
_BEGINNINGS = (
    *("anti", "auto", "bio", "co", "de", "dis", "geo", "hyper", "in", "inter", "macro", "micro", "mid", "mini"),
    *("multi", "non", "over", "post", "pre", "re", "semi", "sub", "super", "tele", "trans", "ultra", "un", "under"),
)
_ENDINGS = (
    *(("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e")),
    *(("or", "e"), ("or", ""), ("ly", ""), ("ness", ""), ("able", ""), ("able", "e"), ("less", ""), ("ment", "")),
)
_SHORTEST_STEM = 4


def _lines(name: str) -> Iterator[list[str]]:
    text = files("ddgen.types").joinpath(name).read_text(encoding="utf-8")
    return (line.split() for line in text.splitlines() if line and not line.startswith("#"))


def _counts(name: str) -> dict[str, float]:
    return {word: math.exp(int(line[0]) * _STEP) for line in _lines(name) for word in line[1:]}


@cache
def costs() -> dict[str, float]:
    """By word, the negative natural logarithm of its probability in a name of a field: common words cost 4, rare 16."""
    texts, fields = _counts("english.txt"), _counts("field_words.txt")
    flat = {word: count**_FLATTER for word, count in texts.items()}
    of_texts, of_fields = (1 - _FIELDS_WEIGH) / sum(flat.values()), _FIELDS_WEIGH / sum(fields.values())
    made = {
        word: -math.log(flat.get(word, 0.0) * of_texts + fields.get(word, 0.0) * of_fields)
        for word in flat.keys() | fields.keys()
    }
    for word in itertools.chain.from_iterable(_lines("phrases.txt")):
        made[word] = min(made.get(word, _PHRASES_COST), _PHRASES_COST)
    return made


def is_word(word: str) -> bool:
    """Whether a word in lower case is in the lists."""
    return word in costs()


@cache
def is_derived(word: str) -> bool:
    """Whether a word is made of one in the lists by a usual beginning or ending: `unsubmitted`, `geolocation`."""
    rests = [word.removeprefix(before) for before in _BEGINNINGS if word.startswith(before)]
    rests += [word.removesuffix(after) + more for after, more in _ENDINGS if word.endswith(after)]
    return any(len(rest) >= _SHORTEST_STEM and is_word(rest) for rest in rests)


@cache
def _followers(name: str) -> dict[str, frozenset[str]]:
    return {line[0]: frozenset(line[1:]) for line in _lines(name)}


@cache
def bond(first: str, second: str) -> float:
    """What it speaks for two words that they stand side by side elsewhere, as a difference of costs; 0 if they do not.

    4 in our own list of phrases, 3.3 in names of fields of published interfaces, 1.6 in books.
    """
    return next((bond for name, bond in _BONDS.items() if second in _followers(name).get(first, ())), 0.0)
