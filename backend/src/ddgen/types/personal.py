"""What is personal or secret: in columns by name and values, and inside texts.

It errs towards finding: a column taken for personal by mistake costs a model some samples, the other mistake costs a
person. What no declaration knows is found by how it looks: runs of many digits, letters mixed with digits, and texts
without the rhythm of a language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ddgen.types import declaration, names_in_text, randomness, words
from ddgen.types.declaration import Declaration, Scan
from ddgen.types.validators import validator

UNKNOWN = "secret.unknown"
"""The id of what looks like a key or a number of a kind that is not declared."""

_UNKNOWN_TITLE = "Number or key of unknown kind"
_STEP = re.compile(r"[^.\[\]{}]+")
_ATTRIBUTE_LIKE = "contact.handle"
"""Paths name attributes with an @ before them, as social media name people."""

_CUE_REACH = 40
_FEW_VALUES = 200
_CHANCE_OF_ERROR = 1e-3
_LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Found:
    """A type that a column seems to have. `sensitivity` is 0 to 3; `send` says what a model may see of the values."""

    id: str
    title: str
    category: str
    sensitivity: int
    why: str
    send: Literal["none", "shape", "values"]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text that should not be shown, and what it seems to be."""

    start: int
    end: int
    id: str
    title: str


def recognise(name: str, values: Sequence[str] = ()) -> list[Found]:
    """What personal data a column holds by its name and some of its values, the most sensitive first."""
    expanded = words.expanded(name)
    plain_words = "_".join(words.words_of(name))
    distinct = list(dict.fromkeys(value for value in values if value.strip()))[:_FEW_VALUES]
    found = [_judged(one, (plain_words, expanded), distinct) for one in declaration.personal()]
    return sorted((one for one in found if one is not None), key=lambda one: -one.sensitivity)


def _judged(one: Declaration, names: tuple[str, str], values: Sequence[str]) -> Found | None:
    why = _why(one, names, values)
    if why is None or one.pii is None:
        return None
    return Found(one.id, one.title, one.pii.category, one.pii.sensitivity, why, one.llm.send)


def _why(one: Declaration, names: tuple[str, str], values: Sequence[str]) -> str | None:
    said = [one.named(name) for name in names]
    if "veto" in said:
        return None
    strong = "strong" in said
    if not strong and one.decide.need != "values":
        return None
    share = _share(one, values) if one.tests_values and values else None
    if strong:
        contradicted = share is not None and one.decide.need != "values" and share < min(one.decide.min_match, 0.5)
        return None if contradicted else "by its name" if not share else "by its name and values"
    return "by its values" if _by_values(one, share, values) else None


def _share(one: Declaration, values: Sequence[str]) -> float:
    return sum(map(one.accepts, values)) / len(values)


def _by_values(one: Declaration, share: float | None, values: Sequence[str]) -> bool:
    if share is None or share < one.decide.min_match or len(values) < one.decide.min_distinct:
        return False
    return one.decide.chance ** min(len(values), 30) < _CHANCE_OF_ERROR


def scan_text(text: str) -> list[Span]:
    """The places of a text that seem personal or secret, in order and without overlap."""
    text = text[:_LONGEST_TEXT]
    spans = [span for one in declaration.personal() if one.scan for span in _scanned(one, one.scan, text)]
    spans += [Span(*place, "person.name", "Name of a person") for place in names_in_text.find(text)]
    spans += [Span(*place, UNKNOWN, _UNKNOWN_TITLE) for place in randomness.find(text)]
    return _merged(spans)


SURE = frozenset(
    "contact.email cred.password cred.secret cred.url_with_password cred.signed_url fin.iban gov.us_ssn".split()
)
"""Kinds that hardly anything else is written like."""

TELLING = SURE | frozenset(
    "contact.phone_formatted person.birth_date fin.credit_card fin.wallet gov.national_id_values gov.passport gov.vin"
    " web.mac web.ipv4 location.address_values".split()
)
"""Kinds that in a text of sentences are what they seem to be."""

_SURE_SIGN = re.compile(
    r"@|\([aA][tT]\)|\[[aA][tT]\]|://|\d{3}[- ]\d{2}[- ]\d{4}|[A-Za-z]{2}\d{2}|[\w\-]{12,}|eyJ|\$\d?\w{1,8}\$"
    r"|-----BEGIN|(?i:pass|pwd|contrase|pin|bearer|basic|ssh-)"
)
"""One of these stands in every text that holds something of `SURE`."""


def scan_for(text: str, kinds: frozenset[str]) -> list[Span]:
    """The places of a text that are of some kinds of personal data, in order and without overlap."""
    text = text[:_LONGEST_TEXT]
    if kinds <= SURE and not _SURE_SIGN.search(text):
        return []
    wanted = (one for one in declaration.personal() if one.id in kinds and one.scan)
    found = (span for one in wanted if one.scan for span in _scanned(one, one.scan, text))
    return _merged(span for span in found if _telling(span, text))


def _telling(span: Span, text: str) -> bool:
    """Whether it is more than a likeness.

    Keys have digits (`Basic Subscription` is none), domains end in letters (`2 @ 3.50`), and groups of digits that go
    on are an article number.
    """
    found = text[span.start : span.end]
    if span.id == "cred.secret":
        return any(map(str.isdigit, found))
    if span.id == "contact.email":
        return found.rpartition(".")[2].isalpha() and " @" not in found and "@ " not in found
    around = text[max(0, span.start - 1) : span.start] + text[span.end : span.end + 1]
    return span.id != "gov.us_ssn" or not re.search(r"[\d\-]", around)


def scan_name(name: str) -> list[Span]:
    """The places of a column's or a table's name that hold a value: an address, a key, a person."""
    apart = "".join(" " if character in "_-." else character for character in name[:_LONGEST_TEXT])
    declared = (one for one in declaration.personal() if one.id != _ATTRIBUTE_LIKE)
    spans = [span for one in declared if one.scan for span in _scanned(one, one.scan, name[:_LONGEST_TEXT])]
    spans += [Span(*place, "person.name", "Name of a person") for place in names_in_text.find(apart, strict=True)]
    for step in _STEP.finditer(name[:_LONGEST_TEXT]):
        keys = randomness.find(step.group(), lenient=True)
        spans += [Span(step.start() + start, step.start() + end, UNKNOWN, _UNKNOWN_TITLE) for start, end in keys]
    return _merged(spans)


def _scanned(one: Declaration, scan: Scan, text: str) -> Iterable[Span]:
    pattern = declaration.compiled(scan.regex, scan.flags)
    if scan.cue is not None:
        cue = declaration.compiled(scan.cue, "i")
        for before in cue.finditer(text):
            start = before.end() + len(text[before.end() :]) - len(text[before.end() :].lstrip(" \"'`"))
            found = pattern.match(text, start, start + _CUE_REACH)
            if found and not words.is_ordinary(found.group()):
                yield Span(found.start(), found.end(), one.id, one.title)
        return
    check = validator(scan.validator) if scan.validator else None
    for found in pattern.finditer(text):
        if check is None or check(declaration.without(found.group(), scan.strip)):
            yield Span(found.start(), found.end(), one.id, one.title)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.id, last.title)
        else:
            merged.append(span)
    return merged
