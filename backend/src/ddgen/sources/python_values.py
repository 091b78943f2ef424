"""Values of any Python class as those that documents are made of."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from ddgen.model.relation import Tagged

_PLAIN = frozenset({type(None), bool, int, float, str, bytes, Decimal, datetime, date, time, timedelta, UUID, Tagged})


def plain(value: Any) -> Any:
    """The value itself where documents may hold it, else what comes nearest, at worst its text."""
    if type(value) is str:
        return _text(value)
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return {_text(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | AbstractSet | deque | range):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    return _foreign(value)


def _text(value: str) -> str:
    """The text; halves of surrogate pairs, which cannot be written, become question marks."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _foreign(value: Any) -> Any:
    """Values of NumPy and pandas, of subclasses of plain ones, and of anything else."""
    for method in ("tolist", "to_pydatetime", "to_pytimedelta"):
        if hasattr(value, method):
            return _converted(getattr(value, method)())
    base = next((kind for kind in type(value).__mro__ if kind in _PLAIN), None)
    if base in (int, float, str, bytes):
        return plain(base(value))
    return value if base else _text(str(value))


def _converted(value: Any) -> Any:
    """A value that a library has already converted; what it did not convert becomes text."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return plain(value) if type(value) in _PLAIN else _text(str(value))
