"""A field in Markdown: its row in the table of fields, and what is worth a longer note."""

from __future__ import annotations

from ddgen.exporters import changes, codes, personal, text
from ddgen.exporters.markdown_text import cell, code, inline
from ddgen.model.claim import Kind, Origin, winner
from ddgen.model.codes import Code, CodeList
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Oddity, Profile

_VALUES_SHOWN = 12
_PLACES = 3
_BY = {Origin.HUMAN: "person", Origin.SOURCE: "source", Origin.AI: "AI", Origin.RULE: "rule"}


def row(field: Field, table: Table) -> list[str]:
    """The cells of a field's row."""
    claim = winner(field.claims, Kind.DESCRIPTION)
    semantic = f"<br>{inline(field.semantic_type)}" if field.semantic_type else ""
    unit = f"<br>in {inline(field.unit)}" if field.unit else ""
    holding = f"<br>{inline(text.holding(field))}" if text.holding(field) else ""
    return [
        str(field.position),
        code(field.path),
        cell(field.business_name or ""),
        inline(text.data_type(field)) + semantic + unit + holding,
        ", ".join(_marks(field)),
        inline(text.summary(field, table)),
        cell(field.description or ""),
        _BY[claim.origin] if claim and field.description else "",
    ]


def _marks(field: Field) -> list[str]:
    marks = [text.key(field)] if text.key(field) else []
    marks += [f"→ {code(field.references)}"] if field.references else []
    marks += ["PII"] if field.pii else []
    marks += [f"PII {personal.NOT_LOOKED}"] if personal.search(field) == personal.NOT_LOOKED else []
    marks += [f"was {code(field.renamed_from)}"] if field.renamed_from else []
    marks += ["text may be stale"] if changes.stale(field) else []
    return [*marks, inline(changes.removed(field))] if field.removed else marks


def details(field: Field) -> list[str]:
    """The lines of a field's note: codes, oddities, why it is personal data; none where nothing is noteworthy."""
    notes = [inline(changes.stale(field))] if changes.stale(field) else []
    notes += [f"Owner: {inline(field.owner)}"] if field.owner else []
    notes += [*_personal(field), *_codes(field), *_tokens(field.profile), *_types(field)]
    notes += [_oddity(oddity) for oddity in field.profile.oddities]
    notes += [f"Limits: {cell(note)}" for note in field.profile.notes]
    notes += [f"Source comment: {cell(field.comment)}"] if field.comment and field.comment != field.description else []
    return [f"- {code(field.path)}", *(f"  - {note}" for note in notes)] if notes else []


def _personal(field: Field) -> list[str]:
    if field.pii is None:
        return []
    why = "; ".join(map(cell, personal.reasons(field)))
    lines = [f"PII, {inline(personal.standing(field))}" + (f": {why}" if why else "")]
    lines += [f"Laws: {inline(personal.laws(field))}"] if field.pii.laws else []
    return lines + ([f"Values shown: {personal.shown_as(field)}"] if personal.shown_as(field) else [])


def _codes(field: Field) -> list[str]:
    found, profile = field.codes, field.profile
    if found is not None and found.codes:
        pairs = (f"{code(text.value(one.value))}{_meaning(one, found)}{_times(one)}" for one in found.codes)
        return [f"Codes ({inline(codes.explained(found))}): {', '.join(pairs)}"]
    if field.masked or not profile.all_values_listed or not 1 < len(profile.top_values) <= _VALUES_SHOWN:
        return []
    values = (f"{code(text.value(entry.value))} {entry.count:,}" for entry in profile.top_values)
    return [f"Values: {', '.join(values)}"]


def _meaning(one: Code, found: CodeList) -> str:
    said = codes.label(one, found) if found.source else ""
    return f" {inline(said)}" if said else ""


def _times(one: Code) -> str:
    return f" ({one.count:,})" if one.count is not None else ""


def _tokens(profile: Profile) -> list[str]:
    tokens = (f"{code(text.value(token))} {amount:,}" for token, amount in profile.null_tokens.items())
    return [f"Stand for no value: {', '.join(tokens)}"] if profile.null_tokens else []


def _types(field: Field) -> list[str]:
    return [f"Values by type: {inline(text.type_counts(field))}"] if " | " in field.data_type and field.types else []


def _oddity(oddity: Oddity) -> str:
    example = f", such as {code(text.value(oddity.example))}" if oddity.example is not None else ""
    places = f"; first at {inline('; '.join(map(str, oddity.first[:_PLACES])))}" if oddity.first else ""
    return f"{inline(text.kind(oddity.kind))}: {text.count(oddity.count, 'time')}{example}{places}"
