"""Changes of what values mean: their kind, unit and format, codes, and personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ddgen.diff.found import Found
from ddgen.exporters.text import value as shown_value
from ddgen.model.dictionary import Field
from ddgen.model.personal import Pii
from ddgen.model.profile import Profile, Scalar

_EXPECTED = 5.0
_MOST_CODES = 50
_REPEATS = 3.0
"""How often the values of a code list occur on average, at least."""

_NAMED = 5
_ONE_FORMAT = 0.8
_FEWEST = 20
_REPEATED = re.compile(r"(.)\1+", re.DOTALL)
_CODED = frozenset({"string", "integer", "boolean", "string | null", "integer | null", "boolean | null"})


def changes(old: Field, new: Field) -> Iterator[Found]:
    """The changes of what the values of a field mean."""
    yield from _named("semantic_type", "semantic type", old.semantic_type, new.semantic_type)
    yield from _named("unit", "unit", old.unit, new.unit)
    yield from _formats(old, new)
    yield from _codes(old, new)
    yield from _appeared(old.pii, new.pii)


def _named(kind: str, words: str, before: str | None, after: str | None) -> Iterator[Found]:
    if before == after:
        return
    if before is None:
        yield Found(f"{kind}_won", f"{words} is {after}", before, after)
    elif after is None:
        yield Found(f"{kind}_lost", f"{words} is no longer known, was {before}", before, after)
    else:
        yield Found(f"{kind}_changed", f"{words} changed from {before} to {after}", before, after)


def _formats(old: Field, new: Field) -> Iterator[Found]:
    """The one way in which nearly all values are written; masked texts keep it too."""
    if old.profile.shapes == new.profile.shapes or old.masked != new.masked:
        return
    before, after = _format(old.profile), _format(new.profile)
    if before and after and before != after:
        yield Found("format_changed", f"written as {after}, was {before}", before, after)


def _format(profile: Profile) -> str | None:
    """The shape, without lengths, that four in five values have; of words there is none."""
    total = sum(shape.count for shape in profile.shapes)
    if total < _FEWEST or total < _ONE_FORMAT * profile.values:
        return None
    counts: dict[str, int] = {}
    for shape in profile.shapes:
        plain = _REPEATED.sub(r"\1", shape.shape)
        counts[plain] = counts.get(plain, 0) + shape.count
    best = max(counts, key=lambda plain: counts[plain])
    return best if counts[best] >= _ONE_FORMAT * profile.values else None


def _codes(old: Field, new: Field) -> Iterator[Found]:
    before, after = _closed(old), _listed(new)
    if before is not None and after is not None and old.masked == new.masked:
        added = [value for value in after if value not in before]
        if added:
            yield Found("codes_widened", f"new {_values(added)}", [*before], [*after])
        rows, then = new.profile.values, old.profile.values
        gone = [value for value, count in before.items() if value not in after and count / then * rows >= _EXPECTED]
        if gone:
            yield Found("codes_tightened", f"no longer {_values(gone)}", [*before], [*after])
    was, now = (field.codes.labels if field.codes is not None else {} for field in (old, new))
    other = {value: (was[value], now[value]) for value in was if value in now and was[value] != now[value]}
    for value, (one, another) in list(other.items())[:_NAMED]:
        yield Found("code_meaning_changed", f"{shown_value(value)} stands for {another}, was {one}", one, another)


def _closed(field: Field) -> Mapping[Scalar, int] | None:
    """The values of a list that repeat, so that another one is news, with their counts; None where it has none."""
    found = _listed(field)
    few = found is not None and len(found) <= _MOST_CODES and field.profile.values >= _REPEATS * len(found)
    return found if few and field.data_type in _CODED else None


def _listed(field: Field) -> Mapping[Scalar, int] | None:
    """All values with their counts, where the profile lists them all."""
    profile = field.profile
    if not profile.all_values_listed or not profile.top_values:
        return None
    return {entry.value: entry.count for entry in profile.top_values}


def _values(values: list[Scalar]) -> str:
    more = f" and {len(values) - _NAMED} more" if len(values) > _NAMED else ""
    return f"value{'' if len(values) == 1 else 's'} {', '.join(map(shown_value, values[:_NAMED]))}{more}"


def personal_in(fields: Iterable[Field]) -> Iterator[Found]:
    """The personal data in fields that are new."""
    for field in fields:
        if not field.removed:
            yield from (found._replace(path=field.path) for found in _appeared(None, field.pii))


def _appeared(before: Pii | None, after: Pii | None) -> Iterator[Found]:
    was, now = before.category if before is not None else None, after.category if after is not None else None
    if before is None and after is not None:
        yield Found("pii_appeared", f"personal data: {now}, sensitivity {after.sensitivity}", was, now)
    elif before is not None and after is None:
        yield Found("pii_vanished", f"no personal data, was {was}", was, now)
    elif before is not None and after is not None:
        one, other = before.sensitivity, after.sensitivity
        if one != other:
            kind = "pii_more_sensitive" if other > one else "pii_less_sensitive"
            yield Found(kind, f"sensitivity {other} ({now}), was {one} ({was})", one, other)
        elif was != now:
            yield Found("pii_category_changed", f"personal data: {now}, was {was}", was, now)
