"""What a text about a field may rest on, free of documents and of servers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ddgen.describe import rules
from ddgen.errors import UsageError
from ddgen.model.bands import form_of
from ddgen.model.claim import Kind, Origin, judged_by_a_person
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Profile
from ddgen.types.declaration import Send
from ddgen.types.shapes import shape_of


@dataclass(frozen=True, slots=True)
class ValueShare:
    """A value and the share of the field's values (0 to 1) that are it; `count` where it is known."""

    value: str
    share: float
    count: int | None = None


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One field. What may hold a value of the data: `samples`, `values`, `low`, `high`, `comment` and the rule text."""

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

    send: Send | None = None
    """What a person's own semantic type says that a model may see of the values."""
    masking: str | None = None
    """How its values are kept out of what is shown: `counts` says that nothing but counts may be seen."""

    cleared: bool = False
    """A person says that it holds no personal data."""

    mean: float | None = None
    lengths: tuple[int, int] | None = None
    pattern: str | None = None
    """The most frequent shape without lengths (`A-9`), and the share of the listed shapes it stands for."""

    pattern_share: float = 0.0
    rule_description: str = ""
    """The text by rule, which holds where no model's does. It is for readers, never for a prompt."""

    rule_name: str = ""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """The table around fields: context for a prompt, and only `name` and `comment` part of a fingerprint."""

    name: str = ""
    comment: str | None = None
    row_count: int | None = None
    primary_key: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    """The paths of all its fields, in order."""


_KINDS = {
    "str": "string",
    "text": "string",
    "varchar": "string",
    "int": "integer",
    "bigint": "integer",
    "number": "float",
    "double": "float",
    "bool": "boolean",
    "datetime": "timestamp",
    "dict": "object",
}


def table_facts_of(table: Table) -> TableFacts:
    """The facts of a table of a dictionary."""
    return TableFacts(
        name=table.name,
        comment=table.comment,
        row_count=table.rows_profiled if table.row_count is None else table.row_count,
        primary_key=tuple(table.primary_key),
        siblings=tuple(field.path for field in table.fields if not field.removed),
    )


def facts_of(table: Table, field: Field, send: Send | None = None) -> FieldFacts:
    """The facts of a field of a dictionary, whose claims are settled."""
    profile = field.profile
    pattern, share = form_of((shape.shape, shape.count) for shape in profile.shapes)
    lengths = profile.lengths
    return FieldFacts(
        path=field.path,
        name=field.name,
        data_type=field.data_type,
        semantic_type=field.semantic_type,
        unit=field.unit,
        comment=field.comment,
        samples=tuple(_text(value) for value in profile.samples if value is not None),
        values=_shares(profile),
        values_closed=profile.all_values_listed,
        low=_text_or_none(profile.min),
        high=_text_or_none(profile.max),
        shapes=tuple(shape.shape for shape in profile.shapes),
        missing=profile.null_fraction,
        distinct=profile.distinct.count if profile.distinct is not None else None,
        count=profile.values,
        unique=profile.unique,
        is_primary_key=field.path in table.primary_key,
        references=field.references,
        pii=field.pii.category if field.pii is not None else None,
        send=send,
        masking=field.masking,
        cleared=field.pii is None and judged_by_a_person(field.claims),
        mean=profile.mean,
        lengths=(lengths.min, lengths.max) if lengths is not None else None,
        pattern=pattern,
        pattern_share=share,
        rule_description=_by_rule(field) or rules.description(field, table),
        rule_name=rules.business_name(field.name),
    )


def _by_rule(field: Field) -> str | None:
    """The description that a rule has given already."""
    said = (claim for claim in field.claims if claim.origin is Origin.RULE and claim.kind is Kind.DESCRIPTION)
    return next((str(claim.value) for claim in said), None)


def facts_of_request(request: Mapping[str, Any]) -> FieldFacts:
    """The facts in `{field_path, field_name, data_type, semantic_type, sample_values}`; a name or a path will do.

    Raises UsageError where both are missing, or a member is of the wrong kind.
    """
    path, name = _text_of(request, "field_path"), _text_of(request, "field_name")
    if not path and not name:
        raise UsageError("a field needs a field_path or a field_name")
    path, name = path or name, name or _last(path)
    data_type = _text_of(request, "data_type") or "unknown"
    semantic_type = _text_of(request, "semantic_type") or None
    samples = _samples(request.get("sample_values"))
    pattern, share = form_of((shape_of(sample), 1) for sample in samples)
    return FieldFacts(
        path=path,
        name=name,
        data_type=_KINDS.get(data_type.lower(), data_type),
        semantic_type=semantic_type,
        samples=samples,
        shapes=tuple(dict.fromkeys(shape_of(sample) for sample in samples)),
        pattern=pattern,
        pattern_share=share,
        rule_description=_rule_sentence(path, name, data_type, semantic_type),
        rule_name=_rule_name(name),
    )


def _shares(profile: Profile) -> tuple[ValueShare, ...]:
    total = profile.values or 1
    return tuple(ValueShare(_text(item.value), min(1.0, item.count / total), item.count) for item in profile.top_values)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _text_of(request: Mapping[str, Any], member: str) -> str:
    value = request.get(member)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UsageError(f"{member} is a {type(value).__name__}, not a text")
    return value.strip()


def _samples(values: object) -> tuple[str, ...]:
    """Samples as given, of whatever type; a single text is one sample, not its characters."""
    if values is None:
        return ()
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        values = [values]
    return tuple(_text(value) for value in values if value is not None)


def _last(path: str) -> str:
    return path.rpartition(".")[2].removesuffix("[]").removesuffix("{}") or path


@lru_cache(4096)
def _rule_name(name: str) -> str:
    """The business name by rule; callers ask for the same fields over and over."""
    return rules.business_name(name)


@lru_cache(4096)
def _rule_sentence(path: str, name: str, data_type: str, semantic_type: str | None) -> str:
    """What can be said of a field nothing was measured of: its name, where it stands, and its type."""
    kind = _KINDS.get(data_type.lower(), data_type)
    said = rules.description(Field(path="value", name=name, position=1, data_type=kind)).removesuffix(".")
    parents = [part for part in path.removesuffix(name).split(".") if part.strip("[]{}")]
    owner = " of " + _rule_name(parents[-1].strip("[]{}")) if parents else ""
    meaning = f" ({' '.join(rules.words(semantic_type)).lower()})" if semantic_type else ""
    shown = "" if kind == "unknown" else f": {said[:1].lower()}{said[1:]}"
    return f"{_rule_name(name)}{owner}{shown}{meaning}."
