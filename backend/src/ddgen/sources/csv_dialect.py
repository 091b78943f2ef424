"""How a text table is written: delimiter, quote, escape, lines before the table, header.

A way of writing is likely where it splits the lines into equally many cells that each look like one value: the
product of a pattern score and a type score. The idea is that of G. van den Burg, A. Nazabal, C. Sutton,
"Wrangling messy CSV files by detecting row and type patterns", Data Mining and Knowledge Discovery 33 (2019);
scores, priors and cell types are our own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from ddgen.sources.csv_cells import is_specific, is_whole, likelihood
from ddgen.sources.csv_header import Layout, find_layout
from ddgen.sources.csv_rows import Grammar, Row, sample_rows

STRONG = {",": 1.0, "\t": 1.0, ";": 1.0, "|": 1.0, "\x01": 1.0, "\x1e": 1.0, "\x1f": 1.0, "^": 0.9, "~": 0.9, "@": 0.8}
"""Delimiters that are believed on their consistency alone, with their prior."""

WEAK = 0.75
"""Prior of any other mark where a field of numbers, dates or quoted cells speaks for it."""

QUOTED = 1.1
"""Credit for cells that are quoted as they should be under a delimiter."""

GUARDED = 1.3
"""The same where quotes hold the delimiter itself, and none is out of place: that is what quotes are for."""

SINGLE = 0.4
"""Score of a table of one field: what a delimiter must beat."""

_NEVER_DELIMITERS = frozenset("\"'\\_.-/()[]{}<>\r\n`\u2019")
_ROWS_SCORED = 300
_CELLS_SCORED = 4000
_CELL_SEEN = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """Decoded pieces of a text: its beginning and windows from further on, each of whole lines with their ends."""

    head: list[str]
    windows: list[list[str]]
    complete: bool
    """Whether `head` is the whole text."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text table is written, and where in it the table begins."""

    grammar: Grammar
    width: int
    layout: Layout


def detect(sample: Sample) -> Dialect:
    """The likeliest dialect of a text; deterministic."""
    declared = _declared_delimiter(sample.head)
    if declared is not None:
        sample = Sample(sample.head[1:], sample.windows, sample.complete)
    lines = _without_comments(sample.head)
    grammar = _best(lines, sample.windows, declared)
    rows = _trimmed(sample_rows(sample.head, grammar), sample)
    width = _width(rows, grammar)
    layout = find_layout(rows, width, 0 if declared is None else 1)
    return Dialect(grammar, max(width, len(layout.header or ())), layout)


def _declared_delimiter(head: Sequence[str]) -> str | None:
    """The delimiter that a first line `sep=;` states, as spreadsheets write and read it."""
    match = re.fullmatch(r'"?sep=(.)"?\r?\n?', head[0], re.IGNORECASE) if head else None
    return None if match is None else match[1]


def _without_comments(lines: Sequence[str]) -> list[str]:
    kept = [line for line in lines if not line.startswith("#")]
    return kept if len(kept) * 2 >= len(lines) else list(lines)


def _best(lines: list[str], windows: list[list[str]], declared: str | None) -> Grammar:
    filled = [line for line in lines if line.strip()]
    if _is_framed(filled):
        return Grammar("|", None, framed=True)
    delimiters = [declared] if declared is not None else _candidates(filled)
    if declared is None and _is_one_value_a_line(filled):
        delimiters = []
    best, best_score = _single(filled), _single_score(filled) if declared is None else 0.0
    text = "".join(line.rstrip("\r\n") + "\n" for line in lines)
    for delimiter in delimiters:
        tried = []
        for grammar, credit in _grammars(text, delimiter):
            rows = [row for piece in (lines, *windows) for row in sample_rows(piece, grammar)[:_ROWS_SCORED]]
            score = _score([row for row in rows if row.cells], grammar)
            tried.append((score * credit, score * max(1.0, credit), grammar))
        _, score, grammar = max(tried, key=itemgetter(0))
        if score > best_score + 1e-9:
            best, best_score = grammar, score
    return best


def _single_score(lines: Sequence[str]) -> float:
    """What a table of one field is worth: less where its lines do not look like texts."""
    seen = [likelihood(line.strip()[:_CELL_SEEN]) for line in lines[:_ROWS_SCORED]]
    return SINGLE * min(1.0, max(0.3, sum(seen) / max(1, len(seen)) / 0.6))


def _is_framed(lines: Sequence[str]) -> bool:
    """Whether the table is drawn with bars at both ends of its lines."""
    drawn = [line.strip() for line in lines if line.lstrip()[:1] in {"|", "+"}]
    rules = [line for line in drawn if set(line) <= set("|+-:= ")]
    framed = [line for line in drawn if line.startswith("|") and line.endswith("|") and len(line) > 1]
    return bool(rules) and len(framed) >= 2 and len(drawn) >= 0.8 * len(lines)


def _is_one_value_a_line(lines: Sequence[str]) -> bool:
    """Whether nearly all lines, but perhaps a title, are single values such as times, addresses or numbers."""
    body = [line.strip() for line in (lines[1:] if len(lines) > 1 else lines)][:_ROWS_SCORED]
    return bool(body) and sum(is_whole(line[:_CELL_SEEN]) for line in body) >= 0.8 * len(body)


def _single(lines: Sequence[str]) -> Grammar:
    """A table of one field, whose lines may be quoted, or end in a delimiter that stands nowhere else."""
    texts = [line.rstrip("\r\n") for line in lines]
    ends = {text[-1:] for text in texts}
    mark = ends.pop() if len(ends) == 1 and len(texts) > 1 else ""
    alone = all(text.count(mark) == 1 for text in texts) if mark in STRONG else False
    if alone and not _is_one_value_a_line(lines):
        return Grammar(mark, None)
    quotes = [quote for quote in "\"'" if sum(_is_wrapped(text, quote) for text in texts) * 2 > len(texts)]
    return Grammar(None, quotes[0] if quotes else _spanning_quote("".join(lines)))


def _is_wrapped(text: str, quote: str) -> bool:
    return len(text) > 1 and text.startswith(quote) and text.endswith(quote)


def _spanning_quote(text: str) -> str | None:
    good, bad, _ = _quoted_cells(text, None, '"')
    return '"' if good > bad else None


def _candidates(lines: Sequence[str]) -> list[str]:
    """Marks that stand in a good part of the lines, likeliest first."""
    seen: Counter[str] = Counter()
    for line in lines[:_ROWS_SCORED]:
        seen.update(set(line[: 1 << 16]))
    needed = 0.3 * min(len(lines), _ROWS_SCORED)
    marks = [mark for mark, count in seen.items() if count >= needed and _may_delimit(mark)]
    return sorted(marks, key=lambda mark: (-STRONG.get(mark, 0), mark))


def _may_delimit(mark: str) -> bool:
    if mark in STRONG or mark == " ":
        return True
    return mark not in _NEVER_DELIMITERS and unicodedata.category(mark)[0] in "PSC" and mark != "\ufeff"


def _grammars(text: str, delimiter: str) -> list[tuple[Grammar, float]]:
    """The ways of quoting worth trying with a delimiter, each with the credit its evidence earns."""
    skip = _skips_space(text, delimiter)
    result = []
    for quote in ('"', "'"):
        escape = _escape(text, re.escape(delimiter), quote)
        good, bad, guarding = _quoted_cells(text, delimiter, quote, escape)
        if good or quote == '"':
            credit = GUARDED if guarding and not bad else QUOTED if good else 1.0
            bonus = credit * (good / (good + bad) if bad else 1.0)
            result.append((Grammar(delimiter, quote, escape, skip), bonus))
        if bad and quote == '"':
            result.append((Grammar(delimiter, None, None, skip), bad / (good + bad)))
    if "\\" + delimiter in text:
        result.append((Grammar(delimiter, '"', "\\", skip), 1.0))
    return result


def _quoted_cells(text: str, delimiter: str | None, quote: str, escape: str | None = None) -> tuple[int, int, int]:
    """How many cells are quoted as they should be, and how many begin with a quote but do not end with it.

    Last, how many of the good ones hold the delimiter.
    """
    if quote not in text:
        return 0, 0, 0
    mark = "(?!)" if delimiter is None else re.escape(delimiter)
    inside = rf"[^{quote}]" if escape is None else rf"[^{quote}\\]|\\[\s\S]"
    pattern = re.compile(
        rf"(?:^|{mark}) *(?:({quote}(?:{inside}|{quote}{quote})*+{quote} *(?=\r?$|\Z|{mark}))|({quote}))", re.MULTILINE
    )
    good = bad = guarding = 0
    for match in pattern.finditer(text):
        if match[1]:
            good += 1
            guarding += delimiter is not None and delimiter in match[1]
        elif text.find(quote, match.end()) >= 0:
            bad += 1
    return good, bad, guarding


def _escape(text: str, delimiter: str, quote: str) -> str | None:
    """A backslash, where it stands before quotes inside cells more often than quotes are doubled there."""
    escaped = len(re.findall(rf"\\{quote}(?!{quote}|{delimiter}|\r?\n|\Z)", text))
    doubled = len(re.findall(rf"(?<=[^\\\s]){quote}{quote}(?!{delimiter}|\r?\n|\Z)", text)) if escaped else 0
    return "\\" if escaped > doubled else None


def _skips_space(text: str, delimiter: str) -> bool:
    """Whether nearly every cell is set off from the delimiter by a space."""
    if delimiter == " ":
        return text.count("  ") * 2 > text.count("\n")
    spaced = text.count(delimiter + " ")
    filled = len(re.findall(rf"{re.escape(delimiter)}(?=[^{re.escape(delimiter)}\r\n])", text)) if spaced else 0
    quoted = text.count(f'{delimiter} "') > text.count(f'{delimiter}"')
    return bool(spaced) and (spaced >= 0.8 * filled or quoted)


def _score(rows: Sequence[Row], grammar: Grammar) -> float:
    """Pattern score times type score times prior, from 0 to 1."""
    lengths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    if not lengths:
        return 0.0
    width = max(lengths, key=lambda length: (lengths[length], length))
    first = next(index for index, row in enumerate(rows) if len(row.cells) == width)
    body = [row.cells for row in rows[first:]]
    exact = lengths[width] / len(body)
    short = sum(len(cells) < width and len(cells) > 1 for cells in body) / len(body)
    long = sum(len(cells) > width for cells in body) / len(body)
    consistency: float = (exact + 0.5 * short + 0.3 * long) ** 2 * (len(body) / len(rows)) ** 0.5
    if width == 2 and all(not cells[1].strip() for cells in body if len(cells) == 2):
        return 0.0
    return consistency * width / (width + 1) * _type_score(body) * _prior(grammar, body, width)


def _type_score(body: Sequence[Sequence[str]]) -> float:
    cells = [cell[:_CELL_SEEN] for row in body for cell in row][:: max(1, sum(map(len, body)) // _CELLS_SCORED)]
    return sum(map(likelihood, cells)) / len(cells)


def _prior(grammar: Grammar, body: Sequence[Sequence[str]], width: int) -> float:
    delimiter = grammar.delimiter or ""
    if delimiter in STRONG:
        return STRONG[delimiter]
    quoted = any(delimiter in cell for cells in body for cell in cells)
    return WEAK if quoted or _has_specific_field(body, width) else 0.5 * SINGLE


def _has_specific_field(body: Sequence[Sequence[str]], width: int) -> bool:
    """Whether some field holds nothing but numbers, dates or the like, below a first row that may be a header."""
    full = [cells for cells in body[1:] if len(cells) == width]
    if not full or len(full) < 0.8 * (len(body) - 1):
        return False
    return any(all(is_specific(cells[index].strip()) for cells in full) for index in range(width))


def _trimmed(rows: list[Row], sample: Sample) -> list[Row]:
    """The rows without the last, which may be cut, where the sample is not the whole."""
    return rows if sample.complete or len(rows) < 2 else rows[:-1]


def _width(rows: Sequence[Row], grammar: Grammar) -> int:
    """How many cells most rows have."""
    if grammar.delimiter is None:
        return 1
    lengths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    if not lengths:
        return 1
    width = max(lengths, key=lambda length: (lengths[length], length))
    ended = width == 2 and all(not row.cells[1] for row in rows if len(row.cells) == 2)
    return 1 if ended and grammar.quote is None else width
