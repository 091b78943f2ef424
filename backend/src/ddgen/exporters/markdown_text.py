"""GitHub-flavoured Markdown from texts that may hold anything: what is shown is the text, never its mark-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ddgen.exporters import text

_SPECIAL = re.compile(r"[\\`*_\[\]~$]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_LINE_START = re.compile(r"#|=|:?-{2}|[+-](?=\s|$)|(?P<number>\d+)(?=[.)](?:\s|$))")
_ADDRESS = re.compile(r":(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_CODE_SPECIAL = re.compile(r"[^\w .,:;/()'\"+=?%-]", re.ASCII)


def inline(said: str) -> str:
    """A text on one line: mark-up, HTML and addresses in it stay plain characters."""
    shown = text.visible(said, keep="\u00a0\u202f").strip()
    escaped = "".join(_ENTITIES.get(character, character) for character in _SPECIAL.sub(r"\\\g<0>", shown))
    return _start(_ADDRESS.sub(r"\\\g<0>", escaped))


def _start(line: str) -> str:
    """A line that cannot begin a heading, list or rule."""
    found = _LINE_START.match(line)
    place = found.end("number") if found and found["number"] else 0
    return f"{line[:place]}\\{line[place:]}" if found else line


def paragraph(said: str) -> str:
    """A text of several lines, its line breaks kept."""
    return "  \n".join(inline(line) for line in text.prose(said).split("\n") if line.strip())


def cell(said: str) -> str:
    """A text in a cell of a table."""
    return "<br>".join(inline(line) for line in text.prose(said).split("\n") if line.strip())


def code(said: str) -> str:
    """A name or value as code; safe in tables, whatever backticks, pipes and spaces it holds."""
    shown = text.visible(said)
    if not shown:
        return '`""`'
    if not re.search(r"[`|]", shown) and shown == shown.strip():
        return f"`{shown}`"
    core = _CODE_SPECIAL.sub(_entity, shown.strip(" "))
    before = len(shown) - len(shown.lstrip(" "))
    after = len(shown) - len(shown.rstrip(" ")) if core else 0
    return f"<code>{'&nbsp;' * before}{core}{'&nbsp;' * after}</code>"


def _entity(found: re.Match[str]) -> str:
    character = found[0]
    return f"&#{ord(character)};" if character.isascii() else character


def link(label: str, target: str) -> str:
    """A link to a target of our own making."""
    return f"[{inline(label)}]({target})"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> list[str]:
    """The lines of a table; cells are Markdown already, columns in `right` hold figures."""
    figures = set(right)
    rule = ["---:" if place in figures else "---" for place in range(len(heads))]
    return [_row(heads), _row(rule), *map(_row, rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
