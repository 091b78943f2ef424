"""What the store answers with: plain, immutable rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from ddgen.errors import DdgenError
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Field, Table

T = TypeVar("T")

TextStatus = Literal["missing", "suggested", "approved"]
"""What became of a text: there is none, a machine or a source suggests one, or a person has written or approved it.

Of a field or table as a whole: suggested where one of its texts waits for a person, else what its description is."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the cursor that asks for those after them; None at the end."""

    items: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class DictionaryRow:
    """A dictionary: `version` is the number of its last version, `revision` counts all changes of its head.

    `edited` where people have changed the head since that version; `content_hash` is the version's.
    """

    id: str
    name: str
    title: str | None
    version: int
    revision: int
    content_hash: str
    edited: bool
    tables: int
    fields: int
    generated_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table as it is now."""

    id: str
    dictionary_id: str
    name: str
    ordinal: int
    business_name: str | None
    description: str | None
    status: TextStatus
    name_status: TextStatus
    description_status: TextStatus
    row_count: int | None
    fields: int
    removed: bool
    owner: str | None
    row_version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field as it is now, without its facts and claims."""

    id: str
    dictionary_id: str
    table_id: str
    table: str
    path: str
    name: str
    ordinal: int
    data_type: str
    semantic_type: str | None
    pii_category: str | None
    pii_sensitivity: int | None
    business_name: str | None
    description: str | None
    status: TextStatus
    name_status: TextStatus
    description_status: TextStatus
    removed: bool
    owner: str | None
    row_version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FieldDetail:
    """A field with everything: `field` holds its facts and all its claims."""

    row: FieldRow
    field: Field


@dataclass(frozen=True, slots=True)
class TableDetail:
    """A table with its claims; `table.fields` is empty: they are asked for by page."""

    row: TableRow
    table: Table


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a dictionary that was put in: `cut` where it made a version, `version` is the last one then."""

    dictionary_id: str
    version: int
    revision: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Recalled:
    """The head of a dictionary as a document, and the revision that it is."""

    id: str
    revision: int
    dictionary: Dictionary


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version: `cause` is `run` or `publish`."""

    number: int
    content_hash: str
    author: str
    at: datetime
    cause: str
    summary: dict[str, int]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of an edit or review: the field or table is `row_version` now, `claim_id` the claim it was about."""

    part_id: str
    claim_id: str
    row_version: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a batch. `if_match` is the row version that was seen; None decides whatever it is."""

    claim_id: str
    decision: Literal["approve", "reject", "edit"]
    text: str | None = None
    if_match: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision of a batch: `error` says why it was not taken."""

    claim_id: str
    decided: Decided | None = None
    error: DdgenError | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many fields there are, and what became of their descriptions and of all their texts."""

    fields: int
    described: int
    approved: int
    suggested: int
    personal: int


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A text that is shown now, to be judged."""

    claim_id: str
    part_id: str
    dictionary_id: str
    table: str
    path: str | None
    kind: Kind
    value: Any
    origin: Origin
    status: Status
    confidence: float
    row_version: int


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one claim: None is that it was not there."""

    before: Claim | None
    after: Claim | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened to a field or table: a decision of a person, or a version in which it changed."""

    seq: int
    part_id: str
    revision: int
    at: datetime
    actor: str
    action: str
    kind: str | None
    claim_id: str | None
    comment: str | None
    batch: str | None
    version: int | None
    undoes: int | None
    changes: list[Change]
