"""The words that a name of a field or table stands for: `usr_crt_ts` is user created timestamp.

Each piece of a name has readings (`reading.py`), each with what it costs; the cheapest way through the name wins, where
words that stand side by side elsewhere, or occur in the names beside it, cost less. How far a table abbreviates at all
decides how readily a piece is taken for an abbreviation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ddgen.types import reading, vocabulary
from ddgen.types.glossary import LONGEST, Glossary
from ddgen.types.reading import Reading

THRESHOLD = 0.35
"""Below this confidence in what was changed it is not shown: the name in its own parts is."""

_PARTS = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]s(?![a-z]))|[^\w%]+|_+|(?<=\w)(?=%)|(?<=%)(?=\w)"
)
_RUNS = re.compile(r"\d+(?:st|nd|rd|th)(?![a-z])|\d+|\D+")
_NUMBERED = re.compile(r"[^\W\d_]{2,}\d+")
_ORDINALS = dict(
    zip(
        "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split(),
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(),
        strict=True,
    )
)
_BEAM = 10
_BESIDE = 2.0
"""What it speaks for a word that a name beside it spells out."""
_SAID = 6.0
"""What it speaks for a word that the comment of the name spells out."""
_GUESSED_BESIDE = 0.9
"""What it speaks for a word that a name beside it seems to abbreviate too."""
_ACRONYM = 4.0
"""What it speaks against an abbreviation that is written as an acronym: `ATB` in `author_tutor_ATB`."""
_ODD, _PIECES = 0.6, 4.0
"""A table of no names has this many pieces, and abbreviations among them."""
_ODD_SHORT, _PIECES_SHORT = 1.0, 3.0
"""The same of pieces that are shortened in a way of one's own, beside those that are not."""
_OWN_LENGTH, _OWN_WRITTEN = 4, 4.0
"""Such a piece has this many letters or more, and writing it cost less."""
_INITIALS = 3
"""Letters of a name that may be initials: `mmi`."""
_OF_INITIALS = 2.0
"""What it speaks against an abbreviation that all names beside it are initials: `hr` beside `rbi`, `bb` and `ibb`."""
_SHARPNESS = 0.9
_KNOWN = 0.95
"""Confidence in a name of words that are all known."""


@dataclass(frozen=True)
class NamingContext:
    """What stands around a name: its table, the names beside it, what was said of it, and a glossary.

    Give all names of a table for `siblings`, the same for each of them: what they say is worked out once.
    """

    table: str = ""
    siblings: Sequence[str] = ()
    comment: str | None = None
    glossary: Glossary | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a name as it is written, the words it stands for, and what says so; nothing where it is kept."""

    written: str
    words: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """The likeliest words of a name in lower case, and how sure they are.

    `text` is what to show: the words, those that were kept as they are written; the name in its parts where
    the confidence in what was changed is below `THRESHOLD`. `evidence` says what spoke for each word that is not in it.
    """

    words: tuple[str, ...]
    text: str
    confidence: float
    evidence: list[str]
    pieces: tuple[Piece, ...] = ()


def parts(name: str) -> list[str]:
    """The parts of a name, as written: `custFirst_name2` is three."""
    return [part for part in _PARTS.split(name) if part]


@lru_cache(maxsize=8192)
def pieces(name: str) -> tuple[tuple[str, bool], ...]:
    """The pieces of a name in lower case, digits apart, and whether each is written as an acronym among words."""
    return tuple((piece.lower(), loud) for piece, loud in _pieces(name))


def _pieces(name: str) -> Iterator[tuple[str, bool]]:
    found = parts(name)
    quiet = any(len(part) > 2 and part.isalpha() and not part.isupper() for part in found)
    for part in found:
        loud = quiet and part.isupper() and 1 < len(part) < 5
        runs = _RUNS.findall(part)
        apart = len(runs) > 1 and (_NUMBERED.fullmatch(part) or max(map(len, runs)) > 2)
        for run in runs if apart else [part]:
            yield run, loud


@dataclass(frozen=True, slots=True)
class _Around:
    """What a table says of its names: `shortened` are pieces that shorten a word in a way that no list names.

    `initials` is the share of its names that are nothing but a few letters which neither a word nor a list explains.
    """

    spelled: frozenset[str]
    said: frozenset[str]
    guessed: frozenset[str]
    seen: frozenset[str]
    shortened: frozenset[str]
    initials: float
    keep: float
    change: float

    @property
    def abbreviates(self) -> float:
        """Log odds that a piece of the table is an abbreviation."""
        return self.keep - self.change

    def shortens(self, mine: frozenset[str]) -> float:
        """Log odds that a piece of the other names is shortened in a way of the table's own."""
        shortened, seen = len(self.shortened - mine), len(self.seen - mine)
        return math.log((shortened + _ODD_SHORT) / (seen - shortened + _PIECES_SHORT))


def _around(name: str, context: NamingContext) -> _Around:
    """What is around a name; what its own comment says comes on top of what its table does."""
    around = _around_all((context.table, *(context.siblings or (name,))))
    if not context.comment:
        return around
    return replace(around, said=frozenset(one for one, _ in pieces(context.comment) if len(one) > 3))


@lru_cache(maxsize=64)
def _around_all(names: tuple[str, ...]) -> _Around:
    seen = [one for name in names for one, loud in pieces(name) if len(one) > 1 and not loud and one.isalpha()]
    odd = (sum(not reading.is_kept(one) for one in seen) + _ODD) / (len(seen) + _PIECES)
    spelled = frozenset(one for one in seen if len(one) > 3 and reading.is_kept(one))
    first = (reading.of_piece(one)[0] for one in set(seen) - spelled if one.isascii())
    guessed = frozenset(word for one in first if one.changed for word in one.words)
    longer = frozenset(one for one in seen if len(one) > 2)
    shortened = frozenset(filter(_is_shortened, longer))
    initials = sum(map(_is_initials, names)) / len(names)
    return _Around(spelled, frozenset(), guessed, longer, shortened, initials, -math.log(1 - odd), -math.log(odd))


def _is_initials(name: str) -> bool:
    short = name.lower()
    plain = short.isascii() and short.isalpha() and len(short) <= _INITIALS
    return plain and not reading.is_kept(short) and not reading.is_listed(short)


def _is_shortened(piece: str) -> bool:
    if len(piece) < _OWN_LENGTH or not piece.isascii() or reading.is_kept(piece) or reading.is_listed(piece):
        return False
    best = reading.of_word(piece)[0]
    return best.guesses > 0 and best.written < _OWN_WRITTEN


def expand(name: str, context: NamingContext | None = None) -> Expansion:
    """The likeliest words of a name. Never fails; a name without letters or digits has no words."""
    context = context or NamingContext()
    around = _around(name, context)
    ways: list[tuple[float, tuple[tuple[str, Reading], ...]]] = [(0.0, ())]
    for written, loud, options in _steps(name, context):
        costs = [(_cost(one, around, loud=loud), (written, one)) for one in options]
        grown = [(before + cost - _bond(way, step[1]), (*way, step)) for before, way in ways for cost, step in costs]
        ways = sorted(grown, key=lambda way: way[0])[:_BEAM]
    best, steps = ways[0]
    share = 1 / sum(math.exp((best - cost) / _SHARPNESS) for cost, _ in ways)
    return _expansion(name, steps, 3.8 * math.log(share) + _custom(name, around))


def _custom(name: str, around: _Around) -> float:
    """What the habits of the table say for an abbreviation in a name of it."""
    mine = frozenset(one for one, _ in pieces(name))
    return 0.44 * around.abbreviates + 0.8 * around.shortens(mine) - _OF_INITIALS * around.initials


def _expansion(name: str, steps: Sequence[tuple[str, Reading]], weight: float) -> Expansion:
    found = [one for _, one in steps]
    words = tuple(word for _, one in steps for word in one.words)
    shown = " ".join(written if one.words == (written.lower(),) else " ".join(one.words) for written, one in steps)
    text = shown if _sure(weight, found, unknown=0) >= THRESHOLD else " ".join(parts(name))
    unknown = sum(one.words[0].isalpha() and not one.changed and not reading.is_kept(one.words[0]) for one in found)
    told = tuple(Piece(written, one.words, one.why) for written, one in steps)
    return Expansion(words, text, _sure(weight, found, unknown=unknown), [one.why for one in told if one.why], told)


def _steps(name: str, context: NamingContext) -> Iterator[tuple[str, bool, Sequence[Reading]]]:
    """What a name is made of: as written, whether as an acronym, and the readings."""
    found = list(_pieces(name))
    at = 0
    while at < len(found):
        told = _told(found, at, name, context)
        if told is not None:
            size, one = told
            yield "_".join(piece for piece, _ in found[at : at + size]), False, (one,)
            at += size
            continue
        written, loud = found[at]
        yield written, loud, _readings(written.lower())
        at += 1


def _told(found: list[tuple[str, bool]], at: int, name: str, context: NamingContext) -> tuple[int, Reading] | None:
    """What a glossary says of the pieces from here: how many it speaks of, and the reading."""
    for size in range(min(LONGEST, len(found) - at), 0, -1) if context.glossary else ():
        short = [piece.lower() for piece, _ in found[at : at + size]]
        entry = context.glossary.meaning(short, context.table, name) if context.glossary else None
        if entry is not None:
            why = f"the glossary has {entry.abbreviation} for {entry.expansion}"
            return size, Reading(tuple(entry.expansion.split()), 0.0, 0.0, why)
    return None


def _readings(piece: str) -> Sequence[Reading]:
    if piece.isascii() and piece.isalpha():
        return reading.of_piece(piece)
    return (Reading((_ORDINALS.get(piece, piece),), 3.0, 0.0),)


def _cost(one: Reading, around: _Around, *, loud: bool) -> float:
    if not one.changed:
        return one.cost + around.keep
    told = sum(_speaks_for(word, around) for word in one.words)
    return one.cost + around.change - told + (_ACRONYM if loud else 0.0)


def _speaks_for(word: str, around: _Around) -> float:
    if word in around.said:
        return _SAID
    return _BESIDE if word in around.spelled else _GUESSED_BESIDE if word in around.guessed else 0.0


def _bond(way: tuple[tuple[str, Reading], ...], one: Reading) -> float:
    return vocabulary.bond(way[-1][1].words[-1], one.words[0]) if way else 0.0


def _sure(weight: float, steps: list[Reading], *, unknown: int) -> float:
    """How likely the words are right: a logistic curve whose weights were fitted to names with known words.

    It falls with the share of the best way among all, where the table hardly abbreviates in ways of its own or calls
    its fields by initials, with what is left out of words, with abbreviations of several meanings, and with pieces that
    remain unknown or as they were.
    Names made for a test of abbreviations and names of real tables counted for half each: by number the made ones
    prevail, and of their guesses three in four are right, of the others one in thirty.
    """
    changed = [one for one in steps if one.changed and one.cost]  # what a glossary tells costs nothing
    if not changed:
        return 1 - _KNOWN / 2 if unknown else _KNOWN
    paid, whole = sum(one.written for one in changed), len(changed) == len(steps)
    guesses, choices = sum(one.guesses for one in changed), sum(one.choices for one in changed)
    weighed = 1.9 + weight - 0.23 * paid + 0.36 * guesses - 0.4 * choices + 0.4 * whole - 5.3 * unknown
    return 1 / (1 + math.exp(-weighed))
