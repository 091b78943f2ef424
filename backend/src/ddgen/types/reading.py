"""What one piece of a name may stand for: itself, a listed meaning, a word that it shortens, or words run together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ddgen.types import channel, vocabulary, words

_KEPT = 12
"""Readings of a piece that are kept."""
_LIKELY_PHRASE = 8.0
"""Cost of a meaning of several words, as `date of birth`."""
_LIKELY_LISTED = 9.0
"""No meaning that is listed costs more, however rare the word is elsewhere."""
_LIKELY_ACRONYM = 8.0
_LIKELY_DERIVED = 14.0
_LIKELY_LETTER = 9.0
_LISTED_TOO = 2.0
"""What it speaks against a word that it is listed as an abbreviation."""
_SPEAKABLE, _UNSPEAKABLE, _UNKNOWN_LETTER = 17.0, 25.0, 0.4
"""Cost of a piece that is no word: with vowels as words have them, without; and of each of its letters."""
_WRITTEN_LISTED = (0.2, 2.2, 3.0, 3.6)
"""Cost of writing an abbreviation for its first, second ... meaning in the list."""
_WRITTEN_SHORT = {3: 5.5, 4: 2.0}
_WRITTEN_LONGER = 1.0
"""Cost of shortening a word in a way of one's own, by the letters left, before what is left out is counted."""
_RUN_TOGETHER = 3.0
"""Cost of a boundary between words that nothing marks."""
_RARE = 13.5
"""A word of four letters or more that costs less is no short form."""
_ONE_WORD = 11.0
"""A reading as one word that costs less is no words run together: two cost more."""
_LONGEST = 40
_LONGEST_PIECE = 14
_SMALL_WORDS = frozenset("id of to in by on no is at or".split())
_NEVER_LAST = frozenset("of to in by on is at or".split())
"""Words that no name of words run together ends with: a requestor is no request or."""
_BEAM = 6
_PIECE_READINGS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """Words that a piece may stand for. The costs are negative logarithms: how likely the words are, and the writing.

    `guesses` counts words that no list names for it, `choices` abbreviations that are listed for several words.
    """

    words: tuple[str, ...]
    likely: float
    written: float
    why: str = ""
    guesses: int = 0
    choices: int = 0

    @property
    def cost(self) -> float:
        """Of both together."""
        return self.likely + self.written

    @property
    def changed(self) -> bool:
        """Whether it is anything but the piece itself."""
        return bool(self.why)


@cache
def acronyms() -> dict[str, str]:
    """Short forms that are names of their own, by their lower case how they are written: `URL`, `kWh`."""
    text = files("ddgen.types").joinpath("acronyms.txt").read_text(encoding="utf-8")
    return {word.lower(): word for line in text.splitlines() if not line.startswith("#") for word in line.split()}


@cache
def is_kept(piece: str) -> bool:
    """Whether a piece stands for itself: a word or an acronym, and no abbreviation that is listed."""
    meanings = words.abbreviations().get(piece)
    if piece in acronyms() or (meanings is not None and meanings[0] == piece):
        return True
    return meanings is None and (vocabulary.is_word(piece) or vocabulary.is_derived(piece))


def is_listed(piece: str) -> bool:
    """Whether the lexicon has a piece as an abbreviation."""
    return piece in words.abbreviations()


def _likely(piece: str) -> float:
    """How unlikely a piece is as it stands."""
    costs, meanings = vocabulary.costs(), words.abbreviations().get(piece)
    if piece in acronyms() or (meanings is not None and meanings[0] == piece):
        return min(_LIKELY_ACRONYM, costs.get(piece, _LIKELY_ACRONYM))
    if piece in costs:
        return costs[piece] + (0.0 if meanings is None else _LISTED_TOO)
    if len(piece) == 1:
        return _LIKELY_LETTER
    if vocabulary.is_derived(piece):
        return _LIKELY_DERIVED
    vowels = sum(letter in "aeiouy" for letter in piece) / len(piece)
    speakable = len(piece) > 4 and 0.25 <= vowels <= 0.7
    return (_SPEAKABLE if speakable else _UNSPEAKABLE) + _UNKNOWN_LETTER * len(piece)


def _listed(piece: str) -> list[Reading]:
    meanings = words.abbreviations().get(piece, ())
    several = int(len(meanings) > 1)
    return [
        Reading(tuple(meaning.split()), _likely_meaning(meaning), paid, f"{piece} is listed for {meaning}", 0, several)
        for meaning, paid in zip(meanings, (*_WRITTEN_LISTED, *[_WRITTEN_LISTED[-1]] * len(meanings)), strict=False)
        if meaning != piece
    ]


def _likely_meaning(meaning: str) -> float:
    if " " in meaning:
        return _LIKELY_PHRASE
    return min(_LIKELY_LISTED, vocabulary.costs().get(meaning, _LIKELY_LISTED))


def _shortened(piece: str, *, common: bool) -> list[Reading]:
    if len(piece) < 3 or piece in acronyms() or (len(piece) > 3 and is_kept(piece) and _likely(piece) <= _RARE):
        return []
    costs, more = vocabulary.costs(), _WRITTEN_SHORT.get(len(piece), _WRITTEN_LONGER)
    return [
        Reading((word,), costs[word], paid + more, f"{piece} shortens {word}", 1)
        for word, paid in channel.words_for(piece, common=common)
        if words.abbreviations().get(word, (word,))[0] == word
    ]


@cache
def of_word(piece: str, *, common: bool = False) -> tuple[Reading, ...]:
    """Readings of a piece as one word, the cheapest first; with `common`, only itself or common words."""
    best: dict[tuple[str, ...], Reading] = {}
    for one in (Reading((piece,), _likely(piece), 0.0), *_listed(piece), *_shortened(piece, common=common)):
        if one.words not in best or one.cost < best[one.words].cost:
            best[one.words] = one
    return tuple(sorted(best.values(), key=lambda one: one.cost)[:_KEPT])


@cache
def of_piece(piece: str) -> tuple[Reading, ...]:
    """Readings of a piece of a name, in lower case ASCII letters, the cheapest first."""
    whole = of_word(piece)
    if not 4 < len(piece) <= _LONGEST or whole[0].cost < _ONE_WORD:
        return whole
    return tuple(sorted([*whole, *_run_together(piece)], key=lambda one: one.cost)[:_KEPT])


def _run_together(piece: str) -> list[Reading]:
    """Readings of a piece as several words that nothing marks: `suppzipcd`."""
    ways: list[list[Reading]] = [[] for _ in range(len(piece) + 1)]
    ways[0] = [Reading((), 0.0, 0.0)]
    for end in range(2, len(piece) + 1):
        grown = [
            _joined(before, part)
            for start in range(max(0, end - _LONGEST_PIECE), end - 1)
            if ways[start]
            for part in _parts(piece[start:end])
            for before in ways[start]
        ]
        ways[end] = sorted(grown, key=lambda one: one.cost)[:_BEAM]
    return [way for way in ways[-1] if len(way.words) > 1 and way.words[-1] not in _NEVER_LAST]


def _joined(before: Reading, part: Reading) -> Reading:
    if not before.words:
        return part
    return Reading(
        before.words + part.words,
        before.likely + part.likely - vocabulary.bond(before.words[-1], part.words[0]),
        before.written + part.written + _RUN_TOGETHER,
        "; ".join(why for why in (before.why, part.why) if why) or "words run together",
        before.guesses + part.guesses + 1,
        before.choices + part.choices,
    )


@cache
def _parts(piece: str) -> tuple[Reading, ...]:
    """Readings of a piece within a run-together one: short ones only where they are listed."""
    if len(piece) == 2 and piece not in words.abbreviations() and piece not in _SMALL_WORDS:
        return ()
    found = of_word(piece, common=True)[:_PIECE_READINGS]
    return tuple(one for one in found if one.changed or is_kept(piece))
