"""What rows of tables and the objects around fields are, in English words, by their names."""

from __future__ import annotations

import re

from ddgen.describe.grammar_en import inner, is_plural, singular
from ddgen.types import lists
from ddgen.types.vocabulary import costs
from ddgen.types.words import is_ordinary

_NOISE = frozenset(
    "data dataset table tbl dim fact fct stg raw src df csv json view vw tmp temp export extract import main public all"
    " dimension staging source temporary sample example test list full clean cleaned new old final".split()
)
_NO_SUBJECT = frozenset(
    "result results output value values sheet file untitled dictionary query column row rows".split()
)
_CONTAINERS = frozenset("data dataset list table tbl json csv df".split())
"""Words behind a name that only say what it is kept in: the data of customer data are a customer's."""

_WRAPPERS = frozenset("properties attributes attrs payload body fields".split())
"""Objects that only hold what belongs to the object around them."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST_WORDS = 4
_COMMON, _RARE, _NO_WORD = 9.5, 11.0, 99.0
"""Costs from which on a word that is a city's name, or any, is not trusted to name the rows of a table."""


def subject(name: str) -> str | None:
    """What one row of a table of that name is, in words: `order line` for Order Lines; None where it does not tell."""
    kept = _kept(name)
    if not 0 < len(kept) <= _MOST_WORDS or kept[-1].lower() in _NO_SUBJECT or not is_noun(kept[-1].lower()):
        return None
    return " ".join(inner(word) for word in [*kept[:-1], singular(kept[-1])])


def owner(name: str, *, several: bool) -> str | None:
    """What a field in an object of that name belongs to, None where that is only what holds it.

    One of `several` (an element of an array, a value of a map): `line item` for line_items; else as it is called.
    """
    words = [word for word in re.findall(r"[^\W\d_]+", _CAMEL.sub(" ", name)) if len(word) > 1]
    while words and words[-1].lower() in _CONTAINERS:
        words.pop()
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    last = words[-1].lower()
    if (len(words) == 1 and last in _WRAPPERS) or last in _NO_SUBJECT or not is_noun(last):
        return None
    return " ".join(inner(word) for word in [*words[:-1], singular(words[-1]) if several else words[-1]])


def _kept(name: str) -> list[str]:
    """The words of a table's name without those that only say that it is one."""
    words = re.findall(r"[^\W\d_]+", re.split(r"__+", name)[-1])
    return [word for word in words if word.lower() not in _NOISE and len(word) > 1]


def names_several(name: str) -> bool:
    """Whether the name of a table is one of many things: Orders."""
    kept = _kept(name)
    return bool(kept) and is_plural(kept[-1])


def is_of(name: str, one: str) -> bool:
    """Whether the name of a field is of something: it identifies a row, or holds the last word of what that is."""
    words = [singular(word).lower() for word in name.split()]
    return (words[-1:] == ["id"] and len(words) == 1) or singular(one.rsplit(maxsplit=1)[-1]).lower() in words


def is_noun(word: str) -> bool:
    """Whether a word may name a thing: known, and no place."""
    one = singular(word)
    cost = min(costs().get(word, _NO_WORD), costs().get(one, _NO_WORD))
    if word in lists.members("cities"):
        return cost < _COMMON
    return is_known(word) or is_known(one) or cost < _RARE


def is_known(word: str) -> bool:
    """Whether a word is an ordinary one."""
    return is_ordinary(word)
