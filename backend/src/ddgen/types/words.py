"""The words of business: what an ordinary word is, what a person's name is, and the words inside a column's name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

_BOUNDARY = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])|[\W_]+"
)
_WORD = re.compile(r"[a-z][a-z\-]*")
_LONGEST_RUN_TOGETHER = 40
_ENDINGS = (
    *(("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ly", "")),
    *(("fulness", ""), ("ness", ""), ("ment", ""), ("ful", ""), ("er", ""), ("er", "e"), ("ers", ""), ("or", "e")),
)


def _text(name: str) -> str:
    return files("ddgen.types").joinpath(name).read_text(encoding="utf-8")


def _lines(name: str) -> list[str]:
    return [line for line in _text(name).splitlines() if line and not line.startswith("#")]


@cache
def abbreviations() -> dict[str, tuple[str, ...]]:
    """What abbreviations stand for, the most likely first."""
    pairs = (line.partition("=") for line in _lines("abbreviations.txt"))
    return {short.strip(): tuple(long.strip().split("|")) for short, _, long in pairs}


@cache
def ordinary_words() -> frozenset[str]:
    """Words of business and of everyday texts, in lower case: those listed, and the expansions of abbreviations."""
    listed = " ".join(_lines("words.txt")).split()
    expanded = (word for longs in abbreviations().values() for long in longs for word in _WORD.findall(long.lower()))
    return frozenset(map(plain, listed)) | frozenset(expanded)


@cache
def _given() -> dict[str, bool]:
    """Given names, and whether each is an ordinary word as well."""
    return {name.rstrip("!"): name.endswith("!") for name in " ".join(_lines("given_names.txt")).split()}


@cache
def _family() -> frozenset[str]:
    return frozenset(" ".join(_lines("family_names.txt")).split())


def plain(text: str) -> str:
    """Lower case, without accents: `José` is `jose`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o").replace("ß", "ss"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def is_ordinary(word: str) -> bool:
    """Whether a word is listed as ordinary, as it stands or without a usual ending."""
    text = plain(word)
    known = ordinary_words()
    if text in known:
        return True
    stems = (text.removesuffix(end) + other for end, other in _ENDINGS if text.endswith(end) and len(text) > 4)
    return any(stem in known for stem in stems)


def in_sentence(title: str) -> str:
    """A title in the middle of a sentence: `e-mail address`, but `IBAN` and `US ZIP code`."""
    first = title.partition(" ")[0]
    return title if first[1:] != first[1:].lower() else title[:1].lower() + title[1:]


def is_given_name(word: str, *, only: bool = False) -> bool:
    """Whether a word is a common given name; with `only`, names that are ordinary words as well do not count."""
    found = _given().get(plain(word))
    return found is not None and not (only and found)


def is_family_name(word: str) -> bool:
    """Whether a word is a common family name."""
    return plain(word) in _family()


def words_of(name: str) -> list[str]:
    """The words of a column's name, in lower case, run-together ones taken apart: `custFirstname` is three."""
    split = (plain(word) for word in _BOUNDARY.split(name) if word)
    return [part for word in split for part in _apart(word)]


def expanded(name: str) -> str:
    """The words of a column's name with abbreviations written out, joined by `_`: `cust_addr` is `customer_address`."""
    longs = (abbreviations().get(word, (word,))[0] for word in words_of(name))
    return "_".join(longs).replace(" ", "_")


@cache
def _apart(word: str) -> tuple[str, ...]:
    """A word that is none, as the fewest known words it is made of; itself if there are none."""
    if (
        word in _known()
        or word in _foreign()
        or not word.isalpha()
        or not word.isascii()
        or not 5 < len(word) <= _LONGEST_RUN_TOGETHER
    ):
        return (word,)
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - 14), end - 1):
            before, part = best[start], word[start:end]
            if before is None or not _counts(part):
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = (*before, part)
    found = best[len(word)]
    return found if found is not None and len(found) <= max(2, len(word) // 4) else (word,)


@cache
def _known() -> frozenset[str]:
    return ordinary_words() | frozenset(abbreviations()) | {"first", "last", "birth", "email", "zip", "dob", "ssn"}


@cache
def _foreign() -> frozenset[str]:
    """The words that fields are called by in other languages, which are not to be taken apart as English ones."""
    return frozenset(re.findall(r"[a-z]{4,}", _text("header_words.yaml")))


def _counts(part: str) -> bool:
    """Short pieces only where they mean something: any two letters would explain everything."""
    return part in _known() if len(part) > 2 else part in {"id", "no", "ip", "of", "nr", "cc"}
