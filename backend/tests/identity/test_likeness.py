"""How much facts tell."""

from __future__ import annotations

import pytest

from ddgen.identity.likeness import Facts, agreements, comparable
from ddgen.model.dictionary import Field

from .data import built, records

ALONE = (None, None, 0)


def facts(path: str, seed: int = 1) -> Facts:
    field = built(records(seed=seed)).field(path)
    assert field is not None
    return Facts(field, ALONE)


def weighed(one: Facts, other: Facts) -> dict[str, tuple[float, float]]:
    return {found.what: (round(found.share, 2), found.weight) for found in agreements(one, other)}


def test_every_share_lies_between_nothing_and_all() -> None:
    all_ = [Facts(field, ALONE) for seed in (1, 2) for field in built(records(60, seed)).fields]
    for one in all_:
        for other in all_:
            assert all(0 <= found.share <= 1 and found.weight > 0 for found in agreements(one, other))


def test_the_same_numbers_weigh_most() -> None:
    assert weighed(facts("price"), facts("price"))["mean and range"] == (1.0, 14.0)
    other = weighed(facts("price"), facts("price", seed=2))
    assert "mean and range" not in other
    assert other["quantiles"][0] > 0.7
    assert weighed(facts("price"), facts("weight"))["quantiles"][0] == 0


@pytest.mark.parametrize("path", ["active", "country"])
def test_what_has_few_values_weighs_little(path: str) -> None:
    assert sum(weight for _, weight in weighed(facts(path), facts(path)).values()) < 10


def test_what_cannot_be_the_same() -> None:
    assert not comparable(facts("price"), facts("quantity"))
    kilos = facts("price")
    kilos.field.unit = "kg"
    grams = facts("price")
    grams.field.unit = "g"
    assert not comparable(kilos, grams)
    empty = Facts(Field(path="x", name="x", position=1, data_type="float"), ALONE)
    assert not comparable(empty, facts("price"))
