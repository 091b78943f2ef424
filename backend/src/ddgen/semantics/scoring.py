"""How well a type fits a column: what its name says, what its values say, and what they say together.

The confidence is (0.62 + 0.33 (1 - chance)) v + 0.12 h, with v the share of different values that fit and h 1 for a
name that says the type, 0.5 for one that hints at it. A type that needs both is bounded by 0.55 + 0.35 h, one that has
a name only by 0.75.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ddgen.semantics.column import Column, Said
from ddgen.types.declaration import Declaration

_GLANCE = 12
_MOST_CHECKED = 60
LIKELY = 1e-3
"""Probability below which values do not all pass by chance."""

_LACKING = 0.01
"""What a type loses where no value is confirmed, so that of two that fit alike the one with more members is taken."""

_HINT = {"strong": 1.0, "weak": 0.5, None: 0.0}
_LEAST_NAMED = 0.5


@dataclass(frozen=True, slots=True)
class Fit:
    """A type that a column may have. `matched` of `tested` different values fit; `said` is what the name says."""

    type: Declaration
    confidence: float
    said: Said | None
    matched: int
    tested: int

    @property
    def share(self) -> float:
        """The share of tested values that fit."""
        return self.matched / self.tested if self.tested else 0.0


def fit(one: Declaration, column: Column) -> Fit | None:
    """How a type fits a column, if it does."""
    if not base_fits(one, column) or too_many(one, column):
        return None
    said = said_of(one, column)
    if said == "veto" or (said != "strong" and one.decide.need == "names"):
        return None
    if said is None and one.decide.need == "both":
        return None
    if not column.texts or not one.tests_values:
        return _by_name(one, column, said)
    return _by_values(one, column, said)


def base_fits(one: Declaration, column: Column) -> bool:
    """Whether a field of the type may have the column's data types."""
    known = column.data_types - {"unknown"}
    if not known or not known.isdisjoint(one.base):
        return True
    return ("decimal" in known and "float" in one.base) or ("uuid" in known and "string" in one.base)


def too_many(one: Declaration, column: Column) -> bool:
    """Whether the column has more different values than the type has."""
    most = one.decide.max_distinct
    return most is not None and (column.distinct or len(column.texts)) > most


def said_of(one: Declaration, column: Column) -> Said | None:
    """What the column's name says of the type."""
    said = column.hears(one)
    if said == "veto":
        return said
    return None if said is not None and column.other_thing and not _says_whole(one, column) else said


def _says_whole(one: Declaration, column: Column) -> bool:
    """The type's expression takes in the head of the name, as in `country_id` or `is_active`."""
    return any(one.says_whole(name) for name in column.names)


def _by_name(one: Declaration, column: Column, said: Said | None) -> Fit | None:
    if said != "strong":
        return None
    untested = not column.texts
    bound = 0.75 if one.decide.need == "names" or untested else 0.7
    return Fit(one, min(one.decide.conf, bound), said, 0, 0)


def _by_values(one: Declaration, column: Column, said: Said | None) -> Fit | None:
    least = least_form(one, said)
    if not _promising(one, column.texts[:_GLANCE], least):
        return None
    needed = least_members(one, said)
    form, member = _shares(one, column.texts, needed)
    if form < least or member < needed or (said is None and not _enough(one, column.texts)):
        return None
    base = 0.9 if said == "strong" else 0.8
    value = form * (1.0 if needed >= least else base + (1 - base) * min(1.0, member / (2 * (one.values.share or 1.0))))
    value *= 1 - _LACKING * (1 - member)
    matched = round(form * len(column.texts))
    return Fit(one, _confidence(one, value, said), said, matched, len(column.texts))


def _promising(one: Declaration, glance: Sequence[str], least: float) -> bool:
    """Whether a few values leave hope; most types are given up after the first ones."""
    allowed = int((1.25 - least) * len(glance))
    failed = 0
    for text in glance:
        if not one.fits(text):
            failed += 1
            if failed > allowed:
                return False
    return True


def least_form(one: Declaration, said: Said | None) -> float:
    """The share of values that must have the form: fewer where the name says the type as well."""
    if said is None or one.decide.need != "values":
        return one.decide.min_match
    return one.decide.floor if one.decide.floor is not None else _LEAST_NAMED


def least_members(one: Declaration, said: Said | None) -> float:
    """The share of values that must be on the list or pass the check."""
    rules = one.values
    if said is not None and rules.share_named is not None and said == "strong":
        return rules.share_named
    if rules.share is not None:
        return rules.share
    return least_form(one, said)


def _shares(one: Declaration, texts: Sequence[str], needed: float) -> tuple[float, float]:
    """The shares of values that have the form, and that are members as well; of a few where these show none."""
    fitting = [text for text in texts if one.fits(text)]
    form = len(fitting) / len(texts)
    if one.values.list is None and one.values.validator is None:
        return form, form
    share = _members(one, fitting, needed) * form
    partial = one.values.share is not None or one.values.share_named is not None
    return (form, share) if partial else (share, share)


def _members(one: Declaration, fitting: Sequence[str], needed: float) -> float:
    seen = sum(map(one.confirms, fitting[:_GLANCE]))
    if len(fitting) <= _GLANCE or seen < (needed - 0.3) * _GLANCE:
        return seen / max(1, min(_GLANCE, len(fitting)))
    most = fitting[:_MOST_CHECKED]
    return sum(map(one.confirms, most)) / len(most)


def _enough(one: Declaration, texts: Sequence[str]) -> bool:
    """So many different values that chance alone would hardly let them all pass."""
    return len(texts) >= one.decide.min_distinct and one.decide.chance ** min(len(texts), 30) < LIKELY


def _confidence(one: Declaration, value: float, said: Said | None) -> float:
    hint = _HINT[said]
    found = (0.62 + 0.33 * (1 - one.decide.chance)) * value + 0.12 * hint
    if one.decide.need == "both":
        found = min(found, 0.55 + 0.35 * hint)
    if said is None:
        found = min(found, one.decide.conf)
    return round(min(found, max(one.decide.conf, 0.99) if said == "strong" else one.decide.conf, 0.99), 3)
