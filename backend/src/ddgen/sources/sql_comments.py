"""Comments inside a stored CREATE statement: what people wrote beside their columns.

A comment belongs to the column on whose line it stands, or to the column below it where it has lines of
its own; before the opening bracket, or on its line, it belongs to the table.
"""

from __future__ import annotations

import re

TABLE = ""
"""The key of the table's own comment."""

_TOKEN = re.compile(
    r"--(?P<line>[^\n]*)|/\*(?P<block>.*?)(?:\*/|\Z)"
    r"""|(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?P<text>'(?:[^']|'')*')"""
    r"|(?P<word>\w+)|(?P<mark>[(),])|(?P<newline>\n)|(?P<other>\S)",
    re.DOTALL,
)
_CONSTRAINTS = frozenset({"PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT", "EXCLUDE", "KEY"})


def sql_comments(statement: str) -> dict[str, str]:
    """The comments in a CREATE statement by column name; under the empty name that of the table."""
    reader = _Reader()
    for match in _TOKEN.finditer(statement):
        reader.take(match)
    return {name: " ".join(parts) for name, parts in reader.comments.items() if parts and name is not None}


class _Reader:
    def __init__(self) -> None:
        self.comments: dict[str | None, list[str]] = {TABLE: []}
        self._depth = 0
        self._owner: str | None = TABLE
        self._above: list[str] = []
        self._starts = False
        self._beside = True

    def take(self, match: re.Match[str]) -> None:
        match match.lastgroup:
            case "line" | "block":
                self._comment(_clean(match[match.lastgroup]))
            case "newline":
                self._beside = self._depth == 0
            case kind:
                self._token(match[0], named=kind in ("quoted", "word"))
                self._beside = True

    def _comment(self, text: str) -> None:
        if not text:
            return
        if not self._beside:
            self._above.append(text)
        else:
            self.comments.setdefault(self._owner, []).append(text)

    def _token(self, text: str, *, named: bool) -> None:
        if text in "()":
            self._depth += 1 if text == "(" else -1
            self._owner = self._owner if self._depth else None
        if self._depth == 1 and self._starts and named:
            self._begin(text)
        elif self._depth == 1 and (text == "," or (text == "(" and self._owner == TABLE)):
            self._starts = True

    def _begin(self, word: str) -> None:
        self._starts = False
        self._owner = None if word.upper() in _CONSTRAINTS else _unquoted(word)
        self.comments.setdefault(self._owner, []).extend(self._above)
        self._above = []


def _clean(text: str) -> str:
    lines = (line.strip().lstrip("*-").strip() for line in text.splitlines())
    words = " ".join(line for line in lines if line)
    return words if re.search(r"\w", words) else ""


def _unquoted(word: str) -> str:
    if word[0] == "[":
        return word[1:-1]
    return word[1:-1].replace(word[0] * 2, word[0]) if word[0] in '"`' else word
