"""Arrow schemas in our words: every nested path declared, and types brought down to those that profiling walks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
from pyarrow import types

from ddgen.model.path import Path, Step
from ddgen.model.relation import DeclaredField
from ddgen.model.types import DataType
from ddgen.sources.headers import unique_names

COMMENT_KEYS = (b"comment", b"description", b"doc")

_DATA_TYPES: tuple[tuple[Callable[[Any], bool], DataType], ...] = (
    (types.is_boolean, DataType.BOOLEAN),
    (types.is_integer, DataType.INTEGER),
    (types.is_floating, DataType.FLOAT),
    (types.is_decimal, DataType.DECIMAL),
    (types.is_date, DataType.DATE),
    (types.is_time, DataType.TIME),
    (types.is_timestamp, DataType.TIMESTAMP),
    (types.is_duration, DataType.INTERVAL),
    (types.is_interval, DataType.INTERVAL),
    (types.is_string, DataType.STRING),
    (types.is_large_string, DataType.STRING),
    (types.is_string_view, DataType.STRING),
    (types.is_binary, DataType.BINARY),
    (types.is_large_binary, DataType.BINARY),
    (types.is_binary_view, DataType.BINARY),
    (types.is_fixed_size_binary, DataType.BINARY),
    (types.is_struct, DataType.OBJECT),
    (types.is_map, DataType.MAP),
)
_EXTENSIONS = {"arrow.uuid": DataType.UUID, "arrow.bool8": DataType.BOOLEAN}


def is_list(kind: pa.DataType) -> bool:
    """Whether it is any of Arrow's list types."""
    return bool(
        types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind) or is_list_view(kind)
    )


def is_list_view(kind: pa.DataType) -> bool:
    """Whether it is a list whose items lie anywhere, in any order."""
    return bool(types.is_list_view(kind) or types.is_large_list_view(kind))


def data_type(kind: pa.DataType) -> str | None:
    """The logical type of an Arrow type; None where it decides nothing (null, unions)."""
    if isinstance(kind, pa.BaseExtensionType):
        return _extension_type(kind)
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return data_type(kind.value_type)
    if is_list(kind):
        return DataType.ARRAY.value
    return next((word.value for test, word in _DATA_TYPES if test(kind)), None)


def _extension_type(kind: pa.BaseExtensionType) -> str | None:
    name = kind.extension_name
    if name.startswith(("geoarrow.", "ogc.")):
        return DataType.GEOMETRY.value
    known = _EXTENSIONS.get(name)
    return known.value if known else data_type(kind.storage_type)


def declared_fields(schema: pa.Schema) -> list[DeclaredField]:
    """Every path of a schema, parents before children, duplicates of a name told apart by `#2`."""
    names = unique_names(schema.names)
    return [
        declared
        for name, field in zip(names, schema, strict=True)
        for declared in _declare((name,), field.type, field.nullable, comment(field.metadata))
    ]


def comment(metadata: dict[bytes, bytes] | None) -> str | None:
    """The comment in the metadata of a field or a schema."""
    for key in COMMENT_KEYS:
        text = (metadata or {}).get(key)
        if text and text.strip():
            return text.decode("utf-8", "replace").strip()
    return None


def _declare(path: Path, kind: pa.DataType, nullable: bool, note: str | None) -> Iterator[DeclaredField]:
    yield DeclaredField(path, str(kind), nullable, note, data_type(kind))
    storage = storage_type(kind)
    if types.is_struct(storage):
        for child in storage:
            yield from _declare((*path, child.name), child.type, child.nullable, comment(child.metadata))
    elif types.is_map(storage):
        item = storage.item_field
        yield from _declare((*path, Step.MAP_VALUE), item.type, item.nullable, comment(item.metadata))
    elif is_list(storage):
        item = storage.value_field
        yield from _declare((*path, Step.ELEMENT), item.type, item.nullable, comment(item.metadata))


def storage_type(kind: pa.DataType) -> pa.DataType:
    """The type of the values themselves, whatever way they are stored in."""
    if isinstance(kind, pa.BaseExtensionType):
        return kind.storage_type
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return kind.value_type
    return kind


def map_paths(declared: list[DeclaredField]) -> list[Path]:
    """The paths that the source declares to be maps."""
    return [field.path for field in declared if field.data_type == DataType.MAP.value]


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The nearest type that profiling walks: no views, run ends or extensions but UUIDs; microseconds, in UTC."""
    if isinstance(kind, pa.BaseExtensionType):
        return kind if kind.extension_name == "arrow.uuid" else _plain_extension(kind)
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_binary_view(kind):
        return pa.large_binary()
    if types.is_timestamp(kind):
        return pa.timestamp("us" if kind.unit == "ns" else kind.unit, kind.tz and "UTC")
    if types.is_time64(kind):
        return pa.time64("us")
    if types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    return _plain_nested(kind)


def _plain_nested(kind: pa.DataType) -> pa.DataType:
    if types.is_run_end_encoded(kind):
        return plain_type(kind.value_type)
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, plain_type(kind.value_type), kind.ordered)
    if types.is_struct(kind):
        return pa.struct([_plain_field(child) for child in kind])
    if types.is_map(kind):
        return pa.map_(_plain_field(kind.key_field), _plain_field(kind.item_field), kind.keys_sorted)
    return _plain_list(kind) if is_list(kind) else kind


def _plain_extension(kind: pa.BaseExtensionType) -> pa.DataType:
    return pa.bool_() if kind.extension_name == "arrow.bool8" else plain_type(kind.storage_type)


def _plain_list(kind: pa.DataType) -> pa.DataType:
    item = _plain_field(kind.value_field)
    if types.is_fixed_size_list(kind):
        return pa.list_(item, kind.list_size)
    large = types.is_large_list(kind) or types.is_large_list_view(kind)
    return pa.large_list(item) if large else pa.list_(item)


def _plain_field(field: pa.Field) -> pa.Field:
    return pa.field(field.name, plain_type(field.type), field.nullable)


def holds(kind: pa.DataType, test: Callable[[pa.DataType], bool]) -> bool:
    """Whether `test` is true of the type or of any type inside it."""
    storage = storage_type(kind)
    if test(kind) or (storage is not kind and holds(storage, test)):
        return True
    return any(holds(storage.field(i).type, test) for i in range(storage.num_fields))
