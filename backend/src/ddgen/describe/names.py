"""Business names by rule: the words that a name stands for, in title case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ddgen.model.claim import Claim, Kind, Origin, winner
from ddgen.model.dictionary import Field, Table
from ddgen.types import naming, reading, units
from ddgen.types.glossary import Glossary
from ddgen.types.naming import NamingContext
from ddgen.types.words import words_of

_SMALL = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "with"}
)
_INITIALS = 4
_VOWELS = frozenset("aeiouy")
_LONGEST_UNIT = 3
"""Letters of a unit that is no word."""
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")


def words(name: str) -> list[str]:
    """The words in a name as they stand: `custFirstName` and `cust_first-name` are three."""
    return [word for word in _BOUNDARY.split(name) if word]


def business_name(name: str, context: NamingContext | None = None) -> str:
    """The words of a name, each with a capital, acronyms as they are written; a name that is words already stays."""
    return named(name, context)[0]


def named(name: str, context: NamingContext | None = None) -> tuple[str, float, list[str]]:
    """The business name, the confidence that it is right, and what says so."""
    if " " in name.strip() and name.strip()[0].isupper():
        return " ".join(name.split()), 0.9, ["the name is words already"]
    found = naming.expand(name, context)
    shown = _title(found.text.split()) or name.strip() or "Unnamed"
    hidden = " ".join(found.words) != found.text.lower()
    why = ["the parts of its name: what they stand for is not sure enough"] if hidden else found.evidence
    return shown, round(found.confidence, 2), why or ["the words of its name"]


def _title(found: Sequence[str]) -> str:
    last = len(found) - 1
    return " ".join(_capital(word, inner=0 < index < last) for index, word in enumerate(found))


def _capital(word: str, *, inner: bool) -> str:
    plain = word.lower()
    if plain in reading.acronyms():
        return reading.acronyms()[plain]
    if plain in _SMALL and inner:
        return plain
    if _is_initials(plain):
        return plain.upper()
    return word[:1].upper() + (word[1:].lower() if word.isupper() and len(word) > 3 else word[1:])


def _is_initials(word: str) -> bool:
    """Whether a short piece that is neither a word nor a known abbreviation looks like initials: `mmi`, `cpsc`."""
    if not word.isalpha() or not word.isascii() or reading.is_kept(word) or reading.is_listed(word):
        return False
    return 1 < len(word) < _INITIALS or (len(word) == _INITIALS and not _VOWELS & set(word))


def claim_names(table: Table, glossary: Glossary | None = None) -> None:
    """Add the claims of business names to a table and its fields; the names of its fields explain each other."""
    around = _around(table, glossary)
    table.claims.append(_claim(table.name, around))
    for field in table.fields:
        unit = winner(field.claims, Kind.UNIT)
        field.claims.append(_claim(field.name, _of_field(field, around), unit))


def context_of(table: Table, field: Field, glossary: Glossary | None = None) -> NamingContext:
    """What stands around the name of a field: its table, the names beside it, its comment, and a glossary."""
    return _of_field(field, _around(table, glossary))


def _around(table: Table, glossary: Glossary | None) -> NamingContext:
    names = tuple(field.name for field in table.fields if not field.removed)
    return NamingContext(table.name, names, None, glossary)


def _of_field(field: Field, around: NamingContext) -> NamingContext:
    comment = winner(field.claims, Kind.COMMENT)
    return around if comment is None else replace(around, comment=str(comment.value))


def _claim(name: str, context: NamingContext, unit: Claim | None = None) -> Claim:
    shown, confidence, evidence = named(name, context)
    if unit is not None:
        shown = _with_unit(name, str(unit.value), context) or shown
    return Claim(kind=Kind.BUSINESS_NAME, value=shown, origin=Origin.RULE, confidence=confidence, evidence=evidence)


def _with_unit(name: str, symbol: str, context: NamingContext) -> str | None:
    """The business name of a name that ends with its unit, this in brackets: `weight_kg` is Weight (kg)."""
    found, last = units.of_name(words_of(name)), naming.parts(name)[-1]
    spelled = last.lower() != symbol.lower() and len(last) > _LONGEST_UNIT
    if found is None or found.symbol != symbol or spelled or last.lower() not in (symbol.lower(), *found.names):
        return None
    return f"{business_name(name[: name.rindex(last)], context)} ({symbol})"


def learn(part: Field | Table, glossary: Glossary, *, scope: str = "") -> int:
    """Take a person's business name into a glossary: how many entries are new; none where a person wrote nothing."""
    said = winner(part.claims, Kind.BUSINESS_NAME)
    if said is None or said.origin is not Origin.HUMAN:
        return 0
    return len(glossary.learn(part.name, str(said.value), scope=scope))
