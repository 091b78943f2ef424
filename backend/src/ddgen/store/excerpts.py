"""Where the words of a search stand: pieces of plain text, with the places to mark; never markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ddgen.model.dictionary import Field, Table
from ddgen.store.search_texts import values
from ddgen.store.search_words import places

_LENGTH = 160
_BEFORE = 40
"""Characters of an excerpt, and of those the ones before the first mark."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of one text; `marks` are pairs of where a word that was looked for begins and ends in `text`."""

    of: str
    text: str
    marks: list[tuple[int, int]]


def excerpts(part: Field | Table, sought: Sequence[str]) -> list[Excerpt]:
    """One excerpt of each text of a field or table that holds any of the words."""
    texts: list[tuple[str, str | None]] = [("name", part.name), ("business_name", part.business_name)]
    texts += [("description", part.description), ("comment", part.comment)]
    if isinstance(part, Field):
        texts += [("path", part.path if part.path != part.name else None), ("semantic_type", part.semantic_type)]
        texts += [("pii", part.pii.category if part.pii else None), *(("tag", tag) for tag in part.tags)]
        texts += [("value", value) for value in values(part)]
    else:
        texts.append(("grain", part.grain))
    found = (_excerpt(of, text, sought) for of, text in texts if text)
    return [one for one in found if one is not None]


def _excerpt(of: str, text: str, sought: Sequence[str]) -> Excerpt | None:
    marks = [(start, end) for start, end, word in places(text) if any(word.startswith(one) for one in sought)]
    if not marks:
        return None
    begin = max(0, marks[0][0] - _BEFORE) if len(text) > _LENGTH else 0
    while begin and not text[begin - 1].isspace():
        begin -= 1
    piece = text[begin : begin + _LENGTH]
    inside = [(start - begin, end - begin) for start, end in marks if end - begin <= len(piece)]
    return Excerpt(of, piece, inside)
