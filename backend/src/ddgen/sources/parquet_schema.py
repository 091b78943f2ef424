"""What a Parquet footer says about its fields beyond their types: comments of Spark and Iceberg, geometry columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pyarrow as pa

from ddgen.model.path import Path, Step
from ddgen.model.relation import DeclaredField
from ddgen.model.types import DataType


def annotate(declared: list[DeclaredField], schema: pa.Schema) -> None:
    """Add comments and geometry types found in the schema's metadata to the declared fields."""
    metadata = schema.metadata or {}
    comments = {
        **_comments(metadata, b"org.apache.spark.sql.parquet.row.metadata", _spark),
        **_comments(metadata, b"iceberg.schema", _iceberg),
    }
    geometries = _object(metadata.get(b"geo")).get("columns")
    for field in declared:
        field.comment = field.comment or comments.get(field.path)
        if isinstance(geometries, dict) and len(field.path) == 1 and field.path[0] in geometries:
            field.data_type = DataType.GEOMETRY.value


def _comments(
    metadata: dict[bytes, bytes], key: bytes, walk: Callable[[Any, Path], Iterator[tuple[Path, str]]]
) -> dict[Path, str]:
    return dict(walk(_object(metadata.get(key)), ()))


def _object(text: bytes | None) -> dict[str, Any]:
    """A JSON object in metadata; nothing where it is none, since it only adds comments."""
    try:
        value = orjson.loads(text or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _spark(kind: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Comments in Spark's JSON form of a schema (`StructType.json()`)."""
    if not isinstance(kind, dict):
        return
    for field in _items(kind.get("fields")):
        name = (*path, str(field.get("name")))
        note = field.get("metadata")
        if isinstance(note, dict) and isinstance(note.get("comment"), str):
            yield name, note["comment"]
        yield from _spark(field.get("type"), name)
    yield from _spark(kind.get("elementType"), (*path, Step.ELEMENT))
    yield from _spark(kind.get("valueType"), (*path, Step.MAP_VALUE))


def _iceberg(kind: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Comments (`doc`) in Iceberg's JSON form of a schema."""
    if not isinstance(kind, dict):
        return
    for field in _items(kind.get("fields")):
        name = (*path, str(field.get("name")))
        if isinstance(field.get("doc"), str):
            yield name, field["doc"]
        yield from _iceberg(field.get("type"), name)
    yield from _iceberg(kind.get("element"), (*path, Step.ELEMENT))
    yield from _iceberg(kind.get("value"), (*path, Step.MAP_VALUE))


def _items(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
