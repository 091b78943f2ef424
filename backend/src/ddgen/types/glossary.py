"""A glossary: what abbreviations mean in one place, told by the people who know; it outranks every list and guess.

A CSV file of the columns `abbreviation`, `expansion` and `scope`. The scope is empty, or a pattern of the table (as in
`order*`) or of table and field (`orders.*_cd`) in which the entry holds.
"""

from __future__ import annotations

import csv
import fnmatch
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ddgen.errors import InputError, OutputError, UsageError
from ddgen.types import channel, words

COLUMNS = ("abbreviation", "expansion", "scope")
LONGEST = 4
"""Pieces of a name that one entry may be made of: `ord_ln_no` is three."""
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """What an abbreviation, its pieces in lower case with `_` between them, means within a scope."""

    abbreviation: str
    expansion: str
    scope: str = ""

    def holds(self, table: str, name: str) -> bool:
        """Whether the entry is meant for a field of a table."""
        place = f"{table}.{name}".lower()
        return not self.scope or any(fnmatch.fnmatchcase(one, self.scope.lower()) for one in (table.lower(), place))


class Glossary:
    """Entries; of several that hold, one with a scope comes first, then the later one."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: list[Entry] = []
        self._by_short: dict[str, list[Entry]] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Put an entry in front of the others."""
        self.entries.append(entry)
        self._by_short.setdefault(entry.abbreviation, []).insert(0, entry)

    @classmethod
    def load(cls, path: Path) -> Glossary:
        """The glossary in a CSV file.

        Raises UsageError where there is none or a line says nothing, InputError where the file cannot be read.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise UsageError("no such file", where=str(path), hint=f"Name a CSV of {', '.join(COLUMNS)}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("cannot be read as text in UTF-8", where=str(path)) from error
        return cls(_entries(text, str(path)))

    def save(self, path: Path) -> None:
        """Write the entries as CSV, whole or not at all; in a file that is there, behind what it has, notes included.

        Raises OutputError; and as `load` does where the file that is there is no glossary.
        """
        before = path.read_bytes() if path.is_file() else b""
        known = set(Glossary.load(path).entries) if before else set()
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([] if before else [COLUMNS])
        writer.writerows((one.abbreviation, one.expansion, one.scope) for one in self.entries if one not in known)
        ends = b"" if not before or before.endswith(b"\n") else b"\n"
        beside = path.with_name(f"{path.name}.part")
        try:
            beside.write_bytes(before + ends + text.getvalue().encode())
            beside.replace(path)
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", where=str(path)) from error

    def meaning(self, pieces: Sequence[str], table: str = "", name: str = "") -> Entry | None:
        """The entry for these pieces of a name; one with a scope comes before one without."""
        found = [one for one in self._by_short.get("_".join(pieces), ()) if one.holds(table, name)]
        return min(found, key=lambda one: not one.scope, default=None)

    def learn(self, name: str, meaning: str, *, scope: str = "") -> list[Entry]:
        """Take what a person called a field into the glossary: the entries that are new.

        Pieces that shorten a word of the meaning, or are it, are laid side by side; a piece that is left between them
        stands for the words that are left there. `cust_nbr` called "Client number" tells that `cust` is client. Where
        more than one piece is left, or one without words, nothing is learnt: it would be a guess.
        """
        pieces = [piece for piece in _pieces(name) if piece.isalpha()]
        said = [word.lower() for word in _LETTERS.findall(meaning)]
        known = {(one.abbreviation, one.expansion.lower(), one.scope) for one in self.entries}
        new = [
            Entry(piece, " ".join(told), scope)
            for piece, told in _side_by_side(pieces, said)
            if [piece] != told and _is_news(piece, told) and (piece, " ".join(told), scope) not in known
        ]
        for entry in new:
            self.add(entry)
        return new


def _entries(text: str, where: str) -> Iterable[Entry]:
    first = True
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row] + ["", "", ""]
        if not any(cells) or cells[0].startswith("#"):
            continue
        is_head = first and [cell.lower() for cell in cells[:2]] == list(COLUMNS[:2])
        first = False
        if is_head:
            continue
        short = "_".join(_pieces(cells[0]))
        if not short or not cells[1]:
            raise UsageError(
                "an entry without abbreviation or expansion",
                where=f"{where}, line {number}",
                hint=f"A line holds {', '.join(COLUMNS)}; the last may be empty",
            )
        yield Entry(short, cells[1], cells[2])


def _pieces(name: str) -> list[str]:
    from ddgen.types.naming import pieces

    return [piece for piece, _ in pieces(name)]


def _is_news(piece: str, told: list[str]) -> bool:
    return words.abbreviations().get(piece, ("",))[0] != " ".join(told)


def _fits(piece: str, said: list[str]) -> int:
    """How many of the words from here a piece plainly stands for: 0, if it is not plain."""
    for meaning in words.abbreviations().get(piece, ()):
        told = meaning.split()
        if said[: len(told)] == told:
            return len(told)
    initials = "".join(word[0] for word in said[: len(piece)])
    if len(piece) > 1 and initials == piece:
        return len(piece)
    plain = said and (piece == said[0] or (len(piece) > 1 and channel.shortening(piece, said[0]) is not None))
    return 1 if plain else 0


def _side_by_side(pieces: list[str], said: list[str]) -> list[tuple[str, list[str]]]:
    """Which words each piece stands for, from left to right; nothing where one is left over."""
    found: list[tuple[str, list[str]]] = []
    gap: list[str] = []
    at = 0
    for piece in pieces:
        ahead = next((skip for skip in range(len(said) - at) if _fits(piece, said[at + skip :])), None)
        if ahead is None or (ahead > 0 and not gap):
            gap.append(piece)
            continue
        size = _fits(piece, said[at + ahead :])
        found += _filled(gap, said[at : at + ahead])
        found.append((piece, said[at + ahead : at + ahead + size]))
        at, gap = at + ahead + size, []
    found += _filled(gap, said[at:])
    return [] if any(not told for _, told in found) else found


def _filled(gap: list[str], left: list[str]) -> list[tuple[str, list[str]]]:
    """One piece stands for the words that are left; of several nobody knows which."""
    return [(gap[0], left)] if len(gap) == 1 else [(piece, []) for piece in gap]
