"""Changes of what a field is: its type, and whether values may be missing."""

from __future__ import annotations

from collections.abc import Iterator

from ddgen.diff.data_types import change_of
from ddgen.diff.found import Found
from ddgen.exporters.text import percent
from ddgen.model.dictionary import Field
from ddgen.model.profile import Profile

_RULE_OF_THREE = 3.0
"""Where none of n values was missing, the share that is missing may still be up to 3/n (at 95 %)."""

_EXPECTED = 5.0
"""Of something that does not occur, so many would have been expected, at least, to say that it is gone."""

_TEXT = "text"


def changes(old: Field, new: Field) -> Iterator[Found]:
    """The changes of a field's type and of its missing values."""
    before, after = old.profile, new.profile
    if before.values and after.total and not after.values:
        yield Found("field_emptied", "holds no value any more", before.values, 0)
        return
    if after.values and before.total and not before.values:
        yield Found("field_filled", f"holds values now ({new.data_type})", 0, after.values)
        return
    yield from _types(old, new)
    yield from _missing(old, new)


def _types(old: Field, new: Field) -> Iterator[Found]:
    written = old.physical_type == new.physical_type == _TEXT
    kind = change_of(old.data_type, new.data_type, written=written)
    if kind is not None:
        yield Found(kind, f"type changed from {old.data_type} to {new.data_type}", old.data_type, new.data_type)
        return
    one, other = old.physical_type, new.physical_type
    if one and other and one.lower() != other.lower() and old.data_type == new.data_type:
        yield Found("physical_type_changed", f"declared {other}, was {one}", one, other)


def _missing(old: Field, new: Field) -> Iterator[Found]:
    (lacked, of), (lacks, out_of) = lacking(old.profile), lacking(new.profile)
    if lacks and not lacked and of:
        share = lacks / out_of
        known = share * of >= _RULE_OF_THREE and not old.nullable
        kind = "became_nullable" if known else "first_missing"
        yield Found(kind, f"missing in {percent(share)} of {out_of:,}, was never missing", 0.0, round(share, 6))
    elif new.nullable and old.nullable is False:
        yield Found("constraint_dropped", "may be null by declaration, was NOT NULL", False, True)
    elif old.nullable and new.nullable is False:
        yield Found("became_required", "is NOT NULL by declaration, was not", True, False)
    elif lacked and of and not lacks and lacked / of * out_of >= _EXPECTED:
        yield Found("became_required", f"never missing, was in {percent(lacked / of)}", round(lacked / of, 6), 0.0)


def lacking(profile: Profile) -> tuple[int, int]:
    """How often a value is missing where there is something to hold it, and out of how many."""
    missing = profile.null + profile.missing + sum(profile.null_tokens.values())
    return missing, profile.total - profile.parent_absent
