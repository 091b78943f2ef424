"""Facts in coarse words: they change when the data changes its nature, not with every new row."""

from __future__ import annotations

import math

from ddgen.exporters import text
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Profile, Scalar

LONGEST_CLOSED_LIST = 20
VALUES_A_CODE = 10
"""A list of values counts as closed where its values recur this often on average."""

_MISSING = ((0.0, "never missing"), (0.01, "rarely missing"), (0.1, "sometimes missing"), (0.5, "often missing"))
_MAGNITUDES = ("a few", "tens of", "hundreds of", "thousands of", "tens of thousands of", "hundreds of thousands of")


def table_facts(table: Table) -> str:
    """`thousands of rows`."""
    if table.row_count is None:
        return "rows unknown"
    return f"{_magnitude(table.row_count)} rows" if table.row_count else "no rows"


def field_facts(field: Field) -> str:
    """`never missing; unique; 0 to 10,000`."""
    profile = field.profile
    if not profile.total:
        return "no rows"
    if profile.null_fraction >= 1:
        return "always missing"
    return "; ".join(part for part in (_absence(profile), _variety(profile), _range(profile)) if part)


def closed_list(field: Field) -> list[Scalar]:
    """The values of a field that has few and recurring ones, sorted; none of those that are masked."""
    profile = field.profile
    values = [entry.value for entry in profile.top_values]
    recurring = profile.values >= VALUES_A_CODE * len(values)
    if not profile.all_values_listed or field.masked or not recurring or not 1 < len(values) <= LONGEST_CLOSED_LIST:
        return []
    return sorted(values, key=lambda value: (isinstance(value, str), text.value(value)))


def _absence(profile: Profile) -> str:
    share = profile.null_fraction
    return next((words for most, words in _MISSING if share <= most), "mostly missing")


def _variety(profile: Profile) -> str:
    if profile.unique:
        return "unique"
    if profile.distinct is None:
        return ""
    return "always the same" if profile.distinct.count == 1 else f"{_magnitude(profile.distinct.count)} distinct values"


def _magnitude(amount: int) -> str:
    power = len(str(abs(amount))) - 1
    return _MAGNITUDES[power] if power < len(_MAGNITUDES) else "millions of"


def _range(profile: Profile) -> str:
    least, greatest = _figure(profile.min), _figure(profile.max)
    if least is None or greatest is None or least == greatest:
        return ""
    return f"{text.number(-_power(-least) if least < 0 else 0)} to {text.number(_power(greatest))}"


def _figure(value: Scalar) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def _power(value: float) -> float:
    """The least power of ten that is not below the value; 0 for what is not above 0."""
    if value <= 0:
        return 0
    exponent = math.ceil(math.log10(value))
    return 10**exponent if exponent >= 0 else 10.0**exponent
