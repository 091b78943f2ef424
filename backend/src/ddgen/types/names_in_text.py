"""Names of persons inside texts, by lists of common names, by titles and cues, and by capitals of unknown words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ddgen.types import words

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*\.?")
_TITLES = frozenset("mr mrs ms miss dr prof sir madam herr frau mme mlle sra srta sig lord lady rev capt sgt".split())
_CUES = frozenset(
    "by from with call called ask asked contact contacted dear hi hello hey told tell thanks regards attn attention "
    "cc owner author manager customer patient client employee agent colleague signed named name met meet visited "
    "emailed phoned assigned für von mit herrn an chez par".split()
)
_PARTICLES = frozenset("van von der den de del della di da dos du la le el al bin ibn ben ter zu af av mac mc".split())
_MONTHS = frozenset("april may june august".split())
_MOST = 5


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def bare(self) -> str:
        return self.text.rstrip(".")

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def initial(self) -> bool:
        return self.capital and len(self.bare) == 1

    @property
    def shouted(self) -> bool:
        return len(self.bare) > 1 and self.bare.isupper()

    @property
    def given(self) -> bool:
        return words.is_given_name(self.bare, only=not self.capital or self.shouted) and (
            self.capital or (len(self.bare) > 3 and not words.is_ordinary(self.bare))
        )

    @property
    def family(self) -> bool:
        return words.is_family_name(self.bare) and not (self.bare.islower() and words.is_ordinary(self.bare))

    @property
    def unknown(self) -> bool:
        """Begins with a capital, and is neither an ordinary word nor an acronym."""
        parts = re.split(r"[-'\u2019]", self.bare)
        return self.capital and not self.shouted and len(self.bare) > 1 and not all(map(words.is_ordinary, parts))


def find(text: str, *, strict: bool = False) -> list[tuple[int, int]]:
    """Where names stand; `strict` believes in lists of names only, as column names of any language need."""
    found = [_Word(one.group(), one.start(), one.end()) for one in _WORD.finditer(text)]
    english = any(word.text.islower() and words.is_ordinary(word.text) for word in found)
    places, index = [], 0
    while index < len(found):
        length = _length(text, found, index, strict=strict, english=english)
        if length:
            places.append((found[index].start, found[index + length - 1].end))
        index += max(1, length)
    return places


def _length(text: str, found: Sequence[_Word], index: int, *, strict: bool, english: bool) -> int:
    """How many words from here are one name."""
    word = found[index]
    following = list(_following(text, found, index))
    before = words.plain(found[index - 1].bare) if index else ""
    if before in _TITLES and word.capital and not strict:
        return 1 + len(following)
    if before in _CUES and not strict and word.capital and _ambiguous(word.bare):
        return 1 + _capitals(text, found, index)
    if word.given:
        return _from_given(word, following, strict=strict)
    if word.family and word.capital:
        return 0 if strict and not any(one.given for one in following) else 1 + len(following)
    if strict or not (word.unknown or word.text.endswith(".")):
        return 0
    if word.initial and any(one.unknown for one in following):
        return 1 + len(following)
    if before in _CUES and word.unknown:
        return 1 + len(following)
    pair = word.unknown and any(one.unknown or one.family for one in following)
    inside = index > 0 and text[found[index - 1].end : word.start].isspace() and not found[index - 1].text.endswith(".")
    return 1 + len(following) if pair and (english or inside) else 0


def _ambiguous(bare: str) -> bool:
    """A given name that is an ordinary word as well, but no month: behind a cue (`Contact Mark Young`) it is a name."""
    sure = words.is_given_name(bare, only=True)
    return words.is_given_name(bare) and not sure and bare.lower() not in _MONTHS


def _capitals(text: str, found: Sequence[_Word], index: int) -> int:
    """How many words with capitals stand right behind, two at most."""
    count, end = 0, found[index].end
    for word in found[index + 1 : index + 3]:
        if not word.capital or not text[end : word.start].isspace():
            break
        count, end = count + 1, word.end
    return count


def _from_given(word: _Word, following: Sequence[_Word], *, strict: bool) -> int:
    """A given name with what follows; one that is an ordinary word as well needs a family name behind it."""
    sure = not words.is_ordinary(word.bare) and words.is_given_name(word.bare, only=True)
    if following:
        believed = sure or any(one.family or one.unknown or one.initial for one in following)
        return 1 + len(following) if believed else 0
    return 1 if sure and not strict else 0


def _following(text: str, found: Sequence[_Word], index: int) -> Iterator[_Word]:
    """The words behind that go on with a name: family names, unknown words with capitals, initials, particles."""
    end = found[index].end
    pending: list[_Word] = []
    for word in found[index + 1 : index + _MOST]:
        if text[end : word.start].strip(" ,") or word.start - end > 3:
            return
        if word.text in _PARTICLES:
            pending.append(word)
        elif word.family or word.initial or word.given or word.unknown or _shouted_name(found[index], word):
            yield from (*pending, word)
            pending = []
        else:
            return
        end = word.end


def _shouted_name(first: _Word, word: _Word) -> bool:
    return first.shouted and first.given and word.shouted and not words.is_ordinary(word.bare)
