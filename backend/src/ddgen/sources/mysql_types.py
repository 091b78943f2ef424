"""MySQL's and MariaDB's types in our words: how a column of each is selected and read.

All values but bytes come as texts, which are converted many at once.
"""

from __future__ import annotations

from collections.abc import Mapping

from ddgen.model.types import DataType
from ddgen.sources import database_values as values
from ddgen.sources.database_values import Reader

_TYPES: Mapping[str, tuple[DataType, Reader]] = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), (DataType.INTEGER, values.integers)),
    **dict.fromkeys(("float", "double"), (DataType.FLOAT, values.floats)),
    **dict.fromkeys(
        ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"), (DataType.BINARY, values.as_they_are)
    ),
    "decimal": (DataType.DECIMAL, values.decimals),
    "bit": (DataType.INTEGER, values.bits),
    "date": (DataType.DATE, values.dates),
    "datetime": (DataType.TIMESTAMP, values.timestamps),
    "timestamp": (DataType.TIMESTAMP, values.utc),
    "time": (DataType.TIME, values.times),
    "set": (DataType.ARRAY, values.members),
    "uuid": (DataType.UUID, values.as_they_are),
}
_SHAPES = frozenset(
    "geometry point linestring polygon multipoint multilinestring multipolygon"
    " geometrycollection geomcollection".split()
)


def reading(kind: str, column_type: str, column: str, *, is_json: bool) -> tuple[DataType | None, str, Reader]:
    """The logical type, the SQL that selects it, and the reader of a column.

    `kind` is the bare type, `column_type` the whole one (`bit(1)`), `column` the quoted name, `is_json` whether a
    check holds it to JSON, which is how MariaDB declares it.
    """
    if kind == "json" or is_json:
        return None, column, values.documents
    if kind in _SHAPES:
        return DataType.GEOMETRY, f"ST_AsText({column}) AS {column}", values.as_they_are
    if column_type == "bit(1)":
        return DataType.BOOLEAN, column, values.bit
    data_type, read = _TYPES.get(kind, (DataType.STRING, values.as_they_are))
    return data_type, column, read
