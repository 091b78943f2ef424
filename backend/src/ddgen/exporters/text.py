"""How facts are said in words and figures: one spelling for every format that people read.

Nothing here escapes for a format; `visible` only makes characters show that would otherwise hide or mislead.
"""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.codes import CodeList
from ddgen.model.dictionary import Dictionary, Field, Relationship, Table
from ddgen.model.inside import with_article
from ddgen.model.personal import said
from ddgen.model.profile import Distinct, Lengths, Profile, Scalar

SEPARATOR = " · "
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")
_JOINED_CATEGORIES = frozenset({"So", "Sk", "Lo", "Mn", "Mc"})
_NAMED_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CODES_SHOWN = 6
_CODE_LENGTH = 16

ORIGINS = {
    Origin.HUMAN: "written by a person",
    Origin.SOURCE: "stated by the source",
    Origin.AI: "written by a model",
    Origin.RULE: "derived by a rule",
}
SENSITIVITIES = ("not sensitive", "low sensitivity", "medium sensitivity", "high sensitivity")


def visible(text: str, *, keep: str = "") -> str:
    r"""The text with control, bidirectional, zero-width and odd space characters shown as escapes (`\u202e`).

    Joiners stay inside emoji and scripts that need them; characters in `keep` stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if character in keep or not _hidden(text, position) else _escape(character)
        for position, character in enumerate(text)
    )


def _hidden(text: str, position: int) -> bool:
    character = text[position]
    if character == " ":
        return False
    if character in _JOINERS:
        around = text[max(position - 1, 0) : position] + text[position + 1 : position + 2]
        return len(around) < 2 or any(unicodedata.category(near) not in _JOINED_CATEGORIES for near in around)
    return unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _BLANK_LETTERS


def _escape(character: str) -> str:
    if character in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[character]
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def prose(text: str) -> str:
    """A description or comment: line breaks and ordinary spaces stay, what misleads is shown as escapes."""
    return visible(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n\t\u00a0\u202f\u00ad").strip()


def clip(text: str, limit: int) -> str:
    """The text, cut to `limit` characters with its full length stated where it is longer."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text):,} characters)"


def number(value: float) -> str:
    """A figure with thousands separators; a float to six significant digits."""
    if isinstance(value, int):
        return f"{value:,}"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.6g}"
    decimals = max(0, 5 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def measure(value: Scalar, *, plain: bool = False) -> str:
    """A value of the data as a quantity, exact: `12,000`, `10,493.99`, `2024-05-01`; `plain` leaves separators out."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _value(value, limit=60)
    if isinstance(value, float) and not math.isfinite(value):
        return number(value)
    return (str(value) if plain else f"{value:,}").removesuffix(".0")


def value(scalar: Scalar) -> str:
    """A value of the data exactly as it is, but visible: `null`, `true`, `""` for the empty text."""
    return _value(scalar, limit=200)


def _value(scalar: Scalar, limit: int) -> str:
    if scalar is None:
        return "null"
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, str):
        return clip(visible(scalar), limit) if scalar else '""'
    return repr(scalar)


def percent(fraction: float) -> str:
    """A share in per cent with one decimal: `0.3 %`, `< 0.1 %`, `100 %` only where it is all of them."""
    shown = f"{fraction * 100:.1f}"
    if shown == "0.0" and fraction > 0:
        return "< 0.1 %"
    if shown == "100.0" and fraction < 1:
        return "> 99.9 %"
    return shown.removesuffix(".0") + " %"


def count(amount: int, singular: str, plural: str | None = None) -> str:
    """`1 field`, `1,204 fields`."""
    return f"{amount:,} {singular if amount == 1 else plural or singular + 's'}"


def size(octets: int) -> str:
    """A size in decimal units: `812 B`, `1.4 MB`."""
    amount = float(octets)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} TB"


def instant(time: datetime) -> str:
    """A moment to the minute, in UTC: `2026-05-01 14:05 UTC`."""
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def distinct(fact: Distinct) -> str:
    """`1,204 distinct`, or `about 1,204 distinct` where it is an estimate."""
    return f"{'' if fact.exact else 'about '}{fact.count:,} distinct"


def label(thing: Field | Table) -> str:
    """What people call a table or field: its business name, else its name; never empty."""
    return visible((thing.business_name or "").strip() or thing.name) or "(no name)"


def name(text: str) -> str:
    """A technical name, visible and never empty."""
    return visible(text) or '""'


def data_type(field: Field) -> str:
    """The data type; a union with the share of each rarer type: `string | integer (0.2 %)`."""
    kinds = field.data_type.split(" | ")
    total = sum(field.types.values())
    if len(kinds) < 2 or not total:
        return visible(field.data_type)
    shares = [f"{kind} ({percent(field.types[kind] / total)})" if kind in field.types else kind for kind in kinds[1:]]
    return visible(" | ".join([kinds[0], *shares]))


def holding(field: Field) -> str:
    """`holds JSON` of a text with fields inside, `inside payload` of such a field, both of one that is both."""
    parts = [f"inside {visible(field.inside)}"] if field.inside else []
    parts += [f"holds {visible(with_article(field.holds))}"] if field.holds else []
    return SEPARATOR.join(parts)


def type_counts(field: Field) -> str:
    """How many values are of which type, most frequent first: `998 string, 2 integer`."""
    ranked = sorted(field.types.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{amount:,} {visible(kind)}" for kind, amount in ranked)


def key(field: Field) -> str:
    """`primary key`, `unique` or nothing."""
    if field.is_primary_key:
        return "primary key"
    return "unique" if field.is_unique else ""


def reference(field: Field) -> str:
    """`→ customers.id`, or nothing."""
    return f"→ {visible(field.references)}" if field.references else ""


def relationship(link: Relationship) -> str:
    """`orders.customer_id → customers.id`; through a table that joins them `a.id ↔ b.id`."""
    return f"{', '.join(map(visible, link.from_))} {arrow(link)} {', '.join(map(visible, link.to))}"


def arrow(link: Relationship) -> str:
    """From what refers to what is referred to; both ways where rows of either have several of the other."""
    return "↔" if link.cardinality == "n:m" else "→"


CARDINALITIES = {"1:1": "one to one", "n:1": "many to one", "n:m": "many to many"}


def cardinality(link: Relationship) -> str:
    """`many to one`, `many to many through order_items`, or nothing where it is not known."""
    if link.cardinality is None:
        return ""
    return CARDINALITIES[link.cardinality] + (f" through {visible(link.via)}" if link.via else "")


def relationship_facts(link: Relationship) -> str:
    """How sure it is: `inferred, 93 % confident · many to one · 99.8 % of values found · 3 orphans`."""
    sure = f"inferred, {percent(link.confidence)} confident"
    parts = [link.kind if link.kind == "declared" else sure + (", approximate" if link.approximate else "")]
    parts += [cardinality(link)] if link.cardinality is not None else []
    if link.inclusion is not None:
        parts.append(f"{percent(link.inclusion)} of values found")
    if link.orphans:
        parts.append(count(link.orphans, "orphan"))
    return SEPARATOR.join(parts)


def claim_provenance(claim: Claim) -> str:
    """Who said it and how sure: `written by a model, its name, approved, 80 % confident, 2026-05-01 14:05 UTC`."""
    return f"{ORIGINS[claim.origin]}, {claim_standing(claim)}"


def claim_standing(claim: Claim) -> str:
    """What became of a claim, how sure it is, and since when: `suggested, 70 % confident, 2026-05-01 14:05 UTC`."""
    parts = [visible(claim.model)] if claim.model else []
    parts.append(claim.status.value)
    parts += [f"{percent(claim.confidence)} confident"] if claim.confidence < 1 else []
    parts += [instant(claim.time)] if claim.time else []
    return ", ".join(parts)


def claim_value(claim: Claim) -> str:
    """What a claim says, on one line; of personal data without the reasons, which stand with it."""
    if claim.kind is Kind.PII:
        told = said(claim.value)
        return f"{visible(told.category)}, {SENSITIVITIES[told.sensitivity]}" if told.personal else "none"
    if claim.kind is Kind.CODES:
        found = CodeList.model_validate(claim.value).codes
        return ", ".join(value(one.value) + (f" = {visible(one.label)}" if one.label else "") for one in found)
    return _plain(claim.value)


def _plain(content: object) -> str:
    if isinstance(content, dict):
        return "; ".join(f"{visible(str(member))}: {_plain(what)}" for member, what in content.items())
    if isinstance(content, (list, tuple)):
        return ", ".join(_plain(item) for item in content)
    if isinstance(content, str | int | float | bool) or content is None:
        return value(content)
    return visible(str(content))


def totals(dictionary: Dictionary) -> str:
    """`3 tables · 41 fields · 12,480 rows`; rows are left out where any table's are unknown."""
    parts = [
        count(len(dictionary.present), "table"),
        count(sum(len(table.present) for table in dictionary.present), "field"),
    ]
    rows = [table.row_count for table in dictionary.present]
    known = [amount for amount in rows if amount is not None]
    if rows and len(known) == len(rows):
        parts.append(count(sum(known), "row"))
    return SEPARATOR.join(parts)


def rows(table: Table) -> str:
    """`1,204 rows`, `1,000 of 1,204 rows profiled`, `rows unknown`."""
    if table.row_count is None:
        known = f"{count(table.rows_profiled, 'row')} profiled" if table.rows_profiled is not None else "rows unknown"
    elif table.rows_profiled is None or table.rows_profiled == table.row_count:
        known = count(table.row_count, "row")
    else:
        known = f"{table.rows_profiled:,} of {count(table.row_count, 'row')} profiled"
    return known if table.complete else f"{known}, not read whole"


def summary(field: Field, table: Table) -> str:
    """The field's profile in one line: `1,204 distinct · 0.3 % missing · 1 to 9,999`."""
    profile = field.profile
    if profile.total == 0:
        return "no rows" if not table.row_count else "never occurs"
    if profile.null_fraction >= 1:
        return "no values"
    parts = [_variety(profile), _absence(profile), _presence(profile, table), extent(profile)]
    return SEPARATOR.join(part for part in parts if part)


def _variety(profile: Profile) -> str:
    if profile.distinct is None:
        return ""
    return constant(profile) or distinct(profile.distinct) + (", unique" if profile.unique else "")


def constant(profile: Profile) -> str:
    """The one value that all are, else nothing."""
    if profile.distinct is None or profile.distinct.count != 1 or not (profile.distinct.exact and profile.top_values):
        return ""
    return f"always {_value(profile.top_values[0].value, limit=40)}"


def _absence(profile: Profile) -> str:
    return f"{percent(profile.null_fraction)} missing" if profile.null_fraction else "none missing"


def _presence(profile: Profile, table: Table) -> str:
    rows_read = table.rows_profiled if table.rows_profiled is not None else table.row_count
    if profile.records is None or not rows_read:
        return ""
    return f"in {percent(profile.records / rows_read)} of records" if profile.records < rows_read else ""


def extent(profile: Profile) -> str:
    """What the values span: a range, a short list of codes, or their lengths; nothing where nothing is known."""
    codes = [entry.value for entry in profile.top_values]
    if profile.elements is not None:
        return _lengths(profile.elements, "element")
    if profile.all_values_listed and 1 < len(codes) <= _CODES_SHOWN and _short(codes):
        return ", ".join(value(code) for code in codes)
    if profile.min is not None and profile.max is not None and not isinstance(profile.min, bool) and _ordered(profile):
        return span(profile.min, profile.max) if (profile.distinct is None or profile.distinct.count > 1) else ""
    return _lengths(profile.lengths, "character") if profile.lengths is not None else ""


def _lengths(lengths: Lengths, unit: str) -> str:
    unit = unit if lengths.min == lengths.max == 1 else unit + "s"
    return f"{span(lengths.min, lengths.max)} {unit}"


def _short(codes: list[Scalar]) -> bool:
    return all(len(value(code)) <= _CODE_LENGTH for code in codes)


def _ordered(profile: Profile) -> bool:
    """Whether least and greatest mean something: of numbers and dates, which have no lengths."""
    return not isinstance(profile.min, str) or profile.lengths is None


def span(least: Scalar, greatest: Scalar) -> str:
    """`1 to 9,999`; years stand without separators."""
    plain = like_years(least, greatest)
    if least == greatest:
        return measure(least, plain=plain)
    return f"{measure(least, plain=plain)} to {measure(greatest, plain=plain)}"


def like_years(least: Scalar, greatest: Scalar) -> bool:
    """Whether a range of whole numbers may be one of years."""
    ends = (least, greatest)
    return all(isinstance(end, int) and not isinstance(end, bool) and 1000 <= end < 3000 for end in ends)


def kind(code: str) -> str:
    """A machine's word for a kind of thing as people read it: `leading_zero` is `Leading zero`."""
    words = visible(code).replace("_", " ").strip()
    if words.lower() == "pii":
        return "PII"
    return words[:1].upper() + words[1:]


def reading(table: Table) -> str:
    """How a table was read, without what did not have to be done."""
    said = ((how, value) for how, value in table.reading.items() if value not in (None, False, "", [], {}))
    return "; ".join(f"{kind(how)}: {_setting(how, value)}" for how, value in said if (how, value) not in _USUAL)


_USUAL = (("preamble_lines", 0),)


def _setting(how: str, value: object) -> str:
    """A setting as people say it: rows count from 1, marks stand in quotes."""
    if how == "header_row" and isinstance(value, int):
        return str(value + 1)
    if how in {"delimiter", "quote", "escape"}:
        return f"\u201c{value}\u201d"
    return "yes" if value is True else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
