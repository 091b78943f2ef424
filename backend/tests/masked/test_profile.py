"""Profiles as they may be shown."""

from __future__ import annotations

import pytest

from ddgen.masked.profile import has_values, held, masked
from ddgen.model.problem import Place
from ddgen.model.profile import (
    Distinct,
    Histogram,
    Lengths,
    Oddity,
    Profile,
    Quantiles,
    Scalar,
    Shape,
    ValueCount,
)

NAMES = Profile(
    total=40,
    values=38,
    null=2,
    distinct=Distinct(count=30, exact=True),
    min="Ada",
    max="Zoë",
    lengths=Lengths(min=3, max=11, mean=5.2),
    top_values=[ValueCount(value="Grace", count=6), ValueCount(value="Ada", count=2)],
    shapes=[Shape(shape="Aaaaa", count=20), Shape(shape="Aa\u0301a", count=1)],
    samples=["Grace", "Ada", "Bob"],
    oddities=[Oddity(kind="padding", count=3, example=" Ada", first=[Place(record=4)])],
)


def numbers(low: Scalar, high: Scalar) -> Profile:
    points: dict[str, Scalar] = {f"p{point}": low for point in (1, 5, 25, 50, 75, 95, 99)}
    return Profile(
        total=9,
        values=9,
        min=low,
        max=high,
        mean=41.7,
        stddev=3.0,
        quantiles=Quantiles(**points, exact=True),
        histogram=Histogram(of="number", edges=[0.0, 9.0], counts=[9], exact=True),
        scale=2,
    )


def test_shapes_stand_for_values() -> None:
    shown = masked(NAMES, "shapes")
    assert shown.samples == ["Aaaaa", "Aaa"]
    assert [(entry.value, entry.count) for entry in shown.top_values] == [("Aaaaa", 6), ("Aaa", 2)]
    assert (shown.min, shown.max) == (None, None)
    assert [one.shape for one in shown.shapes] == ["Aaaaa", "Aa?a"]
    assert shown.oddities[0].example == " Aaa"
    assert shown.oddities[0].first == [Place(record=4)]
    assert shown.lengths == NAMES.lengths
    assert (shown.values, shown.null, shown.distinct) == (38, 2, NAMES.distinct)


def test_where_all_values_are_listed_equal_shapes_are_one() -> None:
    listed = NAMES.model_copy(update={"all_values_listed": True})
    listed.top_values = [ValueCount(value=value, count=2) for value in ("Ada", "Bob", "Grace")]
    shown = masked(listed, "shapes")
    assert [(entry.value, entry.count) for entry in shown.top_values] == [("Aaa", 4), ("Aaaaa", 2)]
    assert not shown.all_values_listed


def test_of_the_most_sensitive_nothing_but_counts_is_left() -> None:
    shown = masked(NAMES, "counts")
    assert not has_values(shown)
    assert (shown.lengths, shown.shapes, shown.samples, shown.top_values) == (None, [], [], [])
    assert (shown.values, shown.null, shown.distinct) == (38, 2, NAMES.distinct)
    assert [(odd.kind, odd.count, odd.example) for odd in shown.oddities] == [("padding", 3, None)]
    figures = masked(numbers(48_317, 84_282), "counts")
    assert (figures.min, figures.max, figures.mean, figures.quantiles, figures.histogram, figures.scale) == (None,) * 6


@pytest.mark.parametrize(
    ("ends", "coarse"),
    [
        ((18, 95), (10, 100)),
        ((47.31847, 52.4), (40, 60)),
        ((-22.9576, 51.3), (-30, 60)),
        ((0.12, 0.37), (0.1, 0.4)),
        ((0, 0), (0, 0)),
        (("1963-02-19", "1988-07-14"), ("1960s", "1980s")),
        (("2024-01-31T07:00:00Z", "2024-02-01T07:00:00Z"), ("2020s", "2020s")),
        (("07:30", "09:00"), (None, None)),
        ((None, None), (None, None)),
    ],
)
def test_ends_are_moved_outwards(ends: tuple[Scalar, Scalar], coarse: tuple[Scalar, Scalar]) -> None:
    shown = masked(numbers(*ends), "shapes")
    assert (shown.min, shown.max) == coarse
    assert (shown.mean, shown.stddev, shown.quantiles, shown.histogram) == (None,) * 4


def test_of_free_text_what_several_records_share_is_shown() -> None:
    top = {"Called about a refund": 9, "My neighbour is ill": 4, "Write to ada@example.org": 7}
    texts = Profile(
        total=30,
        values=30,
        min="A",
        max="Z",
        top_values=[ValueCount(value=value, count=count) for value, count in top.items()],
        samples=list(top),
        all_values_listed=True,
        lengths=Lengths(min=3, max=80, mean=20.0),
    )
    shown = masked(texts, "shared")
    assert [entry.value for entry in shown.top_values] == ["Called about a refund"]
    assert (shown.samples, shown.min, shown.max, shown.all_values_listed) == ([], None, None, False)
    assert shown.lengths == texts.lengths
    uncertain = texts.model_copy(update={"top_values": [ValueCount(value="Called", count=9, error=5)]})
    assert masked(uncertain, "shared").top_values == []


def test_a_stray_is_masked_by_itself() -> None:
    lamps = Profile(total=9, values=9, min="Lamp", max="zoe@example.org", samples=["Lamp", "zoe@example.org", 4])
    shown = masked(lamps, None)
    assert (shown.min, shown.max, shown.samples) == ("Lamp", "z***@***", ["Lamp", "z***@***", 4])
    assert masked(NAMES, None) is NAMES


def test_all_values_that_are_held() -> None:
    assert set(held(NAMES)) == {"Grace", "Ada", "Bob", "Zoë", " Ada"}
