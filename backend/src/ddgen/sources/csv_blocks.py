"""The quick way through well-formed text tables: blocks of whole records parsed by Arrow, as long as that is safe.

A block is safe where no reader can disagree about it: UTF-8, records ended by line feeds, every quote at the edge of
a cell or doubled inside one, all records of the same length. At the first block that is not, this stops, and says at
which line the careful reader (csv_rows.py) takes over. A property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from ddgen.sources.csv_dialect import Dialect
from ddgen.sources.csv_text import TextForm
from ddgen.sources.spec import SourceSpec
from ddgen.sources.streams import StreamError, open_bytes

BLOCK = 1 << 20
LARGEST = 1 << 24
"""A record longer than this is left to the careful reader."""

TEXT = pa.large_string()
_QUOTE, _FEED, _RETURN = 0x22, 0x0A, 0x0D


def suits(form: TextForm, dialect: Dialect) -> bool:
    """Whether a file is written in the one way that Arrow reads."""
    grammar, layout = dialect.grammar, dialect.layout
    return (
        form.encoding.codec.lower().replace("_", "-") in {"utf-8", "utf8", "ascii"}
        and form.line_end == "\n"
        and grammar.delimiter is not None
        and len(grammar.delimiter) == 1
        and grammar.delimiter.isascii()
        and grammar.quote in {None, '"'}
        and grammar.escape is None
        and not grammar.skip_space
        and not grammar.framed
        and layout.comment is None
        and layout.units is None
        and dialect.width > 1
    )


class PlainBlocks:
    """Reads safe blocks from the beginning of a file; of the fields, only those that are wanted."""

    def __init__(
        self, spec: SourceSpec, form: TextForm, dialect: Dialect, names: list[str], wanted: list[str] | None = None
    ) -> None:
        self.line = 0
        """Lines read; the careful reader goes on from there unless `finished`."""
        self.position = 0
        self.finished = False
        self._spec = spec
        self._mark = form.encoding.mark
        self._grammar = dialect.grammar
        self._skipped = dialect.layout.preamble + (dialect.layout.header is not None)
        self._names = names
        self.wanted = names if wanted is None else wanted

    def tables(self) -> Iterator[pa.Table]:
        """The records of each safe block."""
        rest, ended, started = b"", False, False
        with open_bytes(self._spec.path, self._spec.member) as stream:
            while not ended:
                try:
                    piece = stream.read(BLOCK) or b""
                except StreamError:
                    return
                ended = not piece
                block, rest = self._cut(rest + piece, whole=ended)
                if block is None:
                    return
                if block and not started:
                    started, block = True, self._beginning(block)
                    if block is None:
                        return
                if block:
                    table = self._parsed(block)
                    if table is None:
                        return
                    self.line += _count(block, _FEED)
                    self.position = stream.raw_position
                    yield table
            self.finished = True

    def _beginning(self, block: bytes) -> bytes | None:
        """The first block without its byte order mark, the lines above the records, and the header.

        None where a quoted cell may go on beyond the end of one of those lines.
        """
        start = self._mark
        for number in range(self._skipped):
            end = block.find(b"\n", start) + 1 or len(block)
            if block.count(b'"', start, end) % 2:
                self.line -= number
                return None
            start = end
            self.line += 1
        return block[start:]

    def _cut(self, text: bytes, *, whole: bool) -> tuple[bytes | None, bytes]:
        """The whole records at the beginning, and the rest; None where a record is too long."""
        if whole:
            return text, b""
        end = text.rfind(b"\n") + 1
        raw = np.frombuffer(text, np.uint8)
        if self._grammar.quote is not None and _count(raw[:end], _QUOTE) % 2:
            feeds = np.flatnonzero(raw == _FEED)
            even = feeds[np.searchsorted(np.flatnonzero(raw == _QUOTE), feeds) % 2 == 0]
            end = int(even[-1]) + 1 if len(even) else 0
        if not end and len(text) > LARGEST:
            return None, text
        return text[:end], text[end:]

    def _parsed(self, block: bytes) -> pa.Table | None:
        quoted = self._grammar.quote is not None and b'"' in block
        lone_returns = b"\r" in block and block.count(b"\r") != block.count(b"\r\n")
        if b"\0" in block or lone_returns or (quoted and not self._edges(block)):
            return None
        parse = arrow_csv.ParseOptions(
            delimiter=self._grammar.delimiter,
            quote_char='"' if quoted else False,
            double_quote=True,
            escape_char=False,
            newlines_in_values=quoted,
            ignore_empty_lines=True,
        )
        convert = arrow_csv.ConvertOptions(
            include_columns=self.wanted,
            column_types=dict.fromkeys(self.wanted, TEXT),
            strings_can_be_null=False,
            check_utf8=True,
        )
        read = arrow_csv.ReadOptions(column_names=self._names, block_size=len(block) + 1, use_threads=False)
        try:
            return arrow_csv.read_csv(pa.BufferReader(block), read, parse, convert)
        except pa.ArrowInvalid:
            return None

    def _edges(self, block: bytes) -> bool:
        """Whether quotes stand in pairs, each at the edge of a cell or beside another."""
        raw = np.frombuffer(b"\n" + block + b"\n", np.uint8)
        quotes = np.flatnonzero(raw == _QUOTE)
        if len(quotes) % 2:
            return False
        delimiter = ord(self._grammar.delimiter or ",")
        before, after = raw[quotes[0::2] - 1], raw[quotes[1::2] + 1]
        opened = np.isin(before, [delimiter, _FEED, _QUOTE]).all()
        return bool(opened and np.isin(after, [delimiter, _FEED, _RETURN, _QUOTE]).all())


def _count(block: bytes | npt.NDArray[np.uint8], byte: int) -> int:
    """How often a byte occurs; several times as fast as `bytes.count` where that is often."""
    raw = np.frombuffer(block, np.uint8) if isinstance(block, bytes) else block
    return int(np.count_nonzero(raw == byte))
