"""Changes of what identifies rows, and of what refers to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ddgen.diff.found import Found
from ddgen.exporters.text import percent
from ddgen.model.dictionary import Dictionary, Field, Table


def of_table(old: Table, new: Table, renamed: Mapping[str, str]) -> Iterator[Found]:
    """The change of its primary key, if there is one; `renamed` are the new paths of fields by their old ones."""
    before = [renamed.get(path, path) for path in old.primary_key]
    after = list(new.primary_key)
    if sorted(before) == sorted(after):
        return
    if not after:
        yield Found("primary_key_lost", f"no primary key, was {', '.join(before)}", before, after)
    elif not before:
        yield Found("primary_key_won", f"primary key {', '.join(after)}", before, after)
    else:
        said = f"primary key {', '.join(after)}, was {', '.join(before)}"
        yield Found("primary_key_changed", said, before, after)


def of_field(old: Field, new: Field, targets: Mapping[str, str]) -> Iterator[Found]:
    """The changes of its uniqueness and reference; `targets` are the new `table.path` of what is called otherwise."""
    if old.profile.values and new.profile.values:
        was, now = _unique(old), _unique(new)
        if was and _repeats(new):
            yield Found("uniqueness_lost", f"values repeat{_repeated(new)}, were unique", True, False)
        elif now and not was and _repeats(old):
            yield Found("uniqueness_won", "values are unique, repeated before", False, True)
    before, after = old.references, new.references
    before = targets.get(before, before) if before is not None else None
    if before == after:
        return
    if after is None:
        yield Found("reference_lost", f"refers to nothing any more, referred to {before}", before, after)
    elif before is None:
        yield Found("reference_won", f"refers to {after}", before, after)
    else:
        yield Found("reference_retargeted", f"refers to {after}, referred to {before}", before, after)


def _unique(field: Field) -> bool:
    """Whether values were known to be unique and taken for a key; that a few values differ is an accident."""
    return field.is_unique or field.is_primary_key


def _repeats(field: Field) -> bool:
    profile = field.profile
    if profile.unique is not None:
        return not profile.unique
    return profile.distinct is not None and profile.distinct.exact and profile.distinct.count < profile.values


def _repeated(field: Field) -> str:
    distinct = field.profile.distinct
    return f" ({distinct.count:,} different of {field.profile.values:,})" if distinct is not None else ""


def orphans(old: Dictionary, new: Dictionary, targets: Mapping[str, str]) -> Iterator[tuple[str, Found]]:
    """References that held and of which some values now lead nowhere, with the `table.path` that refers."""
    before = {
        (tuple(targets.get(one, one) for one in link.from_), tuple(targets.get(one, one) for one in link.to)): link
        for link in old.relationships
    }
    for link in new.relationships:
        was = before.get((tuple(link.from_), tuple(link.to)))
        if was is not None and was.orphans == 0 and link.orphans:
            share = f" ({percent(1 - link.inclusion)})" if link.inclusion is not None else ""
            said = f"{link.orphans:,} rows{share} refer to no {', '.join(link.to)}"
            yield link.from_[0], Found("orphans_appeared", said, 0, link.orphans)
