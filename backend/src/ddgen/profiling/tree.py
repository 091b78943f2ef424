"""The tree of paths: each node holds what was seen at one path, and buffers what is to be accumulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ddgen.model.path import Attribute, Path, Segment, Step
from ddgen.profiling.accumulator import Accumulator, Rows

if TYPE_CHECKING:
    from ddgen.profiling.inside import Inside, Looker

KEYS_KEPT = 4_096
"""Different keys of a map that are counted."""


class Node:
    """One path: how often it held an object, an array or null; its children; its values' accumulator.

    `pending` and `records` buffer scalars (null included) with the ordinals of their records until they are
    added together; `marks` are the ordinals of records that held an object or array here (only if `repeated`).
    """

    __slots__ = (
        "accumulator",
        "arrays",
        "children",
        "element",
        "element_counts",
        "entry_counts",
        "folded",
        "inside",
        "key_counts",
        "last_record",
        "looker",
        "looking",
        "map_value",
        "marks",
        "next_map_check",
        "nulls",
        "objects",
        "path",
        "pending",
        "record_count",
        "records",
        "repeated",
        "textual",
    )

    def __init__(
        self, path: Path, *, repeated: bool, looker: Looker | None = None, textual: bool | None = None
    ) -> None:
        self.path = path
        self.repeated = repeated
        self.looker = looker
        self.looking = looker is not None
        """Whether texts here may still be found to hold documents."""
        self.inside: Inside | None = None
        """What its texts hold, as far as they were looked into."""
        self.textual = textual
        """Whether types are read from texts, as those of XML are, and `@` marks attributes; None: as in the source."""
        self.children: dict[str, Node] = {}
        self.element: Node | None = None
        self.map_value: Node | None = None
        self.objects = 0
        self.arrays = 0
        self.nulls = 0
        self.element_counts: Counter[int] = Counter()
        """Arrays by their number of elements."""
        self.entry_counts: Counter[int] = Counter()
        """Objects by their number of keys."""
        self.key_counts: Counter[str] = Counter()
        self.accumulator: Accumulator | None = None
        self.pending: list[Any] = []
        self.records: list[int] = []
        self.marks: list[int] = []
        self.last_record: tuple[str, int] | None = None
        self.record_count = 0
        self.next_map_check = 0
        self.folded = False
        """Whether several paths were folded into this one, so that the records it occurs in are not known."""

    def child(self, name: str) -> Node:
        """The node of a key, made when new."""
        node = self.children.get(name)
        if node is None:
            segment = Attribute(name[1:]) if self.textual and name[:1] == "@" else name
            node = self.children[name] = self._node(segment, repeated=self.repeated)
        return node

    def _node(self, segment: Segment, *, repeated: bool) -> Node:
        return Node((*self.path, segment), repeated=repeated, looker=self.looker, textual=self.textual)

    def look(self, texts: Any, rows: Rows) -> None:
        """Look into texts (a list, or a large_string array), none null, unless it is known to be in vain."""
        if self.looking and self.looker is not None:
            self.looker.look(self, texts, rows)

    def element_node(self) -> Node:
        """The node of array elements."""
        if self.element is None:
            self.element = self._node(Step.ELEMENT, repeated=True)
        return self.element

    def value_node(self) -> Node:
        """The node of a map's values; from then on its keys are no paths."""
        if self.map_value is None:
            self.map_value = self._node(Step.MAP_VALUE, repeated=True)
        return self.map_value

    @property
    def values(self) -> int:
        """Scalars seen, null not counted."""
        return self.accumulator.values if self.accumulator is not None else 0

    @property
    def present(self) -> int:
        """How often the path was there at all."""
        return self.values + self.nulls + self.objects + self.arrays

    def below(self) -> list[Node]:
        """The nodes directly below: keys, then array elements, then map values."""
        return [*self.children.values(), *(node for node in (self.element, self.map_value) if node is not None)]

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.below()))

    def whole(self) -> Iterator[Node]:
        """The same with all that was found inside texts."""
        for node in self.walk():
            yield node
            if node.inside is not None:
                yield from node.inside.root.whole()

    def values_of(self) -> Accumulator:
        """The accumulator, made when first needed."""
        if self.accumulator is None:
            self.accumulator = Accumulator()
        return self.accumulator

    def count_keys(self, keys: Counter[str]) -> None:
        """Count keys of a map, as many different ones as are kept."""
        room = KEYS_KEPT - len(self.key_counts)
        for key, count in keys.items():
            if key in self.key_counts:
                self.key_counts[key] += count
            elif room > 0:
                self.key_counts[key] = count
                room -= 1

    def merge(self, other: Node) -> None:
        """Take in what `other` (the same place, seen elsewhere) has; `other` is used up."""
        if self.map_value is not None or other.map_value is not None:
            fold(self)
            fold(other)
            self.value_node().merge(other.value_node())
        self.objects += other.objects
        self.arrays += other.arrays
        self.nulls += other.nulls
        self.record_count += other.record_count
        self.folded = self.folded or other.folded
        self.element_counts.update(other.element_counts)
        self.entry_counts.update(other.entry_counts)
        self.count_keys(other.key_counts)
        if other.inside is not None and (self.looking or self.inside is not None):
            self.inside = self.inside or other.inside.like(self)
            self.inside.merge(other.inside)
            if self.inside.closed:
                self.inside, self.looking = None, False
        if other.accumulator is not None:
            self.values_of().merge(other.accumulator)
        for name, theirs in other.children.items():
            self.child(name).merge(theirs)
        if other.element is not None:
            self.element_node().merge(other.element)


def fold(node: Node) -> None:
    """Make an object's node a map's: its children become one, and their names its keys."""
    if node.map_value is not None:
        return
    value = node.value_node()
    records = node.record_count if node.repeated else node.objects - node.entry_counts[0]
    children, node.children = node.children, {}
    node.count_keys(Counter({name: child.present for name, child in children.items()}))
    for child in children.values():
        value.merge(child)
    value.record_count = records
    for below in value.whole():
        below.folded = below.folded or below is not value
