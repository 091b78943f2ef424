"""What every spreadsheet format needs: text that stays text, and names that a sheet may have.

A cell that starts with one of `= + - @`, a tab or a line break is run as a formula by spreadsheet programs
(OWASP, "CSV Injection"); the full-width forms of the signs count as well, since some locales read them alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ddgen.exporters import text

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the forms meant
SHEET_NAME_LENGTH = 31
CELL_LENGTH = 32_767
EXACT_INTEGER = 10**15
"""Whole numbers from here on lose digits in a spreadsheet's 64-bit floats."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_RESERVED = frozenset({"history"})


def risky(content: str) -> bool:
    """Whether a spreadsheet program could take the text for a formula."""
    return content.lstrip(" \u00a0").startswith(FORMULA_STARTS)


def neutral(content: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet program would run it."""
    return "'" + content if risky(content) else content


def fitting(content: str, limit: int = CELL_LENGTH) -> str:
    """The text as one cell can hold it: cut with an ellipsis where longer, in UTF-16 units as Excel counts."""
    if len(content) * 2 <= limit or len(content.encode("utf-16-le")) // 2 <= limit:
        return content
    head = content.encode("utf-16-le")[: (limit - 1) * 2].decode("utf-16-le", errors="ignore")
    return head + "…"


def sheet_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """A valid name for each wanted one: at most 31 characters, none forbidden, all different in any letter case."""
    used = {name.casefold() for name in taken} | _RESERVED
    names = []
    for want in wanted:
        name = _unused(_valid(want), used)
        used.add(name.casefold())
        names.append(name)
    return names


def _valid(want: str) -> str:
    name = _FORBIDDEN.sub("_", text.visible(want)).strip("' ")
    return fitting(name, SHEET_NAME_LENGTH).rstrip("' ") or "Table"


def _unused(name: str, used: set[str]) -> str:
    candidate, number = name, 1
    while candidate.casefold() in used:
        number += 1
        ending = f" ({number})"
        candidate = fitting(name, SHEET_NAME_LENGTH - len(ending)).rstrip("' ") + ending
    return candidate
