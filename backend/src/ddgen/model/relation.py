"""What a source hands to profiling: a relation that yields batches of records in one of three forms.

A relation is read from start to end; `batches()` may be called again only if `rereadable`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ddgen.model.path import Path
from ddgen.model.problem import Problem


@dataclass(slots=True)
class TextBatch:
    """Rows of a text format, by column: each a `pyarrow` large_string array, null where the row has no such cell.

    `columns` follows `names`; later batches may have more. `source` names the file, `first` is the 0-based
    ordinal of the first row in it; `ordinals` are given instead where rows are not consecutive.
    """

    columns: list[Any]
    names: list[str]
    source: str
    first: int
    count: int
    done: int = 0
    """Bytes of the input read so far, for progress."""
    ordinals: Sequence[int] | None = None


@dataclass(slots=True)
class TreeBatch:
    """Documents: Python values as `json.loads` gives them.

    Beyond JSON's own types a value may be bytes, Decimal, datetime, date, time, timedelta, UUID, or `Tagged`
    (a scalar whose type the format names). `duplicates` counts, by path, keys that an object held twice.
    """

    values: list[Any]
    source: str
    first: int
    done: int = 0
    duplicates: list[tuple[Path, int]] = field(default_factory=list)
    """Paths of keys that one object held twice, with the record's ordinal; the last value stands in `values`."""
    ordinals: Sequence[int] | None = None

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.values)


@dataclass(slots=True)
class ArrowBatch:
    """A `pyarrow.RecordBatch` (untyped here: the model imports no libraries)."""

    batch: Any
    source: str
    first: int
    done: int = 0
    ordinals: Sequence[int] | None = None

    @property
    def count(self) -> int:
        """How many records."""
        return int(self.batch.num_rows)


Batch: TypeAlias = TextBatch | TreeBatch | ArrowBatch


@dataclass(frozen=True, slots=True)
class Tagged:
    """A scalar of a type that Python has no class for: `Tagged("objectid", "56e1fc72...")`."""

    type: str
    value: str | int | float | bytes | bool


@dataclass(slots=True)
class DeclaredField:
    """What the source itself says about a field."""

    path: Path
    physical_type: str | None = None
    nullable: bool | None = None
    comment: str | None = None
    data_type: str | None = None
    """The logical type where the source's declaration decides it (a database column, a Parquet schema)."""


@dataclass(slots=True)
class DeclaredReference:
    """A declared foreign key."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]


class Relation(ABC):
    """A table to be read. Attributes are filled by the source before `batches` is first called, unless said."""

    def __init__(self, name: str, uri: str, format: str) -> None:  # noqa: A002 - the document's own word
        self.name = name
        self.stored_name = name
        """Its name where it is stored; `name` may be another, which tells tables of several sources apart."""
        self.uri = uri
        self.format = format
        self.record_path: str | None = None
        """Where the records stand in a document (`data[]`), if not at its root."""
        self.comment: str | None = None
        self.declared: list[DeclaredField] = []
        self.primary_key: tuple[str, ...] = ()
        self.unique_keys: list[tuple[str, ...]] = []
        self.references: list[DeclaredReference] = []
        self.row_estimate: int | None = None
        self.size: int | None = None
        """Bytes of the input as stored; `Batch.done` counts towards it."""
        self.rereadable = True
        self.reading: dict[str, Any] = {}
        """How it is read (delimiter, encoding, header row, sheet ...): shown in the dictionary."""
        self.problems: list[Problem] = []
        """Filled while reading as well."""
        self.wanted_rows: int | None = None
        """Set by the reader where so many records at random will do; a source that cannot choose gives all."""
        self.row_count: int | None = None
        """How many records there are, where `batches` gives only some of them."""
        self.wanted_fields: frozenset[str] | None = None
        """Set by the reader (see `only`) where other top-level fields may be left out of the batches."""
        self.text = False
        """Whether values are texts whose type the profile decides (CSV, and alike)."""

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """The records, in order. Trouble with part of the input is put into `problems` and the rest is read.

        Raises InputError where nothing can be read at all.
        """

    @contextmanager
    def only(self, names: Iterable[str]) -> Iterator[None]:
        """While this holds, `batches` need to hold no more than these top-level fields: less to read for a source."""
        self.wanted_fields = frozenset(names)
        try:
            yield
        finally:
            self.wanted_fields = None

    def wanted(self, names: Sequence[str]) -> list[str]:
        """Those of `names` that are wanted, in their order; all where none of them is."""
        chosen = [name for name in names if self.wanted_fields is None or name in self.wanted_fields]
        return chosen or list(names)

    def close(self) -> None:  # noqa: B027 - most relations hold nothing
        """Let go of what is held between readings, such as a connection. Reading again may open it anew."""
