"""The words that can be searched for: how a text falls into them, and which of them a misspelt one may mean.

Two words differ by one slip of the pen - a letter too few, too many, wrong, or two swapped - if they agree once each
has lost a letter at most; so every word is found by itself and by each of its forms with a letter left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, insert, select, text

from ddgen.store import schema
from ddgen.store.bodies import chunks

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])[^\W_])+")
_LONGEST = 40
_SHORTEST_SLIP, _LONGEST_SLIP = 4, 24
"""Shorter words are too alike for a slip to be told, longer ones are hardly words."""

_TWO_SLIPS_FROM = 8
_SHORTEST_PART = 3
_MEANT = 8
"""Words that a misspelt one is taken for, at most."""

_INSERT = text("INSERT INTO words (word) VALUES (:word) ON CONFLICT DO NOTHING")


def plain(word: str) -> str:
    """Without accents, in small letters; a sign that stands for several, as a fraction does, by these."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if letter.isalnum() and not unicodedata.combining(letter))


def tokens(said: str) -> list[str]:
    """The words of a text, as they are searched for; where a script has no spaces, each sign is one."""
    return [word[:_LONGEST] for _, _, word in places(said)]


def places(said: str) -> Iterator[tuple[int, int, str]]:
    """Each word with where it begins and ends in the text."""
    for found in _TOKEN.finditer(said):
        word = plain(found[0])
        if word:
            yield found.start(), found.end(), word


def learn(connection: Connection, words: Iterable[str]) -> None:
    """Keep words that are new, with their slips; in one order, so that two who do so do not wait for each other."""
    wanted = sorted({word for word in words if _may_slip(word)})
    known: set[str] = set()
    for some in chunks(wanted):
        query = select(schema.words.c.word).where(schema.words.c.word.in_(some))
        known |= set(connection.execute(query).scalars())
    fresh = [word for word in wanted if word not in known]
    if not fresh:
        return
    connection.execute(_INSERT, [{"word": word} for word in fresh])
    rows = []
    for some in chunks(fresh):
        query = select(schema.words.c.n, schema.words.c.word).where(schema.words.c.word.in_(some))
        rows += [{"slip": slip, "word_n": n} for n, word in connection.execute(query) for slip in slips(word)]
    if connection.dialect.name == "postgresql":
        statement = text("INSERT INTO word_slips (slip, word_n) VALUES (:slip, :word_n) ON CONFLICT DO NOTHING")
        connection.execute(statement, rows)
    else:
        connection.execute(insert(schema.word_slips), rows)


def _may_slip(word: str) -> bool:
    return _SHORTEST_SLIP <= len(word) <= _LONGEST_SLIP and not word.isdigit()


def slips(word: str) -> list[str]:
    """The word, and its forms with one letter left out."""
    return sorted({word, *(word[:place] + word[place + 1 :] for place in range(len(word)))})


def meant(connection: Connection, word: str) -> list[str]:
    """Known words that a misspelt one may mean, the nearest first."""
    if not _may_slip(word):
        return []
    slip, known = schema.word_slips.c, schema.words.c
    most, forms = 1, slips(word)
    if len(word) >= _TWO_SLIPS_FROM:
        most, forms = 2, sorted({twice for once in forms for twice in slips(once)})
    query = select(known.word).join(schema.word_slips, slip.word_n == known.n)
    found = {one for some in chunks(forms) for one in connection.execute(query.where(slip.slip.in_(some))).scalars()}
    near = [(distance(word, one), one) for one in found]
    return [one for far, one in sorted(near) if far <= most][:_MEANT]


def holding(connection: Connection, part: str) -> list[str]:
    """Known words that hold a part of some length."""
    if len(part) < _SHORTEST_PART:
        return []
    known = schema.words.c
    query = select(known.word).where(known.word.contains(part, autoescape=True)).order_by(known.word).limit(_MEANT)
    return list(connection.execute(query).scalars())


def begins(connection: Connection, word: str) -> bool:
    """Whether a known word begins so."""
    known = schema.words.c
    query = select(known.n).where(known.word >= word, known.word < word + "\U0010ffff").limit(1)
    return connection.execute(query).first() is not None


def distance(one: str, other: str) -> int:
    """Slips between two words, where two letters that are swapped are one (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        older, before, row = before, row, [place]
        for column, found in enumerate(other, start=1):
            cost = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (letter != found))
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == found:
                cost = min(cost, older[column - 2] + 1)
            row.append(cost)
    return row[-1]
