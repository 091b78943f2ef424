"""The columns in which spreadsheet formats show a field: declared once, in reading order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ddgen.exporters import changes, codes, personal, text
from ddgen.model.claim import Claim, Kind, winner
from ddgen.model.dictionary import Field, Table
from ddgen.model.inside import title_of
from ddgen.model.profile import Profile
from ddgen.model.questions import open_questions

Cell: TypeAlias = str | int | float | bool | None

TOP_VALUES_SHOWN = 5
TOP_VALUE_LENGTH = 30
SENSITIVITY_WORDS = tuple(words.removesuffix(" sensitivity") for words in text.SENSITIVITIES)


class Style(str, Enum):
    """How the cells of a column look."""

    TEXT = "text"
    PROSE = "prose"
    COUNT = "count"
    SHARE = "share"
    NUMBER = "number"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` heads it in CSV, `title` in a workbook (where `width` is in characters); "" leaves it out."""

    key: str
    title: str
    read: Callable[[Table, Field], Cell]
    style: Style = Style.TEXT
    width: int = 14
    estimated: Callable[[Field], bool] | None = None
    """Whether the field's figure in this column is an estimate."""


def top_values(profile: Profile) -> str:
    """The most frequent values with their share of all values: `paid 61 %, open 30 %, … 4 more`.

    Masked values of one shape stand together: where those shown are all there are, none is left.
    """
    shown = [
        f"{text.clip(text.value(entry.value), TOP_VALUE_LENGTH)} {text.percent(entry.count / max(profile.values, 1))}"
        for entry in profile.top_values[:TOP_VALUES_SHOWN]
    ]
    left = (profile.distinct.count if profile.distinct else len(profile.top_values)) - len(shown)
    whole = sum(entry.count for entry in profile.top_values[:TOP_VALUES_SHOWN]) >= profile.values
    more = [f"… {left:,} more"] if shown and left > 0 and not whole else []
    return ", ".join(shown + more)


def oddities(profile: Profile) -> str:
    """`leading zeros 12, padding 3`."""
    return ", ".join(f"{text.visible(odd.kind).replace('_', ' ')} {odd.count:,}" for odd in profile.oddities)


def provenance(claims: list[Claim], kind: Kind) -> str | None:
    """Who says so, and what became of it: `rule, suggested`."""
    claim = winner(claims, kind)
    return f"{claim.origin.value}, {claim.status.value}" if claim else None


def _shown(content: str | None) -> str | None:
    return text.visible(content) if content else None


def _prose(content: str | None) -> str | None:
    return text.prose(content) if content else None


def _scalar(content: Cell) -> Cell:
    return text.value(content) if isinstance(content, str | bool) else content


def _missing(_table: Table, field: Field) -> Cell:
    return field.profile.null_fraction if field.profile.total else None


def _sensitivity(_table: Table, field: Field) -> Cell:
    return field.pii.sensitivity if field.pii else None


def _sensitivity_word(_table: Table, field: Field) -> Cell:
    return SENSITIVITY_WORDS[field.pii.sensitivity] if field.pii else None


def _pii(_table: Table, field: Field) -> Cell:
    return text.visible(field.pii.category) if field.pii else personal.search(field) or None


def _codes(field: Field) -> Cell:
    found = field.codes
    return "; ".join(codes.pair(code) for code in found.codes) or None if found else None


def _question(table: Table, field: Field) -> Cell:
    asked = open_questions([table.model_copy(update={"fields": [field]})])
    return text.visible(asked[0].text) if asked else None


def _distinct(_table: Table, field: Field) -> Cell:
    return field.profile.distinct.count if field.profile.distinct else None


def _estimated(field: Field) -> bool:
    return field.profile.distinct is not None and not field.profile.distinct.exact


def _exact(_table: Table, field: Field) -> Cell:
    return field.profile.distinct.exact if field.profile.distinct else None


def _types(_table: Table, field: Field) -> Cell:
    return text.type_counts(field) if len(field.types) > 1 else None


def _median(_table: Table, field: Field) -> Cell:
    return _scalar(field.profile.quantiles.p50) if field.profile.quantiles else None


def _lengths(field: Field, end: str) -> Cell:
    lengths = field.profile.lengths or field.profile.elements
    return getattr(lengths, end) if lengths else None


COLUMNS = (
    Column("table", "Table", lambda table, _: text.name(table.name), width=16),
    Column("path", "Field", lambda _, field: text.name(field.path), width=28),
    Column("business_name", "Business name", lambda _, field: _shown(field.business_name), width=22),
    Column("description", "Description", lambda _, field: _prose(field.description), Style.PROSE, 46),
    Column("data_type", "Data type", lambda _, field: text.visible(field.data_type), width=14),
    Column("semantic_type", "Semantic type", lambda _, field: _shown(field.semantic_type), width=17),
    Column("", "Key", lambda _, field: text.key(field) or None, Style.MARK, 12),
    Column("is_primary_key", "", lambda _, field: field.is_primary_key),
    Column("is_unique", "", lambda _, field: field.is_unique),
    Column("references", "References", lambda _, field: _shown(field.references), width=20),
    Column("pii", "", lambda _, field: _shown(field.pii.category) if field.pii else None),
    Column("", "PII", _pii, width=17),
    Column("pii_search", "", lambda _, field: personal.search(field) or None),
    Column("sensitivity", "", _sensitivity),
    Column("", "Sensitivity", _sensitivity_word, Style.MARK, 13),
    Column("pii_laws", "", lambda _, field: personal.laws(field) or None),
    Column("pii_why", "", lambda _, field: "; ".join(personal.reasons(field)) or None),
    Column("missing_share", "Missing", _missing, Style.SHARE, 11),
    Column("distinct", "Distinct", _distinct, Style.COUNT, 11, _estimated),
    Column("distinct_exact", "", _exact),
    Column("min", "Min", lambda _, field: _scalar(field.profile.min), Style.NUMBER, 12),
    Column("max", "Max", lambda _, field: _scalar(field.profile.max), Style.NUMBER, 12),
    Column("top_values", "Top values", lambda _, field: top_values(field.profile) or None, width=42),
    Column("values_shown", "Values shown", lambda _, field: personal.shown_as(field) or None, width=20),
    Column("codes", "", lambda _, field: _codes(field)),
    Column("codes_explained", "", lambda _, field: codes.explained(field.codes) if field.codes else None),
    Column("question", "", _question),
    Column("unit", "Unit", lambda _, field: _shown(field.unit), width=9),
    Column("tags", "Tags", lambda _, field: ", ".join(map(text.visible, field.tags)) or None, width=14),
    Column("nullable", "Nullable", lambda _, field: field.nullable, Style.MARK, 10),
    Column("mean", "Mean", lambda _, field: field.profile.mean, Style.NUMBER, 12),
    Column("median", "Median", _median, Style.NUMBER, 12),
    Column("stddev", "Std. deviation", lambda _, field: field.profile.stddev, Style.NUMBER, 15),
    Column("min_length", "Min length", lambda _, field: _lengths(field, "min"), Style.COUNT, 12),
    Column("max_length", "Max length", lambda _, field: _lengths(field, "max"), Style.COUNT, 12),
    Column("values", "With a value", lambda _, field: field.profile.values, Style.COUNT, 14),
    Column("total", "Records", lambda _, field: field.profile.total, Style.COUNT, 13),
    Column("types", "Types found", _types, width=22),
    Column("physical_type", "Physical type", lambda _, field: _shown(field.physical_type), width=16),
    Column(
        "holds", "Texts hold", lambda _, field: text.visible(title_of(field.holds)) if field.holds else None, width=14
    ),
    Column("inside", "Inside texts of", lambda _, field: _shown(field.inside), width=18),
    Column("comment", "Comment in source", lambda _, field: _prose(field.comment), Style.PROSE, 30),
    Column("owner", "Owner", lambda _, field: _shown(field.owner), width=18),
    Column("oddities", "Oddities", lambda _, field: oddities(field.profile) or None, width=28),
    Column("business_name_origin", "Name by", lambda _, field: provenance(field.claims, Kind.BUSINESS_NAME), width=18),
    Column("description_origin", "Described by", lambda _, field: provenance(field.claims, Kind.DESCRIPTION), width=18),
    Column("confidence", "Type confidence", lambda _, field: field.confidence, Style.SHARE, 17),
    Column("removed", "Removed", lambda table, field: field.removed or table.removed or None, Style.MARK, 11),
    Column("renamed_from", "Renamed from", lambda _, field: changes.renamed(field) or None, width=18),
    Column("stale", "May be stale", lambda _, field: changes.stale(field) or None, width=30),
)

CSV_COLUMNS = tuple(column for column in COLUMNS if column.key)
SHEET_COLUMNS = tuple(column for column in COLUMNS if column.title)
