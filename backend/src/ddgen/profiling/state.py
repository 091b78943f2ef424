"""States: what a profiler has measured, as plain JSON, to be kept, sent, and merged with other parts' states.

A state holds everything but the hashes kept to prove uniqueness, so a field that may be unique is looked at again.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from ddgen.model.relation import Tagged
from ddgen.profiling.accumulator import Accumulator
from ddgen.profiling.digests import Digests
from ddgen.profiling.feed_tree import GROUPS
from ddgen.profiling.inside import Inside, Looker, openers
from ddgen.profiling.measure import LongText
from ddgen.profiling.moments import Moments
from ddgen.profiling.profiler import Profiler
from ddgen.profiling.sample import BottomK
from ddgen.profiling.sketches import HeavyHitters, HyperLogLog
from ddgen.profiling.stats import OddityCount, Range, Stats
from ddgen.profiling.tree import Node

FORMAT = "ddgen-profile/1"

_NAMES: dict[type, str] = {**GROUPS, LongText: "long"}
_WRITERS: dict[str, Callable[[Any], Any]] = {
    "str": lambda value: value,
    "bool": lambda value: value,
    "datetime": lambda value: value.isoformat(),
    "date": lambda value: value.isoformat(),
    "time": lambda value: value.isoformat(),
    "interval": lambda value: [value.days, value.seconds, value.microseconds],
    "bytes": lambda value: b64encode(value).decode(),
    "tagged": lambda value: [value.type, write_value(value.value)],
    "long": lambda value: [value.preview, value.length, str(value.digest)],
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "str": lambda state: state,
    "bool": lambda state: state,
    "int": int,
    "float": lambda state: math.nan if state == "nan" else float(state),
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "interval": lambda state: timedelta(*state),
    "uuid": UUID,
    "bytes": b64decode,
    "tagged": lambda state: Tagged(state[0], read_value(state[1])),
    "long": lambda state: LongText(state[0], state[1], int(state[2])),
}


def write_value(value: Any) -> list[Any]:
    """A scalar as its type's name and plain JSON."""
    name = _NAMES[type(value)]
    return [name, _WRITERS.get(name, str)(value)]


def read_value(state: list[Any]) -> Any:
    """The inverse of `write_value`."""
    return _READERS[state[0]](state[1])


def dumps(profiler: Profiler) -> str:
    """The state of a profiler as JSON text."""
    profiler.flush()
    return json.dumps({"format": FORMAT, "text": profiler.text, "flat": profiler.flat, "root": _node(profiler.root)})


def loads(text: str) -> Profiler:
    """A profiler in that state; it may be fed and merged further. Raises ValueError for anything else."""
    state = json.loads(text)
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError(f"not a {FORMAT} state")
    profiler = Profiler()
    profiler.text, profiler.flat = state["text"], state["flat"]
    _fill_node(profiler.root, state["root"])
    return profiler


_PLAIN = ("objects", "arrays", "nulls", "record_count", "folded")
_COUNTS = ("element_counts", "entry_counts", "key_counts")


def _node(node: Node) -> dict[str, Any]:
    state: dict[str, Any] = {name: getattr(node, name) for name in _PLAIN}
    state |= {name: list(getattr(node, name).items()) for name in _COUNTS}
    state["accumulator"] = None if node.accumulator is None else _accumulator(node.accumulator)
    state["children"] = [[name, _node(child)] for name, child in node.children.items()]
    state["element"] = None if node.element is None else _node(node.element)
    state["map_value"] = None if node.map_value is None else _node(node.map_value)
    if node.inside is not None:
        state["inside"] = _inside(node.inside)
    return state


def _inside(inside: Inside) -> dict[str, Any]:
    return {
        "opener": inside.opener.name if inside.opener is not None else None,
        "counts": [inside.seen, inside.opened, inside.refused],
        "oddities": _oddities(inside.oddities),
        "root": _node(inside.root),
    }


def _fill_node(node: Node, state: dict[str, Any]) -> None:
    for name in _PLAIN:
        setattr(node, name, state[name])
    for name in _COUNTS:
        setattr(node, name, Counter(dict(map(tuple, state[name]))))
    if state["accumulator"] is not None:
        node.accumulator = _read_accumulator(state["accumulator"])
    for name, child in state["children"]:
        _fill_node(node.child(name), child)
    if state["element"] is not None:
        _fill_node(node.element_node(), state["element"])
    if state["map_value"] is not None:
        _fill_node(node.value_node(), state["map_value"])
    if "inside" in state and node.looker is not None:
        _fill_inside(node, node.looker, state["inside"])


def _fill_inside(node: Node, looker: Looker, state: dict[str, Any]) -> None:
    """Where texts were found to hold a format that is not known here, they are texts and no more."""
    name = state["opener"]
    if name is not None and name not in openers():
        node.looking = False
        return
    inside = node.inside = Inside(node, looker, openers()[name] if name is not None else None)
    inside.seen, inside.opened, inside.refused = state["counts"]
    inside.oddities = _read_oddities(state["oddities"])
    if inside.opener is not None:
        _fill_node(inside.started(), state["root"])


def _accumulator(held: Accumulator) -> dict[str, Any]:
    held.sample.compact()
    return {
        "values": held.values,
        "groups": dict(held.group_counts),
        "given_up": held.given_up,
        "repeated": held.digests is None,
        "exact": None if held.exact is None else _exact(held),
        "hll": None if held.hll is None else held.hll.to_state(),
        "heavy": {group: [heavy.error, _counts(heavy.counts)] for group, heavy in held.heavy.items()},
        "sample": [
            held.sample.size,
            held.sample.joined().tolist(),
            [write_value(value) for value in held.sample.values()],
        ],
        "stats": _stats(held.stats),
    }


def _exact(held: Accumulator) -> dict[str, Any]:
    return {
        group: [[write_value(value), count, *held.firsts[group][value]] for value, count in counts.items()]
        for group, counts in (held.exact or {}).items()
        if counts
    }


def _counts(counts: dict[Any, int]) -> list[Any]:
    return [[write_value(value), count] for value, count in counts.items()]


def _read_accumulator(state: dict[str, Any]) -> Accumulator:
    made = Accumulator()
    made.values, made.given_up = state["values"], state["given_up"]
    made.group_counts = Counter(state["groups"])
    made.digests = None if state["repeated"] else Digests()
    if state["exact"] is None:
        made.exact, made.hll = None, HyperLogLog.from_state(state["hll"])
    else:
        for group, entries in state["exact"].items():
            made.restore_exact(group, [(read_value(value), count, (src, at)) for value, count, src, at in entries])
    for group, (error, counts) in state["heavy"].items():
        made.heavy[group] = HeavyHitters({read_value(value): count for value, count in counts}, error)
    size, hashes, values = state["sample"]
    made.sample = BottomK(size)
    made.sample.add([read_value(value) for value in values], np.array(hashes, np.uint64))
    made.stats = _read_stats(state["stats"])
    return made


_STATS_COUNTS = ("kinds", "words", "orders", "read_moments", "lengths")
_STATS_PLAIN = ("scale", "zoned", "numeric")


def _stats(stats: Stats) -> dict[str, Any]:
    state: dict[str, Any] = {name: list(getattr(stats, name).items()) for name in _STATS_COUNTS}
    state |= {name: getattr(stats, name) for name in _STATS_PLAIN}
    state["oddities"] = _oddities(stats.oddities)
    state["numbers"] = stats.numbers.to_state()
    state["moments"] = {reading: [range_.min, range_.max] for reading, range_ in stats.moments.items()}
    state["texts"] = [stats.texts.min, stats.texts.max]
    return state


def _oddities(oddities: dict[str, OddityCount]) -> dict[str, Any]:
    return {kind: [odd.count, odd.example, odd.first] for kind, odd in oddities.items()}


def _read_oddities(state: dict[str, Any]) -> dict[str, OddityCount]:
    return {
        kind: OddityCount(count, example, [(source, at) for source, at in first])
        for kind, (count, example, first) in state.items()
    }


def _read_stats(state: dict[str, Any]) -> Stats:
    made = Stats()
    for name in _STATS_COUNTS:
        setattr(made, name, Counter(dict(map(tuple, state[name]))))
    for name in _STATS_PLAIN:
        setattr(made, name, state[name])
    made.oddities = _read_oddities(state["oddities"])
    made.numbers = Moments.from_state(state["numbers"])
    made.moments = {reading: Range(*ends) for reading, ends in state["moments"].items()}
    made.texts = Range(*state["texts"])
    return made
