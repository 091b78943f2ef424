"""How people shorten words: which words a short form may stand for, and how far-fetched each is."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from ddgen.types import vocabulary

_VOWELS = frozenset("aeiou")
_DROP_VOWEL = 0.35
_DROP_DOUBLE = 0.1
_DROP_CONSONANT = 1.1
_CUT = 0.9
"""Leaving out the end of a word, however long it is; each letter of it costs `_CUT_LETTER` more."""
_CUT_LETTER = 0.12
_FAR = 6.5
"""A short form that costs more stands for something else."""
_RARE = 15.0
"""Words that cost more are hardly ever abbreviated."""
_CORE = 12.0
"""Words that cost no more are common: a piece of a run-together name is looked for among these."""
_KEPT = 24
_HOPELESS = 5.0
"""A word that costs this much more than the best one, before it is shortened, is out: one in 150 at best."""
_SPELLINGS = (("our", "or"), ("tre", "ter"), ("isation", "ization"), ("ise", "ize"), ("ogue", "og"), ("lled", "led"))


@cache
def _buckets() -> dict[str, list[tuple[str, int, float]]]:
    """By first letter: word, its letters as bits, and its cost; the common ones first."""
    found: dict[str, list[tuple[str, int, float]]] = defaultdict(list)
    for word, cost in sorted(vocabulary.costs().items(), key=lambda item: item[1]):
        if len(word) > 3 and cost < _RARE and not _is_british(word):
            found[word[0]].append((word, _bits(word), cost))
    return found


def _is_british(word: str) -> bool:
    """Whether the list has the word in its American spelling too; a short form would stand for both."""
    return any(old in word and vocabulary.is_word(word.replace(old, new)) for old, new in _SPELLINGS)


def _bits(word: str) -> int:
    made = 0
    for letter in word:
        made |= 1 << (ord(letter) & 31)
    return made


def shortening(short: str, word: str) -> float | None:
    """The cost of writing `short` for `word`; None where its letters are not those of the word in their order.

    0.35 for a vowel left out, 0.1 for one of a double, 1.1 for another consonant; 0.9 and 0.12 a letter for the end.
    """
    if short[:1] != word[:1] or len(short) > len(word):
        return None
    letters = iter(word)
    if not all(letter in letters for letter in short):
        return None
    cost = _cheapest(short, word)
    return cost if cost < _FAR else None


def _cheapest(short: str, word: str) -> float:
    """The cheapest way through: `row[i]` is the cost with the word read up to here and i letters of the short form."""
    far = 99.0
    size = len(short)
    row = [far] * (size + 1)
    row[1] = 0.0
    best = _CUT + _CUT_LETTER * (len(word) - 1) if size == 1 else far
    before = word[0]
    left = len(word) - 1
    for letter in word[1:]:
        drop = _DROP_VOWEL if letter in _VOWELS else _DROP_DOUBLE if letter == before else _DROP_CONSONANT
        for index in range(size, 0, -1):
            dropped = row[index] + drop
            row[index] = dropped
            if index > 1 and short[index - 1] == letter and row[index - 1] < dropped:
                row[index] = row[index - 1]
        before = letter
        left -= 1
        if left and row[size] < far:
            best = min(best, row[size] + _CUT + _CUT_LETTER * left)
    return min(best, row[size])


@cache
def words_for(short: str, *, common: bool = False) -> tuple[tuple[str, float], ...]:
    """Words that a short form may stand for, with the cost of shortening, the likeliest first; not the form itself."""
    bits, longest, shortest = _bits(short), 4 * len(short) + 1, len(short) + 1
    fits = re.compile(".*".join(short)).match
    worst = _CORE if common else 99.0
    found: list[tuple[float, str, float]] = []
    for word, letters, cost in _buckets().get(short[:1], ()):
        if cost > worst:
            break
        if bits & ~letters or not shortest <= len(word) <= longest or not fits(word):
            continue
        paid = _cheapest(short, word)
        if paid < _FAR:
            found.append((cost + paid, word, paid))
            worst = min(worst, cost + paid + _HOPELESS)
    found.sort()
    return tuple((word, paid) for _, word, paid in found[:_KEPT])
