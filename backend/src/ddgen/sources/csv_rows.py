"""From lines to rows: Python's csv reader, told how a file is written, and what that reader cannot do by itself."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

NEVER = "\ufdd1"
"""A noncharacter (Unicode 23.7): stands for a delimiter that no text holds."""

END = "\ufdd2"
"""A noncharacter: the last line of every text handed to the reader, which shows whether a quote is still open."""

LONE_CR = "\ufdd3"
"""A noncharacter: stands for a carriage return that ends no line while the reader is at work."""

CELL_LIMIT = 1 << 29
"""Characters in one cell, above which a quote counts as unclosed."""

csv.field_size_limit(CELL_LIMIT)

_RULE = re.compile(r"\s*[|+][-+:=| ]+[|+]\s*")
_BARS = re.compile(r" *\| *")


class Grammar(NamedTuple):
    """How cells are written: all that the reader has to know."""

    delimiter: str | None = ","
    quote: str | None = '"'
    escape: str | None = None
    skip_space: bool = False
    framed: bool = False


class RowReader(Protocol):
    """What `csv.reader` gives: rows, and how many lines they were taken from."""

    @property
    def line_num(self) -> int:
        """How many lines."""

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a record and the 0-based number of its first line."""

    line: int
    cells: list[str]


def read_rows(lines: Iterable[str], grammar: Grammar) -> RowReader:
    """The reader over lines with their ends; its `line_num` counts them."""
    if grammar.framed:
        lines = map(unframe, lines)
    if grammar.escape is not None:
        lines = _escaped_only(lines, grammar)
    delimiter = grammar.delimiter or NEVER
    if grammar.quote is None:
        return csv.reader(
            lines,
            delimiter=delimiter,
            quoting=csv.QUOTE_NONE,
            escapechar=grammar.escape,
            skipinitialspace=grammar.skip_space,
        )
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=grammar.quote,
        doublequote=True,
        escapechar=grammar.escape,
        skipinitialspace=grammar.skip_space,
    )


def unframe(line: str) -> str:
    """A line of a table drawn with bars, without its frame; a rule between rows becomes a blank line."""
    if _RULE.fullmatch(line):
        return "\n"
    inner = line.strip()
    return _BARS.sub("|", inner.removeprefix("|").removesuffix("|").strip()) + "\n"


def _escaped_only(lines: Iterable[str], grammar: Grammar) -> Iterator[str]:
    """The lines, with a backslash that escapes nothing doubled, so that the reader keeps it."""
    specials = re.escape(f"{grammar.quote or ''}{grammar.delimiter or ''}\\\r\n")
    pattern = re.compile(rf"\\[{specials}]|\\")
    for line in lines:
        yield pattern.sub(lambda match: match[0] if len(match[0]) > 1 else "\\\\", line) if "\\" in line else line


def sample_rows(lines: Sequence[str], grammar: Grammar) -> list[Row]:
    """The rows of a piece of text; where a quote is never closed, its line is read as if it were none.

    Blank lines give rows without cells.
    """
    rows: list[Row] = []
    start = 0
    while start < len(lines):
        reader = read_rows([*lines[start:], END], grammar)
        found = _numbered(reader, start)
        last = found.pop()
        rows += found
        if last.cells == [END]:
            return rows
        unquoted = read_rows([lines[last.line]], grammar._replace(quote=None))
        rows += [Row(last.line, cells) for cells in unquoted]
        start = last.line + 1
    return rows


def _numbered(reader: RowReader, start: int) -> list[Row]:
    rows = []
    line = start
    try:
        for cells in reader:
            rows.append(Row(line, cells))
            line = start + reader.line_num
    except csv.Error:
        rows.append(Row(line, []))
    return rows
