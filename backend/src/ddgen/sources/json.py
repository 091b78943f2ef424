"""JSON: an array, one object, wrapped records, lines, or documents one after another.

How the records are found is told in `json_layout`; field paths begin at a record and have no prefix.
"""

from __future__ import annotations

import csv
import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, ClassVar

from ddgen.errors import InputError
from ddgen.model.path import format_name
from ddgen.model.relation import Relation, TreeBatch
from ddgen.sources.json_layout import HEAD, LINE_SUFFIXES, Layout, decide, is_document
from ddgen.sources.json_parse import Parsed
from ddgen.sources.json_reader import JsonReader, ProblemLog
from ddgen.sources.json_text import JsonText, utf8_head
from ddgen.sources.spec import Source, SourceSpec, changed
from ddgen.sources.streams import open_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = LINE_SUFFIXES | {".json", ".geojson", ".topojson", ".har", ".ipynb"}
BLANK = " \t\r\n\x1e"
DELIMITERS = ",;\t|"
LINE_ENDS = re.compile(r"\r\n|\r|\n")
LINES_COMPARED = 20


class JsonSource(Source):
    """Reads JSON in any of its layouts, Extended JSON included."""

    name: ClassVar[str] = "json"
    suffixes: ClassVar[frozenset[str]] = SUFFIXES

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """Whether it reads as JSON, be it broken: a text under one of our suffixes unless it is delimited text."""
        text = utf8_head(spec.head).decode(errors="replace").strip(BLANK)
        if spec.suffix in SUFFIXES:
            return not _is_delimited(text)
        return text.startswith(("{", "[")) and _begins_as_json(text)

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """The records, and the envelope around them where they are wrapped.

        Raises InputError of code `empty` where there is nothing but white space.
        """
        with open_bytes(spec.path, spec.member) as stream:
            text = JsonText(stream, lambda _: None)
            head = text.read(HEAD)
            while head and not head.strip(BLANK.encode()):
                head = text.read(HEAD)
            if not head and text.error is not None:
                raise text.error
            if not head:
                raise InputError("the file is empty", code="empty", where=spec.display, byte=0)
            size, whole = stream.size, len(head) < HEAD
        layout = decide(head, whole=whole, suffix=spec.suffix)
        records = JsonRelation(spec, layout, size, text.encoding)
        return [records, EnvelopeRelation(records)] if layout.envelope else [records]


class JsonRelation(Relation):
    """The records of a JSON input."""

    def __init__(self, spec: SourceSpec, layout: Layout, size: int, encoding: str) -> None:
        super().__init__(spec.stem, spec.display, "jsonl" if layout.name == "lines" else "json")
        self.spec = spec
        self.layout = layout
        self.envelope: Parsed | None = None
        self.size = size
        self.record_path = None if layout.key is None else f"{format_name(layout.key)}[]"
        self.reading = {"layout": layout.name, "encoding": encoding}

    def batches(self) -> Iterator[TreeBatch]:
        """The records, in order; read again, they come with their problems again."""
        self.problems.clear()
        reader = JsonReader(self.spec, self.layout, ProblemLog(self.uri, self.name, self.problems))
        yield from reader.batches()
        self.envelope = reader.envelope
        self.problems += changed(self.spec, self.size, self.name)


class EnvelopeRelation(Relation):
    """One record: the members of a wrapping object beside the wrapped records."""

    def __init__(self, records: JsonRelation) -> None:
        super().__init__(f"{records.name}_envelope", records.uri, records.format)
        self.size = records.size
        self.row_estimate = 1
        self.reading = dict(records.reading)
        self._records = records

    def batches(self) -> Iterator[TreeBatch]:
        """The record; it is known once the wrapped records have been read, and read for if they have not."""
        envelope = self._records.envelope
        if envelope is None:
            reader = JsonReader(self._records.spec, self._records.layout, ProblemLog(self.uri, self.name, []))
            for _ in reader.batches():
                pass
            envelope = reader.envelope
        if envelope.values:
            yield TreeBatch(list(envelope.values), self.uri, 0, self.size or 0, envelope.duplicates)


def _begins_as_json(text: str) -> bool:
    """Whether a text is JSON as far as it goes: documents, the last of which may be cut."""
    if is_document(text.encode()) or is_document(text.partition("\n")[0].encode()):
        return True
    try:
        _, end = JSONDecoder().raw_decode(text)
    except RecursionError:
        return True
    except JSONDecodeError as error:
        return error.msg.startswith("Unterminated") or error.pos >= len(text) - 10
    return text[end:].lstrip(BLANK).startswith(("{", "["))


def _is_delimited(text: str) -> bool:
    """Whether a text is delimited: at least two rows, four where brackets are in them, all of the same width.

    The last of many lines may be cut.
    """
    lines = LINE_ENDS.split(text)[:LINES_COMPARED]
    if text.startswith(("{", "[")) or len(lines) < 2 or is_document(lines[0].encode()):
        return False
    if any(line.startswith(("{", "[")) and is_document(line.encode()) for line in lines):
        return False
    least = 4 if set("[]{}") & set("".join(lines)) else 2
    for delimiter in DELIMITERS:
        rows = list(csv.reader(lines if len(lines) == 2 else lines[:-1], delimiter=delimiter))
        widths = {len(row) for row in rows if row}
        if len(rows) >= least and len(widths) == 1 and widths != {1}:
            return True
    return False
