"""How far the name of a column says that it refers to a table, or that it is the table's own key.

Names are compared by words, in the singular and with abbreviations written out. Scores are between 0 and 1:
from `.9` a name alone is telling, below `.5` values have to say more.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from ddgen.types.words import abbreviations, words_of

_SHORT_KEY = 6
_FEW = 3
_ALIKE = 4
_ENDING = 4
_OWN = 0.75
_TELLING_ABBREVIATION = 0.7
_CACHED = 1 << 18
_MANY = re.compile(r"(?<=..)(es|en|io|s|n|i|e|a|o)$")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[^\W\d_]?[^\W\dA-Z_]+|\d+")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a column's name: its words, and those before the key word it ends with."""

    words: tuple[str, ...]
    stem: tuple[str, ...]
    keyed: bool
    """Whether it ends with a key word."""


@cache
def word_group(name: str) -> frozenset[str]:
    """Words of one kind in names, such as `key` and `time`."""
    groups = (line.partition("=") for line in _lines("name_words.txt"))
    return frozenset(next(words for group, _, words in groups if group.strip() == name).split())


@lru_cache(maxsize=_CACHED)
def is_plain_key(name: str) -> bool:
    """Whether a name is a bare `id` or `key`, which says nothing of what it is the key of."""
    return any(reading.keyed and not reading.stem for reading in _readings(name, ""))


@lru_cache(maxsize=_CACHED)
def ends_with_key_word(name: str, prefix: str = "") -> bool:
    """Whether a name ends with `id`, `code`, `no` and alike, or says so short (`uid`, `custid`)."""
    words = plain_words(name)
    return bool(words) and (
        words[-1] in word_group("standard") or any(reading.keyed for reading in _readings(name, prefix))
    )


@lru_cache(maxsize=_CACHED)
def names_table(name: str, table: str, prefix: str = "") -> float:
    """How well a column's name names a table: `customer_id` does customers, `ship_via` somewhat shippers.

    `prefix` is a first word that all columns of the column's table share.
    """
    pairs = itertools.product(_readings(name, prefix), _entities(table))
    return max((_names(reading, words) for reading, words in pairs), default=0.0)


@lru_cache(maxsize=_CACHED)
def own_key(name: str, table: str, prefix: str = "") -> float:
    """How well a column's name says that it is the key of its own table: `id`, `customer_id`, `custid`, `cid`."""
    if is_plain_key(name):
        return 0.95 if plain_words(name)[-1] in word_group("id") else 0.8
    if any(_short_key(name.lower(), words) for words in _entities(table)):
        return 0.9
    if any(name.lower().removeprefix("".join(words)) in word_group("id") for words in _entities(table)):
        return 0.95
    pairs = itertools.product(_readings(name, prefix), _entities(table))
    return max((_owns(reading, words) for reading, words in pairs), default=0.0)


@lru_cache(maxsize=_CACHED)
def same_column(name: str, target: str, table: str, prefixes: tuple[str, str] = ("", "")) -> float:
    """How telling it is that a column is called like the key `target` of a table, or ends like it."""
    if is_plain_key(target):
        return 0.0
    named = own_key(target, table, prefixes[1]) >= _OWN or _names_rows(target, table)
    pairs = itertools.product(_readings(name, prefixes[0]), _readings(target, prefixes[1]))
    return max((_same(one, other, named=named) for one, other in pairs), default=0.0)


def _names_rows(name: str, table: str) -> bool:
    """Whether a column is the name of what its table's rows are: `state_name` of states."""
    *head, last = plain_words(name) or ("",)
    written = tuple(part for word in head for part in _written_out(word))
    return last in word_group("name") and any(_roots(written) == _roots(words) for words in _entities(table))


@lru_cache(maxsize=_CACHED)
def is_measure(name: str) -> bool:
    """Whether a name is that of an amount, a number of things, or a text to read: `unit_price`, `num_orders`."""
    words = plain_words(name)
    return bool(words) and (words[-1] in word_group("measure") or words[0] in word_group("count"))


@lru_cache(maxsize=_CACHED)
def is_moment(name: str) -> bool:
    """Whether a name is that of a point in time: `departure_time`, `start_date`."""
    words = plain_words(name)
    return bool(words) and words[-1] in word_group("moment")


@lru_cache(maxsize=_CACHED)
def counts_things(name: str, table: str) -> bool:
    """Whether a name may be a number of the rows of a table: `students`, in the plural and without a key word."""
    words = plain_words(name)
    plural = bool(words) and _singular(words[-1]) != words[-1]
    return plural and not ends_with_key_word(name) and _written_out(words[-1])[-1] in entity_words(table)


@lru_cache(maxsize=_CACHED)
def points_within(name: str) -> bool:
    """Whether the name speaks of another row of the same table: `parent_id`, `reports_to`."""
    return not _self_roles().isdisjoint(itertools.chain(plain_words(name), *map(_written_out, plain_words(name))))


@cache
def entity_words(table: str) -> frozenset[str]:
    """The words of a table's name in every reading, without general ones such as `tbl`."""
    return frozenset(word for words in _entities(table) for word in words)


def shared_prefix(names: Sequence[str]) -> str:
    """The first word that all columns of a table share (`l_orderkey`, `l_partkey`), or nothing."""
    if len(names) < _FEW:
        return ""
    firsts = {split[0] if len(split := plain_words(name)) > 1 else "" for name in names}
    return firsts.pop() if len(firsts) == 1 else ""


@lru_cache(maxsize=_CACHED)
def plain_words(name: str) -> tuple[str, ...]:
    """The words of a name where case, digits or signs part them; `orderkey` stays one."""
    return tuple(word.lower() for word in _PARTS.findall(name))


@cache
def _readings(name: str, prefix: str) -> tuple[_Reading, ...]:
    """The name as it is parted, and with run-together words taken apart."""
    return tuple(dict.fromkeys(_reading(split, prefix) for split in (plain_words(name), words_of(name)) if split))


def _reading(split: Sequence[str], prefix: str) -> _Reading:
    if prefix and split[0] == prefix and len(split) > 1:
        split = split[1:]
    *before, last = split
    if len(last) <= _SHORT_KEY and last.endswith("id") and last not in word_group("no_key") and last != "id":
        split = (*before, last.removesuffix("id"), "id")
    words = tuple(word for part in split for word in _written_out(part))
    keyed = _singular(words[-1]) in word_group("key")
    if not keyed and _leads(split):
        rest = tuple(word for part in split[1:] for word in _written_out(part))
        return _Reading((*rest, split[0]), rest, keyed=True)
    return _Reading(words, words[:-1] if keyed else words, keyed)


def _leads(split: Sequence[str]) -> bool:
    """Whether a key word stands before one thing, as in `id_client`; `num_orders`, of many things, is a count."""
    return len(split) > 1 and split[0] in word_group("leading") and (split[0] == "id" or not split[-1].endswith("s"))


@cache
def _entities(table: str) -> tuple[tuple[str, ...], ...]:
    """What the rows of a table are: its name's words without general ones and numbers."""
    return tuple(dict.fromkeys(found for split in (plain_words(table), words_of(table)) if (found := _entity(split))))


def _entity(words: Sequence[str]) -> tuple[str, ...]:
    split = [word for word in words if not word.isdigit()]
    while len(split) > 1 and split[0] in word_group("general"):
        split = split[1:]
    while len(split) > 1 and split[-1] in word_group("general"):
        split = split[:-1]
    return tuple(word for part in split for word in _written_out(part))


def _names(referring: _Reading, words: tuple[str, ...]) -> float:
    stem, strong = referring.stem, referring.keyed
    if not stem:
        return 0.0
    if _run_together(stem[-1], "".join(words)):
        return 0.85
    if _roots(stem) == _roots(words):
        return 0.95 if strong else 0.85
    if _roots(stem[-len(words) :]) == _roots(words):
        return 0.9 if strong else 0.7
    if words[-len(stem) :] == stem:
        return 0.75 if strong else 0.5
    if stem[: len(words)] == words:
        return 0.6 if strong else 0.2
    best = max(_abbreviates(stem[-1], words), _plays(stem, words), 0.6 * _alike(stem[0], words[-1]))
    return round(best if strong else best * 0.8, 2)


def _owns(candidate: _Reading, words: tuple[str, ...]) -> float:
    stem = candidate.stem
    if not candidate.keyed or not stem:
        return 0.0
    if _roots(stem) == _roots(words):
        return 0.95
    if len(stem) < len(words) and stem == words[-len(stem) :]:
        return 0.8
    if len(stem) < len(words) and stem == words[: len(stem)]:
        return 0.5
    return 0.75 if len(stem) == 1 and _abbreviates(stem[0], words) >= _TELLING_ABBREVIATION else 0.0


def _same(referring: _Reading, target: _Reading, *, named: bool) -> float:
    if referring.words == target.words:
        return 1.0 if named else 0.85
    if len(target.words) > 1 and referring.words[-len(target.words) :] == target.words:
        return 0.92 if named else 0.8
    return 0.0


def _roots(words: tuple[str, ...]) -> str:
    """Words without the endings that tell one from many: `autore` and `autori`, `profesor` and `profesores`."""
    return "".join(root if len(root := _MANY.sub("", word)) >= _FEW else word for word in words)


def _run_together(word: str, table: str) -> bool:
    """Whether a word that was not taken apart ends like `paperid` for papers."""
    return len(table) >= _ALIKE and any(word.endswith(table + key) and word != table + key for key in word_group("key"))


def _short_key(word: str, words: tuple[str, ...]) -> bool:
    """`uid` of users, `txid` of transactions: the head of a word or the initials, and `id`."""
    head = word.removesuffix("id")
    if head == word or not head or len(word) > _SHORT_KEY or word in word_group("no_key"):
        return False
    initials = "".join(part[0] for part in words)
    return (
        head == initials
        or any(long in words for long in abbreviations().get(head, ()))
        or any(part[0] == head[0] and _within(head, part) for part in words)
    )


def _abbreviates(short: str, words: tuple[str, ...]) -> float:
    """How likely a word is short for one of the table's words, or for their initials."""
    last = words[-1]
    if len(short) >= _FEW and last.startswith(short):
        return 0.8
    if len(words) > 1 and short == "".join(word[0] for word in words):
        return 0.7
    if len(short) >= _FEW and any(word.startswith(short) for word in words[:-1]):
        return 0.6
    shorter = len(short) < len(last) and short[0] == last[0]
    return 0.6 if len(short) >= _FEW and shorter and _within(short, last) else 0.0


def _alike(one: str, other: str) -> bool:
    """Whether two words begin alike and one has only an ending more: `ship` and `shipper`."""
    begin = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return begin >= _ALIKE and begin >= max(len(one), len(other)) - _ENDING


def _within(short: str, word: str) -> bool:
    """Whether the letters of one stand in the other in that order."""
    letters = iter(word)
    return all(letter in letters for letter in short)


def _plays(stem: tuple[str, ...], words: tuple[str, ...]) -> float:
    """Whether a word of the column is a role that the table's rows play."""
    playing = set().union(*(_roles().get(word, frozenset()) for word in stem))
    if words[-1] in playing:
        return 0.75
    return 0.6 if playing & set(words) else 0.0


@cache
def _roles() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _lines("roles.txt"):
        roles, _, played = line.partition("=")
        for role in roles.split():
            for word in _written_out(role):
                found.setdefault(word, set()).update(_singular(word) for word in played.split())
    return {role: frozenset(words) for role, words in found.items()}


@cache
def _self_roles() -> frozenset[str]:
    return frozenset(word for line in _lines("self_roles.txt") for word in line.split())


def _lines(name: str) -> list[str]:
    text = files("ddgen.semantics").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _written_out(word: str) -> tuple[str, ...]:
    """A word in the singular; an abbreviation as what it most likely stands for."""
    if word in word_group("key"):
        return (word,)
    single = _singular(word)
    longs = abbreviations().get(word) or abbreviations().get(single) or (single,)
    return tuple(_singular(part).replace("isation", "ization") for part in longs[0].lower().split())


@cache
def _singular(word: str) -> str:
    """A plain English singular: `countries` is `country`, `boxes` `box`, `statuses` `status`."""
    if word in {"ids", "pks", "fks"}:
        return word[:-1]
    if len(word) <= _FEW or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "uses", "zes")):
        return word[:-2]
    return {"people": "person"}.get(word, word.removesuffix("s"))
