"""English words in phrases: one and many, articles, participles, and names in the middle of a sentence."""

from __future__ import annotations

import re

_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "analyses": "analysis",
    "diagnoses": "diagnosis",
    "crises": "crisis",
    "criteria": "criterion",
    "addresses": "address",
    "statuses": "status",
    "buses": "bus",
    "movies": "movie",
    "cookies": "cookie",
    "ties": "tie",
    "leaves": "leave",
    "wives": "wife",
    "lives": "life",
    "mice": "mouse",
    "feet": "foot",
    "teeth": "tooth",
}
_SINGULAR_ENDS = ("ss", "us", "is", "ics", "as", "ous")
_ALWAYS_PLURAL = frozenset(
    "news series species goods sales headquarters bonus lens means gas yes data diabetes measles rabies always".split()
)
_PLURAL_OF = {one: many for many, one in _IRREGULAR.items()}
_UNCOUNTED = frozenset("data information weather money time staff news sales goods revenue stock inventory".split())
_PARTICIPLES = frozenset(
    "sent paid sold begun made done given taken seen born left lost won built bought held read run set put met known"
    " shown written chosen shut broken bound found told understood hidden drawn grown thrown due overdue".split()
)
_NOT_PARTICIPLES = frozenset(
    "bed red speed feed seed need breed weed id bid grid kid fluid embed med fed wed shed sled deed hundred naked"
    " sacred united indeed exceed proceed succeed".split()
)
_ADJECTIVE = re.compile(r".{3,}(?:able|ible|ive|ful|less|ous|ant|ent|ary|ic|al)$")
_ADJECTIVES = frozenset(
    "active live public private open closed valid primary main free full empty new current current visible default"
    " online offline manual automatic virtual internal external ready dirty dead alive true safe secure required"
    " optional unique legal final".split()
)
_NOT_ADJECTIVES = frozenset(
    "table cable variable archive drive objective music topic metric traffic public clinic fabric comment payment"
    " amount document equipment department content event agent client patient student parent component percent cent"
    " account discount shipment apartment merchant tenant plant restaurant variant salary library summary boundary"
    " diary dictionary assignment investment segment statement element environment treatment agreement settlement"
    " department government rent talent intent accident incident resident president continent".split()
)
_PROPER = frozenset(
    "Unix Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April June July August September"
    " October November December English German French Spanish Italian Chinese Japanese".split()
)
_INNER_CAPITAL = re.compile(r"[A-Z].*[A-Z0-9]|[a-z].*[A-Z]")
_SOUNDS_LIKE_YOU = re.compile(r"uni(?!n)|uu|use|usu|util|eu|ur[aieo]|u[bfkq]|one")
_LETTERS_WITH_VOWEL = frozenset("AEFHILMNORSX")


def singular(word: str) -> str:
    """One of what a plural names; a word that is no plural as it is."""
    low = word.lower()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if len(low) < 4 or not low.endswith("s") or low.endswith(_SINGULAR_ENDS) or low in _ALWAYS_PLURAL:
        return word
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    """Several of what a word names; a plural as it is."""
    low = word.lower()
    if low in _PLURAL_OF:
        return _PLURAL_OF[low]
    if low in _UNCOUNTED or low in _ALWAYS_PLURAL or singular(word) != word:
        return word
    if low.endswith("y") and len(low) > 1 and low[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if low.endswith(("s", "x", "z", "ch", "sh")) else "s")


def is_plural(word: str) -> bool:
    """Whether a word names several."""
    return singular(word) != word or word.lower() in _ALWAYS_PLURAL


def with_article(phrase: str) -> str:
    """A phrase behind `a` or `an`, as it is spoken."""
    first = phrase.split(" ", maxsplit=1)[0]
    spelt = first.isupper() and (len(first) < 4 or not re.search("[AEIOU]", first))
    vowel = first[:1] in _LETTERS_WITH_VOWEL if spelt else first[:1].lower() in "aeiou"
    if not spelt and _SOUNDS_LIKE_YOU.match(first.lower()):
        vowel = False
    return f"{'an' if vowel or first.lower() == 'hour' else 'a'} {phrase}"


def is_participle(word: str) -> bool:
    """Whether a word tells what was done: created, paid."""
    low = word.lower()
    return low in _PARTICIPLES or (low.endswith("ed") and len(low) > 3 and low not in _NOT_PARTICIPLES)


def is_adjective(word: str) -> bool:
    """Whether a word tells how something is: active, taxable, deleted."""
    low = word.lower()
    if low in _ADJECTIVES or is_participle(low):
        return True
    return bool(_ADJECTIVE.match(low)) and low not in _NOT_ADJECTIVES


def inner(word: str) -> str:
    """A word of a title in the middle of a sentence: small, unless it is an acronym or has capitals inside."""
    return word if _INNER_CAPITAL.search(word) or word in _PROPER or not word[1:] else word[:1].lower() + word[1:]


def opened(text: str) -> str:
    """With a capital at the start."""
    return text[:1].upper() + text[1:]


def both(items: list[str]) -> str:
    """Items in a row: `a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
