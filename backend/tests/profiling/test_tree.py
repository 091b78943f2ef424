"""The tree of paths: order, merging, folding."""

from __future__ import annotations

from collections import Counter

from ddgen.model.path import format_path
from ddgen.profiling import tree
from ddgen.profiling.tree import KEYS_KEPT, Node, fold

from .feeding import profiler_of, rows, trees


def root() -> Node:
    return Node((), repeated=False)


def names(node: Node) -> list[str]:
    return [format_path(below.path) for below in node.walk()]


def test_nodes_are_walked_parents_first_in_the_order_they_came() -> None:
    top = root()
    top.child("b").element_node().child("x")
    top.child("a")
    top.child("b").child("y")
    assert names(top) == ["$", "b", "b.y", "b[]", "b[].x", "a"]


def test_what_stands_below_an_array_or_map_is_repeated() -> None:
    top = root()
    assert not top.child("a").child("b").repeated
    assert top.child("a").element_node().child("b").repeated
    assert top.child("m").value_node().repeated


def test_presence_counts_everything() -> None:
    node = root().child("a")
    node.nulls, node.objects, node.arrays = 1, 2, 3
    node.values_of().add("int", [5, 5], rows(2))
    assert (node.values, node.present) == (2, 8)


def test_merging_adds_up_at_every_depth() -> None:
    profiler = profiler_of(trees([{"a": {"b": [1, 2]}, "c": 1}]))
    profiler.merge(profiler_of(trees([{"d": None, "a": {"b": [3], "e": "x"}}], first=1)))
    merged = profiler.root
    assert names(merged) == ["$", "a", "a.b", "a.b[]", "a.e", "c", "d"]
    assert merged.objects == 2
    assert merged.children["a"].children["b"].element_counts == {2: 1, 1: 1}
    assert merged.children["d"].nulls == 1


def test_folding_makes_children_values_and_names_keys() -> None:
    profiler = profiler_of(trees([{"m": {"x": 1, "y": "b"}}, {"m": {"x": 2}}]))
    profiler.flush()
    node = profiler.root.children["m"]
    fold(node)
    fold(node)
    assert node.children == {}
    assert node.key_counts == {"x": 2, "y": 1}
    assert node.map_value is not None
    assert (node.map_value.values, node.map_value.record_count) == (3, 2)


def test_a_map_and_an_object_of_the_same_place_become_a_map() -> None:
    one, other = root(), root()
    one.child("m").value_node().nulls = 1
    other.child("m").child("x").nulls = 2
    other.merge(one)
    merged = other.children["m"]
    assert merged.map_value is not None
    assert (merged.map_value.nulls, merged.children) == (3, {})


def test_only_so_many_keys_of_a_map_are_counted() -> None:
    node = root()
    node.count_keys(Counter({f"k{number}": 1 for number in range(KEYS_KEPT + 10)}))
    node.count_keys(Counter({"k0": 5, "other": 5}))
    assert len(node.key_counts) == tree.KEYS_KEPT
    assert node.key_counts["k0"] == 6
