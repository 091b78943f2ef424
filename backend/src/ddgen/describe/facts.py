"""What a text about a field may rest on, free of documents and of servers; and its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueShare:
    """A value and the share of the field's values (0 to 1) that are it; `count` where it is known."""

    value: str
    share: float
    count: int | None = None


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One field. Everything that may hold a value of the data is in `samples`, `values`, `low`, `high` or `comment`."""

    path: str
    name: str
    data_type: str
    semantic_type: str | None = None
    unit: str | None = None
    comment: str | None = None
    """What the source says of the field; kept, and shown to the model."""

    samples: tuple[str, ...] = ()
    values: tuple[ValueShare, ...] = ()
    """Most frequent first."""

    values_closed: bool = False
    """`values` are all there are."""

    low: str | None = None
    high: str | None = None
    shapes: tuple[str, ...] = ()
    """Character shapes, most frequent first: `AA-9999`."""

    missing: float = 0.0
    """Share of records without a value, 0 to 1."""

    distinct: int | None = None
    count: int | None = None
    """Values measured."""

    unique: bool | None = None
    is_primary_key: bool = False
    references: str | None = None
    pii: str | None = None
    """The category of personal data that was found, if any."""

    mean: float | None = None
    lengths: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """The table around fields: context for a prompt, and only `name` and `comment` part of a fingerprint."""

    name: str = ""
    comment: str | None = None
    row_count: int | None = None
    primary_key: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    """The paths of all its fields, in order."""
