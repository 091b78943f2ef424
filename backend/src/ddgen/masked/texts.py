"""Texts that a program made or a source brought: personal values that they quote are taken out.

What a person wrote is never changed. Two nets: what is written like nothing else than an address, a key or an account
is found in any text; and values of fields that are masked are found where they are quoted, however they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ddgen.model.profile import Scalar
from ddgen.types import personal
from ddgen.types import shown as values
from ddgen.types.words import is_ordinary

HIDDEN = "[\u2026]"
"""Stands where a personal value stood."""

_MOST_WORDS = 10
_LEAST_LETTERS, _LEAST_DIGITS = 4, 5
_WORD = re.compile(r"\S+")
_EDGES = "\"'`\u201c\u201d\u2018\u2019\u2039\u203a()[]{}<>.,;:!?\u2026=|"
_QUOTED = re.compile(r"'([^']{2,})'|\"([^\"]{2,})\"|`([^`]{2,})`|\u201c([^\u201d]{2,})\u201d")


def quotable(values: Iterable[Scalar]) -> Iterator[str]:
    """Of the values of masked fields those that would be known again in a text: no ordinary words, no short numbers."""
    for value in values:
        text = " ".join(str(value).split()).strip(_EDGES).casefold() if value is not None else ""
        least = _LEAST_DIGITS if text.replace(".", "").isdigit() else _LEAST_LETTERS
        if len(text) >= least and not isinstance(value, bool) and not is_ordinary(text):
            yield text


class Texts:
    """Takes personal values out of texts. `secrets` are values of masked fields as `quotable` gives them."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = frozenset(secrets)
        self._first = frozenset(secret.partition(" ")[0] for secret in self._secrets)

    def shown(self, text: str) -> str:
        """The text without personal values."""
        return _without(text, [*_spans(text, personal.SURE), *self._quoted(text)])

    def message(self, text: str) -> str:
        """The message of a library or a reader about data, where what stands in quotes may be a value."""
        quotes = ((found.start(found.lastindex or 0), found[found.lastindex or 0]) for found in _QUOTED.finditer(text))
        places = ((at + start, at + end) for at, quoted in quotes for start, end in _spans(quoted, personal.TELLING))
        return self.shown(_without(text, places))

    def _quoted(self, text: str) -> Iterator[tuple[int, int]]:
        """Where values of masked fields stand in a text, as whole words."""
        words = [(found.start(), found.end()) for found in _WORD.finditer(text)] if self._secrets else []
        for number, (start, end) in enumerate(words):
            first = text[start:end].lstrip(_EDGES).casefold()
            if first in self._first or first.rstrip(_EDGES) in self._first:
                yield from self._begun(text, words[number : number + _MOST_WORDS])

    def _begun(self, text: str, words: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        start = words[0][0]
        for _, end in words:
            bare = text[start:end].strip(_EDGES)
            if " ".join(bare.split()).casefold() in self._secrets:
                at = text.index(bare, start)
                yield at, at + len(bare)


def _spans(text: str, kinds: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where something of these kinds stands that is no mask already."""
    for span in personal.scan_for(text, kinds):
        found = text[span.start : span.end]
        if values.HIDDEN not in found and values.shape(found) != found:
            yield span.start, span.end


def _without(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with these places hidden; they may overlap."""
    out, done = [], 0
    for start, end in sorted(places):
        if end > done:
            out += [text[done:start], HIDDEN] if start >= done else []
            done = end
    return "".join([*out, text[done:]])
