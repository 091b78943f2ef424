"""Profiles one relation: feeds its batches into the tree of paths, within bounds of memory, and reads it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ddgen.model.path import Attribute, Path, Segment, Step, format_path
from ddgen.model.profile import Lengths, Profile, ValueCount
from ddgen.model.relation import ArrowBatch, Batch, TextBatch, TreeBatch
from ddgen.model.types import DataType, union_name
from ddgen.model.values import Values
from ddgen.profiling.decide import Decision, decide
from ddgen.profiling.feed_tree import MOST_PATHS, TreeFeeder
from ddgen.profiling.inside import Looker, held_by, told_of
from ddgen.profiling.stats import Stats
from ddgen.profiling.summarise import Summary, lengths_of, oddity
from ddgen.profiling.tree import Node, fold

VALUES_BUDGET = 96 * 1024 * 1024
"""Bytes that exactly kept values may take over all paths; beyond it the largest are given up first."""

SAMPLES_BUDGET = 1_500_000
"""Values that all samples together may hold; with more than 150 paths each gets an equal share."""

MOST_VALUES = 1_000
"""Different values of a field that are handed on to find their meaning."""

_VALUES_KEPT = 200_000
"""The same of all fields of a table; with more than 200 fields each gets an equal share."""

_LEAST_VALUES = 50
_LEAST_SAMPLE = 500
_KEYS_LISTED = 20


@dataclass(slots=True)
class FieldFacts:
    """What profiling found at one path."""

    path: Path
    data_type: str
    types: dict[str, int]
    physical_types: dict[str, int]
    profile: Profile
    values: Values = field(default_factory=Values)
    holds: str | None = None
    """What documents its texts are, by the name of an opener."""
    inside: Path | None = None
    """The field in whose texts it stands."""


@dataclass(slots=True)
class TableFacts:
    """What profiling found in one relation."""

    rows: int
    fields: list[FieldFacts] = field(default_factory=list)
    maps: dict[str, bool] = field(default_factory=dict)


class Profiler:
    """Facts of one relation. `maps` holds what was decided before: whether an object path is a map.

    `inside` says whether texts are looked into; with `expected`, only those at these paths are, for these openers.
    """

    def __init__(
        self,
        maps: Mapping[str, bool] | None = None,
        *,
        inside: bool = True,
        expected: Mapping[Path, str] | None = None,
    ) -> None:
        self.looker = Looker(self._decided, expected) if inside else None
        self.root = Node((), repeated=False, looker=self.looker)
        self._maps = dict(maps or {})
        self._trees = TreeFeeder(self.root, self._decided)
        self.text = False
        """Whether the types of values are read from texts."""
        self.flat = False
        """Whether records come with a header or a schema: they are rows then, whatever their fields are called."""
        self._values_kept = MOST_VALUES
        self.notes: dict[Path, str] = {}
        """What else is to be said of fields."""

    def _decided(self, path: Path) -> bool | None:
        return False if self.flat and not path else self._maps.get(format_path(path))

    def declare(self, paths: list[Path]) -> None:
        """Make fields that the source declares, so that they are there, in order, even without a value."""
        for path in paths:
            node = self.root
            for segment in path:
                node = _below(node, segment)

    def feed(self, batch: Batch) -> None:
        """Add a batch."""
        self.flat = self.flat or not isinstance(batch, TreeBatch)
        if isinstance(batch, TextBatch):
            from ddgen.profiling.feed_text import feed_text

            self.text = True
            feed_text(self.root, batch, self._stay_in_bounds)
        elif isinstance(batch, TreeBatch):
            self._trees.feed(batch)
        elif isinstance(batch, ArrowBatch):
            from ddgen.profiling.feed_arrow import feed_arrow

            feed_arrow(self.root, batch)
        self._stay_in_bounds()

    def flush(self) -> None:
        """Add what is still buffered."""
        self._trees.flush()
        if self.looker is not None:
            self.looker.flush(self.root)

    def merge(self, other: Profiler) -> None:
        """Take in what `other` measured of another part of the same relation; `other` is used up."""
        self.text = self.text or other.text
        self.flat = self.flat or other.flat
        self.flush()
        other.flush()
        self.root.merge(other.root)
        self._stay_in_bounds()

    def _stay_in_bounds(self) -> None:
        nodes = list(self.root.whole())
        if len(nodes) > MOST_PATHS:
            self.flush()
            widest = max((node for node in nodes if node.path), key=lambda node: len(node.children))
            if widest.children:
                fold(widest)
            nodes = list(self.root.whole())
        holders = [node.accumulator for node in nodes if node.accumulator is not None]
        size = max(_LEAST_SAMPLE, SAMPLES_BUDGET // max(1, len(holders)))
        for accumulator in holders:
            accumulator.sample.shrink(size)
        held = sum(accumulator.bytes_held for accumulator in holders)
        for accumulator in sorted(holders, key=lambda accumulator: -accumulator.bytes_held):
            if held <= VALUES_BUDGET:
                break
            held -= accumulator.bytes_held
            accumulator.spill()
            accumulator.given_up = True

    def settle(self) -> None:
        """Decide at the end what is a map, and what texts hold. Nothing is fed afterwards."""
        self.flush()
        self._trees.fold_maps(final=True)
        for node in self.root.walk():
            if node.inside is not None:
                node.inside.settle()
        self._stay_in_bounds()

    def finish(self) -> TableFacts:
        """The facts of all paths, in the order they came, parents first."""
        self.settle()
        root = self.root
        facts = TableFacts(rows=root.present)
        names: dict[int, str] = {}
        nodes = list(_with_slots(root))
        self._values_kept = min(MOST_VALUES, max(_LEAST_VALUES, _VALUES_KEPT // max(1, len(nodes))))
        found = [self._facts(node, slots, names) for node, slots in reversed(nodes)]
        facts.fields = [one for one in reversed(found) if one is not None]
        trees = [tree for node, _ in nodes for tree in (node, *_held_root(node))]
        facts.maps = {
            format_path(node.path): node.map_value is not None
            for node in trees
            if node.map_value is not None or (len(node.children) >= 3 and node.path)
        }
        return facts

    def _facts(self, node: Node, slots: _Slots, names: dict[int, str]) -> FieldFacts | None:
        """The facts of a node; `names` holds what the types of the nodes below it are called, and then its own."""
        if not node.path and not (node.values or node.arrays or node.map_value):
            return None
        profile = Profile(
            total=slots.total,
            null=node.nulls,
            missing=slots.holders - node.present,
            parent_absent=slots.total - slots.holders,
            records=node.record_count if node.repeated and not node.folded else None,
        )
        decision, types, stats, values = Decision(), dict[DataType, int](), Stats(), Values()
        text = self.text if node.textual is None else node.textual
        if node.accumulator is not None:
            stats = node.accumulator.settled_stats()
            decision = decide(stats, text=text)
            summary = Summary(node.accumulator, stats, decision, text=text)
            summary.fill(profile)
            values = summary.values(self._values_kept)
            types.update(decision.types)
        held = held_by(node)
        profile.notes += [self.notes[node.path]] if node.path in self.notes else told_of(node)
        if held is not None:
            profile.oddities += [oddity(kind, odd) for kind, odd in sorted(held.oddities.items())]
            profile.elements = _elements(held.root)
        _add_containers(node, profile, types)
        counts = {kind.value: count for kind, count in sorted(types.items(), key=_by_count) if count}
        names[id(node)] = _type_name(node, _led(types, decision), names)
        return FieldFacts(
            path=node.path,
            data_type=names[id(node)],
            types=counts,
            physical_types=_physical(node, stats, text=text),
            profile=profile,
            values=values,
            holds=held.opener.name if held is not None and held.opener is not None else None,
            inside=slots.inside,
        )


@dataclass(frozen=True, slots=True)
class _Slots:
    """At how many places a path could be, and at how many of them there is something that can hold it."""

    total: int
    holders: int
    inside: Path | None = None
    """The field in whose texts it is."""


def _with_slots(root: Node) -> Iterator[tuple[Node, _Slots]]:
    stack = [(root, _Slots(root.present, root.present))]
    while stack:
        node, slots = stack.pop()
        yield node, slots
        held = held_by(node)
        inner = _slots_below(held.root, replace(slots, inside=node.path)) if held is not None else ()
        stack.extend(reversed([*_slots_below(node, slots), *inner]))


def _slots_below(node: Node, slots: _Slots) -> Iterator[tuple[Node, _Slots]]:
    """The nodes below with their slots; an attribute is of its element, be there other elements in it or none."""
    for child in node.children.values():
        held = node.present if isinstance(child.path[-1], Attribute) else node.objects
        yield child, _Slots(slots.total, held, slots.inside)
    for below in (node.element, node.map_value):
        if below is not None:
            yield below, _Slots(below.present, below.present, slots.inside)


def _below(node: Node, segment: Segment) -> Node:
    if segment is Step.ELEMENT:
        return node.element_node()
    if segment is Step.MAP_VALUE:
        return node.value_node()
    return node.child(segment if isinstance(segment, str) else f"@{segment}")


def _by_count(item: tuple[DataType, int]) -> tuple[int, str]:
    return -item[1], item[0].value


def _led(types: dict[DataType, int], decision: Decision) -> dict[DataType, int]:
    """The types by which a field is named: one for all scalars, where one stands for them."""
    if decision.leading is None:
        return types
    others = {kind: count for kind, count in types.items() if kind not in decision.types}
    return {decision.leading: sum(decision.types.values())} | others


def _type_name(node: Node, types: dict[DataType, int], names: dict[int, str]) -> str:
    inner = {DataType.ARRAY.value: node.element, DataType.MAP.value: node.map_value}
    parts = union_name(types).split(" | ")
    return " | ".join(
        f"{part}[{names.get(id(inner[part]), DataType.UNKNOWN.value)}]" if part in inner else part for part in parts
    )


def _add_containers(node: Node, profile: Profile, types: dict[DataType, int]) -> None:
    profile.elements = _elements(node) or profile.elements
    if node.arrays:
        types[DataType.ARRAY] = node.arrays
    if node.objects and node.map_value is not None:
        types[DataType.MAP] = node.objects
        best = sorted(node.key_counts.items(), key=lambda item: (-item[1], item[0]))[:_KEYS_LISTED]
        profile.top_values = [ValueCount(value=key, count=count) for key, count in best]
        profile.notes.append(f"a map with {len(node.key_counts):,} different keys; the values listed are its keys")
    elif node.objects:
        types[DataType.OBJECT] = node.objects
    profile.values += node.arrays + node.objects


def _elements(node: Node) -> Lengths | None:
    """The lengths of maps, else of arrays."""
    if node.objects and node.map_value is not None:
        return lengths_of(node.entry_counts) if node.entry_counts else None
    return lengths_of(node.element_counts) if node.arrays else None


def _held_root(node: Node) -> Iterator[Node]:
    held = held_by(node)
    if held is not None:
        yield held.root


def _physical(node: Node, stats: Stats, *, text: bool) -> dict[str, int]:
    """What the format itself calls the types: texts in CSV, JSON's own names otherwise."""
    counts: Counter[str] = Counter()
    groups = node.accumulator.group_counts if node.accumulator is not None else {}
    for group, count in groups.items():
        if group == "tagged":
            counts.update(
                {kind.removeprefix("tagged:"): n for kind, n in stats.kinds.items() if kind.startswith("tagged:")}
            )
        else:
            counts[_PHYSICAL.get(group, group)] += count
    for name, count in (("array", node.arrays), ("object", node.objects), ("null", 0 if text else node.nulls)):
        if count:
            counts[name] += count
    return dict(counts)


_PHYSICAL = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "bytes": "binary",
    "datetime": "timestamp",
}
