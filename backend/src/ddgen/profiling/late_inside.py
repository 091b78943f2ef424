"""Fields whose texts were found to be documents too late: these are read once more, so that all are looked into.

That is so where the first texts were of another kind, or parts of an input were judged differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import pyarrow as pa

from ddgen.errors import DdgenError
from ddgen.model.inside import with_article
from ddgen.model.path import Path, Step, format_path
from ddgen.model.relation import ArrowBatch, Batch, Relation, TextBatch
from ddgen.profiling.feed_arrow import unique_names
from ddgen.profiling.inside import GLANCE, guessed, held_by, texts_of
from ddgen.profiling.measure import LongText
from ddgen.profiling.profiler import Profiler
from ddgen.profiling.tree import Node

_LEAST = 0.8
"""Share of a few texts of the whole input from which on all are read again; less than what is decided from then."""


def complete(
    profiler: Profiler,
    relation: Relation,
    *,
    sample: Iterable[Batch] | None,
    whole: bool,
    told: Callable[[DdgenError, Relation], None],
    on_batch: Callable[[Batch], None],
) -> bool:
    """Look into what was found too late, from a `sample` that was taken or by reading the relation again.

    Where it cannot be read again, or was not read as a `whole`, notes say so. Returns whether a person stopped it.
    """
    profiler.settle()
    wanted = late(profiler)
    inner = {node.path: name for node, name in _missed(_inner(profiler.root))}
    _note(profiler, inner, "since its first texts hold none")
    if not wanted:
        return False
    if sample is None and not (relation.rereadable and whole):
        _note(profiler, wanted, _NEVER if whole else _IN_PART)
        return False
    before = [problem.model_copy(deep=True) for problem in relation.problems]
    try:
        look_again(profiler, wanted, sample if sample is not None else _watched(relation, on_batch))
    except DdgenError as error:
        told(error, relation)
    except KeyboardInterrupt:
        _note(profiler, wanted, "since a person stopped it")
        return True
    finally:
        relation.problems[:] = before
    _note(profiler, {path: name for path, name in wanted.items() if not _complete(profiler, path)}, _OTHERWISE)
    return False


_NEVER = "since the input cannot be read again"
_IN_PART = "since the input was not read to its end"
_OTHERWISE = "since the input could not be read again as it was"


def _complete(profiler: Profiler, path: Path) -> bool:
    """Whether all texts at a path were looked into."""
    node = _at(profiler.root, path)
    return node is not None and node.inside is not None and node.inside.seen == texts_of(node)


def _watched(relation: Relation, on_batch: Callable[[Batch], None]) -> Iterable[Batch]:
    for batch in relation.batches():
        on_batch(batch)
        yield batch


def _note(profiler: Profiler, missed: Mapping[Path, str], why: str) -> None:
    for path, name in missed.items():
        profiler.notes[path] = f"seems to hold {with_article(name)}, but its inner fields are not shown, {why}"


def late(profiler: Profiler) -> dict[Path, str]:
    """The fields to look into once more, by a few texts of each, with the names of openers."""
    return {node.path: name for node, name in _missed(profiler.root.walk())}


def _missed(nodes: Iterable[Node]) -> Iterator[tuple[Node, str]]:
    """Those whose texts seem to be documents, and were not all looked into."""
    for node in nodes:
        name = _seems(node) if _unseen(node) else None
        if name is not None:
            yield node, name


def _inner(root: Node) -> Iterator[Node]:
    """The nodes in documents that texts hold, which are not read again for what is inside them."""
    for node in root.walk():
        if node.inside is not None:
            yield from node.inside.root.whole()


def _unseen(node: Node) -> bool:
    count = texts_of(node)
    if not count or node.looker is None or node.objects or node.arrays or held_by(node) is not None:
        return False
    return node.inside is None or node.inside.seen != count


def _seems(node: Node) -> str | None:
    values = node.accumulator.sample.values() if node.accumulator is not None else []
    held = [value for value in values[:: max(1, len(values) // GLANCE)] if isinstance(value, str | LongText)]
    texts = [value for value in held if isinstance(value, str)]
    cut = [value.preview for value in held if isinstance(value, LongText)]
    opener = guessed(texts, cut, _LEAST)
    return opener.name if opener is not None else None


def look_again(profiler: Profiler, wanted: Mapping[Path, str], batches: Iterable[Batch]) -> None:
    """Look into the texts of some fields, all of which are in the batches, and take over what they hold."""
    maps = {format_path(node.path): node.map_value is not None for node in profiler.root.whole()}
    again = Profiler(maps, expected=wanted)
    again.declare([(*node.path, Step.MAP_VALUE) for node in profiler.root.walk() if node.map_value is not None])
    names = {path[0] for path in wanted if path and isinstance(path[0], str)}
    whole = len(names) < len({path[:1] for path in wanted})
    for batch in batches:
        again.feed(batch if whole else _narrowed(batch, names))
    again.settle()
    for path in wanted:
        node, found = _at(profiler.root, path), _at(again.root, path)
        if node is not None and found is not None:
            node.inside = found.inside


def _narrowed(batch: Batch, names: set[str]) -> Batch:
    """The batch with only some of its fields."""
    if isinstance(batch, TextBatch):
        chosen = [number for number, name in enumerate(batch.names) if name in names]
        columns = [batch.columns[number] for number in chosen]
        return replace(batch, columns=columns, names=[batch.names[number] for number in chosen])
    if isinstance(batch, ArrowBatch):
        made = unique_names(batch.batch.schema.names)
        chosen = [number for number, name in enumerate(made) if name in names]
        arrays = [batch.batch.column(number) for number in chosen]
        return replace(batch, batch=pa.RecordBatch.from_arrays(arrays, names=[made[number] for number in chosen]))
    values = [
        {name: value[name] for name in names if name in value} if isinstance(value, dict) else value
        for value in batch.values
    ]
    return replace(batch, values=values, duplicates=[])


def _at(root: Node, path: Path) -> Node | None:
    node: Node | None = root
    for segment in path:
        if node is None:
            return None
        if isinstance(segment, Step):
            node = node.element if segment is Step.ELEMENT else node.map_value
        else:
            node = node.children.get(segment) if isinstance(segment, str) else None
    return node
