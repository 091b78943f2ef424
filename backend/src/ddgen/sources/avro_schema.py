"""Avro schemas in our words, and the logical types that records are decoded with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from ddgen.model.path import Path, Step
from ddgen.model.relation import DeclaredField, Tagged
from ddgen.model.types import DataType

_PRIMITIVES = {
    "boolean": DataType.BOOLEAN,
    "int": DataType.INTEGER,
    "long": DataType.INTEGER,
    "float": DataType.FLOAT,
    "double": DataType.FLOAT,
    "bytes": DataType.BINARY,
    "fixed": DataType.BINARY,
    "string": DataType.STRING,
    "enum": DataType.STRING,
    "record": DataType.OBJECT,
    "error": DataType.OBJECT,
    "array": DataType.ARRAY,
    "map": DataType.MAP,
}
_LOGICAL = {
    "decimal": DataType.DECIMAL,
    "uuid": DataType.UUID,
    "date": DataType.DATE,
    "time-millis": DataType.TIME,
    "time-micros": DataType.TIME,
    "timestamp-millis": DataType.TIMESTAMP,
    "timestamp-micros": DataType.TIMESTAMP,
    "timestamp-nanos": DataType.TIMESTAMP,
    "local-timestamp-millis": DataType.TIMESTAMP,
    "local-timestamp-micros": DataType.TIMESTAMP,
    "local-timestamp-nanos": DataType.TIMESTAMP,
    "duration": DataType.INTERVAL,
}
OURS = "ddgen:"
"""Stands before the names of logical types that we decode, so that fastavro's own readers stay as they are."""


def declared_fields(schema: Any) -> list[DeclaredField]:
    """Every path of a schema; a type that holds itself is followed once."""
    return [field for field in _Walk().declare((), schema, None) if field.path or not _is_record(schema)]


def _is_record(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") in ("record", "error")


class _Walk:
    """Declares the fields of a schema, remembering named types by the way."""

    def __init__(self) -> None:
        self._named: dict[str, Any] = {}
        self._open: list[str] = []

    def declare(self, path: Path, schema: Any, note: str | None) -> Iterator[DeclaredField]:
        branches = [self._resolve(branch) for branch in (schema if isinstance(schema, list) else [schema])]
        real = [branch for branch in branches if branch["type"] != "null"]
        kinds = {_data_type(branch) for branch in real}
        yield DeclaredField(
            path,
            " | ".join(_physical_type(branch) for branch in real) or "null",
            len(real) < len(branches),
            note or next((branch["doc"] for branch in real if branch.get("doc")), None),
            kinds.pop() if len(kinds) == 1 else None,
        )
        for branch in real:
            yield from self._inside(path, branch)

    def _resolve(self, schema: Any) -> dict[str, Any]:
        """The schema as an object, whichever way it is written; a known name stands for its definition."""
        if isinstance(schema, str):
            return self._named.get(schema) or self._named.get(schema.rpartition(".")[2]) or {"type": schema}
        if isinstance(schema.get("type"), dict | list):
            return self._resolve(schema["type"]) if isinstance(schema["type"], dict) else {"type": "union"}
        if "name" in schema and schema["type"] in ("record", "error", "enum", "fixed"):
            self._named[schema["name"]] = schema
        elif schema["type"] in self._named:
            return {**self._named[schema["type"]], "doc": schema.get("doc")}
        return dict(schema)

    def _inside(self, path: Path, schema: dict[str, Any]) -> Iterator[DeclaredField]:
        match schema["type"]:
            case "record" | "error":
                yield from self._members(path, schema)
            case "array":
                yield from self.declare((*path, Step.ELEMENT), schema["items"], None)
            case "map":
                yield from self.declare((*path, Step.MAP_VALUE), schema["values"], None)

    def _members(self, path: Path, schema: dict[str, Any]) -> Iterator[DeclaredField]:
        if schema["name"] in self._open:
            return
        self._open.append(schema["name"])
        for field in schema["fields"]:
            yield from self.declare((*path, field["name"]), field["type"], field.get("doc"))
        self._open.pop()


def _data_type(schema: dict[str, Any]) -> str | None:
    word = _LOGICAL.get(schema.get("logicalType", "")) or _PRIMITIVES.get(schema["type"])
    return word.value if word else None


def _physical_type(schema: dict[str, Any]) -> str:
    kind, logical = schema["type"], schema.get("logicalType")
    if logical == "decimal":
        return f"decimal({schema.get('precision')}, {schema.get('scale', 0)})"
    if kind == "fixed":
        kind = f"fixed({schema.get('size')})"
    return f"{kind} ({logical})" if logical else str(kind)


def with_our_types(schema: Any) -> Any:
    """The schema with the logical types that we decode renamed; any other name is left to be ignored."""
    if isinstance(schema, list):
        return [with_our_types(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    renamed = {
        key: with_our_types(value) if key in ("type", "items", "values", "fields") else value
        for key, value in schema.items()
    }
    if isinstance(schema.get("logicalType"), str):
        renamed["logicalType"] = OURS + schema["logicalType"]
    return renamed


def _decimal(data: bytes, schema: dict[str, Any], _: Any = None) -> Decimal:
    number = int.from_bytes(data, "big", signed=True)
    digits = tuple(int(digit) for digit in str(abs(number)))
    return Decimal((int(number < 0), digits, -int(schema.get("scale", 0))))


def _duration(data: bytes, *_: Any) -> timedelta | Tagged:
    """Months, days and milliseconds; months have no fixed length, so with them the ISO 8601 form is kept."""
    months, days, millis = (int.from_bytes(data[i : i + 4], "little") for i in (0, 4, 8))
    if months:
        return Tagged("interval", f"P{months}M{days}DT{Decimal(millis) / 1000}S")
    return timedelta(days=days, milliseconds=millis)


def _uuid(data: str | bytes, *_: Any) -> UUID | str | bytes:
    try:
        return UUID(bytes=data) if isinstance(data, bytes) else UUID(data)
    except ValueError:
        return data


def _date(data: int, *_: Any) -> date | int:
    try:
        return date.fromordinal(data + date(1970, 1, 1).toordinal())
    except (ValueError, OverflowError):
        return data


def _time(per_second: int) -> Callable[..., time | int]:
    def read(data: int, *_: Any) -> time | int:
        if not 0 <= data < 86_400 * per_second:
            return data
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=data * 1_000_000 // per_second)).time()

    return read


def _timestamp(per_second: int, zone: Any) -> Callable[..., datetime | int]:
    epoch = datetime(1970, 1, 1, tzinfo=zone)

    def read(data: int, *_: Any) -> datetime | int:
        try:
            return epoch + timedelta(microseconds=data * 1_000_000 // per_second)
        except OverflowError:
            return data

    return read


READERS: dict[str, Callable[..., Any]] = {
    "bytes-decimal": _decimal,
    "fixed-decimal": _decimal,
    "string-uuid": _uuid,
    "fixed-uuid": _uuid,
    "int-date": _date,
    "int-time-millis": _time(1000),
    "long-time-micros": _time(1_000_000),
    "fixed-duration": _duration,
    **{
        f"long-{prefix}timestamp-{unit}": _timestamp(per_second, zone)
        for prefix, zone in (("", UTC), ("local-", None))
        for unit, per_second in (("millis", 10**3), ("micros", 10**6), ("nanos", 10**9))
    },
}
"""`underlying type-logical type` -> how a value is decoded; one beyond Python's range stays as stored."""
