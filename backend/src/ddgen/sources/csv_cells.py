"""What single cells of a text table look like: enough to tell a likely split of lines from an unlikely one."""

from __future__ import annotations

import re
from functools import lru_cache

NULL_TOKENS = frozenset({"na", "n/a", "nan", "null", "none", "nil", "-", "--", "?", "#n/a", "\\n", ".", "missing"})
"""Spellings of no value, in lower case."""

_DATE = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}[- ][A-Za-z]{3,9}[- ,]{1,2}\d{2,4}"
)
_NAMED_DATE = r"(?:[A-Z][a-z]{2,9},? )?[A-Z][a-z]{2,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9}|,\d{3})?)?(?: ?[AaPp]\.?[Mm]\.?)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_GROUPED = (
    r"[+-]?\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|(?:\.\d{3})+(?:,\d+)?|(?:['\u00a0\u202f]\d{3})+(?:[.,]\d+)?)|[+-]?\d+,\d+"
)
_MONEY = r"[+-]?[$€£¥₹] ?-?\d[\d.,]*|-?\d[\d.,]* ?[$€£¥₹%]|\([$€£]?\d[\d.,]*\)"
_WHOLE = (
    rf"(?:{_DATE})(?:(?:T| |, ){_TIME}{_ZONE})?",
    rf"{_NAMED_DATE}(?:,? (?:at )?{_TIME}{_ZONE})?",
    _TIME + _ZONE,
    _NUMBER,
    _MONEY,
    r"[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^\s,;|^~]+",
    r"[^@\s,;|:]+@[\w-]+(?:\.[\w-]+)+",
    r"\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d{1,5})?",
    r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}",
    r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){4,7}",
    r"\+?\(?\d{1,4}\)?(?:[ -]\(?\d{2,4}\)?){1,3}-\d{3,4}",
)
_SPECIFIC = re.compile("|".join(f"(?:{pattern})" for pattern in (*_WHOLE, _GROUPED)))
_WHOLE_LINE = re.compile("|".join(f"(?:{pattern})" for pattern in _WHOLE))
_WORDS = re.compile(r"(?!\")[\w.'\u2019&/()*+#%°\"-]+(?: [\w.'\u2019&/()*+#%°\"-]+){0,4}")
_TEXT = re.compile(r"[^\t|;~^\x00-\x08\x0e-\x1f]*")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_IDENTIFIER = re.compile(r"[^\W\d][\w.-]*")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_UNIT = re.compile(
    r"\(.{0,12}\)|\[.{0,12}\]|%|‰|°[CFK]?|[#$€£¥]|"
    r"(?:[numkcdhMGT]?(?:m|g|s|l|L|A|V|W|Hz|Pa|J|N|mol|K|cd|eV|B|bit|bps|bar)|min|h|hr|hrs|d|yr|ft|in|mi|lb|lbs|oz|kWh|"
    r"deg[CF]?|ppm|ppb|rpm|psi|USD|EUR|GBP|mph|km/h|count|pct|px|dB|y/n|yyyy-mm-dd|Ω|µm|µg)"
    r"(?:[/·*]?(?:m|s|h|kg|l|L|km|cm|min|d)?[²³23]?(?:\^?-?\d)?)?"
)


@lru_cache(maxsize=1 << 14)
def is_specific(cell: str) -> bool:
    """Whether the cell is a number, date, time, amount, address or the like: something no name of a field is."""
    return _SPECIFIC.fullmatch(cell) is not None


@lru_cache(maxsize=1 << 12)
def is_whole(line: str) -> bool:
    """Whether a line is one value although it may hold marks that could separate: a time, an address, a number."""
    return _WHOLE_LINE.fullmatch(line) is not None


@lru_cache(maxsize=1 << 14)
def likelihood(cell: str) -> float:
    """How much a cell looks like one whole value, from 0 to 1: the type score of one cell."""
    cell = cell.strip(" ")
    if not cell or is_specific(cell) or cell.lower() in NULL_TOKENS:
        return 1.0
    if _WORDS.fullmatch(cell):
        return 0.95
    if _TEXT.fullmatch(cell):
        return 0.6 if _LETTERS.search(cell) else 0.1
    return 0.35 if cell.count(" ") > 2 else 0.1


def is_null(cell: str) -> bool:
    """Whether the cell is empty or spells out that there is no value."""
    cell = cell.strip()
    return not cell or cell.lower() in NULL_TOKENS


def is_year(cell: str) -> bool:
    """Whether the cell is a year, the one number that names fields."""
    return _YEAR.fullmatch(cell.strip()) is not None


def is_unit(cell: str) -> bool:
    """Whether the cell is a unit of measure, as in a second line under the names."""
    return _UNIT.fullmatch(cell.strip()) is not None


def is_identifier(cell: str) -> bool:
    """Whether the cell could be a name in a programming language."""
    return _IDENTIFIER.fullmatch(cell.strip()) is not None


@lru_cache(maxsize=1 << 14)
def shape(cell: str) -> str:
    """Letters as `a` or `A`, digits as `9`: `KX-12` is `AA-99`."""
    return "".join("9" if c.isdigit() else ("A" if c.isupper() else "a") if c.isalpha() else c for c in cell.strip())
