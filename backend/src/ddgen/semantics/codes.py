"""Code lists: fields with few values that recur, what their values stand for, and what is left to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ddgen.model.claim import Claim, Kind, Origin, winner
from ddgen.model.codes import IN_WORDS, Code, CodeList
from ddgen.model.dictionary import Field, Table
from ddgen.types import standard_codes
from ddgen.types.words import is_ordinary, words_of

Lookup = Callable[[Table, str, str], Mapping[str, str]]
"""The values of one field of a table by those of another, in its rows, as texts. It may be empty."""

_TWO = 2
_FEW = 12
_MOST = 50
_FEWEST_VALUES = 30
_MOST_SHARE = 0.05
_LONGEST = 40
_LONGEST_LABEL = 60
_MOST_ROWS = 2_000
"""Rows of a table beyond which it is no lookup table."""

_ASKED = 8
_LABEL_WORDS = ("label", "name", "title", "description", "meaning", "text", "caption", "desc", "nm", "value")
_CODED = frozenset(
    "code codes type kind class category status state level grade mode flag indicator group segment stage phase reason"
    " result rating role method source channel priority severity tier sex gender race region cd typ cat".split()
)
_COUNTED = re.compile(r"count|number|num|no|qty|quantity|total|sum|age|year|amount|price|score|size|days|months|hours")
_WORD = re.compile(r"[^\W\d_]+")


def claim_codes(tables: Sequence[Table], lookup: Lookup) -> None:
    """Add a claim about its codes to every field that holds some. Claims of the tables are settled."""
    by_name = {table.name: table for table in tables}
    for table in tables:
        for field in table.fields:
            if is_code_list(field) and winner(field.claims, Kind.CODES) is None:
                found = _explained(field, by_name, lookup)
                field.claims += [] if _is_mere_reference(field, found) else [_claim(found)]


def _is_mere_reference(field: Field, found: CodeList) -> bool:
    """Whether numbers only point at rows of another table that has no name for each: persons, say."""
    return field.data_type == "integer" and field.references is not None and found.source is None


def is_code_list(field: Field) -> bool:
    """Whether a field holds few short values that recur, none of which tells of a person or is a document."""
    profile = field.profile
    if (
        field.masking is not None
        or field.holds is not None
        or field.is_primary_key
        or not profile.all_values_listed
        or field.data_type not in {"string", "integer"}
    ):
        return False
    count, values = len(profile.top_values), profile.values
    few = count <= _FEW or (count <= _MOST and count <= _MOST_SHARE * values)
    if count < _TWO or not few or values < _FEWEST_VALUES or 2 * count > values:
        return False
    if max(len(str(item.value)) for item in profile.top_values) > _LONGEST:
        return False
    return field.data_type == "string" or _numbers_are_codes(field)


def _numbers_are_codes(field: Field) -> bool:
    """Small numbers count and measure as well: a name or a reference must say that these are codes."""
    words = words_of(field.name)
    if field.references is not None:
        return True
    return not _CODED.isdisjoint(words) and not any(map(_COUNTED.fullmatch, words)) and field.unit is None


def _explained(field: Field, tables: Mapping[str, Table], lookup: Lookup) -> CodeList:
    found = CodeList(codes=[Code(value=item.value, count=item.count) for item in field.profile.top_values])
    explained = _by_table(found, field, tables, lookup) or _by_standard(found, field)
    words = [code for code in found.codes if code.label is None and _is_word(str(code.value))]
    if not explained and len(words) == len(found.codes):
        found.source = IN_WORDS
    for code in words if found.source != IN_WORDS else ():
        code.word = True
    asked = found.asked
    if asked:
        shown = ", ".join(str(code.value) for code in asked[:_ASKED])
        more = f" and {len(asked) - _ASKED} more" if len(asked) > _ASKED else ""
        found.question = f"What do {shown}{more} stand for in {field.path}?"
    return found


def _by_table(found: CodeList, field: Field, tables: Mapping[str, Table], lookup: Lookup) -> bool:
    """Labels from the table that the field refers to, where it is a small one with another name for each code."""
    if field.references is None:
        return False
    name, _, path = field.references.partition(".")
    there = tables.get(name)
    named = label_field(there, path) if there is not None else None
    if there is None or named is None or (there.row_count or 0) > _MOST_ROWS:
        return False
    labels = lookup(there, path, named.path)
    for code in found.codes:
        code.label = (labels.get(str(code.value)) or "")[:_LONGEST_LABEL] or None
    told = [code.label for code in found.codes if code.label is not None]
    if len(set(told)) < max(1, len(told)):
        for code in found.codes:
            code.label = None
        return False
    found.source = f"{name}.{named.path}"
    return True


def label_field(table: Table, key: str) -> Field | None:
    """The field of a lookup table that says what its keys stand for: a text of every row, named as one, no person's."""
    able = [one for one in table.fields if one.path != key and _may_label(one)]
    ranked = [(rank, one) for one in able if (rank := _label_rank(one, table)) is not None]
    if ranked:
        return min(ranked, key=lambda item: (item[0], item[1].position))[1]
    return able[0] if len(able) == 1 else None


def _may_label(field: Field) -> bool:
    profile = field.profile
    short = profile.lengths is None or profile.lengths.mean <= _LONGEST
    plain = field.data_type == "string" and field.holds is None and field.pii is None
    return plain and profile.null_fraction == 0 and short


def _label_rank(field: Field, table: Table) -> int | None:
    words = words_of(field.name)
    rank = next((number for number, word in enumerate(_LABEL_WORDS) if words and words[-1] == word), None)
    own = {form for word in words_of(table.name) for form in (word, word.removesuffix("s"), re.sub("ies$", "y", word))}
    return len(_LABEL_WORDS) if rank is None and words and own.issuperset(words) else rank


def _by_standard(found: CodeList, field: Field) -> bool:
    codes = [str(code.value) for code in found.codes]
    standard = standard_codes.of_field(words_of(field.name), codes)
    if standard is None:
        return False
    for code in found.codes:
        code.label = standard.labels.get(str(code.value).lower())
    found.source = standard.name
    return True


def _is_word(text: str) -> bool:
    """Whether a value says itself what it stands for: words, or a name long enough to be one."""
    words = _WORD.findall(text)
    return bool(words) and any(len(word) > 2 and (is_ordinary(word) or len(word) > 4) for word in words)


def _claim(found: CodeList) -> Claim:
    explained = len(found.codes) - len(found.unexplained)
    why = [f"{len(found.codes)} different values of {sum(code.count or 0 for code in found.codes):,}"]
    if found.source == IN_WORDS:
        why.append("the values are words")
    elif found.source is not None:
        why.append(f"{explained} explained by {found.source}")
    value = found.model_dump(exclude_none=True)
    return Claim(kind=Kind.CODES, value=value, origin=Origin.RULE, confidence=0.8, evidence=why)
