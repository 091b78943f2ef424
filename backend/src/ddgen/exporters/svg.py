"""Histograms as inline SVG: one path for all bars, drawn in a box of 100 by 30 that scales to any size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from ddgen.exporters.markup import Html, tag
from ddgen.model.profile import Histogram

WIDTH = 100.0
HEIGHT = 30.0
_LEAST = 1.0
_GAP = 0.14


def bars(heights: Sequence[float], widths: Sequence[float] | None = None) -> str:
    """The path data of a row of bars, the highest filling the box; widths are in any unit.

    A bar of any count is at least one unit high, so that rare values are seen.
    """
    widths = widths or [1.0] * len(heights)
    top, across = max(heights, default=0), sum(widths)
    if not top or not across:
        return ""
    position, drawn = 0.0, []
    for height, width in zip(heights, widths, strict=True):
        wide = width / across * WIDTH
        if height:
            high = max(_LEAST, height / top * HEIGHT)
            gap = min(wide * _GAP, 0.8)
            drawn.append(f"M{_short(position)} 30v-{_short(high)}h{_short(wide - gap)}V30z")
        position += wide
    return "".join(drawn)


def histogram_path(histogram: Histogram) -> str:
    """The bars of a histogram; where bins differ in width the area, not the height, shows the count."""
    widths = _widths(histogram)
    if widths is None or even(histogram):
        return bars(histogram.counts)
    return bars([count / width for count, width in zip(histogram.counts, widths, strict=True)], widths)


def even(histogram: Histogram) -> bool:
    """Whether all bins are equally wide, but for rounding."""
    widths = _widths(histogram)
    return widths is not None and max(widths) - min(widths) < max(widths) * 0.02


def figure(path: str, label: str, *, identifier: str | None = None, class_: str = "s") -> Html:
    """The bars as an image that says what it shows."""
    drawn = tag("title", label) + tag("path", id=identifier, d=path)
    return tag("svg", Html(drawn), class_=class_, viewBox="0 0 100 30", preserveAspectRatio="none", role="img")


def again(identifier: str, class_: str) -> Html:
    """The same bars once more, larger; silent, since they were described where they stand first."""
    used = tag("use", href=f"#{identifier}")
    return tag("svg", used, class_=class_, viewBox="0 0 100 30", preserveAspectRatio="none", aria_hidden="true")


def _widths(histogram: Histogram) -> list[float] | None:
    places = [_place(edge) for edge in histogram.edges]
    known = [place for place in places if place is not None]
    if len(known) != len(histogram.counts) + 1:
        return None
    widths = [right - left for left, right in pairwise(known)]
    return widths if min(widths) > 0 else None


def _place(edge: float | str) -> float | None:
    """Where an edge lies on a line; None for a text that is no date."""
    if not isinstance(edge, str):
        return float(edge)
    try:
        moment = datetime.fromisoformat(edge)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _short(figure_: float) -> str:
    return f"{figure_:.2f}".rstrip("0").rstrip(".")
