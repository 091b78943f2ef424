"""Arrow columns whose texts are not valid UTF-8: Arrow does not check what a file claims, so it is checked here."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow import types

from ddgen.sources.arrow_types import is_list


def is_text(kind: pa.DataType) -> bool:
    """Whether values are texts."""
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def redecoded(column: pa.Array) -> pa.Array:
    """The column with wrong bytes in its texts, however deep, replaced by U+FFFD.

    Raises ArrowInvalid where more than that is wrong with it.
    """
    raw = column.cast(_retyped(column.type, pa.large_binary()))
    raw.validate(full=True)
    return pa.array(
        [_decode(value, column.type) for value in raw.to_pylist()], _retyped(column.type, pa.large_string())
    )


def _retyped(kind: pa.DataType, text: pa.DataType) -> pa.DataType:
    """The type with `text` in place of every type of text."""
    if types.is_dictionary(kind):
        return _retyped(kind.value_type, text)
    if is_text(kind):
        return text
    if types.is_struct(kind):
        return pa.struct([pa.field(child.name, _retyped(child.type, text)) for child in kind])
    if types.is_map(kind):
        return pa.map_(_retyped(kind.key_type, text), _retyped(kind.item_type, text))
    return pa.list_(_retyped(kind.value_type, text)) if is_list(kind) else kind


def _decode(value: Any, kind: pa.DataType) -> Any:
    if types.is_dictionary(kind):
        return _decode(value, kind.value_type)
    if value is None:
        return None
    if is_text(kind):
        return value.decode("utf-8", "replace")
    if types.is_struct(kind):
        return {child.name: _decode(value[child.name], child.type) for child in kind}
    if types.is_map(kind):
        return [(_decode(key, kind.key_type), _decode(item, kind.item_type)) for key, item in value]
    return [_decode(item, kind.value_type) for item in value] if is_list(kind) else value
