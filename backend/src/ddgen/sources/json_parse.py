"""Texts of JSON records as Python values: as fast as orjson, and exact where orjson is not.

orjson makes floats of integers beyond 64 bits, keeps the last of duplicate keys without a word, and takes no
NaN, no lone surrogate and no invalid UTF-8. Its result is believed only where it is proven whole:

- no integer of more than 19 digits stands in the text, nor a negative one of 19 (these are the fewest that may
  lie beyond 64 bits);
- written again by orjson, the values have as many quotation marks as the text (an escaped one counts as the
  one it becomes): a key that was dropped would have taken at least two with it.

Everything else is parsed once more, record by record, by the standard library.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import orjson

from ddgen.model.path import Path, Step
from ddgen.sources import extended_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_DEPTH = 900
"""Levels of nesting that are read; the parsers hold out about 1,000."""

LONGEST_INTEGER = 4300
"""Digits of an integer that Python reads and writes; longer ones become decimals."""

DIGITS = bytes.maketrans(b"123456789", b"000000000")
LONG_RUN = b"0" * 19
BEFORE_NUMBER = frozenset(b"[,:- \t\r\n")
STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
CONSTANTS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(?P<constant>NaN|-?Infinity)', re.DOTALL)
SURROGATES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


@dataclass(slots=True)
class Parsed:
    """The values of some records, and where among them an object held a key twice."""

    values: list[Any] = field(default_factory=list)
    duplicates: list[tuple[Path, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a record: its code, what to tell, and at which of its bytes."""

    code: str
    message: str
    at: int
    unfinished: bool = False
    """Whether the record only lacks its end."""


class _Repeated(dict[str, Any]):
    """An object that held `keys_twice` more than once."""

    __slots__ = ("keys_twice",)
    keys_twice: list[str]


def proven(text: bytes, values: list[Any]) -> bool:
    """Whether `values`, as orjson made them of `text`, are certain to have lost nothing."""
    if _has_long_integer(text):
        return False
    try:
        written = orjson.dumps(values)
    except TypeError:
        return False
    escaped = text.count(b"\\u0022") if b"\\" in text else 0
    return written.count(b'"') == text.count(b'"') + escaped


def _has_long_integer(text: bytes) -> bool:
    """Whether an integer stands in the text that may lie beyond 64 bits."""
    digits = text.translate(DIGITS)
    found = digits.find(LONG_RUN)
    while found != -1:
        before = text[found - 1] if found else ord(",")
        end = found + len(LONG_RUN)
        if before in BEFORE_NUMBER and (before == ord("-") or digits[end : end + 1] == b"0"):
            return True
        while digits[end : end + 1] == b"0":
            end += 1
        found = digits.find(LONG_RUN, end)
    return False


def parse_joined(text: bytes) -> list[Any] | None:
    """The elements of an array that `text` stands between the brackets of; None if it does not.

    They are not yet proven.
    """
    try:
        values: list[Any] = orjson.loads(b"[%b]" % text)
    except orjson.JSONDecodeError:
        return None
    return values


def parse_lines(text: bytes) -> Parsed | None:
    """The records of whole lines; None where one of them needs a closer look."""
    try:
        values = list(map(orjson.loads, filter(None, text.split(b"\n"))))
    except orjson.JSONDecodeError:
        return None
    return Parsed(converted(text, values)) if proven(text, values) else None


def parse_spans(text: bytes, spans: Sequence[tuple[int, int]], report: Callable[[Trouble], None]) -> Parsed:
    """The records at `spans` of the text; trouble is reported with its position in the text."""
    parsed = Parsed()
    parser = ExactParser()
    for start, end in spans:
        raw = text[start:end]
        try:
            value = orjson.loads(raw)
            certain = proven(raw, value)
        except orjson.JSONDecodeError:
            certain = False
        if certain:
            parsed.values.append(value)
            continue
        if parser.parse(raw):
            parsed.duplicates.extend((path, len(parsed.values)) for path in parser.duplicates)
            parsed.values.append(parser.value)
        for trouble in parser.troubles:
            report(replace(trouble, at=start + trouble.at))
    if spans:
        converted(text[spans[0][0] : spans[-1][1]], parsed.values)
    return parsed


def converted(text: bytes, values: list[Any]) -> list[Any]:
    """The values of the text, with Extended JSON in them made plain."""
    if extended_json.mentions(text):
        extended_json.plain(values)
    return values


class ExactParser:
    """Parses one record after another by the standard library; what is found of each is in its attributes."""

    def __init__(self) -> None:
        self.value: Any = None
        self.duplicates: list[Path] = []
        self.troubles: list[Trouble] = []
        self._raw = b""
        self._repeats = False
        self._decode = self._decoder(self._object).decode
        self._decode_last = self._decoder(dict).decode

    def parse(self, raw: bytes) -> bool:
        """Whether `raw` is a record whose `value` is now known, be there `troubles` or not."""
        self._raw, self._repeats, self.duplicates, self.troubles = raw, False, [], []
        if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and depth(raw) > MAX_DEPTH:
            self.troubles = [Trouble("too_deep", f"nested deeper than {MAX_DEPTH} levels", 0)]
            return False
        text = self._text()
        try:
            self.value = self._decode(text)
            if self._repeats:
                self._find_repeats()
                self.value = self._decode_last(text)
        except json.JSONDecodeError as error:
            at = min(len(text[: error.pos].encode(errors="surrogatepass")), len(raw))
            unfinished = error.msg.startswith("Unterminated") or not text[error.pos :].strip()
            self.troubles = [Trouble("bad_record", f"not JSON: {error.msg}", at, unfinished=unfinished)]
            return False
        except RecursionError:
            self.troubles = [Trouble("too_deep", "nested too deeply", 0)]
            return False
        return True

    def _text(self) -> str:
        try:
            text = self._raw.decode()
        except UnicodeDecodeError as error:
            self.troubles.append(Trouble("bad_encoding", f"not UTF-8: {error.reason}", error.start))
            text = self._raw.decode(errors="replace")
        return self._without_lone_surrogates(text) if "\\ud" in text or "\\uD" in text else text

    def _without_lone_surrogates(self, text: str) -> str:
        """The text with an escaped U+FFFD for each half of a pair that stands alone, which is no character."""
        lone = next((match for match in SURROGATES.finditer(text) if match["lone"]), None)
        if lone is None:
            return text
        at = min(len(text[: lone.start()].encode()), len(self._raw))
        self.troubles.append(Trouble("bad_encoding", f"not Unicode: {lone['lone']} is half of a pair", at))
        return SURROGATES.sub(lambda match: "\\ufffd" if match["lone"] else match[0], text)

    def _decoder(self, hook: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> json.JSONDecoder:
        return json.JSONDecoder(
            object_pairs_hook=hook, parse_constant=self._constant, parse_int=_integer, parse_float=_number
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        self._repeats = True
        seen: set[str] = set()
        repeated = _Repeated(value)
        repeated.keys_twice = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value] # None is wanted
        return repeated

    def _constant(self, name: str) -> float:
        if not any(trouble.code == "not_json" for trouble in self.troubles):
            match = next((found for found in CONSTANTS.finditer(self._raw) if found["constant"]), None)
            at = match.start() if match else 0
            self.troubles.append(Trouble("not_json", f"{name} is not JSON", at))
        return float(name)

    def _find_repeats(self) -> None:
        """Note the paths of the keys held twice."""
        waiting: list[tuple[Any, Path]] = [(self.value, ())]
        while waiting:
            value, path = waiting.pop()
            if isinstance(value, _Repeated):
                self.duplicates.extend((*path, key) for key in value.keys_twice)
            if isinstance(value, dict):
                waiting.extend((item, (*path, key)) for key, item in value.items())
            elif isinstance(value, list):
                waiting.extend((item, (*path, Step.ELEMENT)) for item in value)


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= LONGEST_INTEGER else Decimal(text)


def _number(text: str) -> float | Decimal:
    number = float(text)
    if math.isinf(number):
        try:
            return Decimal(text)
        except InvalidOperation:
            return number
    return number


def depth(raw: bytes) -> int:
    """The levels of nesting in a text, be it JSON or not."""
    deepest = level = 0
    for byte in STRINGS.sub(b"", raw).translate(None, NOT_BRACKETS):
        level += 1 if byte in b"[{" else -1
        deepest = max(deepest, level)
    return deepest
