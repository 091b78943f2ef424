from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.exporters import svg
from ddgen.model.profile import Histogram

_BAR = re.compile(r"M([\d.]+) 30v-([\d.]+)h([\d.]+)V30z")


def _bars(path: str) -> list[tuple[float, float, float]]:
    return [(float(left), float(high), float(wide)) for left, high, wide in _BAR.findall(path)]


def _histogram(edges: list[float | str], counts: list[int]) -> Histogram:
    return Histogram(of="date" if isinstance(edges[0], str) else "number", edges=edges, counts=counts, exact=True)


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=50))
def test_every_count_has_a_bar_inside_the_box(counts: list[int]) -> None:
    path = svg.bars([float(count) for count in counts])
    drawn = _bars(path)
    assert _BAR.sub("", path) == ""
    assert len(drawn) == sum(count > 0 for count in counts)
    assert all(left >= 0 and left + wide <= 100.02 and 1 <= high <= 30 for left, high, wide in drawn)


def test_nothing_to_draw_gives_an_empty_path() -> None:
    assert svg.bars([]) == svg.bars([0.0, 0.0]) == ""


def test_equal_bins_show_counts_as_heights() -> None:
    drawn = _bars(svg.histogram_path(_histogram([0.0, 1.0, 2.0], [10, 5])))
    assert [high for _, high, _ in drawn] == [30, 15]


def test_unequal_bins_show_counts_as_areas() -> None:
    (_, first, narrow), (_, second, broad) = _bars(svg.histogram_path(_histogram([0.0, 1.0, 4.0], [10, 30])))
    assert first == second == 30
    assert broad == pytest.approx(3 * narrow, rel=0.05)


def test_dates_lie_on_a_line_of_time() -> None:
    dates = _histogram(["2024-01-01", "2024-01-02", "2024-02-01T00:00:00+00:00"], [1, 30])
    assert not svg.even(dates)
    assert len(_bars(svg.histogram_path(dates))) == 2


@pytest.mark.parametrize("edges", [["0001-99-99", "x", "y"], [5.0, 5.0, 5.0], [1.0]])
def test_edges_that_make_no_line_still_give_bars(edges: list[float | str]) -> None:
    assert len(_bars(svg.histogram_path(_histogram(edges, [1, 2])))) == 2


def test_a_figure_says_what_it_shows_and_escapes_it() -> None:
    drawn = svg.figure("M0 30v-1h1V30z", 'from "<a>" to b', identifier="s-x")
    assert "<title>from &quot;&lt;a&gt;&quot; to b</title>" in drawn
    assert svg.again("s-x", "large").count('href="#s-x"') == 1
