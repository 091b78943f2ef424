"""Data types that texts alone cannot tell, told by what a field is: a flag of 0 and 1, a code of digits, an amount.

Only in text formats, where nobody has declared a type, and only where every value fits the other type as well. The
counts by type stay as they were measured, and a note says what was concluded from.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ddgen.model.dictionary import Field, Table
from ddgen.types.words import words_of

TEXT_FORMATS = frozenset({"csv"})
TEXTS_INSIDE = frozenset({"xml", "base64_xml", "query"})
"""Documents inside texts in which all values are texts, whatever the table's format."""

_ASKING = frozenset(
    "is has have can may allow allows needs requires should must was were did does uses supports".split()
)
"""First words of a name that is a question with the answers yes and no."""

_STATES = frozenset(
    "enabled disabled active inactive deleted verified approved cancelled canceled discontinued archived locked"
    " blocked published completed paid shipped required optional visible hidden flag indicator opt valid".split()
)
_MONEY = frozenset("salary wage wages price amount fee fees balance payment discount".split())
"""Amounts that have cents as a rule."""

_LIMITED = frozenset({"transaction", "tx", "credit", "spending", "withdrawal"})
_CODE = frozenset("code zip zipcode postcode postal extension phone fax".split())
_CODES = (
    "location.postal_code",
    "contact.",
    "government.",
    "finance.credit_card",
    "finance.bank_account",
    "finance.aba_routing",
    "identifier.",
)
_BOUNDS = frozenset("min max minimum maximum".split())
_PAY = frozenset("salary wage wages".split())
"""Pay whose bounds are set as whole amounts, as those of pay grades are."""

_CREDENTIALS = "credential."
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){30,}")
_LEAST_HEX = 256


def refine(table: Table) -> None:
    """Conclude the data types of a table's fields, whose claims are settled."""
    held = {field.path: field.holds for field in table.fields}
    for field in table.fields:
        texts = table.format in TEXT_FORMATS if field.inside is None else held.get(field.inside) in TEXTS_INSIDE
        if not texts:
            continue
        for test, data_type, note in _RULES:
            if test(field):
                field.data_type = data_type
                field.profile.notes.append(note)
                break


def _is_flag(field: Field) -> bool:
    profile = field.profile
    bits = {str(item.value) for item in profile.top_values} <= {"0", "1"} and bool(profile.top_values)
    if (
        field.data_type != "integer"
        or not (bits and profile.all_values_listed)
        or field.is_unique
        or field.is_primary_key
        or field.references
    ):
        return False
    asking = {word.lower() for word in words_of(field.name)[:1]} & _ASKING
    return bool(asking) or bool(_words(field) & _STATES)


def _is_code(field: Field) -> bool:
    if field.data_type != "integer":
        return False
    return bool(_words(field) & _CODE) or (field.semantic_type or "").startswith(_CODES)


def _is_amount(field: Field) -> bool:
    if field.data_type != "integer" or field.is_primary_key or field.references or "id" in _words(field):
        return False
    words = _words(field)
    limit = "limit" in words and bool(words & _LIMITED)
    bound = bool(words & _BOUNDS) and bool(words & _PAY)
    return limit or (bool(words & _MONEY) and not bound)


def _is_secret(field: Field) -> bool:
    return field.data_type == "uuid" and (field.semantic_type or "").startswith(_CREDENTIALS)


def _is_hex(field: Field) -> bool:
    profile = field.profile
    long = profile.lengths is not None and profile.lengths.min >= _LEAST_HEX
    samples = [sample for sample in profile.samples if isinstance(sample, str)]
    return field.data_type == "string" and long and bool(samples) and all(map(_HEX.match, samples))


def _words(field: Field) -> set[str]:
    return {word.lower() for word in words_of(field.name)}


_RULES: tuple[tuple[Callable[[Field], bool], str, str], ...] = (
    (_is_flag, "boolean", "boolean: 0 and 1, by what the field is called"),
    (
        _is_code,
        "string",
        "string: digits that are a code, by what the field is; leading zeros would be lost in numbers",
    ),
    (_is_amount, "decimal", "decimal: an amount of money, though all values so far are whole"),
    (_is_secret, "string", "string: a secret, though it is written as a UUID"),
    (_is_hex, "binary", "binary: written as hexadecimal digits"),
)
