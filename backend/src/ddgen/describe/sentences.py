"""Sentences by rule: what a field or a table is, and what its profile shows that its name does not.

What is said is chosen here; how it is said stands in the module of a language. Of a field whose values are masked
(`model/personal.py`) none is said, and no shape where there is nothing but counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ddgen.describe import sentences_en as texts
from ddgen.describe import subjects_en as subjects
from ddgen.model.claim import Kind, winner
from ddgen.model.codes import IN_WORDS, CodeList
from ddgen.model.dictionary import Field, Table
from ddgen.model.inside import with_article
from ddgen.model.path import Step, parse
from ddgen.types import table as table_of_types
from ddgen.types import units
from ddgen.types.table import TypeTable

_LISTED = 12
_OFTEN = 3
_FEWEST_UNIQUE = 5
_LONGEST_LISTED = 30
_FEW_NUMBERS = 8
_NEARLY_ALL = 0.95
_SCHEMAS = frozenset({"sqlite", "duckdb", "postgresql", "mysql", "mariadb"})
"""Sources whose tables are named for what they hold."""

_EPOCHS = {"time.epoch_seconds": 1, "time.epoch_ms": 1000}
"""Types of moments as numbers, with how many there are to a second."""

_LARGE, _THOUSANDS = 1e6, 10_000
_NAMING = frozenset(
    "id ids code codes key no nr number num zip zipcode postcode postal year phone fax tel card upc ean isbn time ts"
    " timestamp epoch fips".split()
)
"""Words in the names of numbers that are not amounts."""

_FLAG_VALUES = (
    frozenset({"0", "1"}),
    frozenset({"y", "n"}),
    frozenset({"yes", "no"}),
    frozenset({"t", "f"}),
    frozenset({"true", "false"}),
)
_WORDS = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_MEANT = re.compile(r"[^\W\d_]{2,}")
_NUMBERED = re.compile(r"\D{1,6} ?\d+")
_TWO = 2
_GENERIC_TYPES = re.compile(r"(quantity|category|text)\.|technical\.boolean")
_TITLE_REMARK = re.compile(r"\s*\((?!ISO|RFC)[^)]*\)")
_SURE = 0.6
_TOLD = frozenset({"boolean", "date", "timestamp", "time", "uuid"})
"""Types of data that say what values are."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of a table is, in words, if its name tells; the same for all its fields."""

    one: str | None

    @classmethod
    def of(cls, table: Table) -> Row:
        """A row of a table whose claims are settled: to be made once, since all its fields are looked at."""
        return cls(subject(table))


def of_field(field: Field, table: Table | None, row: Row, types: TypeTable | None = None) -> str:
    """What a field tells and what its profile shows of it, in a sentence; its claims are settled."""
    one = row.one
    name = _name(field)
    if one is not None and table is not None and table.primary_key == [field.path] and texts.only_identifies(name, one):
        parts = [texts.unique_identifier(one)]
    else:
        parts = [_lead(field, name, table, row), *_role(field, table, row)]
    held = _held(field, table)
    parts += [held] if held is not None else [_measured(field, parts[0], types), *_shown(field)]
    parts += _absent(field)
    return texts.opened_sentence(parts)


def _held(field: Field, table: Table | None) -> str | None:
    """What the documents are that a text holds, and how many fields these have."""
    if field.holds is None or table is None:
        return None
    inner = sum(part.inside == field.path and not part.removed for part in table.fields)
    return texts.holding(with_article(field.holds), inner)


def _measured(field: Field, lead: str, types: TypeTable | None) -> str:
    """The type, unless the lead says it, and the range."""
    said = lead.lower().startswith(f"{texts.TYPES.get(field.data_type, field.data_type)} ")
    measured = None if _secret(field) else _range(field)
    return " ".join(part for part in (None if said else _type(field, types), measured) if part)


def _lead(field: Field, name: str, table: Table | None, row: Row) -> str:
    if table is None:
        return ""
    known = texts.system(field.name)
    if known is not None:
        return known
    if not _MEANT.search(name) or (_NUMBERED.fullmatch(name) and not _letters_known(name)):
        return ""
    counted = field.unit is not None and not _ticks(field)
    unit = units.in_words(field.unit) if field.unit is not None and counted else None
    said = texts.lead(_without_unit(name, field), _owners(field, row), _what(field))
    return said if unit is None or not said else f"{said} {texts.in_unit(unit)}"


def _without_unit(name: str, field: Field) -> str:
    """The name without the unit that it ends with."""
    words = units.IN_BRACKETS.sub("", name).split()
    if field.unit is None or len(words) < _TWO:
        return " ".join(words)
    shown = {field.unit.lower(), *units.in_words(field.unit).lower().split()}
    last = units.of_name([word.lower() for word in words])
    ends = words[-1].lower() in shown or (last is not None and last.symbol == field.unit)
    return " ".join(words[:-1] if ends else words)


def _letters_known(name: str) -> bool:
    return any(subjects.is_known(word) for word in re.findall(r"[^\W\d_]{3,}", name))


def _name(field: Field) -> str:
    claim = winner(field.claims, Kind.BUSINESS_NAME)
    return str(claim.value) if claim is not None else " ".join(_WORDS.findall(field.name))


def _owners(field: Field, row: Row) -> list[str]:
    """What a field belongs to: the objects around it, the nearest first, and what a row is."""
    path = parse(field.path)
    last = max((place for place, segment in enumerate(path) if not isinstance(segment, Step)), default=0)
    owners = [
        subjects.owner(getattr(segment, "name", str(segment)), several=isinstance(path[place + 1], Step))
        for place, segment in enumerate(path[:last])
        if not isinstance(segment, Step)
    ]
    return [owner for owner in [*reversed(owners), row.one] if owner]


def subject(table: Table) -> str | None:
    """What one row of a table is, in words, if its name tells.

    A file's name of one thing may be a title as well: then a field must name the thing too, or identify it.
    """
    claim = winner(table.claims, Kind.BUSINESS_NAME)
    name = str(claim.value) if claim is not None and "__" not in table.name else table.name
    one = subjects.subject(name)
    if one is None or subjects.names_several(name) or table.format in _SCHEMAS or table.uri.startswith("python:"):
        return one
    return one if any(subjects.is_of(_name(field), one) for field in table.fields) else None


def _what(field: Field) -> texts.What:
    kinds: dict[str, texts.What] = {"boolean": "flag", "timestamp": "moment", "date": "day", "time": "clock"}
    if field.data_type in kinds:
        return kinds[field.data_type]
    if (field.semantic_type or "").startswith(("time.epoch", "time.datetime")):
        return "moment"
    listed = {str(item.value).lower() for item in field.profile.top_values if str(item.value).strip()}
    if field.profile.all_values_listed and listed in _FLAG_VALUES:
        return "flag"
    if field.data_type in {"integer", "float", "decimal"}:
        return "number"
    return "other"


def _role(field: Field, table: Table | None, row: Row) -> list[str]:
    said = []
    key = table.primary_key if table is not None else []
    if field.references:
        said.append(texts.refers(field.references))
    if len(key) > 1 and field.path in key:
        said.append(texts.part_of_key([path for path in key if path != field.path]))
    elif field.path in key or field.is_primary_key:
        said.append(texts.identifies(row.one))
    return said


def _shown(field: Field) -> list[str]:
    """Values, form and uniqueness."""
    said = [] if _secret(field) else [_listed(field)]
    said.append(_form(field))
    if _tells_unique(field):
        said.append(texts.UNIQUE)
    return [part for part in said if part]


def _tells_unique(field: Field) -> bool:
    """Whether it tells something that all values differ: measures do by chance, and so do few values."""
    measured = field.data_type in {"float", "decimal", "interval", "geometry"} or field.unit is not None
    below_array = any(isinstance(segment, Step) for segment in parse(field.path))
    enough = field.profile.unique and field.profile.values >= _FEWEST_UNIQUE
    return bool(enough) and not (measured or field.is_primary_key or below_array)


def _form(field: Field) -> str | None:
    """The shape of nearly all values of a text, where it is one of codes."""
    shapes = field.profile.shapes
    if field.data_type != "string" or field.profile.all_values_listed or not shapes or field.masking == "counts":
        return None
    shape, share = shapes[0].shape, shapes[0].count / (field.profile.values or 1)
    telling = re.search(r"\d|9", shape) and len(shape) <= _LONGEST_LISTED and share >= _NEARLY_ALL
    return texts.shaped(shape) if telling and field.profile.values >= _FEW_NUMBERS else None


def _secret(field: Field) -> bool:
    return field.masking is not None


def _type(field: Field, types: TypeTable | None) -> str:
    kind, elements = field.data_type, field.profile.elements
    if " | " in kind:
        return texts.mixed(list(field.types.items()))
    if kind.startswith("array") and elements is not None:
        return texts.elements(elements.min, elements.max)
    if kind.startswith("map"):
        keys = [] if _secret(field) else [str(item.value) for item in field.profile.top_values[:_LISTED]]
        return texts.keys(keys) if keys else texts.MAP
    word, title = texts.TYPES.get(kind, kind), _title(field, types)
    return texts.of_type(word, title) if title is not None else word


def _title(field: Field, types: TypeTable | None) -> str | None:
    """What values of the field's semantic type are, where its name does not say as much."""
    named = field.semantic_type
    if named is None or _GENERIC_TYPES.match(named) or (field.confidence or 0) < _SURE or field.data_type in _TOLD:
        return None
    found = (types or table_of_types.standard()).get(named)
    if found is None:
        return None
    title = _TITLE_REMARK.sub("", found.title)
    return None if texts.says(_name(field), title) else title


def _range(field: Field) -> str | None:
    profile, kind = field.profile, field.data_type
    if profile.values == 1:
        return None
    if kind in {"integer", "float", "decimal"} and profile.min is not None:
        low, high = _moments(field) or _numbers(field)
        return texts.between(low, high) if field.references is None and field.codes is None else None
    if kind in {"date", "timestamp", "time"} and profile.min is not None:
        return _days(field) or texts.between(str(profile.min), str(profile.max))
    if kind == "string" and profile.lengths is not None and not profile.all_values_listed:
        return texts.long(profile.lengths.min, profile.lengths.max)
    return None


def _days(field: Field) -> str | None:
    """Said where every day of a range is there."""
    distinct, low, high = field.profile.distinct, str(field.profile.min), str(field.profile.max)
    if field.data_type != "date" or distinct is None or not distinct.exact or distinct.count <= _FEW_NUMBERS:
        return None
    try:
        span = (date.fromisoformat(high) - date.fromisoformat(low)).days + 1
    except ValueError:
        return None
    return texts.every("day", low, high) if span == distinct.count else None


def _ticks(field: Field) -> int:
    """How many to a second a field counts that is a moment as a number; 0 where it is none."""
    sure = field.semantic_type is not None and (field.confidence or 0) >= _SURE
    return next((per for named, per in _EPOCHS.items() if sure and str(field.semantic_type).startswith(named)), 0)


def _moments(field: Field) -> tuple[str, str] | None:
    """The ends of a range of moments that are numbers, as moments."""
    per, ends = _ticks(field), (field.profile.min, field.profile.max)
    if not per:
        return None
    try:
        low, high = (texts.moment(datetime.fromtimestamp(float(end or 0) / per, tz=UTC)) for end in ends)
    except (ValueError, OverflowError, OSError):
        return None
    return low, high


def _numbers(field: Field) -> tuple[str, str]:
    """The ends of a range as a person writes them; amounts with thousands marks, but not what names something."""
    low, high = field.profile.min, field.profile.max
    named = _NAMING & {word.lower() for word in _WORDS.findall(_CAMEL.sub(" ", field.name))}
    large = any(isinstance(end, int | float) and abs(end) >= _THOUSANDS for end in (low, high))
    marks = large and not (named or field.is_primary_key or field.references)
    return _number(low, marks=marks), _number(high, marks=marks)


def _number(value: object, *, marks: bool) -> str:
    if not isinstance(value, int | float):
        return str(value)
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.6g}" if abs(value) < _LARGE else f"{value:,.2f}"
    return f"{int(value):,}" if marks else str(int(value))


def _listed(field: Field) -> str | None:
    profile, kind = field.profile, field.data_type
    if field.codes is not None and (field.codes.source != IN_WORDS or kind == "integer"):
        return _coded(field.codes)
    constant = kind == "boolean" and len(profile.top_values) == 1
    listable = (kind == "string" or constant) and profile.all_values_listed and profile.distinct is not None
    if not listable or not profile.top_values or (profile.unique and profile.values > 1):
        return None
    values = [str(item.value) or texts.EMPTY for item in profile.top_values]
    if len(values) == 1:
        told = profile.values > 1 and len(values[0]) <= 2 * _LONGEST_LISTED
        return texts.always(values[0].lower() if constant else values[0]) if told else None
    if max(map(len, values)) > _LONGEST_LISTED:
        return texts.many(len(values), [])
    return _several(values)


def _several(values: list[str]) -> str:
    shown = [texts.in_list(value) for value in values]
    return texts.one_of(shown) if len(shown) <= _LISTED else texts.many(len(shown), shown[:_OFTEN])


def _coded(codes: CodeList) -> str:
    """Codes with what they stand for, and where that is said."""
    shown = [texts.code(texts.in_list(str(one.value) or texts.EMPTY), one.label) for one in codes.codes]
    said = texts.one_of(shown) if len(shown) <= _LISTED else texts.many(len(shown), shown[:_OFTEN])
    return texts.explained(said, codes.source) if codes.source not in {None, IN_WORDS} else said


def _absent(field: Field) -> list[str]:
    share = field.profile.null_fraction
    if share == 0 or field.data_type == "unknown":
        return []
    return [texts.ALWAYS_MISSING if share == 1 else texts.missing(texts.little(_percent(share)))]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")


def of_table(table: Table) -> str:
    """How large a table is, what one row of it is, and which tables it refers to."""
    rows = table.rows_profiled if table.row_count is None else table.row_count
    fields = sum(1 for field in table.fields if not field.removed)
    targets = dict.fromkeys(field.references.partition(".")[0] for field in table.fields if field.references)
    others = [target for target in targets if target != table.name]
    said = texts.related(others) if others else ""
    return texts.opened_sentence([texts.rows(rows, fields), *_grain(table), said])


def grain(table: Table) -> tuple[str, float, list[str]] | None:
    """What one row of a table is, with a confidence and what says so; None where nothing tells."""
    found = _grain(table)
    if not found:
        return None
    if _counts_subjects(table):
        return texts.opened_sentence(found), 0.5, ["the name of the table"]
    return texts.opened_sentence(found), 0.4, ["its primary key"]


def _grain(table: Table) -> Sequence[str]:
    one = subject(table) if _counts_subjects(table) else None
    found = texts.grain(one, table.primary_key)
    return [found] if found else []


def _counts_subjects(table: Table) -> bool:
    """Whether a row is one of what the table is named for: not where its key is of several fields, or a day."""
    one = subject(table)
    if one is None or len(table.primary_key) > 1:
        return False
    key = table.field(table.primary_key[0]) if table.primary_key else None
    if key is not None:
        return key.data_type not in {"date", "timestamp"}
    return not any(_repeats(field) for field in table.fields if texts.only_identifies(_name(field), one))


def _repeats(field: Field) -> bool:
    distinct = field.profile.distinct
    return field.profile.unique is False or (
        distinct is not None and distinct.exact and distinct.count < field.profile.values
    )
