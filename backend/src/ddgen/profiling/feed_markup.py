"""Feeds documents made of elements, as XML is: an element that repeats in another is a list, and so it is everywhere.

Whether one repeats is known at the end only. Until then each stands in a list; then lists that never held more than
one are taken away.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ddgen.model.inside import Element
from ddgen.model.path import Path, Step
from ddgen.profiling.feed_tree import TreeFeeder
from ddgen.profiling.tree import Node


class MarkupFeeder(TreeFeeder):
    """Walks elements into the tree of paths."""

    def _place(self, node: Node, value: Any, record: int) -> None:
        element: Element = value
        for name, text in (element.attributes or {}).items():
            attribute = node.child(f"@{name}")
            attribute.pending.append(text or None)
            attribute.records.append(record)
        if element.children is None:
            node.pending.append(element.text)
            node.records.append(record)
        else:
            self._children(node, element.children, record)

    def _children(self, node: Node, children: dict[str, list[Element]], record: int) -> None:
        node.objects += 1
        node.entry_counts[len(children)] += 1
        if node.repeated:
            node.marks.append(record)
        if node.map_value is not None:
            node.count_keys(Counter(children.keys()))
        for name, elements in children.items():
            self._list(node.child(name) if node.map_value is None else node.value_node(), elements, record)

    def _list(self, node: Node, elements: list[Element], record: int) -> None:
        node.arrays += 1
        node.element_counts[len(elements)] += 1
        if node.repeated:
            node.marks.append(record)
        one = node.element_node()
        for element in elements:
            self._place(one, element, record)


_KEPT = (
    "objects",
    "arrays",
    "nulls",
    "element_counts",
    "entry_counts",
    "key_counts",
    "accumulator",
    "record_count",
    "next_map_check",
    "folded",
)


def singled(node: Node, path: Path | None = None, *, repeated: bool | None = None) -> Node:
    """The tree from a node on, at another path if one is given, in which elements that never repeat stand alone.

    It shares what was measured with the tree that it is made of.
    """
    path = node.path if path is None else path
    repeated = node.repeated if repeated is None else repeated
    if node.element is not None and _never_repeats(node):
        return singled(node.element, path, repeated=repeated)
    made = Node(path, repeated=repeated, looker=node.looker, textual=node.textual)
    for name in _KEPT:
        setattr(made, name, getattr(node, name))
    for name, child in node.children.items():
        made.children[name] = singled(child, (*path, child.path[-1]), repeated=repeated)
    if node.element is not None:
        made.element = singled(node.element, (*path, Step.ELEMENT), repeated=True)
    if node.map_value is not None:
        made.map_value = singled(node.map_value, (*path, Step.MAP_VALUE), repeated=True)
    if node.inside is not None:
        made.inside = node.inside.moved(made)
    return made


def _never_repeats(node: Node) -> bool:
    alone = not (node.objects or node.values or node.nulls or node.children)
    return bool(node.textual) and alone and set(node.element_counts) == {1}
