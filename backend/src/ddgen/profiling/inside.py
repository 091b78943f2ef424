"""Looks into texts: a field whose texts nearly all are documents has fields inside (docs/facts.md).

Whether a field is one is guessed from its first texts, and decided at the end from all of them. Where the guess was
wrong, or parts of an input were judged differently, its texts must be read once more: `late_inside.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ddgen import registry
from ddgen.model.inside import Opener, saying_nothing, title_of
from ddgen.model.path import Path
from ddgen.model.relation import TreeBatch
from ddgen.profiling.accumulator import Rows
from ddgen.profiling.feed_markup import MarkupFeeder, singled
from ddgen.profiling.feed_tree import TreeFeeder
from ddgen.profiling.stats import FIRST_PLACES, OddityCount, Place
from ddgen.profiling.tree import Node

SHARE = 0.9
"""Share of the texts that say something from which on they are documents, and their fields are shown."""

GLANCE = 64
"""Texts that say something from which it is guessed whether to look into a field."""

LEVELS = 3
"""Documents inside texts inside documents inside texts: so many levels are looked into."""

_HOPEFUL = 0.5
_TOGETHER = 1 << 17
"""Bytes of texts that are opened at once: what they hold still fits a processor's cache."""

_MOST_HELD = 16 << 20
"""Bytes of texts after which what they hold is added, though there are few records."""

_HOPELESS_FROM = 4_096
_SHORT = 1 << 16
_EXAMPLE = 80


@cache
def openers() -> Mapping[str, Opener]:
    """What reads documents inside texts, by name, in the order in which they are asked."""
    return {name: kind() for name, kind in registry.each("openers")}


class Looker:
    """Looks into the texts of a tree of paths.

    With `expected`, only the texts at these paths are looked into, by the openers of these names, whatever they are.
    """

    def __init__(
        self, may_be_map: Callable[[Path], bool | None], expected: Mapping[Path, str] | None = None, level: int = 1
    ) -> None:
        self.may_be_map = may_be_map
        self.expected = expected
        self.level = level

    def deeper(self) -> Looker | None:
        """For texts inside the documents that are found."""
        return Looker(self.may_be_map, level=self.level + 1) if self.level < LEVELS else None

    def look(self, node: Node, texts: Any, rows: Rows) -> None:
        """Look into texts of a node, unless it is known that they hold nothing."""
        if node.inside is None:
            name = self.expected.get(node.path) if self.expected is not None else None
            if name is None and self.expected is not None:
                node.looking = False
                return
            node.inside = Inside(node, self, openers()[name] if name is not None else None)
        node.inside.add(texts, rows)
        self._give_up(node)

    @staticmethod
    def _give_up(node: Node) -> None:
        if node.inside is not None and node.inside.closed:
            node.inside, node.looking = None, False

    def flush(self, root: Node) -> None:
        """Add what is buffered below a node, and guess from fewer texts where there are no more."""
        for node in root.walk():
            if node.inside is not None:
                node.inside.flush()
                self._give_up(node)
            if node.inside is not None:
                self.flush(node.inside.root)


class Inside:
    """What the texts of one field hold: of how many it is known, what is odd about the others, and a tree of paths."""

    def __init__(self, node: Node, looker: Looker, opener: Opener | None) -> None:
        self.looker = looker
        self.opener = opener
        self.closed = False
        """Whether the texts are given up."""
        self.seen = 0
        self.opened = 0
        self.refused = 0
        self.oddities: dict[str, OddityCount] = {}
        self.root = Node(node.path, repeated=node.repeated)
        self._feeder: TreeFeeder | None = None
        self._glance: list[str] = []
        self._waiting: list[tuple[Sequence[Any], Rows]] = []
        self._held = 0
        """About how many bytes of texts are buffered, as they are or as what they hold."""

    def like(self, node: Node) -> Inside:
        """An empty one for another node."""
        return Inside(node, self.looker, self.opener)

    def add(self, texts: Any, rows: Rows) -> None:
        """Look into more texts: a list, or a large_string array."""
        self.seen += len(texts)
        if self.opener is None:
            indexes, telling = _telling(texts, GLANCE - len(self._glance))
            self._glance += telling
            self._held += sum(map(len, telling))
            if len(self._glance) < GLANCE and self._held <= _MOST_HELD:
                if telling:
                    self._waiting.append((telling, rows.take(np.array(indexes))))
                return
            self._decide(guessed(self._glance))
        if self.opener is not None:
            self._open(texts, rows)

    def _decide(self, opener: Opener | None) -> None:
        """Take the texts so far for a format, or for none."""
        self.opener = opener
        waiting, self._waiting, self._glance, self._held = self._waiting, [], [], 0
        self.closed = self.opener is None
        if self.opener is not None:
            for texts, rows in waiting:
                self._open(texts, rows)

    def _open(self, texts: Any, rows: Rows) -> None:
        """Look into texts, not too many at a time: what they hold takes ten times as much memory."""
        sizes = pc.binary_length(texts).to_numpy() if isinstance(texts, pa.Array) else np.array(list(map(len, texts)))
        groups = np.cumsum(sizes) // _TOGETHER
        starts = [0, *(np.flatnonzero(np.diff(groups)) + 1).tolist()]
        for start, end in zip(starts, [*starts[1:], len(texts)], strict=True):
            part = rows if end - start == len(texts) else rows.take(np.arange(start, end))
            self._open_part(texts[start:end], part)
            self._held += int(sizes[start:end].sum())
            if self._feeder is not None and self._held > _MOST_HELD:
                self._feeder.flush()
                self._held = 0

    def _open_part(self, texts: Any, rows: Rows) -> None:
        assert self.opener is not None  # noqa: S101 - for the type checker: the caller has looked
        raw = _utf8(texts)
        found = self.opener.open(raw)
        self.opened += len(found.indexes)
        self.refused += len(found.faults)
        for index, kind in sorted((found.faults | found.remarks).items()):
            example = raw[index][: 4 * _EXAMPLE].decode("utf-8", "replace")[:_EXAMPLE]
            self.oddities.setdefault(kind, OddityCount()).add(1, example, index, partial(_place, rows))
        if found.values:
            chosen = rows if len(found.indexes) == len(raw) else rows.take(np.array(found.indexes))
            repeats = [(path, int(rows.ordinals[index])) for path, index in found.duplicates]
            ordinals = chosen.ordinals.tolist()
            self._feed(TreeBatch(found.values, rows.source, 0, duplicates=repeats, ordinals=ordinals))
        told = self.opened + self.refused
        self.closed = self.looker.expected is None and told >= _HOPELESS_FROM and self.share < _HOPEFUL

    def started(self) -> Node:
        """The tree, ready for what its opener opens."""
        if self._feeder is None:
            assert self.opener is not None  # noqa: S101 - for the type checker: the caller has looked
            self.root.textual = self.opener.markup
            self.root.looker = self.looker.deeper()
            kind = MarkupFeeder if self.opener.markup else TreeFeeder
            self._feeder = kind(self.root, self.looker.may_be_map)
        return self.root

    def _feed(self, batch: TreeBatch) -> None:
        self.started()
        assert self._feeder is not None  # noqa: S101 - for the type checker: it was just made
        self._feeder.feed(batch)

    def flush(self) -> None:
        """Add what is buffered."""
        if self.opener is None and self._glance:
            self._decide(guessed(self._glance))
        if self._feeder is not None:
            self._feeder.flush()

    def merge(self, other: Inside) -> None:
        """Take in what `other` found in other texts of the field; where it took them for another format, nothing."""
        if other.opener is None and not other.closed:
            for texts, rows in other._waiting:
                self.add(texts, rows)
                other.seen -= len(texts)
            self.seen += other.seen
            return
        if self.opener is None:
            self._decide(other.opener)
        self.flush()
        other.flush()
        self.closed = self.closed or other.closed
        if self.closed or other.opener is not self.opener:
            return
        self.seen += other.seen
        self.opened += other.opened
        self.refused += other.refused
        for kind, oddity in other.oddities.items():
            mine = self.oddities.setdefault(kind, OddityCount())
            mine.add(oddity.count, oddity.example or "")
            mine.first = sorted({*mine.first, *oddity.first})[:FIRST_PLACES]
        if other.opened:
            self.started().merge(other.root)

    def moved(self, node: Node) -> Inside:
        """The same at the path of another node; not to be added to."""
        self.flush()
        made = self.like(node)
        made.closed, made.seen, made.opened, made.refused = self.closed, self.seen, self.opened, self.refused
        made.oddities = self.oddities
        made.root = singled(self.root, node.path, repeated=node.repeated)
        return made

    def settle(self) -> None:
        """Decide at the end what repeats and what is a map, here and in what is inside."""
        self.flush()
        if self.root.textual:
            self.root = singled(self.root)
            self._feeder = None
        TreeFeeder(self.root, self.looker.may_be_map).fold_maps(final=True)
        for node in self.root.walk():
            if node.inside is not None:
                node.inside.settle()

    @property
    def share(self) -> float:
        """The share of texts that are documents, of those that say something."""
        told = self.opened + self.refused
        return self.opened / told if told else 0.0


def held_by(node: Node) -> Inside | None:
    """What the texts of a node hold, if all of them were looked into and nearly all hold it.

    Nothing where there are objects or arrays at the same path, whose fields are those of the path.
    """
    inside = node.inside
    if inside is None or node.objects or node.arrays:
        return None
    return inside if inside.seen == texts_of(node) and inside.share >= SHARE else None


def told_of(node: Node) -> list[str]:
    """Why what most texts of a field hold is not shown, or what else there is to be said of it."""
    inside = node.inside
    if inside is None or inside.opener is None or inside.seen != texts_of(node) or inside.share < _HOPEFUL:
        return []
    title, told = title_of(inside.opener.name), inside.opened + inside.refused
    if held_by(node) is not None:
        keys = len(inside.root.key_counts)
        return [f"its documents are maps with {keys:,} different keys"] if inside.root.map_value is not None else []
    if inside.share < SHARE:
        few = f"{inside.opened:,} of {told:,} texts are {title}"
        return [f"{few}: too few for their fields to be shown"]
    return [f"its texts are {title}, whose fields are not shown, since other values here are objects or arrays"]


def texts_of(node: Node) -> int:
    """How many texts a node has held."""
    counts = node.accumulator.group_counts if node.accumulator is not None else {}
    return counts.get("text", 0) + counts.get("str", 0)


def guessed(texts: Iterable[str], beginnings: Iterable[str] = (), least: float = _HOPEFUL) -> Opener | None:
    """What at least a share of some texts seem to be written in; of others, only the beginnings are known."""
    bare = [text for text in map(str.strip, texts) if text and text != "null"]
    cut = [text for text in map(str.strip, beginnings) if text]
    return next((opener for opener in openers().values() if _share(opener, bare, cut) >= least), None)


def _share(opener: Opener, texts: Sequence[str], cut: Sequence[str]) -> float:
    """The share of texts that a format fits; long ones are judged by their ends alone."""
    like = [text for text in texts if opener.looks(text)]
    begin = sum(opener.looks(text, cut=True) for text in cut)
    if not like and not begin:
        return 0.0
    short = [text for text in like if len(text) <= _SHORT]
    opened = opener.open([text.encode("utf-8", "surrogatepass") for text in short]).indexes
    return (len(opened) + len(like) - len(short) + begin) / (len(texts) + len(cut))


def _telling(texts: Any, limit: int) -> tuple[list[int], list[str]]:
    """The first texts that say something, with their places."""
    indexes, telling = list[int](), list[str]()
    for start in range(0, len(texts), GLANCE):
        part = texts[start : start + GLANCE]
        for index, text in enumerate(part.to_pylist() if isinstance(part, pa.Array) else part, start=start):
            if not saying_nothing(text):
                indexes.append(index)
                telling.append(text)
            if len(telling) >= limit:
                return indexes, telling
    return indexes, telling


def _place(rows: Rows, index: int) -> Place:
    return rows.source, int(rows.ordinals[index])


def _utf8(texts: Any) -> list[bytes]:
    if isinstance(texts, pa.Array):
        encoded: list[bytes] = pc.cast(texts, pa.large_binary()).to_pylist()
        return encoded
    return [text.encode("utf-8", "surrogatepass") for text in texts]
