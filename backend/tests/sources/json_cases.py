"""What the tests of the JSON source share: an input is written, and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ddgen.model.problem import Problem
from ddgen.model.relation import Relation, TreeBatch
from ddgen.sources.json import JsonSource
from ddgen.sources.spec import SourceSpec


def spec_of(folder: Path, content: bytes | str, name: str = "input.json") -> SourceSpec:
    path = folder / name
    raw = content.encode() if isinstance(content, str) else content
    path.write_bytes(raw)
    plain = Path(name.removesuffix(".gz"))
    return SourceSpec(path=path, display=name, head=raw[:65536], suffix=plain.suffix.lower(), stem=plain.stem)


def batches(relation: Relation) -> list[TreeBatch]:
    return [batch for batch in relation.batches() if isinstance(batch, TreeBatch)]


def values(relation: Relation) -> list[Any]:
    return [value for batch in batches(relation) for value in batch.values]


def read(folder: Path, content: bytes | str, name: str = "input.json") -> tuple[list[Any], list[Problem], str]:
    """The records of the first table, its problems, and the layout."""
    relation = JsonSource.relations(spec_of(folder, content, name))[0]
    return values(relation), relation.problems, relation.reading["layout"]
