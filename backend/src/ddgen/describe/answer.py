"""What a model wrote, read item by item: what is complete and sound is kept, and for the rest it is known why not.

A server's promise of a schema is not relied on: the text may be cut anywhere, wrapped in prose, or made up.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ddgen.describe.nonsense import borrows, in_words, nonsense, same_for_many, sentence

LONGEST_DESCRIPTION = 600
LONGEST_NAME = 80
"""In characters. Longer texts are no descriptions and no names."""


@dataclass(frozen=True, slots=True)
class Text:
    """A description and a business name, cleaned."""

    description: str
    business_name: str


@dataclass(frozen=True, slots=True)
class Items:
    """By id: the texts to keep, and for every other id that was asked for a word why it has none."""

    good: dict[str, Text] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    """Of the bad ones that say the same as too many others, what they say."""


class _Twice:
    """Stands where an object names one key twice."""


_DESCRIPTIONS = ("description", "text", "d")
_NAMES = ("business_name", "name", "n")
_STARTS = re.compile(r"[{\[]")
_TRIED_STARTS = 5
_BIDI = frozenset("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|\bdata:\w|\bjavascript:|[^\s@]+@[^\s@]+\.\w{2,}", re.IGNORECASE
)
_MARKUP = re.compile(r"<\s*[/!?a-zA-Z]|\]\(|```|<\|")
_EMPTY_WORDS = frozenset(
    {
        *("unknown", "n/a", "na", "none", "null", "undefined", "not available", "not applicable", "not specified"),
        *(
            "no description",
            "description",
            "business name",
            "name",
            "text",
            "field",
            "column",
            "string",
            "value",
            "tbd",
        ),
        *("tbd", "unknown field", "unknown column", "the field", "the column", "a field", "a column", "lorem ipsum"),
    }
)
_INSTRUCTIONS = re.compile(
    r"\b(ignor\w+|disregard\w*|forget\w*|overrid\w+)\b.{0,40}\b(instruction|prompt|rule|previous|above|earlier)|"
    r"\bas an? (ai|language model|assistant)\b|\bi (cannot|can't|am unable|apologi[sz]e|am sorry)\b|\bsystem prompt\b",
    re.IGNORECASE | re.DOTALL,
)
_SHORTEST_VALUE = 4
_SHORTEST_NUMBER = 6


def read_items(  # noqa: PLR0913 - what texts are judged by, each by its name
    text: str,
    ids: Sequence[str],
    *,
    forbidden_values: Iterable[str] = (),
    marker: str = "",
    echo_of: str = "",
    shown: str = "",
    paths: Mapping[str, str] | None = None,
    refused: Mapping[str, Collection[str]] | None = None,
) -> Items:
    """The items that `text` holds for `ids`.

    It may be an object by id, or a list of objects with an `id` (or an object that holds one). A text with one of
    `forbidden_values` in it, with the `marker` of the data, or with a piece of `echo_of` (the prompt) is not kept, nor
    is nonsense; `shown` are the lines about the fields that the prompt held, and `paths`, by id, the fields' own.
    `refused` are, by id, descriptions that said the same of too many fields before.
    """
    wanted = dict.fromkeys(ids)
    found = _read(text, wanted)
    check = _Check(tuple(forbidden_values), marker, echo_of, shown)
    good: dict[str, Text] = {}
    bad: dict[str, str] = {}
    for key in wanted:
        judged = "missing" if key not in found else check.judge(found[key], wanted, (paths or {}).get(key, ""))
        if isinstance(judged, Text):
            good[key] = judged
        else:
            bad[key] = judged
    return _without_same(Items(good, bad), paths or {}, refused or {})


def _without_same(items: Items, paths: Mapping[str, str], refused: Mapping[str, Collection[str]]) -> Items:
    """The same, where one sentence for many fields is none for any of them."""
    said = {key: text.description for key, text in items.good.items()}
    same = same_for_many(said, paths) | {key for key in said if sentence(said[key]) in refused.get(key, ())}
    good = {key: text for key, text in items.good.items() if key not in same}
    return Items(good, items.bad | dict.fromkeys(same, "same"), {key: sentence(said[key]) for key in same})


def _read(text: str, wanted: Mapping[str, None]) -> dict[str, Any]:
    """By id, what the first JSON value that speaks of one says; of a value that was cut, what is complete."""
    starts = [match.start() for _, match in zip(range(_TRIED_STARTS), _STARTS.finditer(text), strict=False)]
    found = (_entries(_parsed(text[start:]), wanted) for start in starts)
    return next((entries for entries in found if entries), {})


def _parsed(text: str) -> Any:
    try:
        return json.JSONDecoder(object_pairs_hook=_object).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return _cut(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        made[key] = _Twice() if key in made else value
    return made


def _cut(text: str) -> Any:
    import jiter

    try:
        return jiter.from_json(text.encode("utf-8", "replace"), partial_mode=True, catch_duplicate_keys=True)
    except ValueError:
        return None


def _entries(parsed: Any, wanted: Mapping[str, None]) -> dict[str, Any]:
    """By id, what was written for it; what was written twice is a `_Twice`."""
    pairs = list(_pairs(parsed, wanted))
    return _object(pairs)


def _pairs(parsed: Any, wanted: Mapping[str, None]) -> Iterator[tuple[str, Any]]:
    if isinstance(parsed, list):
        items = [item for item in parsed if isinstance(item, dict) and isinstance(item.get("id"), str)]
        yield from ((item["id"], item) for item in items if item["id"] in wanted)
    elif isinstance(parsed, dict) and not wanted.keys() & parsed.keys():
        for value in parsed.values():
            if isinstance(value, list | dict):
                yield from _pairs_below(value, wanted)
    elif isinstance(parsed, dict):
        yield from ((key, value) for key, value in parsed.items() if key in wanted)


def _pairs_below(value: Any, wanted: Mapping[str, None]) -> Iterator[tuple[str, Any]]:
    """One level down: `{"fields": [...]}` and `{"fields": {"c0": ...}}`."""
    if isinstance(value, list) or wanted.keys() & value.keys():
        yield from _pairs(value, wanted)


class _Check:
    """Whether what stands for an id is a text to keep."""

    def __init__(self, forbidden: tuple[str, ...], marker: str, echo_of: str, shown: str) -> None:
        self._marker = marker
        self._shown = shown.replace(marker, " ") if marker else shown
        self._ours = sentence(f"{echo_of}\n{shown.partition(chr(10))[0]}")
        values = dict.fromkeys(map(_spaced, forbidden))
        self._values = [(value.casefold(), value) for value in values if _telling(value)]

    def judge(self, entry: Any, wanted: Mapping[str, None], path: str) -> Text | str:
        if isinstance(entry, _Twice):
            return "duplicate"
        if not isinstance(entry, dict):
            return "malformed"
        description, name = _member(entry, _DESCRIPTIONS), _member(entry, _NAMES)
        if description is None or name is None:
            return "malformed"
        raw = f"{description}\n{name}"
        text = Text(clean(description), clean(name).strip(" .\"'`"))
        wrong = _formal(text, path) or self._harmful(raw, text)
        return wrong or nonsense(text.description, text.business_name, wanted, self._shown, path) or text

    def _harmful(self, raw: str, text: Text) -> str | None:
        both = f"{text.description}\n{text.business_name}"
        if self._marker and (self._marker in raw or self._marker in both):
            return "marker"
        if _ADDRESS.search(both):
            return "address"
        if _MARKUP.search(both):
            return "markup"
        if _INSTRUCTIONS.search(both):
            return "instructions"
        if self._holds_value(both):
            return "value"
        return "echo" if borrows(text.description, text.business_name, self._ours) else None

    def _holds_value(self, said: str) -> bool:
        folded = said.casefold()
        near = (value for value_folded, value in self._values if value_folded in folded)
        return any(_value_pattern(value).search(said) for value in near)


def clean(text: str) -> str:
    """Without control, bidirectional and unpaired characters, and with single spaces."""
    kept = "".join(" " if character.isspace() else character for character in text if _harmless(character))
    return _spaced(unicodedata.normalize("NFC", kept))


def _harmless(character: str) -> bool:
    if character.isspace():
        return True
    return character not in _BIDI and unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _member(entry: dict[str, Any], names: Sequence[str]) -> str | None:
    return next((entry[name] for name in names if isinstance(entry.get(name), str)), None)


def _formal(text: Text, path: str) -> str | None:
    """What is wrong with the form of the texts."""
    for said, longest in ((text.description, LONGEST_DESCRIPTION), (text.business_name, LONGEST_NAME)):
        if not any(character.isalnum() for character in said):
            return "empty"
        if len(said) > longest:
            return "too long"
    if text.description.lower().strip(" .!?-\"'<>[]()") in _EMPTY_WORDS:
        return "placeholder"
    name = text.business_name.lower().strip(" .!?-\"'<>[]()")
    if name in _EMPTY_WORDS - {"name", "description", "value", "text"} and name not in {path, in_words(path)}:
        return "placeholder"
    return "too short" if len(text.description) < 3 else None


def _telling(value: str) -> bool:
    """Whether a value of the data would be known again in a text.

    A single word in lower case is a word of the language as much as a value, and short things stand everywhere.
    """
    letters = any(character.isalpha() for character in value)
    if len(value) < (_SHORTEST_VALUE if letters else _SHORTEST_NUMBER):
        return False
    return not (value.isalpha() and value.islower())


def _value_pattern(value: str) -> re.Pattern[str]:
    """How to find a value in a description and a name; a single word counts where it does not begin a sentence."""
    exact = re.escape(value)
    if value.isalpha():
        return re.compile(rf"(?<=[\w,;:(\"'] ){exact}(?!\w)(?=[^\n]*\n)")
    return re.compile(rf"(?<!\w){exact}(?!\w)", re.IGNORECASE)
