"""What models write that are too small for the work: well-formed text that says nothing about the field.

Only what is nonsense in every language and for every field is refused. Fluent text about something else is not
recognised: no rule tells it from a good text about a column whose name means nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from ddgen.describe.names import words

_UNFINISHED = (",", ";", ":", "(", "[", "{", "|", "/", "&", "\u2013", "\u2014")
_LOOP = re.compile(r"(\S.{0,19}?\S)\s*(?:\1\s*){5}", re.DOTALL)
"""Something of 2 to 21 characters, six times in a row."""

_OUR_WORDS = frozenset({"business", "name", "description", "title", "field", "column", "json"})
"""What the question says; a description of nothing else fills in the form and no more."""

_FILLERS = frozenset(
    "a an the this that here for of in to is are be and your our its it goes some any insert enter add write put "
    "example sample dummy placeholder text value values string data".split()
)
_OF_A_FORM = frozenset({"field", "column", "description", "json", "placeholder", "dummy", "insert"})
_FILLED_IN = re.compile(r"\blorem\s+ipsum\b|\bdolor\s+sit\s+amet\b|\bfoo\s*bar\b", re.IGNORECASE)

_OPENING = re.compile(
    r"(?:(?:this|the|it|a|an)\b\s*)?(?:(?:field|column|attribute|property)\b\s*)?"
    r"(?:(?:contains?|stores?|holds?|represents?|shows?|indicates?|denotes?|describes?|gives?|means?|is)\b\s*)?"
    r"(?:(?:the|a|an)\b\s*)?(?:(?:values?|data|information)\b\s*)?(?:(?:of|for|on|about)\b\s*)?"
    r"(?:(?:the|a|an|this)\b\s*)?"
)
_ENDING = re.compile(
    r"(?:\s*\b(?:field|column|attribute|property|values?|data|string|integer|float|decimal|boolean))+$"
)
"""What may stand around a name and adds nothing to it."""

_BORROWED = 6
"""So many words in a row are nobody's own."""

_BORROWED_NAME = 3
MANY = 3
"""A sentence about so many fields that have nothing to do with each other is about none of them."""

_LETTERS = re.compile(r"[^\W\d_]{2,}")
"""Something that could be a word."""

_PHRASE = 4
_PHRASE_REPEATS = 3
_NOTE = re.compile(r"\bnote: [^|\n]*")
_WORD = re.compile(r"[^\W_]+")
_BLANKS = re.compile(r"\s+")


def nonsense(description: str, name: str, ids: Collection[str], shown: str = "", path: str = "") -> str | None:
    """A word for what is wrong with a text; None where nothing is.

    `ids` are those of the prompt, which readers never see; `shown` are the lines about the fields that it held, and
    `path` is the field's own. What the source itself says of a field may be repeated.
    """
    if _names_id(description, name, ids) or _fills_in(description):
        return "placeholder"
    if name.casefold() in {path.casefold(), _last(path)} and not name.isalnum() and " " not in name:
        return "raw name"
    if not any(character.isalpha() for character in name) or (len(name) == 1 and name.isascii()):
        return "too short"
    if not _LETTERS.search(description) or _says_no_more_than(description, name, path):
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


def _fills_in(description: str) -> bool:
    """Whether it stands where a description should, like `Description of the field` and `Lorem ipsum`."""
    said = set(_WORD.findall(description.casefold()))
    empty = said <= _OUR_WORDS or (said <= _OUR_WORDS | _FILLERS and bool(said & _OF_A_FORM))
    return empty or _FILLED_IN.search(description) is not None


def _says_no_more_than(description: str, name: str, path: str) -> bool:
    """Whether it is the name, or the field's own, with nothing around it but articles and `This field contains`."""
    said = _flat(description).strip(" .")
    rest = _ENDING.sub("", _OPENING.sub("", said, count=1)).strip(" .")
    known = {in_words(one) for one in (name, path, _last(path))}
    return said == _flat(name).strip(" .") or not rest or in_words(rest) in known - {""}


def in_words(text: str) -> str:
    """The words of a name, in lower case: `custFirstName` is `cust first name`."""
    return " ".join(words(text)).casefold()


def _last(path: str) -> str:
    return path.rpartition(".")[2].strip("[]{}`@").casefold()


def borrows(description: str, name: str, ours: str) -> bool:
    """Whether it is made of pieces of a text of ours, which is not about any field; `ours` is the `sentence` of it."""
    own = f" {ours} "
    runs = ((sentence(description), _BORROWED), (sentence(name), _BORROWED_NAME))
    return any(_has_run(said.split(), own, length) for said, length in runs)


def _has_run(said: list[str], own: str, length: int) -> bool:
    return any(f" {' '.join(said[at : at + length])} " in own for at in range(len(said) - length + 1))


def same_for_many(descriptions: Mapping[str, str], paths: Mapping[str, str]) -> set[str]:
    """The ids of texts that say the same as those of too many other fields; `paths` are the fields' own, by id.

    Fields whose names differ by numbers alone (`q1`, `q2`), or not at all, are of one kind and may share a sentence.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    for key, description in descriptions.items():
        kinds[sentence(description)].add(re.sub(r"\d+", "#", _last(paths.get(key, key))))
    return {key for key, description in descriptions.items() if len(kinds[sentence(description)]) >= MANY}


def sentence(text: str) -> str:
    """A text as it is compared with others: its words, in lower case."""
    return " ".join(_WORD.findall(text.casefold()))


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
