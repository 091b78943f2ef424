"""Business names and descriptions by rule: the name in words, and what the profile shows in a sentence."""

from __future__ import annotations

import re

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.model.path import Step, parse

_ACRONYMS = frozenset(
    {
        *("api", "bic", "cpu", "crm", "css", "csv", "ean", "erp", "eta", "etl", "eu", "faq", "fk", "ftp", "gdp", "gps"),
        *(
            "gtin",
            "html",
            "http",
            "https",
            "iban",
            "id",
            "iot",
            "ip",
            "isbn",
            "iso",
            "json",
            "kpi",
            "mac",
            "naics",
            "pdf",
        ),
        *("pii", "pk", "pos", "ram", "roi", "sic", "sku", "sla", "sms", "sql", "ssn", "upc", "uk", "uri", "url", "usa"),
        *("usd", "utc", "uuid", "vat", "vin", "xml", "eur", "gbp", "cvv", "os", "ui", "us", "b2b", "b2c"),
    }
)
_SMALL = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "with"}
)
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")
_NAMING = frozenset(
    "id ids code codes key no nr number num zip zipcode postcode postal year phone fax tel card upc ean isbn".split()
)
"""Words in the names of numbers that are not amounts."""

_LISTED = 12
_LONGEST_LISTED = 30
_TYPE_WORDS = {
    "integer": "Whole number",
    "float": "Number",
    "decimal": "Decimal number",
    "string": "Text",
    "boolean": "True or false",
    "date": "Date",
    "time": "Time of day",
    "timestamp": "Date and time",
    "interval": "Length of time",
    "uuid": "UUID",
    "binary": "Binary data",
    "geometry": "Geometry",
    "object": "Group of fields",
    "unknown": "No values",
}


def words(name: str) -> list[str]:
    """The words in a name: `custFirstName` and `cust_first-name` are three."""
    return [word for word in _BOUNDARY.split(name) if word]


def business_name(name: str) -> str:
    """The name in words, each with a capital, acronyms in capitals; a name that is words already stays."""
    if " " in name.strip() and name.strip()[0].isupper():
        return " ".join(name.split())
    found = words(name)
    last = len(found) - 1
    return (
        " ".join(_capital(word, inner=0 < index < last) for index, word in enumerate(found))
        or name.strip()
        or "Unnamed"
    )


def _capital(word: str, *, inner: bool) -> str:
    if word.lower() in _ACRONYMS:
        return word.upper()
    if word.lower() in _SMALL and inner:
        return word.lower()
    return word[:1].upper() + (word[1:].lower() if word.isupper() and len(word) > 3 else word[1:])


def describe(table: Table) -> None:
    """Add rule claims for names and descriptions to a table and its fields."""
    table.claims.append(_claim(Kind.BUSINESS_NAME, business_name(table.name), 0.5, ["the words of its name"]))
    table.claims.append(_claim(Kind.DESCRIPTION, _table_sentence(table), 0.4, ["profile"]))
    for field in table.fields:
        field.claims.append(_claim(Kind.BUSINESS_NAME, business_name(field.name), 0.5, ["the words of its name"]))
        field.claims.append(_claim(Kind.DESCRIPTION, description(field), 0.4, ["profile"]))


def _table_sentence(table: Table) -> str:
    rows = table.rows_profiled if table.row_count is None else table.row_count
    count = "An unknown number of rows" if rows is None else f"{rows:,} row{'' if rows == 1 else 's'}"
    fields = sum(1 for field in table.fields if not field.removed)
    text = f"{count} with {fields:,} field{'' if fields == 1 else 's'}"
    return f"{text}; one row for each {' and '.join(table.primary_key)}." if table.primary_key else f"{text}."


def description(field: Field) -> str:
    """What the profile shows of a field, in a sentence or two."""
    parts = [_what(field), _range(field), _listed(field), _keyed(field), _absent(field)]
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:] + "."


def _what(field: Field) -> str:
    kind = field.data_type
    elements = field.profile.elements
    if " | " in kind:
        share = ", ".join(f"{name} {count:,}" for name, count in field.types.items())
        return f"mixed: {share}"
    if kind.startswith("array") and elements is not None:
        return f"list of {_between(elements.min, elements.max)} element{'' if elements.max == 1 else 's'}"
    if kind.startswith("map"):
        keys = [str(item.value) for item in field.profile.top_values[:_LISTED]]
        return f"map from keys such as {', '.join(keys)}" if keys else "map"
    return _TYPE_WORDS.get(kind, kind)


def _between(low: object, high: object) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _range(field: Field) -> str | None:
    profile = field.profile
    if field.pii is not None and field.pii.sensitivity >= 2:
        return None
    if field.data_type in {"integer", "float", "decimal"} and profile.min is not None:
        low, high = (_number(value, field) for value in (profile.min, profile.max))
        return f"from {low} to {high}" if low != high else f"always {low}"
    if field.data_type in {"date", "timestamp", "time"} and profile.min is not None:
        return f"from {profile.min} to {profile.max}" if profile.min != profile.max else f"always {profile.min}"
    if field.data_type == "string" and profile.lengths is not None and not profile.all_values_listed:
        return f"{_between(profile.lengths.min, profile.lengths.max)} characters long"
    return None


def _number(value: object, field: Field) -> str:
    """The number in full; amounts with thousands marks, but not what names or dates something."""
    named = _NAMING & {word.lower() for word in words(field.name)}
    if named or field.is_primary_key or field.references or not isinstance(value, int | float) or abs(value) < 10_000:
        return str(value)
    return f"{value:,}"


def _listed(field: Field) -> str | None:
    profile = field.profile
    kind = field.data_type
    constant = kind == "boolean" and len(profile.top_values) == 1
    listable = (kind == "string" or constant) and profile.all_values_listed and profile.distinct is not None
    if not listable or not profile.top_values or (field.pii is not None and field.pii.sensitivity >= 2):
        return None
    if profile.unique and profile.values > 1:
        return None
    values = [str(item.value) or "(empty)" for item in profile.top_values]
    if len(values) == 1:
        return f"always {values[0].lower() if constant else values[0]}"
    if max(map(len, values)) > _LONGEST_LISTED:
        return f"{len(values)} different texts"
    if len(values) > _LISTED:
        return f"{len(values)} different values, most often {', '.join(values[:3])}"
    return f"one of {', '.join(values)}"


def _keyed(field: Field) -> str | None:
    if field.references:
        return f"refers to {field.references}"
    if field.is_primary_key:
        return "identifies a row"
    below_array = any(isinstance(segment, Step) for segment in parse(field.path))
    return "unique" if field.profile.unique and field.profile.values > 1 and not below_array else None


def _absent(field: Field) -> str | None:
    share = field.profile.null_fraction
    if share == 0 or field.data_type == "unknown":
        return None
    if share == 1:
        return "always missing"
    percent = f"{100 * share:.1f}".removesuffix(".0")
    return f"missing in {'under 0.1' if percent == '0' else 'over 99.9' if percent == '100' else percent} %"


def _claim(kind: Kind, value: str, confidence: float, evidence: list[str]) -> Claim:
    return Claim(kind=kind, value=value, origin=Origin.RULE, confidence=confidence, evidence=evidence)
