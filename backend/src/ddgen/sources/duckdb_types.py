"""DuckDB's types in our words, and how what Arrow cannot carry is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ddgen.model.path import Path, Step
from ddgen.model.relation import DeclaredField
from ddgen.model.types import DataType

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "BIGNUM", "VARINT")
_DATA_TYPES = {
    "BOOLEAN": DataType.BOOLEAN,
    **{sign + name: DataType.INTEGER for name in _INTEGERS for sign in ("", "U")},
    "FLOAT": DataType.FLOAT,
    "DOUBLE": DataType.FLOAT,
    "DECIMAL": DataType.DECIMAL,
    "VARCHAR": DataType.STRING,
    "ENUM": DataType.STRING,
    "BIT": DataType.STRING,
    "BLOB": DataType.BINARY,
    "DATE": DataType.DATE,
    "TIME": DataType.TIME,
    "TIME_NS": DataType.TIME,
    "TIME WITH TIME ZONE": DataType.TIME,
    "TIMESTAMP": DataType.TIMESTAMP,
    "TIMESTAMP_S": DataType.TIMESTAMP,
    "TIMESTAMP_MS": DataType.TIMESTAMP,
    "TIMESTAMP_NS": DataType.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": DataType.TIMESTAMP,
    "INTERVAL": DataType.INTERVAL,
    "UUID": DataType.UUID,
    "GEOMETRY": DataType.GEOMETRY,
}
_NESTED = {"list": DataType.ARRAY, "array": DataType.ARRAY, "struct": DataType.OBJECT, "map": DataType.MAP}
_AS_TEXT = re.compile(r"BIT|BIGNUM|VARINT|VARIANT|UHUGEINT|GEOMETRY\b.*")
"""Types that come through Arrow as bytes of DuckDB's own, or not at all."""


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def is_as_text(kind: Any) -> bool:
    """Whether values of a type are read in their textual form."""
    return _AS_TEXT.fullmatch(str(kind)) is not None


def selection(names: Sequence[str], types: Sequence[Any]) -> str:
    """The list of columns to select, with a cast where one is needed."""
    return ", ".join(
        f"CAST({quote(name)} AS VARCHAR) AS {quote(name)}" if is_as_text(kind) else quote(name)
        for name, kind in zip(names, types, strict=True)
    )


def declare(path: Path, kind: Any) -> Iterator[DeclaredField]:
    """The declared field of a `DuckDBPyType` and of everything inside it."""
    yield DeclaredField(path, str(kind), None, None, _data_type(kind))
    if kind.id == "struct":
        for name, child in kind.children:
            yield from declare((*path, name), child)
    elif kind.id == "map":
        yield from declare((*path, Step.MAP_VALUE), dict(kind.children)["value"])
    elif kind.id in ("list", "array"):
        yield from declare((*path, Step.ELEMENT), dict(kind.children)["child"])


def _data_type(kind: Any) -> str | None:
    word = _NESTED.get(kind.id) or _DATA_TYPES.get(str(kind).partition("(")[0])
    return word.value if word else None
