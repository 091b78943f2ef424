"""Partition keys in the names of folders (`year=2024`): decoded, typed, and added to batches as fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from urllib.parse import unquote

import pyarrow as pa

NULL = "__HIVE_DEFAULT_PARTITION__"
"""The folder name that Hive and Spark give to null."""

_KEY = re.compile(r"([^=/\\]+)=(.*)", re.DOTALL)
_INTEGER = re.compile(r"0|-?[1-9]\d{0,17}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Keys = tuple[tuple[str, str | None], ...]


def is_key(name: str) -> bool:
    """Whether the name of a folder states a partition key."""
    return _KEY.fullmatch(name) is not None


def keys_of(path: PurePath) -> Keys:
    """The keys in the folders of a path relative to the data set."""
    found = (_KEY.fullmatch(folder) for folder in path.parts[:-1])
    return tuple((unquote(match[1]), _value(match[2])) for match in found if match)


def _value(text: str) -> str | None:
    return None if text == NULL else unquote(text)


class Partitioning:
    """The partition keys of a data set, each typed by all of its values.

    A key whose values are all canonical integers is an integer, all ISO dates a date; anything else,
    `01` included, stays a text.
    """

    def __init__(self, files: Sequence[Keys]) -> None:
        self.names = list(dict.fromkeys(name for keys in files for name, _ in keys))
        self._types = {name: _type([dict(keys).get(name) for keys in files]) for name in self.names}

    def extend(self, schema: pa.Schema) -> pa.Schema:
        """The schema with the keys that the files themselves do not hold."""
        for name in self.names:
            if name not in schema.names:
                schema = schema.append(pa.field(name, self._types[name], metadata={"comment": "Partition key"}))
        return schema

    def add(self, batch: pa.RecordBatch, keys: Keys) -> pa.RecordBatch:
        """The batch with its file's keys as columns."""
        for name, text in keys:
            if name not in batch.schema.names:
                value = pa.scalar(_typed(text, self._types[name]), self._types[name])
                batch = batch.append_column(name, pa.repeat(value, batch.num_rows))
        return batch


def _type(values: list[str | None]) -> pa.DataType:
    texts = [value for value in values if value is not None]
    if texts and all(_INTEGER.fullmatch(text) for text in texts):
        return pa.int64()
    return pa.date32() if texts and all(_is_date(text) for text in texts) else pa.string()


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _typed(text: str | None, kind: pa.DataType) -> int | date | str | None:
    if text is None or kind == pa.string():
        return text
    return int(text) if kind == pa.int64() else date.fromisoformat(text)
