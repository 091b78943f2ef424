"""What models write that are too small for the work: well-formed text that says nothing about the field.

Only what is nonsense in every language and for every field is refused. Fluent text about something else is not
recognised: no rule tells it from a good text about a column whose name means nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

_UNFINISHED = (",", ";", ":", "(", "[", "{", "|", "/", "&", "\u2013", "\u2014")
_LOOP = re.compile(r"(\S.{0,19}?\S)\s*(?:\1\s*){5}", re.DOTALL)
"""Something of 2 to 21 characters, six times in a row."""

_OUR_WORDS = frozenset({"business", "name", "description", "title", "field", "column", "json"})
"""What the question says; a description of nothing else fills in the form and no more."""

_LETTERS = re.compile(r"[^\W\d_]{2,}")
"""Something that could be a word."""

_PHRASE = 4
_PHRASE_REPEATS = 3
_NOTE = re.compile(r"\bnote: [^|\n]*")
_WORD = re.compile(r"[^\W_]+")
_BLANKS = re.compile(r"\s+")


def nonsense(description: str, name: str, ids: Collection[str], shown: str = "") -> str | None:
    """A word for what is wrong with a text; None where nothing is.

    `ids` are those of the prompt, which readers never see; `shown` are the lines about the fields that it held. What
    the source itself says of a field may be repeated.
    """
    if _names_id(description, name, ids) or set(_WORD.findall(description.casefold())) <= _OUR_WORDS:
        return "placeholder"
    if not any(character.isalpha() for character in name) or (len(name) == 1 and name.isascii()):
        return "too short"
    if not _LETTERS.search(description) or _flat(description).strip(" .") == _flat(name).strip(" ."):
        return "says nothing"
    if description.endswith(_UNFINISHED):
        return "unfinished"
    if _goes_round(description) or _goes_round(name):
        return "repetitive"
    return "echo" if shown and _repeats(description, ids, shown) else None


def _names_id(description: str, name: str, ids: Collection[str]) -> bool:
    words = re.findall(r"\w+", description)
    words[:1] = [word.lower() for word in words[:1]]
    return name.casefold() in ids or any(word in ids for word in words)


def _goes_round(text: str) -> bool:
    """Whether it says the same over and over, as small models do until they are stopped."""
    if any(len(set(found[1])) > 1 for found in _LOOP.finditer(text)):
        return True
    words = text.casefold().split()
    phrases = Counter(tuple(words[at : at + _PHRASE]) for at in range(len(words) - _PHRASE + 1))
    return max(phrases.values(), default=0) >= _PHRASE_REPEATS


def _repeats(description: str, ids: Collection[str], shown: str) -> bool:
    """Whether it is a piece of the lines it was shown, or holds the head of one: `orders.total float`."""
    said = _flat(description).strip(" .")
    lines = [_flat(line) for line in _NOTE.sub("", shown).splitlines()]
    heads = [line.partition(" ")[2].split(" | ")[0] for line in lines if line.partition(" ")[0] in ids]
    return any(said in line for line in lines) or any(" " in head and head in said for head in heads)


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text).casefold()
