"""The profile of a field as it may be shown: what is personal is masked, coarsened or left out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from ddgen.model.personal import SHARED_BY, Masking
from ddgen.model.profile import Profile, Scalar, ValueCount
from ddgen.types import personal
from ddgen.types import shown as values

_YEAR = re.compile(r"-?(\d{4})-\d\d(-\d\d.*)?")
Shown = Callable[[Scalar], Scalar]

_NO_STATISTICS: dict[str, Any] = dict.fromkeys(("mean", "stddev", "quantiles", "histogram"))
_NOTHING: dict[str, Any] = _NO_STATISTICS | dict.fromkeys(("min", "max", "lengths", "scale"))


def masked(profile: Profile, masking: Masking | None, domains: frozenset[str] = frozenset()) -> Profile:
    """A copy in which values are shown as `masking` allows; without one only stray personal values are masked."""
    if masking == "counts":
        return _counts(profile)
    if masking == "shared":
        return _shared(profile)
    if masking == "shapes":
        return _shapes(profile, domains)
    return _strays(profile)


def _counts(profile: Profile) -> Profile:
    """Nothing but how many values there are, how many are missing and how many differ."""
    lists: dict[str, Any] = {"top_values": [], "all_values_listed": False, "shapes": [], "samples": []}
    return profile.model_copy(update=_NOTHING | lists | {"oddities": _oddities(profile, lambda _value: None)})


def _shared(profile: Profile) -> Profile:
    """Only texts that several records share, and in which nothing personal is seen."""
    top = [entry for entry in profile.top_values if entry.count - entry.error >= SHARED_BY and _harmless(entry.value)]
    listed = profile.all_values_listed and len(top) == len(profile.top_values)
    lists: dict[str, Any] = {"top_values": top, "all_values_listed": listed, "shapes": [], "samples": []}
    ends = {"min": None, "max": None, "oddities": _oddities(profile, lambda _value: None)}
    return profile.model_copy(update=lists | ends)


def _harmless(value: Scalar) -> bool:
    return not isinstance(value, str) or not personal.scan_text(value)


def _shapes(profile: Profile, domains: frozenset[str]) -> Profile:
    """Shapes of the values, and their range so coarse that it is nobody's."""

    def shown(value: Scalar) -> Scalar:
        return values.masked(value, domains)

    least, greatest = _coarse(profile.min, profile.max)
    shapes = [one.model_copy(update={"shape": values.shape(one.shape)}) for one in profile.shapes]
    update = {"min": least, "max": greatest, "shapes": shapes} | _listed(profile, shown)
    if profile.all_values_listed:
        update |= {"top_values": _merged(update["top_values"]), "all_values_listed": False}
    return profile.model_copy(update=_NO_STATISTICS | update)


def _merged(listed: Iterable[ValueCount]) -> list[ValueCount]:
    """Values that are shown alike as one, where all values are there."""
    counts: dict[Scalar, int] = {}
    for entry in listed:
        counts[entry.value] = counts.get(entry.value, 0) + entry.count
    return [ValueCount(value=value, count=count) for value, count in sorted(counts.items(), key=lambda one: -one[1])]


def _listed(profile: Profile, shown: Shown) -> dict[str, Any]:
    """The lists of values, each value as it is shown."""
    top = [(entry, shown(entry.value)) for entry in profile.top_values]
    kept = [entry.model_copy(update={"value": value}) for entry, value in top if value is not None]
    samples = dict.fromkeys(value for value in map(shown, profile.samples) if value is not None)
    return {
        "top_values": kept,
        "all_values_listed": profile.all_values_listed and len(kept) == len(top),
        "samples": list(samples),
        "oddities": _oddities(profile, shown),
    }


def _oddities(profile: Profile, shown: Shown) -> list[Any]:
    """The peculiarities, their examples as they are shown."""
    made = []
    for odd in profile.oddities:
        example = shown(odd.example) if odd.example is not None else None
        made.append(odd.model_copy(update={"example": None if example is None else str(example)}))
    return made


def _coarse(least: Scalar, greatest: Scalar) -> tuple[Scalar, Scalar]:
    """The ends of a range, moved outwards: numbers to a round figure, dates to their decade; of texts none."""
    ends = (least, greatest)
    if all(isinstance(end, int | float) and not isinstance(end, bool) and math.isfinite(end) for end in ends):
        return _round_ends(float(least or 0), float(greatest or 0))
    years = [found[1] if isinstance(end, str) and (found := _YEAR.fullmatch(end)) else None for end in ends]
    if None in years:
        return None, None
    low, high = (f"{str(year)[:3]}0s" for year in years)
    return low, high


def _round_ends(least: float, greatest: float) -> tuple[Scalar, Scalar]:
    """To the power of ten of the larger end: 18 to 95 is 10 to 100, 51.3 to 51.9 is 50 to 60."""
    largest = max(abs(least), abs(greatest))
    if largest == 0:
        return 0, 0
    step = 10.0 ** math.floor(math.log10(largest))
    low, high = math.floor(least / step) * step, math.ceil(greatest / step) * step
    return (int(low), int(high)) if step >= 1 else (round(low, 12), round(high, 12))


def _strays(profile: Profile) -> Profile:
    """Of a field without personal data: values that hold some all the same are shown by their shape."""
    if not any(isinstance(value, str) and values.stray(value) != value for value in held(profile)):
        return profile
    ends = {"min": values.stray(profile.min), "max": values.stray(profile.max)}
    return profile.model_copy(update=ends | _listed(profile, values.stray))


def held(profile: Profile) -> Iterable[Scalar]:
    """All values of the data that a profile holds."""
    yield from (entry.value for entry in profile.top_values)
    yield from profile.samples
    yield from (profile.min, profile.max)
    yield from (odd.example for odd in profile.oddities)


def has_values(profile: Profile) -> bool:
    """Whether a profile holds any value of the data."""
    return any(value is not None for value in held(profile))
