"""Text tables: CSV, TSV and every other delimiter, as one relation of texts."""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from ddgen.model.problem import Place, Problem
from ddgen.model.relation import DeclaredField, Relation, TextBatch
from ddgen.sources.ahead import ahead
from ddgen.sources.csv_blocks import PlainBlocks, suits
from ddgen.sources.csv_columns import Columns, line_count
from ddgen.sources.csv_dialect import Dialect, detect
from ddgen.sources.csv_rows import END, Grammar, RowReader, read_rows
from ddgen.sources.csv_text import LARGE_BLOCK, TextForm, TextLines, read_sample
from ddgen.sources.encoding import looks_binary
from ddgen.sources.headers import filled_names, unique_names
from ddgen.sources.spec import Source, SourceSpec, changed
from ddgen.sources.streams import open_bytes

CELLS = 400_000
"""Cells in one batch; up to five times as many where rows are so wide that a batch would have few."""

CHARACTERS = 1 << 24
"""Characters in one batch, about: long rows make it shorter."""

PIECE = 8192
"""Cells read at once: few enough that the rows' own memory stays in the processor's cache (twice as fast)."""

RECOVERIES = 3
"""Unclosed quotes after which the rest of a file is read as if it had no quotes."""

_OTHER_TEXT = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<svg|%PDF-|%!PS|\{\\rtf|-----BEGIN )", re.IGNORECASE)
_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".geojson"})


class CsvSource(Source):
    """Any text in lines that no other text format claims."""

    name = "csv"
    suffixes = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv", ".dat", ".data", ".ssv", ".log"})

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """Whether it is text, and neither markup, a document, nor JSON by name and beginning."""
        head = spec.head
        if not head or looks_binary(head) or _OTHER_TEXT.match(head.removeprefix(b"\xef\xbb\xbf")):
            return False
        return not (spec.suffix in _JSON_SUFFIXES and head.lstrip()[:1] in {b"{", b"["})

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """The one table in it."""
        form, sample = read_sample(spec)
        return [CsvRelation(spec, form, detect(sample))]


class CsvRelation(Relation):
    """The records of a text table."""

    def __init__(self, spec: SourceSpec, form: TextForm, dialect: Dialect) -> None:
        delimiter = dialect.grammar.delimiter
        super().__init__(spec.stem, spec.display, "tsv" if delimiter == "\t" else "csv")
        self.text = True
        self._spec = spec
        self._form = form
        self._dialect = dialect
        header = dialect.layout.header
        cells = [""] * dialect.width if header is None else [*header, *[""] * (dialect.width - len(header))]
        self.names = filled_names(cells)
        units = dialect.layout.units or ()
        comments = {
            name: f"unit: {unit.strip()}" for name, unit in zip(self.names, units, strict=False) if unit.strip()
        }
        self.declared = [DeclaredField((name,), comment=comments.get(name)) for name in self.names]
        self.reading = _reading(form, dialect)
        with open_bytes(spec.path, spec.member) as stream:
            self.size = stream.size

    def batches(self) -> Iterator[TextBatch]:
        """The records in columns, about `CELLS` at a time."""
        self.problems.clear()
        first = line = 0
        if suits(self._form, self._dialect):
            plain = PlainBlocks(self._spec, self._form, self._dialect, self.names, self.wanted(self.names))
            for batch in ahead(self._plain_batches(plain)):
                yield batch
                first += batch.count
            if plain.finished:
                self.problems += changed(self._spec, self.size, self.name)
                return
            line = plain.line
        yield from self._careful_batches(first, line)

    def _plain_batches(self, plain: PlainBlocks) -> Generator[TextBatch]:
        """The records of safe blocks, as many together as make a batch."""
        first, wanted = 0, _rows_together(len(plain.wanted))
        held: list[pa.Table] = []
        for table in plain.tables():
            held.append(table)
            if sum(part.num_rows for part in held) >= wanted or sum(part.nbytes for part in held) >= CHARACTERS:
                yield from self._joined(held, first, wanted, plain)
                first += sum(part.num_rows for part in held)
                held.clear()
        yield from self._joined(held, first, wanted, plain)

    def _joined(self, tables: list[pa.Table], first: int, wanted: int, plain: PlainBlocks) -> Iterator[TextBatch]:
        if not tables:
            return
        whole = pa.concat_tables(tables).combine_chunks()
        for start in range(0, whole.num_rows, wanted):
            part = whole.slice(start, wanted)
            columns = [column.chunk(0) for column in part.columns]
            yield TextBatch(columns, plain.wanted, self._spec.display, first + start, part.num_rows, plain.position)

    def _careful_batches(self, first: int, start: int) -> Iterator[TextBatch]:
        """The records from line `start` on, the first of which has the ordinal `first`."""
        reading = _Reading(self._spec, self._form, self._dialect, len(self.names))
        columns = Columns(len(self.names), self._dialect.layout.comment)
        begun = 0
        rows_together = _rows_together(len(self.names))
        for rows, line in reading.pieces(start):
            columns.add(rows, line, lone_returns=reading.lines.has_lone_returns)
            rows.clear()
            characters = reading.lines.characters - begun
            if columns.count >= rows_together or characters >= CHARACTERS:
                yield self._batch(columns, first, reading.lines.position)
                first, begun = first + columns.count, reading.lines.characters
                columns.clear()
        if columns.count:
            yield self._batch(columns, first, reading.lines.position)
        self._report(reading, columns)

    def _batch(self, columns: Columns, first: int, done: int) -> TextBatch:
        names = self._all_names(columns.extra)
        return TextBatch(columns.arrays(), names, self._spec.display, first, columns.count, done)

    def _all_names(self, extra: int) -> list[str]:
        if not extra:
            return self.names
        width = len(self.names)
        return unique_names([*self.names, *(f"column_{width + number}" for number in range(1, extra + 1))])

    def _report(self, reading: _Reading, columns: Columns) -> None:
        source = self._spec.display
        found = [columns.short.problem(source, self.name), columns.long.problem(source, self.name)]
        found.append(reading.lines.decoder.problem(source))
        found += [_unclosed(line, source, self.name) for line in reading.unclosed]
        if reading.lines.error is not None:
            found.append(reading.lines.error.problem(source, self.name))
        self.problems += [problem for problem in found if problem is not None]
        self.problems += changed(self._spec, self.size, self.name)


def _rows_together(width: int) -> int:
    """Rows in one batch: every field of a batch costs about a millisecond however few rows there are."""
    return max(CELLS // width, min(1_000, 5 * CELLS // width), 16)


class _Reading:
    """One pass over a file: rows in pieces, with the line each piece begins in."""

    def __init__(self, spec: SourceSpec, form: TextForm, dialect: Dialect, width: int) -> None:
        self.lines = TextLines(spec, form)
        self.unclosed: list[int] = []
        """0-based lines in which a quote was opened and never closed."""
        self._spec = spec
        self._form = form
        self._grammar = dialect.grammar
        self._layout = dialect.layout
        self._most = max(128, PIECE // width)

    def pieces(self, start: int = 0) -> Iterator[tuple[list[list[str]], int]]:
        """Rows from a line on, and the 0-based line of the first.

        A quote left open is told and read again as a plain character.
        """
        headers = 0 if start else (self._layout.header is not None) + (self._layout.units is not None)
        lines = iter(self.lines)
        before = sum(1 for _ in islice(lines, start or self._layout.preamble))
        unclosed = yield from self._segment(lines, before, headers, self._grammar)
        while unclosed is not None:
            self.unclosed.append(unclosed)
            plain = self._grammar._replace(quote=None)
            self.lines = TextLines(self._spec, self._form)
            lines = iter(self.lines)
            broken = list(islice(lines, unclosed, unclosed + 1))
            yield list(read_rows(broken, plain)), unclosed
            following = self._grammar if len(self.unclosed) < RECOVERIES else plain
            unclosed = yield from self._segment(lines, unclosed + 1, 0, following)

    def _segment(
        self, lines: Iterator[str], start: int, headers: int, grammar: Grammar
    ) -> Generator[tuple[list[list[str]], int], None, int | None]:
        """Pieces from line `start`, the next of `lines`, to the end; the line of a quote left open, if there is one."""
        lines = chain(lines, (END,))
        reader = read_rows(lines, grammar)
        for _ in range(headers):
            next(reader, None)
        wanted = min(16, self._most)
        count = 0
        while True:
            line, seen = start + reader.line_num, self.lines.characters
            rows: list[list[str]] = []
            whole = _extend(rows, reader, wanted)
            last = rows.pop() if rows and rows[-1] and rows[-1][-1].endswith(END) else None
            taken = len(rows)
            unclosed = line + line_count(rows) if not whole or (last is not None and last != [END]) else None
            if self.lines.characters - seen > LARGE_BLOCK:  # a reader keeps four bytes a character of its longest cell
                start, reader = start + reader.line_num, read_rows(lines, grammar)
            if rows:
                yield rows, line
            if unclosed is not None or last is not None or taken < wanted:
                return unclosed
            count += wanted
            wanted = self._fitting(max((self.lines.characters - seen) // wanted, self.lines.characters // count))

    def _fitting(self, characters: int) -> int:
        """How many rows of so many characters make a piece."""
        return min(self._most, max(1, CHARACTERS // max(1, characters)))


def _unclosed(line: int, source: str, table: str) -> Problem:
    return Problem(
        code="unclosed_quote",
        message="a quote is opened and never closed; its line is read as if it were none",
        source=source,
        table=table,
        places=[Place(line=line + 1)],
    )


def _extend(rows: list[list[str]], reader: RowReader, count: int) -> bool:
    """Take up to `count` rows; whether that went without a cell growing beyond all limits."""
    try:
        rows.extend(islice(reader, count))
    except csv.Error:
        return False
    return True


def _reading(form: TextForm, dialect: Dialect) -> dict[str, Any]:
    grammar, layout = dialect.grammar, dialect.layout
    return {
        "delimiter": grammar.delimiter,
        "quote": grammar.quote,
        "escape": grammar.escape,
        "skip_initial_space": grammar.skip_space,
        "framed": grammar.framed,
        "encoding": form.encoding.name,
        "byte_order_mark": bool(form.encoding.mark),
        "header_row": layout.header_row,
        "preamble_lines": layout.preamble,
        "comment": layout.comment,
        "units_row": layout.units is not None,
    }
