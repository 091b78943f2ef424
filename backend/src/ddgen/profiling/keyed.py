"""Values of columns as texts that can be compared across sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ddgen.model.inside import Element
from ddgen.model.path import Attribute, Path, Step
from ddgen.model.relation import ArrowBatch, Batch, Tagged, TextBatch, TreeBatch
from ddgen.profiling.feed_arrow import unique_names
from ddgen.profiling.hashing import canonical, number_text
from ddgen.profiling.keyed_inside import Opens, opened, parts_of

_PLAIN_INTEGER = r"^(-?[1-9][0-9]*|0)$"


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column stands and how its texts are read."""

    path: Path
    number: bool = False
    """Whether texts are numbers: `42.0` is then 42."""

    folded: bool = False
    """Whether case does not matter, as in a UUID."""

    absent: frozenset[str] = frozenset()
    """Texts that stand for no value."""

    opens: Opens = ()
    """Where on the path there are texts to look into."""

    @property
    def flat(self) -> bool:
        """Whether a record has at most one value there."""
        return not any(isinstance(segment, Step) for segment in self.path)


def top_level(columns: Iterable[Column]) -> set[str]:
    """The fields of the record that hold the columns."""
    return {str(column.path[0]) for column in columns if column.path}


def key_text(value: Any, column: Column) -> str | None:
    """A value's text, None where it is none: `42` for 42, 42.0 and Decimal("42.00")."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, str):
        return _text(value, column)
    if isinstance(value, Tagged):
        return str(value.value)
    text = canonical(value)[1:].decode("utf-8", "backslashreplace")
    return text.lower() if column.folded else text


def _text(value: str, column: Column) -> str | None:
    if not value or value.strip() in column.absent:
        return None
    if column.folded:
        return value.lower()
    if column.number:
        try:
            return number_text(Decimal(value.strip().replace(",", "")))
        except InvalidOperation:
            return value
    return value


def texts_of(batch: Batch, column: Column) -> pa.Array:
    """The column's text in each record of a batch, null where it has none; of a nested column all its values."""
    match batch:
        case TextBatch():
            return _in_text(batch, column)
        case ArrowBatch():
            return _in_arrow(batch, column)
        case TreeBatch():
            return _from_python(batch.values, column.path, column)


def _in_text(batch: TextBatch, column: Column) -> pa.Array:
    name = column.path[0] if column.path else None
    if name not in batch.names or (len(column.path) > 1 and not column.opens):
        return pa.nulls(batch.count, pa.large_string())
    found = batch.columns[batch.names.index(str(name))]
    return _from_python(found.to_pylist(), column.path[1:], column) if column.opens else _quick(found, column)


def _in_arrow(batch: ArrowBatch, column: Column) -> pa.Array:
    names = unique_names(batch.batch.schema.names)
    if not column.path or column.path[0] not in names:
        return pa.nulls(batch.count, pa.large_string())
    found = batch.batch.column(names.index(str(column.path[0])))
    if pa.types.is_integer(found.type):
        return found.cast(pa.large_string())
    if (pa.types.is_string(found.type) or pa.types.is_large_string(found.type)) and not column.opens:
        return _quick(found.cast(pa.large_string()), column)
    return _from_python(found.to_pylist(), column.path[1:], column)


def _quick(texts: pa.Array, column: Column) -> pa.Array:
    """Texts as they are where nothing about them needs a look at each."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if column.folded or column.absent:
        return _from_python(texts.to_pylist(), (), column)
    if column.number and not pc.all(pc.match_substring_regex(texts, _PLAIN_INTEGER), skip_nulls=True).as_py():
        return _from_python(texts.to_pylist(), (), column)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, texts.type), texts)


def _from_python(values: list[Any], path: Path, column: Column) -> pa.Array:
    if column.flat:
        return pa.array([_one(value, path, column) for value in values], pa.large_string())
    found = (key_text(each, column) for value in values for each in _walk(value, path, column.opens))
    return pa.array([text for text in found if text is not None], pa.large_string())


def _one(value: Any, path: Path, column: Column) -> str | None:
    return next((key_text(each, column) for each in _walk(value, path, column.opens)), None)


def _walk(value: Any, path: Path, opens: Opens = ()) -> Iterator[Any]:
    for left, opener in opens:
        value = opened(value, opener) if left == len(path) else value
    if not path:
        yield value.text if isinstance(value, Element) else value
        return
    inner: Iterable[Any]
    if isinstance(value, Element):
        for each in parts_of(value, path):
            yield from _walk(each, path[1:], opens)
        return
    match path[0]:
        case Step.ELEMENT:
            inner = value if isinstance(value, list) else ()
        case Step.MAP_VALUE:
            inner = _map_values(value)
        case Attribute(name):
            inner = (value.get("@" + name),) if isinstance(value, dict) else ()
        case name:
            inner = (value.get(name),) if isinstance(value, dict) else ()
    for each in inner:
        yield from _walk(each, path[1:], opens)


def _map_values(value: Any) -> Any:
    """A map is an object in a document, and a list of pairs in Arrow."""
    if isinstance(value, dict):
        return value.values()
    return [pair[1] for pair in value if isinstance(pair, tuple)] if isinstance(value, list) else ()
