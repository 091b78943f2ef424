"""Statistics that moved further than chance and growth explain.

Keys, references and times move on by themselves: of these neither range nor distribution is compared. What depends on
the number of rows counts only where it moves beyond what that many rows explain.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ddgen.diff.found import Found
from ddgen.diff.rules import Thresholds
from ddgen.diff.schema import lacking
from ddgen.diff.stability import shift
from ddgen.exporters.text import count, number, percent
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Profile, Scalar

_SURE = 3.3
"""Standard errors beyond which a share has moved: by chance one field in a thousand does."""

_ENOUGH_DISTINCT = 20


def of_table(old: Table, new: Table, limits: Thresholds) -> Iterator[Found]:
    """How the number of rows moved, where that is notable."""
    before, after = old.row_count, new.row_count
    if not before or after is None:
        return
    rows = f"{count(after, 'row')}, was {before:,}"
    if after == 0:
        yield Found("table_emptied", rows, before, after)
    elif after <= before * (1 - limits.rows_lost) and before >= limits.fewest:
        yield Found("row_count_collapsed", rows, before, after)
    elif after >= before * limits.rows_factor and after >= limits.fewest:
        yield Found("row_count_exploded", rows, before, after)


def of_field(old: Field, new: Field, limits: Thresholds) -> Iterator[Found]:
    """How the statistics of a field moved."""
    before, after = old.profile, new.profile
    if not before.values or not after.values:
        return
    yield from _missing(before, after, limits)
    if min(before.values, after.values) < limits.fewest:
        return
    yield from _distinct(before, after, limits)
    if old.data_type != new.data_type or old.masked or new.masked or _moves_on(new) or _moves_on(old):
        return
    yield from _range(before, after, limits)
    yield from _lengths(before, after, limits)
    yield from _distribution(before, after, limits)


def _moves_on(field: Field) -> bool:
    numbered = field.semantic_type is not None and field.semantic_type.startswith("time.")
    return field.is_primary_key or field.is_unique or field.references is not None or numbered


def _missing(before: Profile, after: Profile, limits: Thresholds) -> Iterator[Found]:
    (lacked, of), (lacks, out_of) = lacking(before), lacking(after)
    if not lacked or not lacks:  # what is never missing is a matter of the schema
        return
    was, now = lacked / of, lacks / out_of
    both = (lacked + lacks) / (of + out_of)
    error = math.sqrt(both * (1 - both) * (1 / of + 1 / out_of))
    if abs(now - was) >= limits.missing_share and abs(now - was) > _SURE * error:
        said = f"{percent(now)} missing, was {percent(was)}"
        yield Found("missing_share_drifted", said, round(was, 6), round(now, 6))


def _distinct(before: Profile, after: Profile, limits: Thresholds) -> Iterator[Found]:
    """Both the number of different values and their share of all have to move, so that more rows alone do nothing."""
    one, other = before.distinct, after.distinct
    if (
        one is None
        or other is None
        or max(one.count, other.count) < _ENOUGH_DISTINCT
        or not min(one.count, other.count)
    ):
        return
    amount = other.count / one.count
    share = amount * before.values / after.values
    if min(amount, share) >= limits.distinct_factor or max(amount, share) <= 1 / limits.distinct_factor:
        said = f"{other.count:,} different in {after.values:,}, was {one.count:,} in {before.values:,}"
        yield Found("distinct_drifted", said, one.count, other.count)


def _range(before: Profile, after: Profile, limits: Thresholds) -> Iterator[Found]:
    ends = [_figure(end) for end in (before.min, before.max, after.min, after.max)]
    if None in ends:
        return
    low, high, least, most = (float(end or 0) for end in ends)
    if least < 0 <= low:
        yield Found("negative_values_appeared", f"down to {number(least)}, was from {number(low)}", low, least)
        return
    room = (high - low) * limits.range_share
    if room and (least < low - room or most > high + room):
        said = f"{number(least)} to {number(most)}, was {number(low)} to {number(high)}"
        yield Found("range_drifted", said, [low, high], [least, most])


def _figure(end: Scalar) -> float | None:
    return float(end) if isinstance(end, int | float) and not isinstance(end, bool) and math.isfinite(end) else None


def _lengths(before: Profile, after: Profile, limits: Thresholds) -> Iterator[Found]:
    if before.lengths is None or after.lengths is None or before.histogram is not None:
        return
    was, now = before.lengths.max, after.lengths.max
    if now > was * limits.length_factor and now - was >= 2:
        yield Found("length_drifted", f"up to {now:,} long, was up to {was:,}", was, now)


def _distribution(before: Profile, after: Profile, limits: Thresholds) -> Iterator[Found]:
    moved = shift(before, after)
    if moved is not None and moved.index >= max(limits.stability, moved.by_chance):
        yield Found("distribution_drifted", f"{moved.said} (stability index {moved.index:.2f})", *moved.ends)
