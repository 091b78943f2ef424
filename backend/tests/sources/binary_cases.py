"""What tests share of the tests of binary formats: a spec for a file, and what a relation holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ddgen.model.path import format_path
from ddgen.model.relation import ArrowBatch, Batch, DeclaredField, Relation, TreeBatch
from ddgen.sources.spec import SourceSpec


def spec_of(path: Path) -> SourceSpec:
    head = path.read_bytes()[:65536] if path.is_file() else b""
    return SourceSpec(path=path, display=path.name, head=head, suffix=path.suffix.lower(), stem=path.stem)


def rows_of(batch: Batch) -> list[Any]:
    if isinstance(batch, ArrowBatch):
        return list(batch.batch.to_pylist())
    assert isinstance(batch, TreeBatch)
    return batch.values


def records(relation: Relation) -> list[Any]:
    """All records; each batch must begin where the one before it from the same source ended."""
    found: list[Any] = []
    ends: dict[str, int] = {}
    for batch in relation.batches():
        assert batch.first == ends.get(batch.source, 0)
        rows = rows_of(batch)
        ends[batch.source] = batch.first + len(rows)
        found += rows
    return found


def declared(relation: Relation) -> dict[str, DeclaredField]:
    return {format_path(field.path): field for field in relation.declared}


def data_types(relation: Relation) -> dict[str, str | None]:
    return {path: field.data_type for path, field in declared(relation).items()}


def codes(relation: Relation) -> list[str]:
    return [problem.code for problem in relation.problems]
