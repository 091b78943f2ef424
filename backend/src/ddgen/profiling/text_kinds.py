"""What a text value is, judged alone: the reference that the batch reader (text_batch.py) must agree with."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from ddgen.profiling import dates
from ddgen.profiling.hashing import number_text

NULL_TOKENS = frozenset(
    "- -- --- ? . .. ... # * n/a n.a. na #n/a #na nan null none nil missing unknown undefined (null) <null> <na> \\n "
    "n/d nd #null! #value! #ref! #div/0! #name? #num! tbd (blank) (none)".split()
) | {"not available", "not applicable", "#n/a n/a"}
"""Texts that stand for "no value", in lower case: those of pandas, readr and R, spreadsheets and databases."""

BOOLEAN_WORDS = {
    "true": ("true", "false"),
    "false": ("true", "false"),
    "yes": ("yes", "no"),
    "no": ("yes", "no"),
    "y": ("y", "n"),
    "n": ("y", "n"),
    "t": ("t", "f"),
    "f": ("t", "f"),
    "on": ("on", "off"),
    "off": ("on", "off"),
}
"""Words that are a boolean where a field holds nothing but one pair of them."""

LONGEST_TYPED = 64
"""A longer text is no number, date or token."""

_PHONE_DIGITS = 7
"""A plus sign before this many digits or more begins a telephone number, not a number."""

_CURRENCY = "$\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9\u20ba\u0e3f\u20ab\u20aa"
CURRENCY_CODES = "USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|RUB|TRY|KRW|SGD|HKD"
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_DRESSED = re.compile(
    rf"(?P<open>\()?(?P<sign>[+-])?\s?(?P<cur>[{_CURRENCY}]|(?:{CURRENCY_CODES})\s?)?\s?(?P<sign2>[+-])?"
    r"(?P<num>\d[\d.,'\u00a0\u202f ]*\d|\d)"
    rf"\s?(?P<pct>%)?(?P<cur2>[{_CURRENCY}]|(?:{CURRENCY_CODES}))?(?P<close>\))?"
)
_MARKS_BEYOND_ASCII = str.maketrans("", "", _CURRENCY + "\u00a0\u202f")
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_INDIAN_GROUPS = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_DOT_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_SPACE_GROUPS = re.compile(r"\d{1,3}(?:[ '\u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u200b\u2028\u2029\ufeff]")


class TextKind(NamedTuple):
    """What one text is.

    `kind`: integer, float, code (digits with a leading zero), date, time, timestamp, uuid, token, boolean, blank
    or string. `number` and `moment` are its reading; `oddities` how it is peculiarly written; `scale` its
    digits after the decimal mark.
    """

    kind: str
    number: int | float | None = None
    moment: dates.Moment | None = None
    oddities: tuple[str, ...] = ()
    scale: int = 0


STRING = TextKind("string")


def kind_of(text: str) -> TextKind:
    """What `text` is."""
    return _cached_kind(text) if len(text) <= LONGEST_TYPED else _kind(text)


def _kind(text: str) -> TextKind:
    stripped = text.strip()
    extra: tuple[str, ...] = ()
    if stripped != text:
        if not stripped:
            return TextKind("blank", oddities=("blank",))
        extra = ("padding",)
    if _CONTROL.search(text):
        extra = (*extra, "control_characters")
    found = _typed(stripped) if len(stripped) <= LONGEST_TYPED else STRING
    return found._replace(oddities=found.oddities + extra) if extra else found


_cached_kind = lru_cache(maxsize=32_768)(_kind)


def canonical_number(text: str) -> bool:
    """Whether `text` is the canonical text of a number, so that its hash is that of the number."""
    kind = kind_of(text)
    return kind.number is not None and text == number_text(kind.number)


def possible(shape: str) -> bool:
    """Whether a text without letters whose digits are replaced by 9 could be more than a string."""
    return any(pattern.fullmatch(shape) for pattern in (_PLAIN, _DRESSED)) or dates.possible(shape)


def _typed(text: str) -> TextKind:
    lowered = text.lower()
    if lowered in NULL_TOKENS:
        return TextKind("token", oddities=("nan",) if lowered == "nan" else ())
    if lowered in BOOLEAN_WORDS:
        return TextKind("boolean")
    if not any("0" <= character <= "9" for character in text):
        return TextKind("float", float(lowered), oddities=("infinity",)) if lowered in _INFINITIES else STRING
    if not text.isascii() and not text.translate(_MARKS_BEYOND_ASCII).isascii():
        return STRING
    if _PLAIN.fullmatch(text):
        return _plain_number(text)
    if _UUID.fullmatch(text):
        return TextKind("uuid")
    moment = dates.read(text)
    if moment is not None:
        unclear = ("unclear_date_order",) if moment.order == "?/?/Y" else ()
        short = ("two_digit_year",) if moment.short_year else ()
        return TextKind(moment.kind, moment=moment, oddities=(*unclear, *short))
    match = _DRESSED.fullmatch(text)
    return (match and _dressed_number(match)) or STRING


_INFINITIES = frozenset({"inf", "-inf", "+inf", "infinity", "-infinity", "+infinity"})


def _plain_number(text: str) -> TextKind:
    digits = text.lstrip("+-")
    if digits.isdigit():
        if len(digits) > 1 and digits[0] == "0":
            return TextKind("code", oddities=("leading_zeros",))
        if text[0] == "+" and len(digits) >= _PHONE_DIGITS:
            return STRING
        number = int(text)
        return TextKind("integer", number, oddities=() if -(2**63) <= number < 2**63 else ("beyond_64_bit",))
    exponent = "e" in text.lower()
    whole, _, fraction = digits.partition(".")
    odd = ("exponent",) if exponent else ()
    if len(whole) > 1 and whole[0] == "0" and not exponent:
        odd = (*odd, "leading_zeros")
    fraction_read = float(text)
    if math.isinf(fraction_read):
        return STRING
    return TextKind("float", fraction_read, oddities=odd, scale=0 if exponent else len(fraction))


def _dressed_number(match: re.Match[str]) -> TextKind | None:
    """A number with a currency, percent sign, parentheses, thousands marks or a decimal comma."""
    if (match["open"] is None) != (match["close"] is None) or (match["sign"] and match["sign2"]):
        return None
    if sum(match[name] is not None for name in ("cur", "cur2", "pct")) > 1:
        return None
    read = _marks(match["num"])
    if read is None:
        return None
    plain, odd = read
    names = (("currency", match["cur"] or match["cur2"]), ("percent", match["pct"]), ("parentheses", match["open"]))
    odd += tuple(name for name, there in names if there)
    if not odd:
        return None
    negative = match["open"] is not None or "-" in (match["sign"], match["sign2"])
    text = f"-{plain}" if negative else plain
    if "." not in plain:
        return TextKind("integer", int(text), oddities=odd)
    return TextKind("float", float(text), oddities=odd, scale=len(plain.partition(".")[2]))


def _marks(number: str) -> tuple[str, tuple[str, ...]] | None:
    """The digits with a decimal point only, and which marks stood in them."""
    if number.isdigit():
        return (number, ()) if len(number) == 1 or number[0] != "0" else None
    if _DECIMAL_COMMA.fullmatch(number) and not _COMMA_GROUPS.fullmatch(number):
        return number.replace(",", "."), ("decimal_comma",)
    if _COMMA_GROUPS.fullmatch(number) or _INDIAN_GROUPS.fullmatch(number):
        unclear = number.count(",") == 1 and "." not in number
        return number.replace(",", ""), ("thousands", "unclear_comma") if unclear else ("thousands",)
    if _DOT_GROUPS.fullmatch(number) and ("," in number or number.count(".") > 1):
        marks = ("thousands", "decimal_comma") if "," in number else ("thousands",)
        return number.replace(".", "").replace(",", "."), marks
    if _SPACE_GROUPS.fullmatch(number):
        plain = re.sub(r"[ '\u00a0\u202f]", "", number)
        return plain.replace(",", "."), ("thousands", "decimal_comma") if "," in plain else ("thousands",)
    if re.fullmatch(r"\d+\.\d+", number):
        return number, ()
    return None
