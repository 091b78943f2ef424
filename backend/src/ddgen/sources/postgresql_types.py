"""PostgreSQL's types in our words: how a column of each is selected and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ddgen.model.types import DataType
from ddgen.sources import database_values as values
from ddgen.sources.database_values import Reader

SPECIAL: Mapping[str, tuple[DataType, Reader]] = {
    "bool": (DataType.BOOLEAN, values.as_they_are),
    "int2": (DataType.INTEGER, values.as_they_are),
    "int4": (DataType.INTEGER, values.as_they_are),
    "int8": (DataType.INTEGER, values.as_they_are),
    "oid": (DataType.INTEGER, values.as_they_are),
    "float4": (DataType.FLOAT, values.as_they_are),
    "float8": (DataType.FLOAT, values.as_they_are),
    "numeric": (DataType.DECIMAL, values.decimals),
    "money": (DataType.DECIMAL, values.decimals),
    "bytea": (DataType.BINARY, values.as_they_are),
    "uuid": (DataType.UUID, values.as_they_are),
    "date": (DataType.DATE, values.dates),
    "time": (DataType.TIME, values.times),
    "timetz": (DataType.TIME, values.as_they_are),
    "timestamp": (DataType.TIMESTAMP, values.timestamps),
    "timestamptz": (DataType.TIMESTAMP, values.moments),
    "interval": (DataType.INTERVAL, values.intervals),
}
"""Types of `pg_catalog` whose values are more than texts, with how they are read."""

_SHAPES = frozenset({"point", "line", "lseg", "box", "path", "polygon", "circle"})
_MAPS = frozenset({"geometry", "geography"})
_CASTS = {"money": "numeric", "bpchar": "text"}
"""Types whose own text says more than the value: a currency's sign, spaces that only fill up."""

_DOCUMENTS = frozenset({"json", "jsonb"})


@dataclass(frozen=True, slots=True)
class Type:
    """A row of `pg_type`, with what belongs to it."""

    oid: int
    schema: str
    name: str
    shown: str
    """As SQL writes it; of a domain the type it stands on, with its length or precision."""
    kind: str
    """`b` base, `d` domain, `e` enum, `c` composite, `r` and `m` ranges."""
    base: int
    element: int
    """The type of an array's elements; 0 where it is no array."""
    labels: tuple[str, ...] = ()
    """The values of an enum, in order."""

    @property
    def builtin(self) -> bool:
        """Whether it is the server's own."""
        return self.schema == "pg_catalog"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read: its logical type, the SQL that selects it, and the reader of its values."""

    data_type: DataType | None
    expression: str
    read: Reader


class Types:
    """All types of a database."""

    def __init__(self, types: Mapping[int, Type], quoted: Callable[[str], str]) -> None:
        self._types, self._quoted = types, quoted

    def base(self, oid: int) -> Type:
        """The type itself, or the one a domain stands on."""
        found = self._types[oid]
        return self.base(found.base) if found.kind == "d" else found

    def described(self, oid: int, shown: str) -> str:
        """A type as people should see it: an enum with its values, a domain with what it stands on."""
        found = self._types[oid]
        if found.kind == "d":
            return f"{shown} ({self.described(found.base, found.shown)})"
        inner = self.base(found.element) if found.element else found
        if inner.kind != "e":
            return shown
        labels = ", ".join("'" + label.replace("'", "''") + "'" for label in inner.labels)
        return f"{shown} enum({labels})"

    def reading(self, oid: int, column: str) -> Reading:
        """How a column of a type is read; `column` is its quoted name."""
        base = self.base(oid)
        if base.element:
            return self._array(base, column)
        return self._scalar(base, column)

    def _scalar(self, base: Type, column: str) -> Reading:
        if base.kind == "c":
            return Reading(DataType.OBJECT, f"to_json({column}) AS {column}", values.documents)
        if base.kind != "b":
            return Reading(DataType.STRING, column, values.as_they_are)
        if base.builtin:
            return _builtin(base.name, column)
        if base.name in _MAPS:
            as_text = f"{self._quoted(base.schema)}.st_astext({column}) AS {column}"
            return Reading(DataType.GEOMETRY, as_text, values.as_they_are)
        if base.name == "hstore":
            return Reading(None, f"CAST({column} AS json) AS {column}", values.documents)
        return Reading(DataType.STRING, column, values.as_they_are)

    def _array(self, base: Type, column: str) -> Reading:
        element = self.base(base.element)
        if element.kind == "c":
            return Reading(DataType.ARRAY, f"to_json({column}) AS {column}", values.documents)
        inner = self._scalar(element, column).read
        if self._types[base.element] is not element and element.builtin:
            column = f"CAST({column} AS {element.shown}[]) AS {column}"
        elif not element.builtin:
            inner, column = values.as_they_are, f"CAST({column} AS text[]) AS {column}"
        if element.name == "money":
            column = f"CAST({column} AS numeric[]) AS {column}"
        return Reading(DataType.ARRAY, column, values.listed(inner))


def _builtin(name: str, column: str) -> Reading:
    if name in _DOCUMENTS:
        return Reading(None, column, values.documents)
    if name in _SHAPES:
        return Reading(DataType.GEOMETRY, column, values.as_they_are)
    if name in _CASTS:
        column = f"CAST({column} AS {_CASTS[name]}) AS {column}"
    data_type, read = SPECIAL.get(name, (DataType.STRING, values.as_they_are))
    return Reading(data_type, column, read)
