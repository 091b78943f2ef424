"""Reads a JSON input of a known layout as batches of records, and tells what is wrong with it where."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ddgen.model.problem import POSITIONS_KEPT, Place, Problem
from ddgen.model.relation import TreeBatch
from ddgen.sources.json_elements import ElementSplitter, Member
from ddgen.sources.json_parse import Parsed, Trouble, parse_lines, parse_spans
from ddgen.sources.json_salvage import salvage
from ddgen.sources.json_split import RECORDS, Piece, split_lines
from ddgen.sources.json_text import JsonText, Window
from ddgen.sources.streams import open_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ddgen.model.path import Path
    from ddgen.sources.json_layout import Layout
    from ddgen.sources.spec import SourceSpec

_STRAY = "unexpected data after a complete document"


@dataclass(slots=True)
class ProblemLog:
    """Problems of one table, one entry a code, put into the list that the relation shows."""

    source: str
    table: str
    entries: list[Problem]
    _by_code: dict[str, Problem] = field(default_factory=dict)

    def add(self, code: str, message: str, place: Callable[[], Place], hint: str | None = None) -> None:
        """Count one more problem of that code; its place is asked for only if it is kept."""
        known = self._by_code.get(code)
        if known is None:
            known = Problem(code=code, message=message, source=self.source, table=self.table, count=0, hint=hint)
            self._by_code[code] = known
            self.entries.append(known)
        known.count += 1
        if len(known.places) < POSITIONS_KEPT:
            known.places.append(place())


class JsonReader:
    """One reading of an input from start to end; `envelope` is what stands around wrapped records, once read."""

    def __init__(self, spec: SourceSpec, layout: Layout, log: ProblemLog) -> None:
        self.envelope = Parsed()
        self._spec = spec
        self._layout = layout
        self._log = log
        self._first = 0

    def batches(self) -> Iterator[TreeBatch]:
        """The records, in order."""
        with open_bytes(self._spec.path, self._spec.member) as stream:
            text = JsonText(stream, lambda message: self._log.add("bad_encoding", message, window.end_place))
            window = Window(text.read, text.mark if text.encoding == "utf-8" else None)
            splitter = ElementSplitter(window)
            for piece in self._pieces(splitter):
                parsed = self._parsed(piece, window, cut_off=text.error is not None)
                yield from self._batches(parsed, text.done)
            yield from self._batches(self._salvaged(splitter), text.done)
            self.envelope = self._enveloped(splitter.members)
            self._end(splitter, text)

    def _salvaged(self, splitter: ElementSplitter) -> Parsed:
        """What was complete of the only document, where it broke off."""
        saved = salvage(splitter.broken) if splitter.broken and not self._first else None
        return parse_spans(saved, [(0, len(saved))], lambda _: None) if saved else Parsed()

    def _enveloped(self, members: list[Member]) -> Parsed:
        """One record of the members; trouble in one is told at its place, and the others are kept."""
        record: dict[str, Any] = {}
        duplicates: list[tuple[Path, int]] = []
        for member in members:
            text = b'{"":%b}' % member.raw
            parsed = parse_spans(text, [(0, len(text))], partial(self._tell_member, member.place))
            for value in parsed.values:
                if member.name in record:
                    duplicates.append(((member.name,), 0))
                record[member.name] = value[""]
            duplicates.extend(((member.name, *path[1:]), 0) for path, _ in parsed.duplicates)
        return Parsed([record] if record else [], duplicates)

    def _tell_member(self, place: Place, trouble: Trouble) -> None:
        self._log.add(trouble.code, trouble.message, lambda: place)

    def _pieces(self, splitter: ElementSplitter) -> Iterator[Piece]:
        match self._layout.name:
            case "lines":
                return split_lines(splitter.window)
            case "array":
                return splitter.array()
            case "wrapped":
                return splitter.wrapped(self._layout.key or "")
            case _:
                return splitter.documents()

    def _parsed(self, piece: Piece, window: Window, *, cut_off: bool) -> Parsed:
        for position in piece.stray:
            self._log.add("trailing_data", _STRAY, partial(window.place, position))
        if piece.values is not None:
            return Parsed(piece.values)
        if piece.spans is not None:
            return parse_spans(piece.text, piece.spans, lambda trouble: self._tell(trouble, window))
        parsed = parse_lines(piece.text)
        if parsed is None:
            parsed = parse_spans(
                piece.text,
                line_spans(piece.text),
                lambda trouble: self._tell_line(trouble, window, piece.text, cut_off=cut_off),
            )
        return parsed

    def _tell(self, trouble: Trouble, window: Window) -> None:
        self._log.add(trouble.code, trouble.message, partial(window.place, trouble.at))

    def _tell_line(self, trouble: Trouble, window: Window, text: bytes, *, cut_off: bool) -> None:
        """Tell of a bad line; the last one, if it only lacks its end, is where the text was cut."""
        if trouble.unfinished and b"\n" not in text[trouble.at :]:
            if not cut_off:
                self._cut(partial(window.place, len(text)))
        else:
            self._tell(trouble, window)

    def _cut(self, place: Callable[[], Place]) -> None:
        self._log.add("truncated", "the text ends in the middle of a record", place, "Fetch the file again")

    def _end(self, splitter: ElementSplitter, text: JsonText) -> None:
        if text.error is not None:
            problem = text.error.problem(self._spec.display, self._log.table)
            self._log.entries.append(problem)
        elif (cut := splitter.cut) is not None and cut.deep:
            self._log.add("too_deep", "nested too deeply, and not closed again", lambda: cut.place)
        elif cut is not None:
            self._cut(lambda: cut.place)

    def _batches(self, parsed: Parsed, done: int) -> Iterator[TreeBatch]:
        for start in range(0, len(parsed.values), RECORDS):
            values: list[Any] = parsed.values[start : start + RECORDS]
            duplicates = [
                (path, self._first + index - start)
                for path, index in parsed.duplicates
                if start <= index < start + len(values)
            ]
            yield TreeBatch(values, self._spec.display, self._first, done, duplicates)
            self._first += len(values)


def line_spans(text: bytes) -> list[tuple[int, int]]:
    """Where the lines of a text stand that are not blank."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.split(b"\n"):
        if line.strip(b" \t\r"):
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans
