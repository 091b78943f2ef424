"""The dictionary document, `ddgen/1`: what `ddgen build` writes and everything else reads.

The shown values (`business_name`, `description`, ...) are the winning claims spelt out, so that a reader
needs no rules; `settle` writes them anew from the claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Member

from ddgen.errors import DocumentError
from ddgen.model.claim import Claim, Kind, Origin, verdict, winner, winners
from ddgen.model.codes import CodeList
from ddgen.model.personal import Masking
from ddgen.model.personal import Pii as Pii  # noqa: PLC0414 - a part of the document, for who reads it
from ddgen.model.problem import Problem
from ddgen.model.profile import Profile
from ddgen.model.questions import Question, open_questions
from ddgen.model.review import Review
from ddgen.model.stale import Stale

FORMAT: Literal["ddgen/1"] = "ddgen/1"


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Considered(_Document):
    """A semantic type that came near and was not taken, with what spoke for it and against it.

    `confidence` is there where it fits, but another one fits better.
    """

    type: str
    confidence: float | None = None
    why: str


class Field(_Document):
    """One path in a table."""

    path: str
    name: str
    position: int
    data_type: str
    types: dict[str, int] = Member(default_factory=dict)
    physical_type: str | None = None
    nullable: bool | None = None
    holds: str | None = None
    """What its texts are documents of: `json`, `xml`, `query`, `base64_json` or `base64_xml`."""

    inside: str | None = None
    """The path of the text field in whose documents it stands; its own path goes on from there."""

    profile: Profile = Member(default_factory=Profile)
    semantic_type: str | None = None
    confidence: float | None = None
    considered: list[Considered] | None = None
    """Other semantic types that came near; left out where none did."""

    pii: Pii | None = None
    not_personal: list[str] | None = None
    """Why it is taken to hold no personal data. Where both this and `pii` are absent, nobody has looked."""

    masked: Masking | None = None
    """How its values are kept out of this document, since they are personal; absent where they are in it."""

    unit: str | None = None
    codes: CodeList | None = None
    business_name: str | None = None
    description: str | None = None
    comment: str | None = None
    owner: str | None = None
    """Who answers for it, as people have said."""

    note: str | None = None
    """What reviewers have said of it."""

    is_primary_key: bool = False
    is_unique: bool = False
    references: str | None = None
    tags: list[str] = Member(default_factory=list)
    renamed_from: str | None = None
    """The path that it had in an earlier version, as its facts say or a person does."""

    stale: Stale | None = None
    """Where its facts moved since its texts were written, so that these may no longer fit."""

    removed: bool = False
    """Whether it is there no more; what was said of it is kept."""

    removed_in: int | None = None
    """The version in which it was first not there."""

    claims: list[Claim] = Member(default_factory=list)

    def settle(self) -> None:
        """Spell out the winning claims."""
        self.renamed_from = _value(self.claims, Kind.RENAMED_FROM)
        self.business_name = _value(self.claims, Kind.BUSINESS_NAME)
        self.description = _value(self.claims, Kind.DESCRIPTION)
        self.comment = _value(self.claims, Kind.COMMENT)
        self.owner = _value(self.claims, Kind.OWNER)
        self.note = _value(self.claims, Kind.NOTE)
        self.unit = _value(self.claims, Kind.UNIT)
        self.codes = self.code_list()
        semantic = winner(self.claims, Kind.SEMANTIC_TYPE)
        self.semantic_type = semantic.value if semantic else None
        self.confidence = semantic.confidence if semantic else None
        found = verdict(self.claims)
        self.pii = found if found is not None and found.personal else None
        self.not_personal = found.why if found is not None and not found.personal else None
        self.tags = [claim.value for claim in winners(self.claims, Kind.TAG)]
        references = winners(self.claims, Kind.REFERENCES)
        self.references = references[0].value if references else None
        self.is_unique = bool(winners(self.claims, Kind.KEY))

    def code_list(self) -> CodeList | None:
        """The winning code list; a person's is of an earlier day's data, and is counted anew."""
        won = winner(self.claims, Kind.CODES)
        if won is None or not won.value:
            return None
        codes = CodeList.model_validate(won.value)
        return codes.counted(self.profile) if won.origin is Origin.HUMAN and self.masking is None else codes

    @property
    def masking(self) -> Masking | None:
        """How its values have to be kept out of what is shown, by the winning claim about personal data."""
        found = verdict(self.claims) or self.pii
        return found.masking if found is not None else None


class Table(_Document):
    """One relation with its fields."""

    id: str
    name: str
    uri: str
    format: str
    record_path: str | None = None
    row_count: int | None = None
    rows_profiled: int | None = None
    size_bytes: int | None = None
    reading: dict[str, Any] = Member(default_factory=dict)
    maps: dict[str, bool] = Member(default_factory=dict)
    """Which object paths are maps with dynamic keys: decided once, kept by later runs, can be set."""

    business_name: str | None = None
    description: str | None = None
    grain: str | None = None
    comment: str | None = None
    owner: str | None = None
    note: str | None = None
    primary_key: list[str] = Member(default_factory=list)
    removed: bool = False
    """Whether it is there no more; what was said of it and its fields is kept."""

    removed_in: int | None = None
    """The version in which it was first not there."""

    complete: bool = True
    """False where the input was not read whole: parts are damaged, or a person stopped the run."""

    claims: list[Claim] = Member(default_factory=list)
    fields: list[Field] = Member(default_factory=list)

    def settle(self) -> None:
        """Spell out the winning claims of the table and its fields."""
        self.business_name = _value(self.claims, Kind.BUSINESS_NAME)
        self.description = _value(self.claims, Kind.DESCRIPTION)
        self.grain = _value(self.claims, Kind.GRAIN)
        self.comment = _value(self.claims, Kind.COMMENT)
        self.owner = _value(self.claims, Kind.OWNER)
        self.note = _value(self.claims, Kind.NOTE)
        self.primary_key = list(_value(self.claims, Kind.PRIMARY_KEY) or [])
        for field in self.fields:
            field.settle()
            field.is_primary_key = field.path in self.primary_key

    @property
    def whole(self) -> bool:
        """Whether facts are of all its rows: none was left out by a sample, by damage or by a person who stopped."""
        return self.complete and (self.rows_profiled or 0) >= (self.row_count or 0)

    @property
    def present(self) -> list[Field]:
        """The fields that are there: those that are gone stay in the document, but do not count."""
        return [field for field in self.fields if not field.removed]

    def field(self, path: str) -> Field | None:
        """The field of that path."""
        return next((field for field in self.fields if field.path == path), None)


class Relationship(_Document):
    """A reference from fields to fields, each written `table.path`; composite references list several."""

    from_: list[str] = Member(alias="from")
    to: list[str]
    kind: Literal["declared", "inferred"]
    confidence: float = 1.0
    inclusion: float | None = None
    """Share of the referring rows whose value is found."""

    orphans: int | None = None
    """Referring rows whose value is not found."""

    cardinality: Literal["1:1", "n:1", "n:m"] | None = None
    """Rows of `from` for rows of `to`."""

    via: str | None = None
    """The table that joins both, where one row refers to several of the other and the other way round."""

    approximate: bool | None = None
    """True where the data could not be asked in full: by a sample, or by names alone."""

    parts: dict[str, float] = Member(default_factory=dict)
    """What the confidence of an inferred reference is made of."""

    evidence: list[str] = Member(default_factory=list)

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Engine(_Document):
    """What made the document."""

    name: str = "ddgen"
    version: str
    profiler: str = "python"


class Sampling(_Document):
    """Present only where `--sample` was used: facts then describe `rows` records of each table, at most."""

    rows: int


class Generation(_Document):
    """What a model was asked for in this run; present only where one was. Counts are of fields, `cost` in US dollars.

    `fields` = `written` (now, by the model) + `cached` (earlier, by the model) + `by_rule` (why: see the problems)
    + `waiting` (in a batch that is not done; by rule meanwhile).
    """

    model: str | None = None
    fields: int = 0
    written: int = 0
    cached: int = 0
    by_rule: int = 0
    waiting: int = 0
    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None


class Dictionary(_Document):
    """One or more tables, their relationships, and what went wrong on the way."""

    format: Literal["ddgen/1"] = FORMAT
    name: str
    version: int = 1
    generated_at: datetime
    engine: Engine
    sample: Sampling | None = None
    generation: Generation | None = None
    content_hash: str | None = None
    masked: bool = False
    """Whether personal values are kept out of it. False: it may hold them in clear."""

    tables: list[Table] = Member(default_factory=list)
    relationships: list[Relationship] = Member(default_factory=list)
    questions: list[Question] = Member(default_factory=list)
    """What is left to ask a person, the most useful first."""

    problems: list[Problem] = Member(default_factory=list)
    reviews: list[Review] | None = None
    """What people have decided, the oldest first; left out where nobody has."""

    def settle(self) -> None:
        """Spell out the winning claims everywhere."""
        for table in self.tables:
            table.settle()
        self.questions = open_questions(self.tables)

    @property
    def present(self) -> list[Table]:
        """The tables that are there: those that are gone stay in the document, but do not count."""
        return [table for table in self.tables if not table.removed]

    def table(self, name: str) -> Table | None:
        """The table of that name."""
        return next((table for table in self.tables if table.name == name), None)

    def fields(self) -> Iterator[tuple[Table, Field]]:
        """Every field with its table."""
        for table in self.tables:
            for field in table.fields:
                yield table, field

    def to_json(self) -> str:
        """The document as indented JSON; the same dictionary always gives the same text."""
        return self.model_dump_json(by_alias=True, indent=2, exclude_none=True) + "\n"


def _value(claims: list[Claim], kind: Kind) -> Any:
    claim = winner(claims, kind)
    return claim.value if claim else None


def load(text: str | bytes, *, where: str = "dictionary") -> Dictionary:
    """The dictionary in a `ddgen/1` JSON text.

    Raises DocumentError, naming the place, where the text is none.
    """
    try:
        return Dictionary.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "document"
        hint = f'A dictionary is a JSON document with "format": "{FORMAT}" (see ddgen schema)'
        raise DocumentError(f"not a dictionary: {place}: {first['msg']}", where=where, hint=hint) from error


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    schema = Dictionary.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "ddgen/1 dictionary"}
