"""Regular expressions of users, matched in time linear in the text whatever they say: by RE2, as Arrow has it."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_WIDE = 4
"""How often a class of Unicode may be repeated where repeats are bounded: beyond it RE2 falls out of its fast way."""

_FIRST = 16
"""Texts that are matched first: mostly they show already that the rest need not be."""

_PIECE = re.compile(r"\\[pP](?:\{\^?\w*\}|\w)|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_WHOLE = re.compile(r"\\A\(\?:(.*)\)\\z", re.DOTALL)
_NOT_THERE = "RE2 has neither lookaround nor backreferences: say what must not match in `invalid` or `veto`"
_HINTS = {
    "invalid perl operator": _NOT_THERE,
    "invalid escape sequence": _NOT_THERE,
    "invalid repetition size": "RE2 repeats at most 1,000 times: bound the length with `max_len`",
}


class Linear:
    """An expression in RE2's syntax. Raises ValueError where RE2 refuses it."""

    def __init__(self, regex: str, flags: str = "") -> None:
        self._regex = rf"\A(?:{regex})\z"
        self._ignore_case = "i" in flags
        self._seen: dict[str, bool] = {}
        self._ahead: Sequence[str] = ()
        self.fullmatch("")

    def fullmatch(self, text: str) -> bool:
        """Whether the whole text matches."""
        while text not in self._seen and self._ahead:
            some = self._ahead if self._seen else self._ahead[:_FIRST]
            self._seen.update(zip(some, self._matched(some), strict=True))
            self._ahead = self._ahead[len(some) :]
        known = self._seen.get(text)
        return self._matched([text])[0] if known is None else known

    def foresee(self, texts: Sequence[str]) -> None:
        """Say which texts will be asked for: some, then the rest, are matched at once, which takes as long as one."""
        self._seen, self._ahead = {}, texts

    def _matched(self, texts: Sequence[str]) -> list[bool]:
        import pyarrow as pa
        from pyarrow import compute

        array = pa.array(texts, pa.string())
        found = compute.match_substring_regex(array, pattern=self._regex, ignore_case=self._ignore_case)
        return [bool(one) for one in found.to_pylist()]


def complaint(regex: str) -> tuple[str, str | None] | None:
    r"""Why an expression cannot be used, and what to do about it; None where it can.

    RE2 takes `\p{L}{0,60}`, but makes 70,000 states of it.
    """
    try:
        Linear(regex)
    except ValueError as error:
        said = str(error).removeprefix("Invalid regular expression: ")
        whole = _WHOLE.sub(r"\1", said)
        return f"RE2 refuses it: {whole}", next((hint for why, hint in _HINTS.items() if why in said), None)
    wide = _bounded_unicode(regex)
    if wide is None:
        return None
    return f"{wide} repeats a class of Unicode more than {MOST_WIDE} times, but not without bound, which is slow", (
        "Repeat it with * or +, and bound the length with `max_len`"
    )


def _bounded_unicode(regex: str) -> str | None:
    """The first large bounded repeat, as in `{0,60}`, of what holds a class of Unicode, with what it repeats."""
    pieces: list[str] = _PIECE.findall(regex)
    open_at: list[int] = []
    start = 0
    for place, piece in enumerate(pieces):
        if piece == "(":
            open_at.append(place)
        elif piece == ")" and open_at:
            start = open_at.pop()
        elif place and len(piece) > 1 and piece[0] == "{" and max(map(int, re.findall(r"\d+", piece))) > MOST_WIDE:
            repeated = "".join(pieces[start if pieces[place - 1] == ")" else place - 1 : place])
            if re.search(r"\\[pP]", repeated):
                return repeated + piece
    return None
