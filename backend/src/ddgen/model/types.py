"""The logical data types, and how a union of them is named."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class DataType(str, Enum):
    """What the values of a field are, whatever the source calls it."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    DECIMAL = "decimal"
    STRING = "string"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    INTERVAL = "interval"
    UUID = "uuid"
    BINARY = "binary"
    GEOMETRY = "geometry"
    OBJECT = "object"
    ARRAY = "array"
    MAP = "map"
    UNKNOWN = "unknown"


_WIDER = {DataType.INTEGER: (DataType.FLOAT, DataType.DECIMAL), DataType.FLOAT: (DataType.DECIMAL,)}


def union_name(counts: Mapping[DataType, int]) -> str:
    """The data type that `counts` values add up to: one name, or `string | integer`, most frequent first.

    An integer among floats is a float (JSON writes 5.0 as 5), so they do not make a union.
    """
    present = {kind: count for kind, count in counts.items() if count}
    for narrow, wides in _WIDER.items():
        wide = next((wide for wide in wides if wide in present), None)
        if narrow in present and wide is not None:
            present[wide] += present.pop(narrow)
    if not present:
        return DataType.UNKNOWN.value
    return " | ".join(kind.value for kind, _ in sorted(present.items(), key=lambda item: (-item[1], item[0].value)))
